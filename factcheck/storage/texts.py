"""What texts are compared by: pages that were read and not compared yet, and the keys under which texts are found."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import orjson

from factcheck.storage import db

_MOST = 30
"""Candidates for one page: the likest share most keys."""


@dataclass(frozen=True, slots=True)
class Unsuggested:
    """A page that was read: what its main text links to, and where it says that it is from."""

    snapshot: str
    links: tuple[str, ...]
    canonical: str | None


def put(snapshot: str, links: Collection[str], canonical: str | None) -> None:
    """Have a page compared."""
    sql = "INSERT INTO unsuggested (snapshot, links, canonical) VALUES (?, ?, ?)"
    db.execute(sql, (snapshot, orjson.dumps(list(links)).decode(), canonical))


def waiting(limit: int) -> list[Unsuggested]:
    """Pages that were not compared yet, the oldest first."""
    found = db.query("SELECT snapshot, links, canonical FROM unsuggested ORDER BY snapshot LIMIT ?", (limit,))
    return [Unsuggested(snapshot, tuple(orjson.loads(links)), canonical) for snapshot, links, canonical in found]


def take(snapshot: str) -> bool:
    """Whether a page waits still, which it then does no more."""
    if db.first("SELECT 1 FROM unsuggested WHERE snapshot = ?", (snapshot,)) is None:
        return False
    db.execute("DELETE FROM unsuggested WHERE snapshot = ?", (snapshot,))
    return True


def compare_again() -> None:
    """Have every source's text compared again, by keys that are made anew."""
    db.execute("DELETE FROM text_keys")
    db.execute(
        """
        INSERT INTO unsuggested (snapshot, links) SELECT MAX(id), '[]' FROM snapshots GROUP BY source
        ON CONFLICT (snapshot) DO NOTHING"""
    )


def forget(snapshot: str) -> None:
    """Know nothing of what a page said any more: it is compared no more, and not found as the text of its source."""
    db.execute("DELETE FROM unsuggested WHERE snapshot = ?", (snapshot,))
    db.execute("DELETE FROM text_keys WHERE source = (SELECT source FROM snapshots WHERE id = ?)", (snapshot,))


def backlog() -> int:
    """How many pages wait."""
    [(found,)] = db.query("SELECT COUNT(*) FROM unsuggested")
    return int(found)


def set_keys(source: str, keys: Sequence[int]) -> None:
    """Have a source's text found under these keys, and no others."""
    db.execute("DELETE FROM text_keys WHERE source = ?", (source,))
    db.execute_many("INSERT INTO text_keys (key, source) VALUES (?, ?)", [(key, source) for key in sorted(set(keys))])


def candidates(source: str, keys: Sequence[int]) -> list[str]:
    """Other sources whose texts share keys with these, those that share most first."""
    sql = f"""
        SELECT source FROM text_keys WHERE key IN ({db.marks(keys)}) AND source <> ?
        GROUP BY source ORDER BY COUNT(*) DESC, source LIMIT ?"""  # noqa: S608
    return [found for (found,) in db.query(sql, (*keys, source, _MOST))]
