"""How a claim's status follows from its verdicts. Order of arrival never changes the status."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from factcheck.domain.entities import Entity
from factcheck.domain.vocabulary import Status, VerdictState, Workflow


@dataclass(frozen=True, slots=True)
class Standing:
    """A claim's status, how far the work is, and the verdict that decided (None where none does)."""

    status: Status
    workflow: Workflow
    deciding: Entity | None
    published: int


def standing(verdicts: Iterable[Entity], *, taken: bool) -> Standing:
    """Derive the standing from the verdicts of one claim; `taken` says whether a reviewer works on it.

    Each reviewer has at most one published verdict: a newer one supersedes the older when it is posted.
    Rulings (`final`) outweigh all others; rulings that differ leave the claim disputed, so that neither
    order nor rank decides between editors in silence.
    """
    verdicts = list(verdicts)
    published = [verdict for verdict in verdicts if verdict["state"] == VerdictState.PUBLISHED]
    waiting = taken or any(verdict["state"] == VerdictState.PROPOSED for verdict in verdicts)
    if published:
        deciding = _deciding([verdict for verdict in published if verdict["final"]] or published)
        status = Status(deciding["rating"]) if deciding else Status.DISPUTED
        workflow = Workflow.IN_REVIEW if waiting else Workflow.REVIEWED
        return Standing(status, workflow, deciding, len(published))
    if waiting:
        return Standing(Status.IN_REVIEW, Workflow.IN_REVIEW, None, 0)
    if any(verdict["state"] == VerdictState.VOID for verdict in verdicts):
        return Standing(Status.VOID, Workflow.REVIEWED, None, 0)
    return Standing(Status.UNREVIEWED, Workflow.UNREVIEWED, None, 0)


def _deciding(verdicts: Sequence[Entity]) -> Entity | None:
    """The newest of verdicts that agree, or None where they do not."""
    if len({verdict["rating"] for verdict in verdicts}) > 1:
        return None
    return max(verdicts, key=lambda verdict: (verdict["published_at"], verdict["id"]))
