"""What the ledger's events add up to, held against the entities as the tables have them. Any number of events in
little memory: changes go to a temporary database on disk, and come back sorted by what they are about."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from factcheck.ledger import scratch
from factcheck.ledger.canonical import canonical
from factcheck.ledger.event import Envelope
from factcheck.ledger.report import plain, shown

_TABLE = "CREATE TABLE changes (subject_type, subject_id, seq, recorded_at, actor, payload)"
_INSERT = "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)"
_SORTED = "SELECT * FROM changes ORDER BY subject_type, subject_id, seq"
_BATCH_BYTES = 1024 * 1024
"""Of payloads that wait to be written together; an event counts some bytes more, so that there are not too many."""
_EVENT_BYTES = 200


_written = json.JSONEncoder(sort_keys=True).encode
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Folded:
    """An entity as its events give it, None where one of them is withheld; `seq` is the newest of them."""

    key: _Key
    seq: int
    entity: dict[str, Any] | None


class States:
    """First every event is added, then every stored entity is compared, then `missing` tells what is left.

    `compared` counts the entities that could be held against their events, `hidden` those that could not.
    """

    def __init__(self) -> None:
        self.compared = 0
        self.hidden = 0
        self._database = scratch.table(_TABLE)
        self._waiting: list[tuple[object, ...]] = []
        self._waiting_bytes = 0
        self._folded: Iterator[Folded] | None = None
        self._next: Folded | None = None
        self._last: _Key = ("", "")

    def add(self, envelope: Envelope, payload: bytes | None) -> None:
        """An event with its canonical payload, of which `set` counts; None where it is withheld."""
        e = envelope
        self._waiting.append((e.subject_type, e.subject_id, e.seq, e.recorded_at, e.actor, payload))
        self._waiting_bytes += len(payload or b"") + _EVENT_BYTES
        if self._waiting_bytes >= _BATCH_BYTES:
            self._write()

    def compare(self, subject_type: str, stored: Mapping[str, Any]) -> Iterator[str]:
        """In what a stored entity differs from its events; they come sorted by type and id."""
        key = (subject_type, stored["id"])
        name = f"{plain(subject_type)} {plain(stored['id'])}"
        if key <= self._last:
            yield f"{name} stands twice or out of order"
            return
        self._last = key
        yield from self._missing_before(key)
        found = self._next
        if found is None or found.key != key:
            yield f"{name} stands in the tables and not in the ledger"
            return
        self._advance()
        if found.entity is None:
            self.hidden += 1
            return
        self.compared += 1
        yield from _differences(f"{name}, as of event {found.seq}", stored, found.entity)

    def missing(self) -> Iterator[str]:
        """Entities that no stored one was compared with, after the last of those."""
        yield from self._missing_before(None)

    def _missing_before(self, key: _Key | None) -> Iterator[str]:
        if self._folded is None:
            self._write()
            self._folded = _fold(self._database.execute(_SORTED))
            self._advance()
        while self._next is not None and (key is None or self._next.key < key):
            # What is withheld is no entity for the public yet.
            if self._next.entity is None:
                self.hidden += 1
            else:
                name = " ".join(map(plain, self._next.key))
                yield f"{name}, as of event {self._next.seq}: it stands in the ledger and not in the tables"
            self._advance()

    def _advance(self) -> None:
        assert self._folded is not None, "the fold has begun"
        self._next = next(self._folded, None)

    def _write(self) -> None:
        self._database.executemany(_INSERT, self._waiting)
        self._waiting.clear()
        self._waiting_bytes = 0


def _fold(changes: Iterator[tuple[Any, ...]]) -> Iterator[Folded]:
    """Entities from changes that are sorted by what they are about; `domain.projections.State.apply` folds so too."""
    for key, group in groupby(changes, key=lambda change: (change[0], change[1])):
        entity: dict[str, Any] | None = {}
        seq = 0
        for _, subject_id, seq, recorded_at, actor, payload in group:
            if payload is None or entity is None:
                entity = None
                continue
            if not entity:
                entity.update(id=subject_id, created_at=recorded_at, created_by=actor)
            entity.update(json.loads(payload)["set"], updated_at=recorded_at, seq=seq)
        yield Folded(key, seq, entity)


def _differences(name: str, stored: Mapping[str, Any], entity: Mapping[str, Any]) -> Iterator[str]:
    if _known(stored) == _known(entity):
        return
    # What is written differently can still be the same number.
    for field in sorted(stored.keys() | entity.keys()):
        here, there = stored.get(field), entity.get(field)
        if canonical(here) != canonical(there):
            yield f"{name}: {plain(field)} is {shown(here)} in the tables, {shown(there)} in the ledger"


def _known(entity: Mapping[str, Any]) -> str:
    """What is unknown is null in one place and left out in another."""
    return _written({field: value for field, value in entity.items() if value is not None})
