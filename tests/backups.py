"""Backups that tests take apart and put together again otherwise, and empty databases to restore them into."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from factcheck.domain.actors import SERVICE
from factcheck.domain.vocabulary import Role
from factcheck.services import accounts, claims, evidence, imports, matching, redactions, sessions, verdicts, webhooks
from factcheck.services.verdicts import Rules
from factcheck.services.webhooks import House
from factcheck.storage import backup, db, journal, restore
from factcheck.storage.backup import Places
from factcheck.storage.backup_file import LAST, Reader, Writer
from factcheck.storage.restore import Restored
from factcheck.storage.snapshot_files import Store
from tests import databases, witnesses
from tests.callers import actor
from tests.captures import see

Members = dict[str, bytes]


def a_record(directory: Path) -> str:
    """Something of most kinds, with files below a directory; gives the id of somebody's session."""
    reviewer, editor = actor(Role.REVIEWER, "reviewer"), actor(Role.EDITOR, "editor")
    claim = claims.submit(reviewer, {"text": "3,000 soldiers were sent", "topics": ["war"], "speaker": {"name": "K"}})
    other = claims.submit(reviewer, {"text": "Ünïcode \n \\ \" , \t {} % ? '"})
    link = evidence.attach(reviewer, claim, {"url": "https://192.0.2.7/report", "stance": "supports"})
    see(directory / "snapshots", link["source"]["id"], "3,000 soldiers were seen in Vladivostok.")
    verdicts.post(reviewer, claim, {"rating": "supported", "evidence": [link["id"]]}, Rules())
    claims.merge(SERVICE, other, claim)
    webhooks.add(SERVICE, {"url": "https://hooks.example.org/", "types": []}, House(directory))
    matching.encode_some(100)
    claims.submit(reviewer, {"text": "The neighbour of number 12"})
    redactions.redact(editor, journal.size(), "It names somebody", "Court of X", Store(directory / "snapshots"))
    file = {"name": "claims.csv", "shape": "csv", "options": {}, "dry_run": False}
    imports.post(editor, file, b"text\nThe earth is round\n", Store(directory / "imports"))
    witnesses.sign()
    session = sessions.begin(accounts.add_token(SERVICE, reviewer.id, {})["token"])
    assert session is not None
    return session


def places(directory: Path) -> Places:
    return Places(directory, directory / "snapshots", directory / "imports")


def made(directory: Path, *, with_keys: bool = False) -> bytes:
    """A backup of the present database and of the files below a directory."""
    file = io.BytesIO()
    backup.write(file, places(directory), with_keys=with_keys)
    return file.getvalue()


def restored(content: bytes, directory: Path, *, unchecked: bool = False) -> Restored:
    return restore.restore(io.BytesIO(content), places(directory), unchecked=unchecked)


def members(content: bytes) -> Members:
    found = {}
    for member in Reader(io.BytesIO(content)).members():
        found[member.name] = orjson.dumps(member.as_json()) if member.name == LAST else b"".join(member.pieces())
    return found


def packed(parts: Members) -> bytes:
    """A file of these members, whole and with the right digest, whatever is in it."""
    file = io.BytesIO()
    writer = Writer(file)
    for name, content in parts.items():
        if name != LAST:
            writer.add(name, content)
    writer.close(orjson.loads(parts[LAST]))
    return file.getvalue()


def files(directory: Path) -> Members:
    """What lies below a directory."""
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def rows(content: bytes) -> dict[str, list[bytes]]:
    """The rows of each table, in no order."""
    found: dict[str, list[bytes]] = {}
    for name, part in members(content).items():
        if name.startswith("rows/"):
            found.setdefault(name.split("/")[1], []).extend(part.splitlines())
    return {table: sorted(lines) for table, lines in found.items()}


def with_rows(parts: Members, table: str, lines: list[Any], count: int = 0) -> Members:
    """The same with other rows of a table, and so many more counted."""
    said = orjson.loads(parts[LAST])
    said["rows"][table] += count
    content = b"".join(orjson.dumps(line) + b"\n" for line in lines)
    return {**parts, f"rows/{table}/00000001.jsonl": content, LAST: orjson.dumps(said)}


def rows_of(parts: Members, table: str) -> list[Any]:
    return [orjson.loads(line) for line in parts[f"rows/{table}/00000001.jsonl"].splitlines()]


@contextmanager
def empty(backend: str, directory: Path) -> Iterator[str]:
    """Connected to a database without a single table; the one that was connected before is so again afterwards."""
    before = db.database.obj
    url = databases.without_tables(backend, directory)
    db.connect(url)
    try:
        yield url
    finally:
        databases.drop(url)
        db.database.initialize(before)
