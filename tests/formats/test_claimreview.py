"""ClaimReview and DataFeed: what of a claim's document goes out, held against schema.org's vocabulary."""

from typing import Any

import orjson
import pytest

from factcheck.domain.scales import SHIPPED
from factcheck.formats import claimreview
from factcheck.formats.claimreview import Line
from factcheck.formats.house import House
from tests.formats.vocabulary import wrong

Json = dict[str, Any]

HOUSE = House("The Checkers", "https://checkers.example")
LINES = claimreview.lines_of([{**scale, "version": 1} for scale in SHIPPED])
CLAIM = "01a20bbf-c449-71a3-a4a0-85d18a96d219"


def source(**given: object) -> Json:
    usual = {"id": "s", "title": "A report", "url": "https://a.example/1", "kind": "article", "publisher": None}
    return {**usual, "published_at": "2024-10-24~", **given}


def verdict(identity: str = "v1", **given: object) -> Json:
    usual = {
        "id": identity, "rating": "supported", "label": "Mostly true", "scale": "five-step", "scale_version": 1,
        "value": 4, "justification": "Because.", "evidence": ["e1", "gone"], "review_url": None, "state": "published",
        "corrections": [], "published_at": "2024-10-25T10:00:00.000000Z", "updated_at": "2024-10-26T10:00:00.000000Z",
    }  # fmt: skip
    return {**usual, **given}


def document(*verdicts: Json, deciding: int | None = 0, **given: object) -> Json:
    usual = {
        "id": CLAIM, "text": "The moon is made of rock", "quote": None, "language": "en",
        "speaker": {"id": "p", "name": "Ada", "kind": "person"}, "speaker_role": "Astronomer",
        "claim_date": "2024-10-23", "appearances": [],
        "evidence": [{"id": "e1", "source": source(), "archive_url": "https://archive.example/1"}],
        "verdict": verdicts[deciding] if deciding is not None else None, "verdicts": list(verdicts),
        "merged_into": None, "updated_at": "2024-10-27T10:00:00.000000Z",
    }  # fmt: skip
    return {**usual, **given}


def shown(made: Json) -> list[Json]:
    found = claimreview.reviews(made, HOUSE, LINES)
    if found:
        assert wrong(claimreview.page(found)) == []
    return found


def test_a_review_says_what_the_claim_and_the_verdict_say() -> None:
    (found,) = shown(document(verdict(review_url="https://checkers.example/moon", corrections=[
        {"reason": "A slip.", "created_at": "2024-10-26T10:00:00.000000Z"}])))  # fmt: skip
    assert found == {
        "@type": "ClaimReview",
        "@id": "https://checkers.example/v1/verdicts/v1",
        "url": f"https://checkers.example/claims/{CLAIM}",
        "claimReviewed": "The moon is made of rock",
        "itemReviewed": {
            "@type": "Claim",
            "author": {"@type": "Person", "name": "Ada", "jobTitle": "Astronomer"},
            "datePublished": "2024-10-23",
            "inLanguage": "en",
        },
        "reviewRating": {
            "@type": "Rating",
            "alternateName": "Mostly true",
            "ratingValue": 4,
            "bestRating": 5,
            "worstRating": 1,
            "ratingExplanation": "Because.",
        },
        "author": {"@type": "Organization", "name": "The Checkers", "url": "https://checkers.example"},
        "datePublished": "2024-10-25T10:00:00.000000Z",
        "dateModified": "2024-10-26T10:00:00.000000Z",
        "sameAs": "https://checkers.example/moon",
        "correction": [
            {"@type": "CorrectionComment", "text": "A slip.", "datePublished": "2024-10-26T10:00:00.000000Z"}
        ],
        "isBasedOn": [
            {
                "@type": "CreativeWork",
                "name": "A report",
                "url": "https://a.example/1",
                "archivedAt": "https://archive.example/1",
            }
        ],
    }


def test_reviewers_who_differ_have_a_review_each_with_an_anchor_of_its_own() -> None:
    standing = (verdict("v1"), verdict("v2", rating="refuted"), verdict("v3", state="void"))
    found = shown(document(*standing, deciding=None))
    assert [one["url"].partition("#")[2] for one in found] == ["verdict-v1", "verdict-v2"]
    assert claimreview.page(found) == {"@context": "https://schema.org", "@graph": found}


def test_what_is_decided_has_the_one_that_decides() -> None:
    found = shown(document(verdict("v1"), verdict("v2"), deciding=1))
    assert [one["@id"].rpartition("/")[2] for one in found] == ["v2"]


@pytest.mark.parametrize("state", ["void", "superseded", "rejected", "proposed"])
def test_what_is_not_published_is_not_there(state: str) -> None:
    assert shown(document(verdict(state=state), deciding=None)) == []


def test_a_merged_claim_has_none() -> None:
    assert shown(document(verdict(), merged_into="other")) == []


