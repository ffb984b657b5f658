"""Lists of claims: keyset pages of stored documents, by every filter and sort of the contract."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from factcheck.domain import dates
from factcheck.storage import db

SORTS = {"-updated": "seq", "-created": "created_at", "-claimed": "claimed_low"}
"""Each sort's column; the claim's id breaks ties, and newest comes first."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of claims is narrowed to; several values of one filter mean any of them.

    `claimed_from` and `claimed_to` are day numbers (`domain.dates.Bounds`), `updated_since` an RFC 3339
    time in UTC.
    """

    status: Sequence[str] = ()
    kind: Sequence[str] = ()
    speaker: Sequence[str] = ()
    source: Sequence[str] = ()
    publisher: Sequence[str] = ()
    topic: Sequence[str] = ()
    language: Sequence[str] = ()
    reviewer: Sequence[str] = ()
    needs_review: bool | None = None
    claimed_from: int | None = None
    claimed_to: int | None = None
    updated_since: str | None = None


_MULTIPLE = ("status", "kind", "speaker", "source", "publisher", "topic", "language", "reviewer")


def filters_of(query: Mapping[str, Any]) -> Filters:
    """The filters that a query asks for, with its dates as they were given (EDTF)."""
    return Filters(
        **{name: query.get(name, ()) for name in _MULTIPLE},
        claimed_from=dates.bounds(query["claimed_from"]).low if "claimed_from" in query else None,
        claimed_to=dates.bounds(query["claimed_to"]).high if "claimed_to" in query else None,
        updated_since=query.get("updated_since"),
        needs_review=query.get("needs_review"),
    )


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the sort value and id of its last claim, and the ledger's head when the list began, or
    the event as of which it is."""

    value: int | str
    claim: str
    head: int


# Each filter as a condition on a row d of documents; {} takes the marks.
CONDITIONS = {
    "status": "d.status IN ({})",
    "kind": "d.kind IN ({})",
    "speaker": "d.speaker IN ({})",
    "language": "d.language IN ({})",
    "source": "d.claim IN (SELECT claim FROM appearances WHERE source IN ({}))",
    "publisher": (
        "d.claim IN (SELECT a.claim FROM appearances a JOIN sources s ON s.id = a.source WHERE s.publisher IN ({}))"
    ),
    "topic": "d.claim IN (SELECT claim FROM claim_topics WHERE topic IN ({}))",
    "reviewer": "d.claim IN (SELECT claim FROM verdicts WHERE reviewer IN ({}) AND published_at IS NOT NULL)",
    "needs_review": "d.needs_review = {}",
    "claimed_from": "d.claimed_high >= {}",
    "claimed_to": f"d.claimed_low BETWEEN {dates.EARLIEST} AND {{}}",
    "updated_since": "d.seq >= (SELECT MIN(seq) FROM events WHERE recorded_at >= {})",
}


def page(
    filters: Filters, sort: str, after: Position | None, limit: int
) -> tuple[list[tuple[str, int, bytes]], Position | None]:
    """Up to `limit` claims after a position (id, document's seq, document), and where the next page begins."""
    sql, params = statement(filters, sort, after, limit + 1)
    found = db.query(sql, params)
    more = None
    if len(found) > limit:
        claim, *_, value, newest = found[limit - 1]
        more = Position(value, claim, after.head if after else newest)
    return [row[:3] for row in found[:limit]], more


def statement(filters: Filters, sort: str, after: Position | None, limit: int) -> tuple[str, list[object]]:
    """The page's SQL and parameters."""
    conditions, params = _narrowed(filters)
    rows, value = "documents d", f"d.{SORTS[sort]}"
    if after is not None and sort == "-updated" and _moved_since(after.head):
        # A claim that was changed since the list began stands where it stood then: none is skipped
        # because it jumped ahead, none comes twice.
        rows, value = "revisions r JOIN documents d ON d.claim = r.claim", "r.seq"
        conditions.append("r.seq <= ? AND (r.next_seq IS NULL OR r.next_seq > ?)")
        params += [after.head, after.head]
    claim = f"{value[0]}.claim"
    if after is not None:
        conditions.append(f"({value}, {claim}) < (?, ?)")
        params += [after.value, after.claim]
    sql = f"""
        SELECT d.claim, d.seq, d.body, {value}, (SELECT seq FROM ledger_head WHERE id = 1) FROM {rows}
        WHERE {" AND ".join(conditions)} ORDER BY {value} DESC, {claim} DESC LIMIT ?"""  # noqa: S608
    return sql, [*params, limit]


def narrowing(filters: Filters) -> Iterator[tuple[str, list[object]]]:
    """The filters that are given, each with its values."""
    for name in (field.name for field in fields(filters)):
        wanted = getattr(filters, name)
        if wanted is not None and wanted != ():
            yield name, list(wanted) if isinstance(wanted, (list, tuple)) else [wanted]


def _narrowed(filters: Filters) -> tuple[list[str], list[object]]:
    conditions, params = ["d.merged_into IS NULL"], []
    for name, values in narrowing(filters):
        conditions.append(CONDITIONS[name].format(db.marks(values)))
        params += values
    return conditions, params


def _moved_since(head: int) -> bool:
    return db.first("SELECT 1 FROM documents WHERE seq > ? AND merged_into IS NULL LIMIT 1", (head,)) is not None
