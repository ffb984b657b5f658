"""What was published last: verdicts and corrections, newest first, each with the document of its claim."""

from collections.abc import Iterator

from factcheck.storage import db, documents

PUBLISHED = """
    SELECT id, claim FROM verdicts WHERE published_at IS NOT NULL {} ORDER BY published_at DESC, id DESC LIMIT ?"""
_BEFORE = "AND (published_at, id) < (SELECT published_at, id FROM verdicts WHERE id = ?)"
CORRECTED = "SELECT id, claim FROM corrections WHERE id < ? ORDER BY id DESC LIMIT ?"

# After every id there can be.
_LAST = "g"

News = list[tuple[str, bytes]]


def verdicts(before: str | None, limit: int) -> News:
    """Up to `limit` verdicts that were published before another, or the newest: ids, and their claims' documents."""
    given = () if before is None else (before,)
    return list(_with_documents(db.query(PUBLISHED.format(_BEFORE if given else ""), (*given, limit))))


def corrections(before: str | None, limit: int) -> News:
    """The same of corrections."""
    return list(_with_documents(db.query(CORRECTED, (before or _LAST, limit))))


def _with_documents(found: list[db.Row]) -> Iterator[tuple[str, bytes]]:
    bodies = documents.get_many({claim for _, claim in found})
    return ((identity, bodies[claim]) for identity, claim in found)
