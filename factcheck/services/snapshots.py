"""Snapshots: what pages said when they were read, what changed in them, and how many are kept."""

from collections.abc import Mapping
from typing import Any

import structlog

from factcheck.domain import changes
from factcheck.domain.errors import Gone, UnknownReference
from factcheck.storage import following, journal, rows, snapshots
from factcheck.storage.models import Snapshot, Source
from factcheck.storage.snapshot_files import Missing, Store, archive_name, text_name
from factcheck.storage.snapshots import Space

Values = dict[str, Any]

_FOLLOWER = "pins_followed_to"
_AT_ONCE = 200

_log = structlog.get_logger("factcheck.snapshots")


def of_source(source_id: str, after: str | None, limit: int) -> list[Values]:
    """A source's snapshots, newest first; raises NotFound."""
    rows.require(Source, source_id)
    return _documents(rows.newest_first(Snapshot, after, limit, "source = ?", [source_id]))


def get(snapshot_id: str) -> Values:
    """Raises NotFound."""
    return _documents([rows.require(Snapshot, snapshot_id)])[0]


def text(store: Store, snapshot_id: str) -> Values:
    """The text that was read from the page; raises NotFound, and Gone where there is none to show."""
    snapshot = rows.require(Snapshot, snapshot_id)
    shown = {name: snapshot[name] for name in ("id", "source", "text_sha256")}
    return {**shown, "text": _text(store, snapshot)}


def diff(store: Store, snapshot_id: str, with_: str) -> Values:
    """What changed between two snapshots' texts, from the older to the newer, whichever is named first.

    Raises NotFound, UnknownReference, and Gone where one has no text to show.
    """
    one, other = rows.require(Snapshot, snapshot_id), rows.get(Snapshot, with_)
    if other is None:
        raise UnknownReference(f"there is no snapshot {with_}", pointer="/with")
    before, after = sorted((one, other), key=lambda snapshot: str(snapshot["id"]))
    found = changes.compare(_text(store, before), _text(store, after))
    return {
        "before": before["id"],
        "after": after["id"],
        "substantive": found.substantive,
        "more": found.more,
        "hunks": [{"removed": list(hunk.removed), "added": list(hunk.added)} for hunk in found.hunks],
    }


def archive(store: Store, snapshot_id: str) -> bytes:
    """The exchange as a WARC file (ISO 28500); raises NotFound, and Gone where it is not kept any more."""
    snapshot = rows.require(Snapshot, snapshot_id)
    found = snapshots.kept(snapshots.files_of(snapshot))
    # Where the same bytes had come before, the exchange refers to the one that has them: both are one file then.
    names = [archive_name(key) for key in (snapshot["sha256"], snapshot["id"]) if key]
    if not names or names[0] not in found:
        raise Gone("what the page said then is not kept any more")
    return b"".join(_read(store, name) for name in names if name in found)


def make_room(store: Store, limit: int) -> None:
    """Have no more than so many bytes of files, as far as those that are kept for good allow.

    Those go first whose page was seen like that the longest time ago.
    """
    following.go_on(_FOLLOWER, snapshots.pin)
    while (size := snapshots.space().size) > limit:
        with journal.alone():
            # A verdict may have come since.
            while following.is_behind(_FOLLOWER):
                snapshots.pin(*following.take(_FOLLOWER))
            gone = _fewest(snapshots.oldest_unpinned(_AT_ONCE), size - limit)
            snapshots.drop(gone)
        if not gone:
            _log.warning("snapshots_full", kept=size, limit=limit)
            return
        snapshots.remove(store, set(gone))
        _log.info("snapshots_dropped", files=len(gone))


def space() -> Space:
    """How much is kept."""
    return snapshots.space()


def sweep(store: Store) -> None:
    """Remove files that a process which died has left without a row."""
    store.sweep(lambda names: snapshots.remove(store, names - snapshots.kept(names).keys()))


def _fewest(files: list[tuple[str, int]], enough: int) -> list[str]:
    """The first of these files that free so many bytes together."""
    gone = []
    for name, size in files:
        if enough <= 0:
            break
        gone.append(name)
        enough -= size
    return gone


def _text(store: Store, snapshot: Values) -> str:
    if snapshot["text_sha256"] is None:
        raise Gone(f"snapshot {snapshot['id']} has no text")
    try:
        return store.read_text(text_name(snapshot["text_sha256"]))
    except Missing:
        raise Gone(f"the text of snapshot {snapshot['id']} is not kept any more") from None


def _read(store: Store, name: str) -> bytes:
    try:
        return store.read(name)
    except Missing:
        raise Gone("what the page said then is not kept any more") from None


def _documents(found: list[Values]) -> list[Values]:
    names: set[str] = set().union(*map(snapshots.files_of, found))
    kept = snapshots.kept(names)
    return [_document(snapshot, kept) for snapshot in found]


def _document(snapshot: Values, kept: Mapping[str, bool]) -> Values:
    fields = (
        "id", "source", "fetched_at", "http_status", "final_url", "media_type", "size", "sha256", "text_sha256",
        "title", "author", "published_at", "archive_urls", "seq",
    )  # fmt: skip
    body = archive_name(snapshot["sha256"]) if snapshot["sha256"] else ""
    return {
        **{name: snapshot[name] for name in fields},
        "pinned": kept.get(body, False),
        "warc": f"/v1/snapshots/{snapshot['id']}/warc" if body in kept else None,
    }
