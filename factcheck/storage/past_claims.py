"""Lists of claims as of a moment: the pages of `storage.claims`, from where the claims stood then.

Every filter is answered by SQL, so that a page is full and the cursor as simple as that of the present;
only the claims of the page are folded.
"""

from factcheck.domain.redaction import EVENT
from factcheck.domain.views import ClaimView
from factcheck.storage import db, history
from factcheck.storage.claims import CONDITIONS, Filters, Position, narrowing
from factcheck.storage.revisions import STANDING, lines

_SORTS = {
    "-updated": ("revisions r", "r.seq"),
    "-created": ("documents d JOIN revisions r ON r.claim = d.claim", "d.created_at"),
    "-claimed": ("revisions r", "r.claimed_low"),
}
"""Where each sort reads its order from. When a claim was made never changes, so the present's index will do."""

# Parts are never deleted, and each of their events names the claim that they belonged to from then on; but for a
# redaction, which stands in the history of the claim that its target did.
_OF_SOURCE = f"""
    r.claim IN (
        SELECT (
            SELECT claim_id FROM events WHERE subject_id = a.id AND seq <= ? AND type <> '{EVENT}'
            ORDER BY seq DESC LIMIT 1)
        FROM appearances a WHERE a.source IN ({{}}))"""  # noqa: S608
_OF_REVIEWER = """
    r.claim IN (
        SELECT v.claim FROM verdicts v JOIN events e ON e.subject_id = v.id
        WHERE e.seq <= ? AND e.type = 'verdict.published' AND v.reviewer IN ({}))"""
# Exact and alike on both databases, which LIKE is not.
_LISTED = "REPLACE(r.{column}, ?, '') <> r.{column}"


def page(
    filters: Filters, sort: str, after: Position | None, limit: int, seq: int
) -> tuple[list[ClaimView], Position | None]:
    """Up to `limit` claims after a position as they stood after event `seq`, and where the next page begins."""
    found = db.query(*statement(filters, sort, after, limit + 1, seq))
    more = Position(found[limit - 1][1], found[limit - 1][0], seq) if len(found) > limit else None
    ids = [claim for claim, _ in found[:limit]]
    views = history.views_as_of(ids, seq)
    return [views[claim] for claim in ids], more


def statement(filters: Filters, sort: str, after: Position | None, limit: int, seq: int) -> tuple[str, list[object]]:
    """The page's SQL and parameters."""
    rows, value = _SORTS[sort]
    conditions = [STANDING, "r.merged_into IS NULL"]
    params: list[object] = [seq, seq]
    if sort == "-created":
        # Else all that were made since would be passed over first.
        conditions.append("d.created_at <= (SELECT recorded_at FROM events WHERE seq = ?)")
        params.append(seq)
    for name, values in narrowing(filters):
        condition, more = _condition(name, values, seq)
        conditions.append(condition)
        params += more
    claim = f"{value[0]}.claim"
    if after is not None:
        conditions.append(f"({value}, {claim}) < (?, ?)")
        params += [after.value, after.claim]
    sql = f"""
        SELECT r.claim, {value} FROM {rows} WHERE {" AND ".join(conditions)}
        ORDER BY {value} DESC, {claim} DESC LIMIT ?"""  # noqa: S608
    return sql, [*params, limit]


def _condition(name: str, values: list[object], seq: int) -> tuple[str, list[object]]:
    """A filter as a condition on a row r of revisions, with its parameters."""
    if name in ("topic", "publisher"):
        listed = " OR ".join([_LISTED.format(column=f"{name}s")] * len(values))
        return f"({listed})", [lines([str(value)]) for value in values]
    if name in ("source", "reviewer"):
        condition = _OF_SOURCE if name == "source" else _OF_REVIEWER
        return condition.format(db.marks(values)), [seq, *values]
    return CONDITIONS[name].replace("d.", "r.").format(db.marks(values)), values
