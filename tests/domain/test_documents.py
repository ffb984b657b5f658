"""The claim as readers get it: what is shown, what is not, and in which order."""

from typing import Any

import pytest

from factcheck.domain.documents import claim_document, corroboration_document, status_document
from factcheck.domain.projections import fold
from factcheck.domain.vocabulary import Subject
from tests.domain.ledgers import Ledger

Json = dict[str, Any]


@pytest.fixture
def ledger() -> Ledger:
    """A claim by nobody in particular, a source and a reviewer."""
    started = Ledger()
    started.account()
    started.source()
    started.claim()
    return started


def document(ledger: Ledger, claim_id: str = "claim") -> Json:
    return claim_document(fold(ledger.changes).view(claim_id))


def status(ledger: Ledger) -> Json:
    return status_document(fold(ledger.changes).view("claim"))


def test_a_new_claim_has_every_field_of_the_contract_but_the_installations_address(ledger: Ledger) -> None:
    shown = document(ledger)
    promised = """id text quote kind speaker speaker_role relayed_by claim_date event_date place language topics context
        source appearances status workflow verdict verdicts evidence corroboration relations replies merged_into
        correction_count created_at updated_at seq"""
    assert set(promised.split()) <= set(shown)
    assert "url" not in shown


def test_a_new_claim_is_empty_and_unreviewed(ledger: Ledger) -> None:
    shown = document(ledger)
    empty = ("appearances", "verdicts", "evidence", "relations", "replies", "topics")
    assert [shown[name] for name in empty] == [[]] * len(empty)
    assert (shown["status"], shown["workflow"], shown["verdict"]) == ("unreviewed", "unreviewed", None)
    nothing = {"links": 0, "publishers": 0, "independent_origins": 0, "origin_unknown": 0}
    assert shown["corroboration"] == {"supports": nothing, "refutes": nothing}


def test_a_proposed_verdict_is_not_shown(ledger: Ledger) -> None:
    ledger.verdict(state="proposed", published_at=None)
    shown = document(ledger)
    assert (shown["status"], shown["verdicts"], shown["verdict"]) == ("in_review", [], None)


@pytest.mark.parametrize("state", ["rejected", "superseded"])
def test_a_proposal_that_was_never_published_is_not_shown_later_either(ledger: Ledger, state: str) -> None:
    ledger.verdict(state=state, published_at=None)
    assert document(ledger)["verdicts"] == []


@pytest.mark.parametrize("state", ["superseded", "void"])
def test_a_verdict_that_was_published_stays_in_the_open(ledger: Ledger, state: str) -> None:
    ledger.verdict(state=state)
    assert [one["state"] for one in document(ledger)["verdicts"]] == [state]


def test_the_deciding_verdict_is_shown_with_its_reviewer(ledger: Ledger) -> None:
    ledger.verdict(rating="refuted", label="Mostly false")
    shown = document(ledger)["verdict"]
    assert (shown["rating"], shown["label"]) == ("refuted", "Mostly false")
    assert shown["reviewer"] == {"id": "reviewer", "name": "A reviewer"}


def test_approvals_are_counted_and_not_named(ledger: Ledger) -> None:
    ledger.verdict(approvals=["one", "another"])
    assert document(ledger)["verdict"]["approvals"] == 2


def test_corrections_stand_at_their_verdict_and_are_counted_at_the_claim(ledger: Ledger) -> None:
    ledger.verdict()
    changes = {"justification": {"before": None, "after": "Because."}}
    ledger.add(
        Subject.CORRECTION,
        "correction",
        claim="claim",
        verdict="verdict",
        type="minor",
        reason="Left out",
        changes=changes,
    )
    shown = document(ledger)
    assert [one["changes"] for one in shown["verdict"]["corrections"]] == [changes]
    assert shown["correction_count"] == 1


def test_retracted_evidence_is_neither_shown_nor_counted(ledger: Ledger) -> None:
    ledger.evidence()
    ledger.add(Subject.EVIDENCE, "evidence", retracted=True)
    shown = document(ledger)
    assert (shown["evidence"], shown["corroboration"]["supports"]["links"]) == ([], 0)


def test_evidence_has_its_source_and_the_state_of_its_link(ledger: Ledger) -> None:
    ledger.evidence(note="A note")
    ledger.add(Subject.SOURCE, "source", link_state="dead")
    [shown] = document(ledger)["evidence"]
    assert (shown["source"]["title"], shown["note"], shown["link_state"]) == ("A report", "A note", "dead")


