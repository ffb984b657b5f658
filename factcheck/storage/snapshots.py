"""Which snapshots there are, which links they bear on, and which of their files are kept."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from factcheck.domain.resting import rests_on
from factcheck.storage import db, journal, rows
from factcheck.storage.models import Evidence, Flag, Snapshot, Verdict
from factcheck.storage.snapshot_files import Store, archive_name, text_name

Values = dict[str, Any]

_PINNING = ("verdict.published", "verdict.corrected", "evidence.pinned", "flag.raised", "flag.renewed")
_STANDING = """
    source = ? AND NOT retracted
    AND NOT EXISTS (SELECT 1 FROM claims WHERE id = evidence.claim AND merged_into IS NOT NULL) ORDER BY id"""
_NEWEST = "id IN (SELECT MAX(id) FROM snapshots WHERE source IN ({}) GROUP BY source)"
_WITH_TEXT = """
    source = ? AND EXISTS (SELECT 1 FROM kept_files WHERE name = snapshots.text_sha256 || ?) ORDER BY id DESC LIMIT 1"""
_KEEP = """
    INSERT INTO kept_files (name, size, seen_at) VALUES (?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at"""


def newest(source_ids: Iterable[str]) -> dict[str, Values]:
    """The newest snapshot of each of these sources that has one, by source."""
    found = rows.where_in_all([(Snapshot, _NEWEST, source_ids)])[0]
    return {snapshot["source"]: snapshot for snapshot in found}


def newest_with_text(source_id: str) -> Values | None:
    """The newest snapshot of a source whose text is kept."""
    return next(iter(rows.where(Snapshot, _WITH_TEXT, [source_id, text_name("")])), None)


def standing_evidence(source_id: str) -> list[Values]:
    """The links to a source that nobody has retracted, of claims that were not merged."""
    return rows.where(Evidence, _STANDING, [source_id])


def rested_on(links: Collection[Values]) -> set[str]:
    """The ids of those of these links that a published verdict rests on."""
    claims = {link["claim"] for link in links}
    verdicts: dict[str, list[Values]] = {claim: [] for claim in claims}
    for verdict in rows.where_in_all([(Verdict, "state = 'published' AND claim IN ({})", claims)])[0]:
        verdicts[verdict["claim"]].append(verdict)
    return {link["id"] for link in links if any(rests_on(verdict, link) for verdict in verdicts[link["claim"]])}


def open_flag(evidence_id: str, reason: str) -> Values | None:
    """The flag that stands for a link and this reason."""
    found = rows.where(Flag, "evidence = ? AND reason = ? AND NOT resolved", [evidence_id, reason])
    return found[0] if found else None


def files_of(snapshot: Mapping[str, Any]) -> set[str]:
    """The names of all files that a snapshot can have."""
    keys = [key for key in (snapshot["sha256"], snapshot["id"]) if key]
    texts = [text_name(snapshot["text_sha256"])] if snapshot["text_sha256"] else []
    return {*map(archive_name, keys), *texts}


def kept(names: Collection[str]) -> dict[str, bool]:
    """Which of these files are kept, and whether for good."""
    listed = sorted(names)
    found = db.query(f"SELECT name, pinned FROM kept_files WHERE name IN ({db.marks(listed)})", listed)  # noqa: S608
    return {name: bool(pinned) for name, pinned in found}


def keep(name: str, size: int, seen_at: str) -> None:
    """Count a file in that holds what a page said at a time, of so many bytes on the disk."""
    db.execute(_KEEP, (name, size, seen_at))


def seen(snapshot: Mapping[str, Any], at: str) -> None:
    """The page says still what the snapshot holds."""
    names = sorted(files_of(snapshot))
    db.execute(f"UPDATE kept_files SET seen_at = ? WHERE name IN ({db.marks(names)})", (at, *names))  # noqa: S608


def drop(names: Collection[str]) -> None:
    listed = sorted(names)
    db.execute(f"DELETE FROM kept_files WHERE name IN ({db.marks(listed)})", listed)  # noqa: S608


def remove(store: Store, names: set[str]) -> None:
    """Remove files that have no row. One that has got its row back meanwhile stays: files take their place in a
    transaction."""
    if names:
        with journal.alone():
            store.remove(names - kept(names).keys())


@dataclass(frozen=True, slots=True)
class Space:
    """How many files are kept, and their bytes on the disk."""

    files: int
    size: int


def space() -> Space:
    [(files, size)] = db.query("SELECT COUNT(*), COALESCE(SUM(size), 0) FROM kept_files")
    return Space(int(files), int(size))


def oldest_unpinned(limit: int) -> list[tuple[str, int]]:
    """Files that may go, with their bytes, those first whose page was seen like that the longest time ago."""
    sql = "SELECT name, size FROM kept_files WHERE NOT pinned ORDER BY seen_at, name LIMIT ?"
    return [(name, int(size)) for name, size in db.query(sql, (limit,))]


def pin(after: int, until: int) -> None:
    """Keep for good what published verdicts and flags rest on, where the events after one number, up to another,
    changed that."""
    sql = f"""
        SELECT DISTINCT claim_id FROM events
        WHERE seq > ? AND seq <= ? AND claim_id IS NOT NULL AND type IN ({db.marks(_PINNING)})"""  # noqa: S608
    for (claim,) in db.query(sql, (after, until, *_PINNING)):
        found = rows.by_ids(Snapshot, _pinned_by(claim)).values()
        names = sorted(set().union(*map(files_of, found)))
        db.execute(f"UPDATE kept_files SET pinned = ? WHERE name IN ({db.marks(names)})", (True, *names))  # noqa: S608


def _pinned_by(claim: str) -> set[str | None]:
    """The snapshots that the claim's published verdicts rest on, then or now, and those that its flags compare."""
    links = rows.where(Evidence, "claim = ?", [claim])
    flags = rows.where(Flag, "claim = ?", [claim])
    wanted = {flag[name] for flag in flags for name in ("before", "after")}
    for verdict in rows.where(Verdict, "claim = ? AND published_at IS NOT NULL", [claim]):
        # What it names may have moved on with a merge.
        for link in [*links, *rows.by_ids(Evidence, verdict["evidence"]).values()]:
            if rests_on(verdict, link):
                wanted |= {link["snapshot"], _standing_then(link["source"], verdict["published_at"])}
    return wanted


def _standing_then(source_id: str, at: str) -> str | None:
    """The newest snapshot of a source at a time."""
    sql = "SELECT id FROM snapshots WHERE source = ? AND created_at <= ? ORDER BY id DESC LIMIT 1"
    row = db.first(sql, (source_id, at))
    return row[0] if row else None
