"""State from events: what a fold keeps, what it forgets, and where a part belongs."""

import pytest

from factcheck.domain.projections import State, fold
from factcheck.domain.vocabulary import Subject
from tests.domain.ledgers import Ledger


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def test_no_events_give_an_empty_record(ledger: Ledger) -> None:
    assert fold(ledger.changes).entities == {subject: {} for subject in Subject}


def test_an_entity_has_what_its_first_event_set_and_when_and_by_whom(ledger: Ledger) -> None:
    ledger.claim(text="As submitted")
    claim = fold(ledger.changes).entities[Subject.CLAIM]["claim"]
    assert (claim["id"], claim["text"], claim["created_by"]) == ("claim", "As submitted", "reviewer")
    assert claim["created_at"] == claim["updated_at"] == "2024-10-24T00:00:01.000000Z"
    assert claim["seq"] == 1


def test_a_later_event_changes_its_fields_and_leaves_the_others(ledger: Ledger) -> None:
    ledger.claim(text="As submitted", place="Rome")
    ledger.add(Subject.CLAIM, "claim", "editor", text="As amended")
    claim = fold(ledger.changes).entities[Subject.CLAIM]["claim"]
    assert (claim["text"], claim["place"], claim["created_by"], claim["seq"]) == ("As amended", "Rome", "reviewer", 2)
    assert (claim["created_at"], claim["updated_at"]) == ("2024-10-24T00:00:01.000000Z", "2024-10-24T00:00:02.000000Z")


def test_an_event_that_sets_nothing_still_gives_a_new_version(ledger: Ledger) -> None:
    ledger.claim()
    ledger.add(Subject.CLAIM, "claim")
    assert fold(ledger.changes).entities[Subject.CLAIM]["claim"]["seq"] == 2


def test_taking_an_event_in_gives_what_stood_there_before(ledger: Ledger) -> None:
    state = State()
    assert state.apply(ledger.add(Subject.PUBLISHER, "house", name="Morning")) == {"name": None}
    assert state.apply(ledger.add(Subject.PUBLISHER, "house", name="Evening")) == {"name": "Morning"}


def test_a_fold_up_to_an_event_knows_nothing_of_later_ones(ledger: Ledger) -> None:
    ledger.claim(text="As submitted")
    ledger.add(Subject.CLAIM, "claim", text="As amended")
    assert fold(ledger.changes[:1]).entities[Subject.CLAIM]["claim"]["text"] == "As submitted"


def test_a_claims_view_has_its_parts_and_no_others(ledger: Ledger) -> None:
    for claim in ("claim", "other"):
        ledger.claim(claim)
    ledger.source()
    ledger.evidence("mine")
    ledger.evidence("theirs", claim="other")
    parts = fold(ledger.changes).view("claim").parts
    assert [link["id"] for link in parts[Subject.EVIDENCE]] == ["mine"]


def test_a_part_that_moves_leaves_the_claim_that_it_was_at(ledger: Ledger) -> None:
    for claim in ("claim", "other"):
        ledger.claim(claim)
    ledger.source()
    ledger.evidence()
    ledger.add(Subject.EVIDENCE, "evidence", claim="other")
    state = fold(ledger.changes)
    assert [len(state.view(claim).parts[Subject.EVIDENCE]) for claim in ("claim", "other")] == [0, 1]


def test_a_relation_stands_in_both_claims(ledger: Ledger) -> None:
    for claim in ("claim", "other", "third"):
        ledger.claim(claim)
    ledger.add(Subject.RELATION, "relation", claim="claim", other="other", kind="narrower", note=None)
    state = fold(ledger.changes)
    assert [len(state.view(one).parts[Subject.RELATION]) for one in ("claim", "other", "third")] == [1, 1, 0]


def test_a_view_has_the_sources_that_its_own_rely_on_with_publishers_and_their_owners(ledger: Ledger) -> None:
    ledger.claim()
    ledger.add(Subject.PUBLISHER, "holding", name="Holding", url=None, owner=None)
    ledger.add(Subject.PUBLISHER, "morning", name="Morning", url=None, owner="holding")
    for source in ("paper", "wire", "unrelated"):
        ledger.source(source, publisher="morning" if source == "wire" else None)
    ledger.add(Subject.CITATION, "citation", source="paper", origin="wire", kind="republishes", reason=None)
    ledger.evidence(source="paper")
    view = fold(ledger.changes).view("claim")
    assert set(view.sources) == {"paper", "wire"}
    assert set(view.publishers) == {"morning", "holding"}
    assert [citation["id"] for citation in view.citations] == ["citation"]


def test_a_claim_that_is_not_there_yet_has_no_view(ledger: Ledger) -> None:
    with pytest.raises(KeyError):
        fold(ledger.changes).view("claim")
