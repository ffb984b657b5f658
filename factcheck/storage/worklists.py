"""What waits for a reviewer: claims taken, proposals to decide on, suggestions to answer. Newest first, by id."""

from factcheck.storage import db, rows
from factcheck.storage.models import Suggestion, Verdict

MOST_COUNTED = 100
"""Up to which a list is counted: nobody needs to know of more, and a count looks at each row."""

# After every id there can be.
_LAST = "g"

# A proposal that one has approved is for others to approve. Ids are UUIDs, so none is a part of another.
_TO_DECIDE = "state = 'proposed' AND reviewer <> ? AND approvals NOT LIKE '%' || ? || '%'"
TAKEN = "SELECT id FROM claims WHERE taken_by = ? AND id < ? ORDER BY id DESC LIMIT ?"
PROPOSED = f"{_TO_DECIDE} AND id < ? ORDER BY id DESC LIMIT ?"
SUGGESTED = "state = 'open' AND id < ? ORDER BY id DESC LIMIT ?"

_COUNTED = {
    "mine": ("claims WHERE taken_by = ?", 1),
    "unreviewed": ("documents WHERE status = 'unreviewed' AND merged_into IS NULL", 0),
    "review": ("documents WHERE needs_review = TRUE AND merged_into IS NULL", 0),
    "proposals": (f"verdicts WHERE {_TO_DECIDE}", 2),
    "suggestions": ("suggestions WHERE state = 'open'", 0),
}
"""Each list, with how many of its marks stand for the account."""


def taken(account: str, after: str | None, limit: int) -> list[str]:
    """Ids of claims that an account works on."""
    return [claim for (claim,) in db.query(TAKEN, (account, after or _LAST, limit))]


def proposed(account: str, after: str | None, limit: int) -> list[rows.Values]:
    """Proposals that an account may decide on: other people's that it has not approved yet."""
    return rows.where(Verdict, PROPOSED, [account, account, after or _LAST, limit])


def suggested(after: str | None, limit: int) -> list[rows.Values]:
    """Suggestions that nobody has answered."""
    return rows.where(Suggestion, SUGGESTED, [after or _LAST, limit])


def counts(account: str) -> dict[str, int]:
    """How much waits on each list, up to `MOST_COUNTED`."""
    asked = [counting(name, account) for name in _COUNTED]
    return {name: int(found[0][0]) for name, found in zip(_COUNTED, db.query_all(asked), strict=True)}


def counting(name: str, account: str) -> tuple[str, list[object]]:
    """A count's SQL and parameters."""
    rows_of, marks = _COUNTED[name]
    return f"SELECT COUNT(*) FROM (SELECT 1 FROM {rows_of} LIMIT ?) AS few", [*[account] * marks, MOST_COUNTED]  # noqa: S608
