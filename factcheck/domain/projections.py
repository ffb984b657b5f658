"""State from events: `fold` gives what the tables hold, at any point of the ledger."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
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


class State:
    """All entities after some prefix of the ledger, by kind and id."""

    def __init__(self) -> None:
        self.entities: dict[str, dict[str, dict[str, Any]]] = {subject: {} for subject in Subject}
        self._parts: dict[str, dict[Subject, dict[str, Entity]]] = defaultdict(
            lambda: {subject: {} for subject in PARTS}
        )
        self._citations: dict[str, list[Entity]] = defaultdict(list)

    def apply(self, change: Change) -> dict[str, Any]:
        """Take one event in; gives what the fields that it sets held before (None for new ones)."""
        entity = self.entities[change.subject_type].setdefault(change.subject_id, {})
        if not entity:
            entity.update(id=change.subject_id, created_at=change.recorded_at, created_by=change.actor)
        before = {name: entity.get(name) for name in change.values}
        self._unlink(change.subject_type, entity)
        entity.update(change.values, updated_at=change.recorded_at, seq=change.seq)
        self._link(change.subject_type, entity)
        return before

    def claim_ids(self) -> Iterator[str]:
        return iter(self.entities[Subject.CLAIM])

    def view(self, claim_id: str) -> ClaimView:
        """What the claim's document is made of; raises KeyError where there is no such claim yet."""
        claim = self.entities[Subject.CLAIM][claim_id]
        parts = {subject: found.values() for subject, found in self._parts[claim_id].items()}
        return view_of(claim, parts, self._shelf())

    def _shelf(self) -> Shelf:
        return Shelf(
            speakers=self.entities[Subject.SPEAKER],
            sources=self.entities[Subject.SOURCE],
            publishers=self.entities[Subject.PUBLISHER],
            accounts=self.entities[Subject.ACCOUNT],
            citations=self._citations,
        )

    def _link(self, subject: str, entity: dict[str, Any]) -> None:
        if subject == Subject.CITATION:
            self._citations[entity["source"]].append(entity)
        elif subject in PARTS:
            for claim_id in claims_of(entity):
                self._parts[claim_id][Subject(subject)][entity["id"]] = entity

    def _unlink(self, subject: str, entity: dict[str, Any]) -> None:
        if subject == Subject.CITATION and entity.get("source"):
            self._citations[entity["source"]].remove(entity)
        elif subject in PARTS:
            for claim_id in claims_of(entity):
                self._parts[claim_id][Subject(subject)].pop(entity["id"], None)


def fold(changes: Iterable[Change]) -> State:
    """The state after these events, which come in the order of the ledger."""
    state = State()
    for change in changes:
        state.apply(change)
    return state
