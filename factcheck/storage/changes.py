"""Events after a number, for those who follow the ledger."""

from dataclasses import dataclass

from factcheck.storage import db, history

_WINDOW = 20_000
"""How many events a read passes at most: one that looks for what is rare must not take seconds."""


@dataclass(frozen=True, slots=True)
class View:
    """What one client is shown: what it may see of the events, and which it asked for; an empty filter asks for all."""

    see_withheld: bool
    hidden: tuple[str, ...]
    """Kinds of subject whose payloads are left out."""
    claims: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Events with their numbers, oldest first. The view has no others up to `after`."""

    events: list[tuple[int, bytes]]
    after: int


def read(view: View, after: int, head: int, limit: int) -> Part:
    """The next events after a number, up to `head`; there can be further ones though none was found."""
    end = min(head, after + _WINDOW)
    where, params = _conditions(view)
    sql = f"{history.SHOWN} WHERE e.seq > ? AND e.seq <= ?{where} ORDER BY e.seq LIMIT ?"
    rows = db.query(sql, (after, end, *params, limit))
    events = [history.shown(row, see_withheld=view.see_withheld, hidden=view.hidden) for row in rows]
    return Part(events, events[-1][0] if len(events) == limit else end)


# What was merged into a claim belongs to its history.
_CLAIM = """
    e.claim_id IN (WITH RECURSIVE one(id) AS (
        SELECT id FROM claims WHERE id IN ({}) UNION SELECT c.id FROM claims c JOIN one ON c.merged_into = one.id)
    SELECT id FROM one)"""
_SPEAKER = "(e.subject_id IN ({0}) OR e.claim_id IN (SELECT id FROM claims WHERE speaker IN ({0})))"
_TYPE = "e.type IN ({})"


def _conditions(view: View) -> tuple[str, list[str]]:
    """The filters as SQL that goes on after a condition, and its parameters."""
    where, params = "", list[str]()
    # A speaker's ids stand in two places.
    asked = (_CLAIM, view.claims, 1), (_SPEAKER, view.speakers, 2), (_TYPE, view.types, 1)
    for sql, values, times in asked:
        if values:
            where += f" AND {sql.format(db.marks(values))}"
            params += [*values] * times
    return where, params
