"""Moments of the ledger: an event's number, or a time, and what each says of the other."""

from dataclasses import dataclass

from factcheck import clock
from factcheck.domain.errors import NotYet
from factcheck.storage import db, history, journal


@dataclass(frozen=True, slots=True)
class Moment:
    """`seq` is the newest event then, 0 before the first; `time` is the one asked for, or else the event's
    (RFC 3339, UTC; None before the first)."""

    seq: int
    time: str | None


def find(when: int | str) -> Moment:
    """The moment of an event, or of a time (RFC 3339, UTC, six decimals); raises NotYet for the future."""
    if isinstance(when, str):
        if when > clock.timestamp(clock.now()):
            raise NotYet("that is in the future", pointer="/as_of")
        # What a moment shows stays so: a replica can lack events of times after its newest one.
        if not db.database.is_main and when >= journal.head().recorded_at:
            raise NotYet("the replica has not come that far", pointer="/as_of")
        return Moment(history.seq_at(when), when)
    if when > journal.size():
        raise NotYet("the ledger has not come that far", pointer="/as_of")
    row = db.first("SELECT recorded_at FROM events WHERE seq = ?", (when,))
    return Moment(when, row[0] if row else None)
