"""How far each follower of the ledger has come: it goes on from there, in whatever process, and misses nothing."""

from factcheck.storage import db, journal

_BATCH = 5_000

_SET = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


def is_behind(follower: str) -> bool:
    """Whether there are events that it has not seen."""
    return _at(follower) < journal.size()


def take(follower: str) -> tuple[int, int]:
    """Its next events, those after one number up to another; they count as seen once the transaction ends well."""
    after = _at(follower)
    until = min(journal.size(), after + _BATCH)
    db.execute(_SET, (follower, str(until)))
    return after, until


def _at(follower: str) -> int:
    row = db.first("SELECT value FROM meta WHERE name = ?", (follower,))
    return int(row[0]) if row else 0
