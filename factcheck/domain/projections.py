"""State from events: `fold` gives what the tables hold, at any point of the ledger."""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from factcheck.domain.entities import Entity
from factcheck.domain.views import PARTS, ClaimView, Shelf, claims_of, view_of
from factcheck.domain.vocabulary import Subject


@dataclass(frozen=True, slots=True)
class Change:
    """One event as the fold reads it; `values` are the fields after it, empty where they were erased."""

    seq: int
    recorded_at: str
    actor: str
    subject_type: str
    subject_id: str
    values: Mapping[str, Any]


Keep = Callable[[str], MutableMapping[str, Any]]
"""Makes the mapping that holds a kind of thing, JSON values by id. Nobody changes a value in its place, and what one
gives need not be the object that it was given."""


class State:
    """All entities after some prefix of the ledger, by kind and id; in memory, unless they are to be kept elsewhere."""

    def __init__(self, keep: Keep = lambda _: {}) -> None:
        self.entities: dict[str, MutableMapping[str, dict[str, Any]]] = {subject: keep(subject) for subject in Subject}
        # Of each claim the ids of its parts, as keys, by their kind; of each source the citations that it makes.
        self._parts: MutableMapping[str, dict[str, dict[str, bool]]] = keep("parts")
        self._citations: MutableMapping[str, list[Entity]] = keep("citations")

    def apply(self, change: Change) -> dict[str, Any]:
        """Take one event in; gives what the fields that it sets held before (None for new ones)."""
        held = self.entities[change.subject_type]
        entity = held.get(change.subject_id)
        if entity is None:
            entity = {"id": change.subject_id, "created_at": change.recorded_at, "created_by": change.actor}
        before = {name: entity.get(name) for name in change.values}
        now = {**entity, **change.values, "updated_at": change.recorded_at, "seq": change.seq}
        held[change.subject_id] = now
        self._unlink(change, entity)
        self._link(change, now)
        return before

    def claim_ids(self) -> Iterator[str]:
        return iter(self.entities[Subject.CLAIM])

    def view(self, claim_id: str) -> ClaimView:
        """What the claim's document is made of; raises KeyError where there is no such claim yet."""
        claim = self.entities[Subject.CLAIM][claim_id]
        found = self._parts.get(claim_id, {})
        parts = {subject: [self.entities[subject][one] for one in found.get(subject, ())] for subject in PARTS}
        return view_of(claim, parts, self._shelf())

    def _shelf(self) -> Shelf:
        return Shelf(
            speakers=self.entities[Subject.SPEAKER],
            sources=self.entities[Subject.SOURCE],
            publishers=self.entities[Subject.PUBLISHER],
            accounts=self.entities[Subject.ACCOUNT],
            citations=self._citations,
        )

    def _link(self, change: Change, entity: Entity) -> None:
        if change.subject_type == Subject.CITATION:
            self._citations[entity["source"]] = [*self._citations.get(entity["source"], ()), entity]
        elif change.subject_type in PARTS:
            for claim_id in claims_of(entity):
                parts = self._parts.get(claim_id, {})
                those = {**parts.get(change.subject_type, {}), change.subject_id: True}
                self._parts[claim_id] = {**parts, change.subject_type: those}

    def _unlink(self, change: Change, entity: Entity) -> None:
        if change.subject_type == Subject.CITATION and entity.get("source"):
            citations = self._citations[entity["source"]]
            self._citations[entity["source"]] = [one for one in citations if one["id"] != entity["id"]]
        elif change.subject_type in PARTS:
            for claim_id in claims_of(entity):
                parts = self._parts[claim_id]
                those = {one: True for one in parts[change.subject_type] if one != change.subject_id}
                self._parts[claim_id] = {**parts, change.subject_type: those}


def fold(changes: Iterable[Change]) -> State:
    """The state after these events, which come in the order of the ledger."""
    state = State()
    for change in changes:
        state.apply(change)
    return state