@pytest.mark.parametrize(
    "rating", ["satire", "not_enough_evidence", "conflicting_evidence", "outdated", "not_checkable"]
)
def test_ratings_off_the_line_have_no_number(rating: str) -> None:
    for given in ({"scale": None, "scale_version": None}, {"scale": "six-step"}):
        made = verdict(rating=rating, label=None, value=None, justification=None, **given)
        (found,) = shown(document(made))
        assert found["reviewRating"] == {
            "@type": "Rating", "alternateName": rating.replace("_", " ").capitalize()}  # fmt: skip


@pytest.mark.parametrize(("rating", "value"), [("refuted", 1), ("missing_context", 2), ("supported", 3)])
def test_without_a_scale_the_ratings_are_the_scale(rating: str, value: int) -> None:
    (found,) = shown(document(verdict(rating=rating, label=None, scale=None, scale_version=None, value=None)))
    rating_shown = found["reviewRating"]
    assert (rating_shown["ratingValue"], rating_shown["worstRating"], rating_shown["bestRating"]) == (value, 1, 3)


def test_a_scale_whose_numbers_do_not_rise_with_truth_gives_none() -> None:
    up: list[Json] = [
        {"rating": "refuted", "value": -1},
        {"rating": "outdated", "value": None},
        {"rating": "supported", "value": 2.5},
    ]
    assert claimreview.line_of(up) == Line(-1, 2.5)
    for down in ([{**one, "value": one["value"] and -one["value"]} for one in up], up[:2], up[1:], []):
        assert claimreview.line_of(down) is None


@pytest.mark.parametrize(
    ("kind", "type_"),
    [("person", "Person"), ("organisation", "Organization"), ("group", "Organization"), ("anonymous", "Person")],
)
def test_speakers_are_persons_or_organisations(kind: str, type_: str) -> None:
    (found,) = shown(document(verdict(), speaker={"id": "p", "name": "N", "kind": kind}))
    assert found["itemReviewed"]["author"]["@type"] == type_
    (found,) = shown(document(verdict(), speaker=None))
    assert "author" not in found["itemReviewed"]


def test_the_claims_own_source_is_the_first_appearance_and_others_are_further_ones() -> None:
    publisher = {"id": "x", "name": "Paper"}
    made = [{"id": "a", "source": source(url=None), "first": True},
            {"id": "b", "source": source(publisher=publisher, published_at="2024-10-24"), "first": False}]  # fmt: skip
    (found,) = shown(document(verdict(), appearances=made))
    assert found["itemReviewed"]["firstAppearance"] == {"@type": "CreativeWork", "name": "A report"}
    (later,) = found["itemReviewed"]["appearance"]
    assert later["publisher"] == {"@type": "Organization", "name": "Paper"}
    assert later["datePublished"] == "2024-10-24"


@pytest.mark.parametrize(
    "date",
    ["2024", "2024-10", "2024-10-22~", "2024-10-22?", "2024-10-01/2024-10-20", "2024-11-01/..", "202X", "2024-21",
     "Y12024", "-0044-03-15", None],
)  # fmt: skip
def test_a_date_that_is_not_one_certain_day_is_left_out(date: str | None) -> None:
    (found,) = shown(document(verdict(), claim_date=date))
    assert "datePublished" not in found["itemReviewed"]


def test_the_feed_has_an_item_for_each_claim_with_reviews() -> None:
    several = document(verdict("v1"), verdict("v2", published_at="2024-10-24T10:00:00.000000Z"), deciding=None)
    pages = [
        [document(verdict(), merged_into="x")],
        [several, document(verdict())],
        [document(deciding=None)],
        [several],
    ]
    pieces = list(claimreview.feed(([orjson.dumps(one) for one in page] for page in pages), HOUSE, LINES))
    found = orjson.loads(b"".join(pieces))
    assert wrong(found) == []
    assert [len(item["item"]) for item in found["dataFeedElement"]] == [2, 1, 2]
    assert found["dataFeedElement"][0]["dateCreated"] == "2024-10-24T10:00:00.000000Z"
    assert found["dataFeedElement"][0]["dateModified"] == "2024-10-27T10:00:00.000000Z"
    # None was left waiting for the whole.
    assert len(pieces) == 4


def test_an_empty_feed_is_one() -> None:
    assert orjson.loads(b"".join(claimreview.feed([], HOUSE, LINES)))["dataFeedElement"] == []


def test_what_is_no_term_is_seen() -> None:
    good = claimreview.page(shown(document(verdict())))
    changes: list[Json] = [
        {"verdict": "x"}, {"jobTitle": "x"}, {"url": "nowhere"}, {"datePublished": "2024"}, {"author": "Ada"},
        {"author": {"@type": "Claim"}}, {"@context": "http://example.org"}, {"@type": "Verdict"}, {"correction": []},
        {"reviewRating": {"@type": "Rating"}}, {"claimReviewed": 1}, {"isBasedOn": [None]},
    ]  # fmt: skip
    for change in changes:
        assert wrong(good | change) != [], change
