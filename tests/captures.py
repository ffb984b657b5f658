"""Looks at pages that tests make up, recorded as a worker does."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from factcheck import clock
from factcheck.domain.links import Judgement, Look
from factcheck.domain.readings import Reading
from factcheck.services import looks
from factcheck.services.looks import Capture
from factcheck.storage import db, rows
from factcheck.storage.link_checks import Claimed
from factcheck.storage.models import Source
from factcheck.storage.snapshot_files import Store, archive_name, compressed, text_name


def claimed(source: str) -> Claimed:
    """A source's link as one that a worker has claimed."""
    url = rows.require(Source, source)["url"]
    until = clock.timestamp(clock.now() + timedelta(minutes=2))
    db.execute(
        """
        INSERT INTO link_checks (source, url, host, due_at, leased_until) VALUES (?, ?, 'host', ?, ?)
        ON CONFLICT (source) DO UPDATE SET url = excluded.url, leased_until = excluded.leased_until""",
        (source, url, until, until),
    )
    return Claimed(source, url, "host", until)


def see(directory: Path, source: str, text: str | None, **more: Any) -> Judgement | None:
    """Look at a source's page, from which this text is read; `body` and what else a reading has may be given."""
    found = claimed(source)
    capture = page(directory, found.url, text, **more)
    return looks.record(found, Look(found.url, found.url, status=200), capture)


def page(directory: Path, url: str, text: str | None, *, body: bytes | None = None, **reading: Any) -> Capture:
    content = (text or "").encode() if body is None else body
    store, digest = Store(directory), hashlib.sha256(content).hexdigest()
    capture = Capture(
        store=store,
        fetched_at=clock.timestamp(clock.now()),
        http_status=200,
        final_url=url,
        media_type="text/html",
        size=len(content),
        sha256=digest,
        reading=Reading(**{"text": text, "everything": text, "title": "A page", **reading}),
        archive=store.stage(archive_name(digest), b"archive of " + content),
        again=b"the same again",
    )
    if text is None:
        return capture
    text_sha256 = hashlib.sha256(text.encode()).hexdigest()
    return replace(capture, text_sha256=text_sha256, text=store.stage(text_name(text_sha256), compressed(text)))
