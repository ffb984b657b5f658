"""What claims mean, as vectors that an encoder made, beside the ledger; and the texts that matching compares."""

import hashlib
from collections.abc import Collection, Mapping, Sequence

from factcheck.domain.ranking import Candidate
from factcheck.storage import db, journal, meta

_OF = "meanings_of"
_FORM = 2
"""Of `domain.matching.meanings`: to be raised where that gives other texts."""
_SHARED = 20
"""A title of more claims than these tells none of them apart; their vectors would only hide others that are near."""
_TEXTS = """
    SELECT c.id, c.text, s.title, p.name, c.claim_date, c.language, c.merged_into FROM claims c
    LEFT JOIN sources s ON s.id = c.source LEFT JOIN speakers p ON p.id = c.speaker"""
_TITLE_OF_FEW = f"""
    CASE WHEN (SELECT COUNT(*) FROM (SELECT 1 FROM claims o WHERE o.source = c.source LIMIT {_SHARED + 1}) AS those)
    > {_SHARED} THEN NULL ELSE s.title END"""  # noqa: S608


def are_of(model: str) -> None:
    """Have every claim encoded if what is kept is of another model, or of other words of the claims."""
    form = f"{model} {_FORM}"
    # Looked at before the lock, as every round asks, and again within: another worker may have been quicker.
    if meta.get(_OF) != form:
        with journal.alone():
            meta.once_for(_OF, form, _queue_all)


def _queue_all() -> None:
    db.execute(
        """
        INSERT INTO unencoded (claim) SELECT id FROM claims WHERE merged_into IS NULL
        ON CONFLICT (claim) DO NOTHING"""
    )


def follow(after: int, until: int) -> None:
    """Have claims encoded that came, or were worded anew, with the events after one number, up to another; those that
    were merged are let go, and what they mean is forgotten."""
    db.execute(
        """
        INSERT INTO unencoded (claim) SELECT DISTINCT subject_id FROM events
        WHERE seq > ? AND seq <= ? AND subject_type = 'claim' ON CONFLICT (claim) DO NOTHING""",
        (after, until),
    )
    merged = "SELECT u.claim FROM unencoded u JOIN claims c ON c.id = u.claim WHERE c.merged_into IS NOT NULL"
    for table in ("meanings", "unencoded"):
        db.execute(f"DELETE FROM {table} WHERE claim IN ({merged})")  # noqa: S608


def waiting(limit: int) -> list[Candidate]:
    """Claims that are to be encoded, with the title of their source where few have it."""
    texts = _TEXTS.replace("s.title", _TITLE_OF_FEW)
    return _unmerged("c.id IN (SELECT claim FROM unencoded ORDER BY claim LIMIT ?) ORDER BY c.id", [limit], texts)


def put(claim: Candidate, model: str, vectors: Sequence[bytes]) -> None:
    """Keep what a claim means, unless it says something else by now."""
    [(text,)] = db.query("SELECT text FROM claims WHERE id = ?", (claim.id,))
    if text != claim.text:
        return
    forget(claim.id)
    sql = "INSERT INTO meanings (claim, model, said, vector) VALUES (?, ?, ?, ?)"
    db.execute_many(sql, [(claim.id, model, _said(claim.text), vector) for vector in vectors])


def forget(claim: str) -> None:
    """Know no meaning of a claim any more."""
    db.execute("DELETE FROM meanings WHERE claim = ?", (claim,))
    db.execute("DELETE FROM unencoded WHERE claim = ?", (claim,))


def after(number: int, model: str, limit: int) -> list[tuple[int, str, bytes]]:
    """Vectors of a model after a number, by theirs: number, claim, bytes."""
    sql = "SELECT id, claim, vector FROM meanings WHERE id > ? AND model = ? ORDER BY id LIMIT ?"
    return [(found, claim, bytes(vector)) for found, claim, vector in db.query(sql, (number, model, limit))]


def vectors(numbers: Sequence[int]) -> list[tuple[str, bytes]]:
    """Of these vectors those that stand still, each with its claim, in order of their numbers."""
    sql = f"SELECT claim, vector FROM meanings WHERE id IN ({db.marks(numbers)}) ORDER BY id"  # noqa: S608
    return [(claim, bytes(vector)) for claim, vector in db.query(sql, numbers)]


def of(claims: Mapping[str, str], model: str) -> list[tuple[str, bytes]]:
    """The vectors of these claims, each by its id with its text, as far as they say what that text means."""
    sql = (
        f"SELECT claim, said, vector FROM meanings WHERE claim IN ({db.marks(list(claims))}) AND model = ? ORDER BY id"  # noqa: S608
    )
    rows = db.query(sql, (*claims, model))
    said = {claim: _said(text) for claim, text in claims.items()}
    return [(claim, bytes(vector)) for claim, wording, vector in rows if said[claim] == wording]


def texts(claims: Collection[str]) -> list[Candidate]:
    """What these claims say, without those that were merged."""
    listed = sorted(claims)
    return _unmerged(f"c.id IN ({db.marks(listed)})", listed)


def _unmerged(condition: str, params: Sequence[object], texts: str = _TEXTS) -> list[Candidate]:
    # Told apart here: as a condition, SQLite would look through all that are not merged.
    found = db.query(f"{texts} WHERE {condition}", params)
    return [Candidate(*row) for *row, merged_into in found if merged_into is None]


def _said(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def backlog() -> int:
    """How many claims are to be encoded."""
    [(found,)] = db.query("SELECT COUNT(*) FROM unencoded")
    return int(found)
