"""ClaimReviews over HTTP: which representation a client gets, and the feed of all."""

from typing import Any

import orjson
import pytest

from factcheck.storage import db, documents
from tests.api.answers import problem
from tests.callers import Caller, Callers
from tests.formats.vocabulary import wrong

LD_JSON = "application/ld+json"
JSON = "application/json"
HTML = "text/html; charset=utf-8"
FEED = "/feeds/claimreview.json"


@pytest.fixture
def checked(callers: Callers) -> str:
    """The id of a claim that somebody has found supported."""
    claim = callers.contributor.claim(speaker={"name": "Ada"}, source={"title": "T", "publisher": {"name": "P"}})
    decide(callers.reviewer, claim, "supported", scale="five-step", label="Mostly true")
    return claim


def decide(caller: Caller, claim: str, rating: str, **given: object) -> str:
    return str(caller.made(f"/v1/claims/{claim}/verdicts", {"rating": rating, **given})["id"])


def review(caller: Caller, path: str, **headers: str) -> Any:
    answer = caller.get(path, **headers)
    assert (answer.status_code, answer.content_type) == (200, LD_JSON), answer.get_data(as_text=True)
    found = orjson.loads(answer.data)
    assert wrong(found) == []
    return found


def test_the_two_addresses_give_the_same_review(callers: Callers, checked: str) -> None:
    found = review(callers.anyone, f"/claims/{checked}.jsonld")
    assert found == review(callers.anyone, f"/claims/{checked}", Accept=LD_JSON)
    rating = found["reviewRating"]
    assert (rating["alternateName"], rating["ratingValue"], rating["bestRating"]) == ("Mostly true", 4, 5)
    assert found["url"] == callers.anyone.read(f"/v1/claims/{checked}")["url"]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, HTML),
        ("*/*", HTML),
        ("text/html", HTML),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
        ("application/ld+json;q=0, */*", HTML),
        ("application/ld+json;q=0.5, text/html", HTML),
        ("application/json, text/*;q=0.5", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        ("application/json, application/ld+json", "application/json"),
        ("application/json, application/ld+json;q=0.9", "application/json"),
        ("application/ld+json;q=0.1, application/json;q=0.2", "application/json"),
        ("application/ld+json", LD_JSON),
        ("Application/LD+JSON", LD_JSON),
        ("application/json;q=0.5, application/ld+json", LD_JSON),
        ("application/ld+json, */*;q=0.1", LD_JSON),
        ("application/json;q=0, application/*", LD_JSON),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', LD_JSON),
        ("nonsense", HTML),
    ],
)
def test_accept_decides_and_caches_are_told(
    callers: Callers, checked: str, accept: str | None, media_type: str
) -> None:
    answer = callers.anyone.get(f"/claims/{checked}", **({"Accept": accept} if accept is not None else {}))
    assert (answer.status_code, answer.content_type) == (200, media_type)
    assert answer.headers["Vary"] == "Authorization, Cookie, Origin, Accept, Accept-Datetime"


def test_the_representations_have_tags_of_their_own(callers: Callers, checked: str) -> None:
    page, plain, linked = (callers.anyone.get(f"/claims/{checked}", Accept=one) for one in ("*/*", JSON, LD_JSON))
    assert len({answer.headers["ETag"] for answer in (page, plain, linked)}) == 3
    for accept, known, status in (
        (LD_JSON, linked, 304), (LD_JSON, plain, 200), (JSON, plain, 304), (JSON, linked, 200), ("*/*", page, 304),
        ("*/*", plain, 200),
    ):  # fmt: skip
        again = callers.anyone.get(f"/claims/{checked}", Accept=accept, If_None_Match=known.headers["ETag"])
        assert again.status_code == status
        assert "Accept," in again.headers["Vary"]


def test_reviewers_who_differ_are_a_graph_until_a_ruling(callers: Callers, checked: str) -> None:
    decide(callers.second_reviewer, checked, "refuted")
    found = review(callers.anyone, f"/claims/{checked}.jsonld")
    assert [one["reviewRating"]["alternateName"] for one in found["@graph"]] == ["Mostly true", "Refuted"]
    assert len({one["url"] for one in found["@graph"]}) == 2
    decide(callers.editor, checked, "missing_context", final=True)
    assert review(callers.anyone, f"/claims/{checked}.jsonld")["reviewRating"]["alternateName"] == "Missing context"