def test_evidence_is_counted_for_its_own_stance_alone(ledger: Ledger) -> None:
    for number, stance in enumerate(("supports", "supports", "refutes", "mentions")):
        ledger.source(f"source-{number}", is_origin=True)
        ledger.evidence(f"evidence-{number}", source=f"source-{number}", stance=stance)
    counted = document(ledger)["corroboration"]
    assert {stance: found["independent_origins"] for stance, found in counted.items()} == {"supports": 2, "refutes": 1}


def test_parts_come_oldest_first(ledger: Ledger) -> None:
    for evidence in ("evidence-b", "evidence-a", "evidence-c"):
        ledger.evidence(evidence, stance="mentions")
    assert [one["id"] for one in document(ledger)["evidence"]] == ["evidence-a", "evidence-b", "evidence-c"]


def test_the_appearance_that_is_the_claims_source_is_the_first(ledger: Ledger) -> None:
    ledger.add(Subject.CLAIM, "claim", source="source")
    ledger.source("later")
    for number, source in enumerate(("source", "later")):
        ledger.add(Subject.APPEARANCE, f"appearance-{number}", claim="claim", source=source)
    assert [one["first"] for one in document(ledger)["appearances"]] == [True, False]


def test_a_relation_is_outgoing_at_one_end_and_incoming_at_the_other(ledger: Ledger) -> None:
    ledger.claim("other")
    ledger.add(Subject.RELATION, "relation", claim="claim", other="other", kind="narrower", note="Why")
    [here], [there] = document(ledger)["relations"], document(ledger, "other")["relations"]
    assert (here["direction"], here["claim"]) == ("outgoing", "other")
    assert (there["direction"], there["claim"]) == ("incoming", "claim")


def test_the_version_is_that_of_whatever_changed_last(ledger: Ledger) -> None:
    ledger.evidence()
    assert document(ledger)["seq"] == 4
    changed = ledger.add(Subject.SOURCE, "source", title="Another title")
    shown = document(ledger)
    assert (shown["seq"], shown["updated_at"]) == (changed.seq, changed.recorded_at)


def test_a_change_of_something_that_the_claim_does_not_show_leaves_its_version(ledger: Ledger) -> None:
    before = document(ledger)
    ledger.source("unrelated")
    assert document(ledger) == before


def test_the_status_says_in_small_what_the_document_says(ledger: Ledger) -> None:
    ledger.verdict(rating="refuted", label="False")
    small, whole = status(ledger), document(ledger)
    assert (small["status"], small["rating"], small["label"]) == ("refuted", "refuted", "False")
    assert (small["verdicts"], small["disputed"]) == (1, False)
    assert {name: small[name] for name in ("id", "seq", "updated_at")}.items() <= whole.items()


def test_a_disputed_claim_has_no_rating(ledger: Ledger) -> None:
    ledger.account("second")
    ledger.verdict(rating="refuted")
    ledger.verdict("verdict-2", reviewer="second", rating="supported")
    small = status(ledger)
    assert (small["status"], small["disputed"], small["rating"], small["label"]) == ("disputed", True, None, None)
    assert small["verdicts"] == 2


def test_the_corroboration_shows_groups_and_the_graph(ledger: Ledger) -> None:
    ledger.source("wire", title="The wire", is_origin=True)
    ledger.add(Subject.CITATION, "citation", source="source", origin="wire", kind="quotes", reason=None)
    ledger.evidence()
    shown = corroboration_document(fold(ledger.changes).view("claim"))
    assert [group["origins"] for group in shown["supports"]["groups"]] == [["wire"]]
    assert [(node["id"], node["is_origin"]) for node in shown["graph"]["nodes"]] == [("source", None), ("wire", True)]
    said = {"reason": None, "created_at": "2024-10-24T00:00:05.000000Z", "created_by": "reviewer"}
    assert shown["graph"]["edges"] == [{"source": "source", "origin": "wire", "kind": "quotes", **said}]


def test_what_older_events_did_not_say_is_null(ledger: Ledger) -> None:
    ledger.verdict()
    ledger.evidence()
    view = fold(ledger.changes).view("claim")
    assert claim_document(view)["verdict"]["override_reason"] is None
    [node] = corroboration_document(view)["graph"]["nodes"]
    assert (node["origin_marked_by"], node["origin_marked_at"]) == (None, None)


def test_a_node_says_who_marked_it_and_when(ledger: Ledger) -> None:
    ledger.evidence()
    marked_at = "2024-10-24T00:00:09.000000Z"
    ledger.add(Subject.SOURCE, "source", is_origin=True, origin_marked_by="reviewer", origin_marked_at=marked_at)
    [node] = corroboration_document(fold(ledger.changes).view("claim"))["graph"]["nodes"]
    assert node["origin_marked_by"] == {"id": "reviewer", "name": "A reviewer"}
    assert node["origin_marked_at"] == marked_at
