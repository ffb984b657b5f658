"""The Atom feeds over HTTP."""

from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest

from factcheck.storage import db, news
from tests.api.answers import problem
from tests.callers import Caller, Callers
from tests.formats import feeds

VERDICTS, CORRECTIONS = "/feeds/verdicts.atom", "/feeds/corrections.atom"


def read(caller: Caller, path: str) -> Element:
    answer = caller.get(path)
    assert (answer.status_code, answer.content_type) == (200, "application/atom+xml"), answer.get_data(as_text=True)
    return feeds.parsed(answer.data)


def titles(feed: Element) -> list[str]:
    return [feeds.text(entry, "title") for entry in feeds.entries(feed)]


def decide(caller: Caller, claim: str, rating: str = "supported") -> str:
    return str(caller.made(f"/v1/claims/{claim}/verdicts", {"rating": rating})["id"])


def test_verdicts_come_newest_first_and_stay_after_they_were_replaced(callers: Callers) -> None:
    one, two = callers.contributor.claim("One"), callers.contributor.claim("Two")
    first = decide(callers.reviewer, one)
    decide(callers.reviewer, two)
    decide(callers.reviewer, one, "refuted")
    feed = read(callers.anyone, VERDICTS)
    assert titles(feed) == ["Refuted: One", "Supported: Two", "Supported: One"]
    last = feeds.entries(feed)[-1]
    assert feeds.text(last, "id") == f"urn:uuid:{first}"
    assert "replaced" in feeds.text(last, "content")
    assert feeds.text(last, "author/name") == "reviewer"


def test_a_correction_updates_its_verdict_and_has_an_entry_of_its_own(callers: Callers) -> None:
    verdict = decide(callers.reviewer, callers.contributor.claim("One"))
    before = feeds.text(read(callers.anyone, VERDICTS), "updated")
    body = {"type": "rating_change", "reason": "We erred.", "changes": {"rating": "refuted"}}
    made = callers.reviewer.made(f"/v1/verdicts/{verdict}/corrections", body)
    callers.editor.made(f"/v1/verdicts/{verdict}/corrections", {"type": "void", "reason": "All wrong."})
    feed = read(callers.anyone, VERDICTS)
    assert feeds.text(feed, "updated") > before
    assert "taken back" in feeds.text(feeds.entries(feed)[0], "content")
    found = read(callers.anyone, CORRECTIONS)
    assert titles(found) == ["Taken back: One", "Rating changed: One"]
    assert feeds.text(feeds.entries(found)[1], "id") == f"urn:uuid:{made['id']}"
    assert "Rating before: Supported\n\nRating since: Refuted" in feeds.text(feeds.entries(found)[1], "content")


def test_what_is_not_published_is_not_there_and_comes_when_it_is(callers_with: object) -> None:
    callers: Callers = callers_with(approvals=1)  # type: ignore[operator]
    one, two = callers.contributor.claim("One"), callers.contributor.claim("Two")
    waiting, other = decide(callers.reviewer, one), decide(callers.reviewer, two)
    assert titles(read(callers.anyone, VERDICTS)) == []
    for verdict in (other, waiting):
        callers.editor.post(f"/v1/verdicts/{verdict}/approve")
    assert titles(read(callers.anyone, VERDICTS)) == ["Supported: One", "Supported: Two"]


def test_pages_lead_to_the_oldest(callers: Callers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factcheck.api.feeds._ENTRIES", 2)
    for number in range(5):
        verdict = decide(callers.reviewer, callers.contributor.claim(f"Claim {number}"))
        body = {"type": "rating_change", "reason": "So.", "changes": {"rating": "refuted"}}
        callers.reviewer.made(f"/v1/verdicts/{verdict}/corrections", body)
    for path, word in ((VERDICTS, "Refuted"), (CORRECTIONS, "Rating changed")):
        found: list[str] = []
        identities, following = set(), path
        while following:
            feed = read(callers.anyone, following)
            found += titles(feed)
            identities.add(feeds.text(feed, "id"))
            parts = urlsplit(feeds.following(feed) or "")
            following = f"{parts.path}?{parts.query}" if parts.path else ""
        assert found == [f"{word}: Claim {number}" for number in (4, 3, 2, 1, 0)]
        assert len(identities) == 1


def test_the_tag_changes_with_the_ledger(callers: Callers) -> None:
    for path in (VERDICTS, CORRECTIONS):
        etag = callers.anyone.get(path).headers["ETag"]
        assert callers.anyone.get(path, If_None_Match=etag).status_code == 304
        callers.contributor.claim("x")
        assert callers.anyone.get(path, If_None_Match=etag).status_code == 200


def test_an_odd_page_is_refused_or_empty(callers: Callers) -> None:
    problem(callers.anyone.get(f"{VERDICTS}?before=x"), 422, "/before")
    assert titles(read(callers.anyone, f"{VERDICTS}?before=01890a5d-ac96-774b-bcce-b302099a8057")) == []


# A plan of an empty table says nothing on PostgreSQL.
@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("backend", ["sqlite"])
def test_lists_of_news_use_their_indexes() -> None:
    for sql, params in (
        (news.PUBLISHED.format(""), (51,)), (news.PUBLISHED.format(news._BEFORE), ("x", 51)),
        (news.CORRECTED, ("x", 51)),
    ):  # fmt: skip
        plan = " ".join(row[3] for row in db.query(f"EXPLAIN QUERY PLAN {sql}", params))
        assert "TEMP B-TREE" not in plan
        assert "INDEX" in plan