def test_without_a_published_verdict_there_is_none(callers: Callers) -> None:
    claim = callers.contributor.claim()
    for answer in (
        callers.anyone.get(f"/claims/{claim}.jsonld"),
        callers.anyone.get(f"/claims/{claim}", Accept=LD_JSON),
        callers.anyone.get("/claims/01890a5d-ac96-774b-bcce-b302099a8057.jsonld"),
    ):
        assert problem(answer, 404)["type"] == "/problems/not-found"
    assert callers.anyone.get(f"/claims/{claim}").status_code == 200


def test_a_voided_verdict_is_no_review_any_more(callers: Callers, checked: str) -> None:
    verdict = callers.anyone.read(f"/v1/claims/{checked}")["verdict"]["id"]
    callers.editor.made(f"/v1/verdicts/{verdict}/corrections", {"type": "void", "reason": "Wrong."})
    problem(callers.anyone.get(f"/claims/{checked}.jsonld"), 404)


def test_a_merged_claim_sends_on_to_the_same_shape(callers: Callers, checked: str) -> None:
    old = callers.contributor.claim("Old")
    decide(callers.reviewer, old, "supported")
    callers.editor.post(f"/v1/claims/{old}/merge", {"into": checked})
    for path, accept, location in (
        (f"/claims/{old}.jsonld", "*/*", f"/claims/{checked}.jsonld"),
        (f"/claims/{old}", LD_JSON, f"/claims/{checked}"),
    ):
        answer = callers.anyone.get(path, Accept=accept)
        assert (answer.status_code, answer.headers["Location"]) == (308, location)
    found = review(callers.anyone, FEED)
    assert [item["item"][0]["url"].rpartition("/")[2] for item in found["dataFeedElement"]] == [checked]


def test_a_review_is_read_as_of_any_moment(callers: Callers, checked: str) -> None:
    then = callers.anyone.read(f"/v1/claims/{checked}")["seq"]
    decide(callers.second_reviewer, checked, "refuted")
    for path in (f"/claims/{checked}.jsonld", f"/claims/{checked}"):
        answer = callers.anyone.get(f"{path}?as_of={then}", Accept=LD_JSON)
        assert orjson.loads(answer.data)["reviewRating"]["alternateName"] == "Mostly true"
        assert (answer.headers["As-Of-Seq"], answer.headers["Link"]) == (
            str(then),
            f'<{path}>; rel="original timegate"',
        )
        early = callers.anyone.get(path, Accept=LD_JSON, Accept_Datetime="Wed, 23 Oct 2024 12:00:00 GMT")
        problem(early, 404)
    problem(callers.anyone.get(f"/claims/{checked}.jsonld?as_of={then - 1}"), 404)


@pytest.mark.usefixtures("checked")
def test_the_feed_changes_with_the_ledger_alone(callers: Callers) -> None:
    first = callers.anyone.get(FEED)
    assert callers.anyone.get(FEED, If_None_Match=first.headers["ETag"]).status_code == 304
    callers.contributor.claim("Another one")
    again = callers.anyone.get(FEED, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (200, first.data)
    assert again.headers["ETag"] != first.headers["ETag"]


def test_the_feed_is_read_in_pages_to_its_end(callers: Callers, checked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_PAGE", 2)
    claims = [checked]
    for number in range(5):
        claims.append(callers.contributor.claim(f"Claim {number}"))
        decide(callers.reviewer, claims[-1], "refuted")
        callers.contributor.claim(f"Nobody has looked at {number}")
    found = review(callers.anyone, FEED)
    assert [item["item"][0]["url"].rpartition("/")[2] for item in found["dataFeedElement"]] == claims


# A plan of an empty table says nothing on PostgreSQL.
@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_walk_uses_the_key() -> None:
    sql = f"EXPLAIN QUERY PLAN SELECT claim, body FROM documents WHERE claim > ? {documents._REVIEWED} ORDER BY claim"
    plan = [row[3] for row in db.query(sql, ("",))]
    assert plan == ["SEARCH documents USING INDEX sqlite_autoindex_documents_1 (claim>?)"]
