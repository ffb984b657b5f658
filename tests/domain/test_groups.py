"""Groups in words: titles and names, few of many, and what is left when a redaction took them."""

import pytest

from factcheck.domain.documents import corroboration
from factcheck.domain.groups import group_documents
from factcheck.domain.projections import fold
from factcheck.domain.vocabulary import Stance, Subject
from tests.domain.ledgers import Ledger


@pytest.fixture
def ledger() -> Ledger:
    started = Ledger()
    started.claim()
    return started


def link(ledger: Ledger, name: str, **source: object) -> None:
    """A link to a source that is called by the name, as both ids are."""
    ledger.source(name, **{"title": name.capitalize(), **source})
    ledger.evidence(f"link-{name}", source=name)


def cite(ledger: Ledger, source: str, origin: str) -> None:
    ledger.add(Subject.CITATION, f"{source}-{origin}", source=source, origin=origin, kind="quotes", reason=None)


def said(ledger: Ledger) -> list[str]:
    view = fold(ledger.changes).view("claim")
    return [str(group["detail"]) for group in group_documents(view, corroboration(view, Stance.SUPPORTS))]


def test_a_link_on_its_own_is_one_witness(ledger: Ledger) -> None:
    link(ledger, "report", is_origin=True)
    assert said(ledger) == ['"Report" is one witness.']


def test_of_many_links_the_first_are_named_and_the_others_counted(ledger: Ledger) -> None:
    ledger.source("wire", title="The wire", is_origin=True)
    for name in ("a", "b", "c", "d", "e"):
        link(ledger, name)
        cite(ledger, name, "wire")
    assert said(ledger) == ['"A", "B", "C" and 2 more are one witness: the origin "The wire" joins them.']


def test_origins_and_publishers_join_together(ledger: Ledger) -> None:
    ledger.add(Subject.PUBLISHER, "house", name="Holding", url=None, owner=None)
    for origin in ("wire", "court"):
        ledger.source(origin, title=origin, is_origin=True)
        for name in ("a", "b"):
            cite(ledger, name, origin)
    for name, publisher in (("a", None), ("b", "house"), ("c", "house")):
        link(ledger, name, is_origin=True, publisher=publisher)
    assert said(ledger) == [
        '"A", "B" and "C" are one witness: the origins "court" and "wire" and the publisher "Holding" join them.'
    ]


def test_links_that_do_not_count_say_why_together(ledger: Ledger) -> None:
    for name in ("a", "b", "c", "d"):
        link(ledger, name)
    for name in ("a", "b"):
        ledger.add(Subject.APPEARANCE, f"appearance-{name}", claim="claim", source=name)
    assert said(ledger) == [
        '"A" and "B" do not count: the claim was made in them, or in what they rely on.',
        '"C" and "D" do not count: no reviewer has marked where they come from.',
    ]


def test_a_source_without_a_title_goes_by_its_address_or_its_id(ledger: Ledger) -> None:
    link(ledger, "page", title=None, url="https://a.test/", is_origin=True)
    link(ledger, "erased", title=None, is_origin=True)
    assert sorted(said(ledger)) == ['"https://a.test/" is one witness.', "source erased is one witness."]
