"""How a claim's status follows from its verdicts: the contract, a sentence a test."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.domain.status import standing
from factcheck.domain.vocabulary import Rating, Status, VerdictState, Workflow
from tests.thoroughness import times

Verdict = dict[str, Any]


def verdict(
    rating: Rating = Rating.SUPPORTED,
    *,
    number: int = 1,
    state: VerdictState = VerdictState.PUBLISHED,
    final: bool = False,
) -> Verdict:
    """The `number`-th verdict that arrived, each by a reviewer of its own."""
    never_public = state in (VerdictState.PROPOSED, VerdictState.REJECTED)
    return {
        "id": f"verdict-{number:02}",
        "reviewer": f"reviewer-{number:02}",
        "rating": rating,
        "state": state,
        "final": final,
        "published_at": None if never_public else f"2024-10-{number:02}T00:00:00.000000Z",
    }


def status(*verdicts: Verdict, taken: bool = False) -> Status:
    return standing(verdicts, taken=taken).status


def test_a_claim_without_verdicts_is_unreviewed() -> None:
    assert status() == Status.UNREVIEWED


def test_a_claim_that_a_reviewer_has_taken_is_in_review() -> None:
    assert status(taken=True) == Status.IN_REVIEW


def test_a_claim_with_a_proposed_verdict_is_in_review() -> None:
    assert status(verdict(state=VerdictState.PROPOSED)) == Status.IN_REVIEW


def test_a_rejected_proposal_leaves_no_trace_on_the_status() -> None:
    assert status(verdict(state=VerdictState.REJECTED)) == Status.UNREVIEWED


def test_a_proposal_next_to_a_published_verdict_changes_nothing_yet() -> None:
    proposed = verdict(Rating.REFUTED, number=2, state=VerdictState.PROPOSED)
    assert status(verdict(Rating.SUPPORTED), proposed) == Status.SUPPORTED


@pytest.mark.parametrize("rating", Rating)
def test_the_rating_that_all_agree_on_is_the_status(rating: Rating) -> None:
    assert status(verdict(rating, number=1), verdict(rating, number=2)) == Status(rating)


def test_reviewers_who_disagree_leave_the_claim_disputed_and_nobody_decides() -> None:
    found = standing([verdict(Rating.SUPPORTED), verdict(Rating.REFUTED, number=2)], taken=False)
    assert (found.status, found.deciding) == (Status.DISPUTED, None)


def test_a_majority_does_not_settle_a_dispute() -> None:
    agreeing = [verdict(Rating.REFUTED, number=number) for number in range(2, 6)]
    assert status(verdict(Rating.SUPPORTED), *agreeing) == Status.DISPUTED


def test_a_superseded_verdict_does_not_count() -> None:
    older = verdict(Rating.SUPPORTED, state=VerdictState.SUPERSEDED)
    assert status(older, verdict(Rating.REFUTED, number=2)) == Status.REFUTED


def test_a_ruling_decides_a_dispute() -> None:
    ruling = verdict(Rating.OUTDATED, number=3, final=True)
    found = standing([verdict(Rating.SUPPORTED), verdict(Rating.REFUTED, number=2), ruling], taken=False)
    assert (found.status, found.deciding) == (Status.OUTDATED, ruling)


def test_a_verdict_after_the_ruling_does_not_undo_it() -> None:
    ruling = verdict(Rating.OUTDATED, number=1, final=True)
    assert status(ruling, verdict(Rating.SUPPORTED, number=2)) == Status.OUTDATED


def test_a_proposed_ruling_does_not_decide() -> None:
    ruling = verdict(Rating.OUTDATED, number=3, final=True, state=VerdictState.PROPOSED)
    assert status(verdict(Rating.SUPPORTED), verdict(Rating.REFUTED, number=2), ruling) == Status.DISPUTED


def test_rulings_that_differ_leave_the_claim_disputed() -> None:
    rulings = [verdict(Rating.SUPPORTED, final=True), verdict(Rating.REFUTED, number=2, final=True)]
    assert status(*rulings) == Status.DISPUTED


def test_a_voided_ruling_falls_back_to_what_is_left() -> None:
    voided = verdict(Rating.OUTDATED, number=3, final=True, state=VerdictState.VOID)
    assert status(verdict(Rating.SUPPORTED), verdict(Rating.REFUTED, number=2), voided) == Status.DISPUTED
    assert status(verdict(Rating.SUPPORTED), voided) == Status.SUPPORTED


def test_a_voided_verdict_settles_the_dispute_that_it_made() -> None:
    voided = verdict(Rating.REFUTED, number=2, state=VerdictState.VOID)
    assert status(verdict(Rating.SUPPORTED), voided) == Status.SUPPORTED


def test_a_claim_whose_only_verdict_was_voided_is_void() -> None:
    assert status(verdict(state=VerdictState.VOID)) == Status.VOID


def test_of_verdicts_that_agree_the_newest_decides() -> None:
    older, newer = verdict(number=1), verdict(number=2)
    assert standing([newer, older], taken=False).deciding == newer


def test_only_published_verdicts_are_counted() -> None:
    states = [*VerdictState, VerdictState.PUBLISHED]
    found = standing([verdict(number=number, state=state) for number, state in enumerate(states, 1)], taken=False)
    assert found.published == 2


def test_workflow_is_a_field_of_its_own() -> None:
    assert standing([], taken=False).workflow == Workflow.UNREVIEWED
    assert standing([], taken=True).workflow == Workflow.IN_REVIEW
    assert standing([verdict()], taken=False).workflow == Workflow.REVIEWED
    reopened = standing([verdict(Rating.REFUTED)], taken=True)
    assert (reopened.status, reopened.workflow) == (Status.REFUTED, Workflow.IN_REVIEW)


_ratings = st.sampled_from([Rating.SUPPORTED, Rating.REFUTED, Rating.OUTDATED])
_conclusions = st.lists(st.tuples(_ratings, st.sampled_from(VerdictState), st.booleans()), max_size=6)


def _arriving(conclusions: Sequence[tuple[Rating, VerdictState, bool]]) -> list[Verdict]:
    """These conclusions as verdicts that arrived in this order: ids and times grow with it."""
    return [verdict(r, number=number, state=s, final=f) for number, (r, s, f) in enumerate(conclusions, 1)]


@given(st.data(), _conclusions, st.booleans())
@settings(max_examples=times(100, 20), deadline=None)
def test_any_order_of_arrival_gives_the_same_status(
    data: st.DataObject, conclusions: list[tuple[Rating, VerdictState, bool]], taken: bool
) -> None:
    one = standing(_arriving(conclusions), taken=taken)
    other = standing(_arriving(data.draw(st.permutations(conclusions))), taken=taken)
    assert (other.status, other.workflow, other.published) == (one.status, one.workflow, one.published)


@given(st.data(), _conclusions, st.booleans())
@settings(max_examples=times(100, 20), deadline=None)
def test_the_order_in_which_verdicts_are_read_changes_nothing(
    data: st.DataObject, conclusions: list[tuple[Rating, VerdictState, bool]], taken: bool
) -> None:
    verdicts = _arriving(conclusions)
    assert standing(data.draw(st.permutations(verdicts)), taken=taken) == standing(verdicts, taken=taken)


@given(_conclusions, st.booleans())
@settings(max_examples=times(50, 10), deadline=None)
def test_whatever_decides_is_published_and_has_the_rating_of_the_status(
    conclusions: list[tuple[Rating, VerdictState, bool]], taken: bool
) -> None:
    found = standing(_arriving(conclusions), taken=taken)
    if found.deciding is None:
        assert found.status in (Status.UNREVIEWED, Status.IN_REVIEW, Status.DISPUTED, Status.VOID)
    else:
        assert found.deciding["state"] == VerdictState.PUBLISHED
        assert found.status == Status(found.deciding["rating"])
