"""Where each claim stood when: a row for each stretch of the ledger, with the columns that lists as of a moment use."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from factcheck.domain import dates
from factcheck.domain.documents import claim_standing, open_flags
from factcheck.domain.entities import Entity
from factcheck.domain.projections import State
from factcheck.domain.views import ClaimView
from factcheck.domain.vocabulary import Subject
from factcheck.storage import db
from factcheck.storage.unreadable import UNREADABLE

# Sorts undated claims last, and outside of every range.
UNDATED = dates.EARLIEST - 1

FORMAT = 2
"""Raised whenever the columns change their meaning, so that an upgrade fills them in again."""

COLUMNS = (
    "created_at", "status", "kind", "speaker", "language", "claimed_low", "claimed_high", "merged_into",
    "needs_review", "topics", "publishers",
)  # fmt: skip

STANDING = "r.seq <= ? AND (r.next_seq IS NULL OR r.next_seq > ?)"
"""Which rows r stood after an event; takes its number twice."""

_END = "UPDATE revisions SET next_seq = ? WHERE claim = ? AND next_seq IS NULL AND seq < ?"
_INSERT = f"""
    INSERT INTO revisions (claim, seq, {", ".join(COLUMNS)}) VALUES (?, ?, {db.marks(COLUMNS)})
    ON CONFLICT DO NOTHING"""  # noqa: S608
_FILL = f"UPDATE revisions SET {', '.join(f'{name} = ?' for name in COLUMNS)} WHERE claim = ? AND seq = ?"  # noqa: S608
_READ = f"""
    SELECT seq, claim, {", ".join(COLUMNS)} FROM revisions WHERE (seq, claim) > (?, ?)
    ORDER BY seq, claim LIMIT ?"""  # noqa: S608
_ALL = f"SELECT seq, claim, {', '.join(COLUMNS)} FROM revisions ORDER BY seq, claim"  # noqa: S608
_BROKEN = """
    SELECT d.claim FROM documents d LEFT JOIN revisions r ON r.claim = d.claim AND r.next_seq IS NULL
    WHERE r.seq IS NULL OR r.seq <> d.seq
    UNION SELECT claim FROM (
        SELECT claim, next_seq, LEAD(seq) OVER (PARTITION BY claim ORDER BY seq) AS following FROM revisions
    ) AS stretches WHERE COALESCE(next_seq, 0) <> COALESCE(following, 0)
    UNION SELECT r.claim FROM revisions r JOIN events e ON e.seq = r.seq JOIN documents d ON d.claim = r.claim
    GROUP BY r.claim HAVING MIN(e.recorded_at) > MIN(d.created_at)"""
_BATCH = 1000


def columns(view: ClaimView, status: str) -> dict[str, Any]:
    """What a list narrows and sorts a claim by: the columns of `documents`, and what stands in other tables there."""
    claim = view.claim
    bounds = dates.bounds(claim["claim_date"]) if claim["claim_date"] else dates.Bounds(UNDATED, UNDATED)
    sources = (view.sources[appearance["source"]] for appearance in view.parts[Subject.APPEARANCE])
    return {
        "created_at": claim["created_at"],
        "status": str(status),
        "kind": claim["kind"],
        "speaker": claim["speaker"],
        "language": claim["language"],
        "claimed_low": bounds.low,
        "claimed_high": bounds.high,
        "merged_into": claim["merged_into"],
        "needs_review": bool(open_flags(view)),
        "topics": lines(claim["topics"]),
        "publishers": lines(_publishers(sources)),
    }


def lines(values: Iterable[str]) -> str:
    """Texts of one line each as one, in which each is found between its line ends; "" of none."""
    listed = "\n".join(values)
    return f"\n{listed}\n" if listed else ""


def store(claim_id: str, seq: int, values: Mapping[str, Any]) -> None:
    """End the stretch before, and begin one at the document's event; nothing where it has begun already."""
    db.execute(_END, (seq, claim_id, seq))
    db.execute(_INSERT, [claim_id, seq, *(values[name] for name in COLUMNS)])


def set_topics(claim_id: str, seq: int, topics: Iterable[str]) -> None:
    """Say of the claim's stretches from an event on that these were its topics."""
    db.execute("UPDATE revisions SET topics = ? WHERE claim = ? AND seq >= ?", (lines(topics), claim_id, seq))


def fill(events: Iterable[tuple[int, State]]) -> None:
    """Fill in every row's columns; takes the state after each event, in the order of the ledger."""
    rows, waiting = _Rows(_in_order()), []
    for seq, state in events:
        for claim_id, _ in rows.begun_at(seq):
            wanted = _folded(state, claim_id)
            if wanted is not None:
                waiting.append([*wanted, claim_id, seq])
        if len(waiting) >= _BATCH:
            db.execute_many(_FILL, waiting)
            waiting = []
    if waiting:
        db.execute_many(_FILL, waiting)


class Comparison:
    """The rows held against the fold of the ledger on its way, in one transaction."""

    def __init__(self) -> None:
        self._rows = _Rows(db.stream(_ALL))

    def problems_after(self, seq: int, state: State) -> Iterator[str]:
        for claim_id, found in self._rows.begun_at(seq):
            try:
                wanted = _folded(state, claim_id)
            except UNREADABLE as error:
                yield f"claim {claim_id}: the ledger gives it no place in lists as of event {seq} ({error!r})"
                continue
            if wanted is None:
                yield f"claim {claim_id} stands in lists as of event {seq}, and not in the ledger"
                continue
            for name, here, there in zip(COLUMNS, found, wanted, strict=True):
                if here != there:
                    yield f"claim {claim_id}: in lists as of event {seq} its {name} is not what the ledger gives"


def order_problems() -> Iterator[str]:
    """Stretches that leave a gap or overlap, first ones that begin after the claim was made, and last ones that do not
    begin at the document's event."""
    for (claim_id,) in db.query(_BROKEN):
        yield f"claim {claim_id}: its place in the order of updates is not its document's"


class _Rows:
    """Rows in the order of the ledger, each asked for once."""

    def __init__(self, rows: Iterator[db.Row]) -> None:
        self._rows = rows
        self._next = next(self._rows, None)

    def begun_at(self, seq: int) -> Iterator[tuple[str, list[Any]]]:
        """The claims whose stretch begins at an event, with their columns; those before it are passed over."""
        while self._next is not None and _is_by(self._next[0], seq):
            begun, claim_id, *found = self._next
            self._next = next(self._rows, None)
            if begun == seq:
                yield claim_id, found


def _is_by(begun: object, seq: int) -> bool:
    """Whether a stretch has begun by an event. What is no number, if somebody has put that there, comes last."""
    return isinstance(begun, int | float) and begun <= seq


def _in_order() -> Iterator[db.Row]:
    """Read in batches, so that others can be written."""
    after: tuple[object, ...] = (0, "")
    while found := db.query(_READ, (*after, _BATCH)):
        yield from found
        after = found[-1][:2]


def _folded(state: State, claim_id: str) -> list[Any] | None:
    """The row's columns as the ledger gives them; None where it does not have the claim yet."""
    if claim_id not in state.entities[Subject.CLAIM]:
        return None
    view = state.view(claim_id)
    found = columns(view, claim_standing(view).status)
    return [found[name] for name in COLUMNS]


def _publishers(sources: Iterable[Entity]) -> list[str]:
    return sorted({source["publisher"] for source in sources if source["publisher"]})
