"""Suggestions of who relies on whom: made from what was read, counted once a reviewer has said so."""

from pathlib import Path
from typing import Any

import pytest

from factcheck.domain.actors import SERVICE
from factcheck.domain.errors import AlreadyThere, Conflict, Invalid, LoopInCitations
from factcheck.services import claims, evidence, publishers, sources, suggestions
from factcheck.services.claims import corroboration
from factcheck.storage import db
from factcheck.storage.snapshot_files import Store
from tests.callers import actor
from tests.captures import see

pytestmark = pytest.mark.usefixtures("database")

Json = dict[str, Any]

WIRE = """At least 3,000 soldiers have been brought to the east of the country by ship this month, a spokesman said.
They are being trained at three bases, and where they will be sent after that is not known to anybody outside.
The minister refused to comment on the numbers, and the embassy did not answer a letter that asked about them.
Officials in the capital of the neighbour said in the evening that they had seen no sign of any such movement."""
LOCAL = """A ship that carried cattle ran aground near the harbour in the night and was pulled free in the morning.
Nobody on board was hurt, the mayor told the town's radio, and the animals were brought ashore by farmers.
The harbour was closed until noon, and two ferries had to wait outside for the better part of the day."""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "snapshots")


def source(url: str, publisher: str | None = None, **fields: Any) -> str:
    house = {"publisher": {"name": publisher}} if publisher else {}
    return str(sources.add(SERVICE, {"url": url, **house, **fields})["id"])


def read(store: Store, source_id: str, text: str, **says: Any) -> None:
    see(store.directory, source_id, text, **says)


def made(store: Store, source_id: str) -> list[Json]:
    while suggestions.make_some(store, 10):
        pass
    return suggestions.of_source(source_id, None, 100, ())


def short(found: list[Json]) -> list[tuple[Any, ...]]:
    return [(one["kind"], one["basis"], one["origin"], one["publisher"], one["url"]) for one in found]


def test_a_page_that_is_nearly_the_same_republishes_the_earlier_one(store: Store) -> None:
    first = source("https://wire.net/1", published_at="2024-10-23")
    copy = source("https://paper.net/1", published_at="2024-10-24")
    read(store, copy, f"{WIRE}\nOur correspondents contributed to this report from three countries of the region.")
    read(store, first, WIRE)
    [found] = made(store, copy)
    assert (found["kind"], found["basis"], found["origin"]) == ("republishes", "near_identical", first)
    assert found["score"] > 0.9
    assert found["detail"] == f"republishes, {int(found['score'] * 100)}% the same"
    assert made(store, first) == []


def test_other_news_is_nobodys_copy(store: Store) -> None:
    one, other = source("https://wire.net/1"), source("https://paper.net/1")
    read(store, one, WIRE)
    read(store, other, LOCAL)
    assert made(store, one) == made(store, other) == []


def test_a_page_of_the_same_house_suggests_nothing(store: Store) -> None:
    one, other = source("https://a.net/1", "Morning"), source("https://a.net/2", "Morning")
    for page in (one, other):
        read(store, page, WIRE)
    assert made(store, one) == made(store, other) == []


def test_an_owner_is_one_house_with_what_it_owns(store: Store) -> None:
    holding = publishers.add(SERVICE, {"name": "Holding"})["id"]
    for name in ("Morning", "Evening"):
        publishers.add(SERVICE, {"name": name, "owner": holding})
    one, other = source("https://a.net/1", "Morning"), source("https://b.net/1", "Evening")
    for page in (one, other):
        read(store, page, WIRE)
    assert made(store, one) == made(store, other) == []


def test_a_link_to_a_source_that_is_known_is_relied_on(store: Store) -> None:
    briefing, page = source("https://ministry.net/briefing?id=3"), source("https://paper.net/1")
    read(store, page, LOCAL, links=("HTTPS://Ministry.net/briefing?id=3&utm_source=x", "https://nobody.net/"))
    assert short(made(store, page)) == [
        ("based_on", "link", briefing, None, "https://ministry.net/briefing?id=3")
    ]  # fmt: skip


def test_a_credit_to_a_publisher_that_is_known_is_relied_on(store: Store) -> None:
    agency = publishers.add(SERVICE, {"name": "Associated Press"})["id"]
    page = source("https://paper.net/1", "Paper")
    read(store, page, f"SEOUL (AP) — {WIRE}")
    assert short(made(store, page)) == [("based_on", "credit", None, agency, None)]


def test_a_canonical_page_elsewhere_is_republished(store: Store) -> None:
    page = source("https://paper.net/1")
    read(store, page, LOCAL, canonical="https://wire.net/story")
    assert short(made(store, page)) == [("republishes", "canonical", None, None, "https://wire.net/story")]


def test_a_page_is_compared_once_and_then_only_when_it_says_something_else(store: Store) -> None:
    page = source("https://paper.net/1")
    for _ in range(2):
        read(store, page, LOCAL, canonical="https://wire.net/story")
        assert len(made(store, page)) == 1
    read(store, page, f"{LOCAL}\nMore came to be known in the evening.", canonical="https://wire.net/story")
    assert suggestions.backlog() == 1
    assert len(made(store, page)) == 1
    assert db.query("SELECT COUNT(*) FROM events WHERE type = 'suggestion.made'") == [(1,)]


def test_pages_that_take_long_are_left_for_another_round(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggestions, "_LONGEST", -1.0)
    for number in range(3):
        read(store, source(f"https://paper.net/{number}"), f"{LOCAL} {number}")
    assert [suggestions.make_some(store, 10) for _ in range(4)] == [1, 1, 1, 0]


