"""Erased payloads against the events that say so. An event says of which one, and what stands in its place."""

from collections.abc import Iterator
from typing import Any

from factcheck.ledger import scratch
from factcheck.ledger.canonical import canonical
from factcheck.ledger.event import Envelope
from factcheck.ledger.report import shown

REDACTED = "payload.redacted"
"""The type of an event that erases the payload of an earlier one."""

_TABLE = "CREATE TABLE erased (redacted_by INTEGER, seq INTEGER, subject_type, subject_id, stands)"
_INDEX = "CREATE INDEX erased_by ON erased (redacted_by)"
_INSERT = "INSERT INTO erased VALUES (?, ?, ?, ?, ?)"
_OF_EVENT = "SELECT seq, subject_type, subject_id, stands FROM erased WHERE redacted_by = ? ORDER BY seq"
_FORGET = "DELETE FROM erased WHERE redacted_by = ?"
_LEFT = "SELECT seq, redacted_by FROM erased ORDER BY seq"


class Redactions:
    """The erased events that no event has vouched for yet; on disk, so that there may be any number.

    `unread` counts those whose redacting event cannot be read itself.
    """

    def __init__(self) -> None:
        self.unread = 0
        self._database = scratch.table(_TABLE)
        self._database.execute(_INDEX)

    def expect(self, erased: Envelope, redacted_by: int, stands: dict[str, Any]) -> Iterator[str]:
        """Take in an erased event; gives what is wrong with it already."""
        if redacted_by <= erased.seq:
            yield f"event {erased.seq}: it is said to be erased by event {redacted_by}, which is no later one"
            return
        row = (redacted_by, erased.seq, erased.subject_type, erased.subject_id, canonical(stands))
        self._database.execute(_INSERT, row)

    def settle(self, event: Envelope, payload: dict[str, Any] | None) -> Iterator[str]:
        """Hold a redacting event against what it erased; `payload` is None where it cannot be read."""
        erased = self._database.execute(_OF_EVENT, (event.seq,)).fetchall()
        self._database.execute(_FORGET, (event.seq,))
        if payload is None:
            self.unread += len(erased)
            return
        named = payload.get("redacts")
        for seq, subject_type, subject_id, stands in erased:
            if seq != named or (subject_type, subject_id) != (event.subject_type, event.subject_id):
                yield f"event {seq}: it is said to be erased by event {event.seq}, which erases something else"
            elif stands != canonical(payload.get("stands")):
                yield f"event {seq}: something else stands in its place than event {event.seq} says"
        if named not in [seq for seq, *_ in erased]:
            yield f"event {event.seq}: it erases the payload of event {shown(named)}, which is not erased"

    def unsettled(self) -> Iterator[str]:
        """Erased events of which no event says so."""
        for seq, redacted_by in self._database.execute(_LEFT):
            yield f"event {seq}: it is said to be erased by event {redacted_by}, which does not say so"
