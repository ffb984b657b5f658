"""What claims mean, as vectors that an encoder made, beside the ledger; and the texts that matching compares."""

import hashlib
from collections.abc import Collection, Sequence

from factcheck.domain.ranking import Candidate
from factcheck.storage import db

_TEXTS = """
    SELECT c.id, c.text, s.title, p.name, c.claim_date, c.language FROM claims c
    LEFT JOIN sources s ON s.id = c.source LEFT JOIN speakers p ON p.id = c.speaker WHERE c.merged_into IS NULL"""


def follow(after: int, until: int) -> None:
    """Have claims encoded that came, or were worded anew, with the events after one number, up to another; those that
    were merged are let go."""
    db.execute(
        """
        INSERT INTO unencoded (claim) SELECT DISTINCT subject_id FROM events
        WHERE seq > ? AND seq <= ? AND subject_type = 'claim' ON CONFLICT (claim) DO NOTHING""",
        (after, until),
    )
    db.execute("DELETE FROM unencoded WHERE claim IN (SELECT id FROM claims WHERE merged_into IS NOT NULL)")


def waiting(limit: int) -> list[Candidate]:
    """Claims that are to be encoded."""
    sql = f"{_TEXTS} AND c.id IN (SELECT claim FROM unencoded ORDER BY claim LIMIT ?) ORDER BY c.id"  # noqa: S608
    return [Candidate(*row) for row in db.query(sql, (limit,))]


def put(claim: Candidate, model: str, vectors: Sequence[bytes]) -> None:
    """Keep what a claim means, unless it says something else by now."""
    [(text,)] = db.query("SELECT text FROM claims WHERE id = ?", (claim.id,))
    if text != claim.text:
        return
    forget(claim.id)
    sql = "INSERT INTO meanings (claim, model, said, vector) VALUES (?, ?, ?, ?)"
    db.execute_many(sql, [(claim.id, model, _said(claim), vector) for vector in vectors])


def forget(claim: str) -> None:
    """Know no meaning of a claim any more."""
    db.execute("DELETE FROM meanings WHERE claim = ?", (claim,))
    db.execute("DELETE FROM unencoded WHERE claim = ?", (claim,))


def after(number: int, model: str, limit: int) -> list[tuple[int, str, bytes]]:
    """Vectors of a model after a number, by theirs: number, claim, bytes."""
    sql = "SELECT id, claim, vector FROM meanings WHERE id > ? AND model = ? ORDER BY id LIMIT ?"
    return [(found, claim, bytes(vector)) for found, claim, vector in db.query(sql, (number, model, limit))]


def standing(numbers: Collection[int]) -> set[int]:
    """Which of these numbers are vectors of claims still."""
    listed = sorted(numbers)
    return {number for (number,) in db.query(f"SELECT id FROM meanings WHERE id IN ({db.marks(listed)})", listed)}  # noqa: S608


def current(those: Collection[Candidate]) -> set[str]:
    """Which of these claims mean what their vectors say; one that was worded anew does once a worker has come by."""
    listed = {one.id: _said(one) for one in those}
    sql = f"SELECT DISTINCT claim, said FROM meanings WHERE claim IN ({db.marks(list(listed))})"  # noqa: S608
    return {claim for claim, said in db.query(sql, list(listed)) if listed[claim] == said}


def texts(claims: Collection[str]) -> list[Candidate]:
    """What these claims say, without those that were merged."""
    listed = sorted(claims)
    return [Candidate(*row) for row in db.query(f"{_TEXTS} AND c.id IN ({db.marks(listed)})", listed)]


def _said(claim: Candidate) -> str:
    return hashlib.sha256(claim.text.encode()).hexdigest()


def backlog() -> int:
    """How many claims are to be encoded."""
    [(found,)] = db.query("SELECT COUNT(*) FROM unencoded")
    return int(found)