def test_only_what_was_accepted_counts(store: Store) -> None:
    wire, papers = source("https://wire.net/1", is_origin=True), [source(f"https://p{n}.net/") for n in (1, 2)]
    claim = claims.submit(SERVICE, {"text": "Soldiers were sent"})
    for paper in papers:
        evidence.attach(SERVICE, claim, {"source": {"id": paper}, "stance": "supports"})
    for page in (wire, *papers):
        read(store, page, WIRE)
    found = [one for paper in papers for one in made(store, paper)]
    assert [one["origin"] for one in found] == [wire, wire]
    before = corroboration(claim)["supports"]
    assert (before["independent_origins"], before["origin_unknown"]) == (0, 2)
    for one in found:
        accepted = suggestions.accept(actor(name=f"reviewer of {one['id']}"), one["id"], {})
        assert accepted["state"] == "accepted"
        assert accepted["citation"] is not None
    after = corroboration(claim)["supports"]
    assert (after["links"], after["independent_origins"], after["origin_unknown"]) == (2, 1, 0)
    [citation] = sources.citations(papers[0], None, 10)
    assert (citation["kind"], citation["reason"]) == ("republishes", "republishes, 100% the same")


def test_what_was_rejected_does_not_come_back(store: Store) -> None:
    page = source("https://paper.net/1")
    read(store, page, LOCAL, canonical="https://wire.net/story")
    [found] = made(store, page)
    rejected = suggestions.reject(actor(), found["id"], "They wrote it themselves")
    assert (rejected["state"], rejected["reason"]) == ("rejected", "They wrote it themselves")
    read(store, page, f"{LOCAL} And more.", canonical="https://wire.net/story")
    assert [one["state"] for one in made(store, page)] == ["rejected"]
    assert suggestions.of_source(page, None, 10, ["open"]) == []
    with pytest.raises(Conflict):
        suggestions.accept(actor(name="x"), found["id"], {})
    with pytest.raises(Conflict):
        suggestions.reject(actor(name="y"), found["id"], None)


def test_what_was_rejected_does_not_come_back_once_its_page_is_a_source(store: Store) -> None:
    page = source("https://paper.net/1")
    read(store, page, LOCAL, canonical="https://wire.net/story")
    [found] = made(store, page)
    suggestions.reject(actor(), found["id"], None)
    source("https://wire.net/story")
    read(store, page, f"{LOCAL} And more.", canonical="https://wire.net/story")
    assert [one["state"] for one in made(store, page)] == ["rejected"]


def test_another_page_of_the_same_house_is_another_suggestion(store: Store) -> None:
    publishers.add(SERVICE, {"name": "Wire", "url": "https://wire.net/"})
    page = source("https://paper.net/1")
    for place, story in enumerate(("https://wire.net/story", "https://wire.net/other")):
        read(store, page, f"{LOCAL} {place}", canonical=story)
    assert [one["url"] for one in made(store, page)] == ["https://wire.net/other", "https://wire.net/story"]


def test_what_the_record_has_already_is_not_suggested(store: Store) -> None:
    briefing, page = source("https://ministry.net/briefing"), source("https://paper.net/1")
    sources.cite(SERVICE, page, {"origin": {"id": briefing}, "kind": "quotes"})
    read(store, page, LOCAL, links=("https://ministry.net/briefing",))
    assert made(store, page) == []


def test_a_page_that_is_no_source_yet_becomes_one_when_it_is_accepted(store: Store) -> None:
    page = source("https://paper.net/1")
    read(store, page, LOCAL, canonical="https://wire.net/story")
    [found] = made(store, page)
    suggestions.accept(actor(), found["id"], {})
    [citation] = sources.citations(page, None, 10)
    assert sources.get(citation["origin"])["url"] == "https://wire.net/story"


def test_of_a_publisher_alone_the_reviewer_names_the_report(store: Store) -> None:
    publishers.add(SERVICE, {"name": "Associated Press"})
    page = source("https://paper.net/1")
    read(store, page, f"SEOUL (AP) — {WIRE}")
    [found] = made(store, page)
    with pytest.raises(Invalid) as caught:
        suggestions.accept(actor(), found["id"], {})
    assert caught.value.pointer == "/origin"
    origin = {"title": "3,000 sent, says spokesman", "publisher": {"name": "Associated Press"}}
    accepted = suggestions.accept(actor(name="other"), found["id"], {"origin": origin, "reason": "It is their text"})
    assert accepted["state"] == "accepted"
    assert sources.citations(page, None, 10)[0]["reason"] == "It is their text"


def test_an_acceptance_that_would_close_a_loop_changes_nothing(store: Store) -> None:
    first, copy = source("https://wire.net/1"), source("https://paper.net/1")
    for page in (first, copy):
        read(store, page, WIRE)
    [found] = made(store, copy)
    sources.cite(SERVICE, first, {"origin": {"id": copy}, "kind": "quotes"})
    with pytest.raises(LoopInCitations):
        suggestions.accept(actor(), found["id"], {})
    assert suggestions.of_source(copy, None, 10, ["open"]) != []


def test_an_acceptance_of_what_was_recorded_meanwhile_is_refused(store: Store) -> None:
    first, copy = source("https://wire.net/1"), source("https://paper.net/1")
    for page in (first, copy):
        read(store, page, WIRE)
    [found] = made(store, copy)
    sources.cite(SERVICE, copy, {"origin": {"id": first}, "kind": "republishes"})
    with pytest.raises(AlreadyThere):
        suggestions.accept(actor(), found["id"], {})


def test_a_text_that_is_not_kept_any_more_is_passed_over(store: Store) -> None:
    page = source("https://paper.net/1")
    read(store, page, LOCAL, canonical="https://wire.net/story")
    store.remove([path.name for path in store.directory.rglob("*.txt.gz")])
    assert made(store, page) == []
    assert suggestions.backlog() == 0
