"""Searching over HTTP: what is found, in which order, how it is marked, page by page; and any text is a query."""

from collections.abc import Callable
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factcheck.cli.seeding import load
from factcheck.domain.search_queries import LONGEST
from factcheck.storage import db
from tests.api.answers import problem
from tests.callers import Caller, Callers, Json
from tests.domain.test_words import CLAIMS, FOUND, OPERATORS
from tests.thoroughness import times


def search(caller: Caller, q: str, **filters: object) -> list[Json]:
    """Everything that is found, over all pages."""
    found: list[Json] = []
    path = f"/v1/search?{urlencode({'q': q, **filters}, doseq=True)}"
    while path:
        page = caller.read(path)
        found += page["items"]
        path = page["next"]
    return found


def texts(found: list[Json]) -> list[str]:
    return [one["claim"]["text"] for one in found]


def test_a_claim_is_found_by_all_that_it_says(callers: Callers) -> None:
    claim = callers.contributor.claim(
        "The bridge was closed", quote="Nobody crosses", context="At a briefing",
        speaker={"name": "Jane Roe", "aliases": ["J. R. Roe-Doe"]}, relayed_by={"name": "Daily Herald"},
        source={"title": "Minutes of the council"},
    )  # fmt: skip
    given = {"rating": "refuted", "justification": "Cameras show traffic"}
    callers.reviewer.made(f"/v1/claims/{claim}/verdicts", given)
    callers.reviewer.made(
        f"/v1/claims/{claim}/evidence", {"source": {"title": "Logbook of the ferry"}, "stance": "refutes"}
    )
    callers.contributor.claim("Another bridge")
    for q in (
        "closed bridges",
        "cross nobody",
        "briefings",
        "roe",
        "doe",
        "heralds",
        "council minutes",
        "camera",
        "ferry",
    ):
        assert [one["claim"]["id"] for one in search(callers.anyone, q)] == [claim], q
    [found] = search(callers.anyone, "camera")
    assert found["claim"] == callers.anyone.read(f"/v1/claims/{claim}")
    assert found["highlights"] == [{"field": "verdict", "fragment": "Cameras show traffic", "marks": [[0, 7]]}]


def test_the_words_come_and_go_with_what_holds_them(callers: Callers) -> None:
    claim = callers.contributor.claim("The moon is cheese", speaker={"name": "Wallace"})
    callers.contributor.patch(f"/v1/claims/{claim}", {"text": "The moon is rock"})
    speaker = callers.anyone.read(f"/v1/claims/{claim}")["speaker"]["id"]
    callers.contributor.patch(f"/v1/speakers/{speaker}", {"name": "Gromit"})
    path = f"/v1/claims/{claim}/evidence"
    link = callers.reviewer.made(path, {"source": {"title": "Selenology"}, "stance": "supports"})["id"]
    assert texts(search(callers.anyone, "rock gromit selenology")) == ["The moon is rock"]
    callers.reviewer.delete(f"/v1/evidence/{link}", {"reason": "It is about something else"})
    for q in ("cheese", "wallace", "selenology"):
        assert search(callers.anyone, q) == [], q


def test_a_proposed_verdict_is_found_once_it_is_public(callers_with: Callable[..., Callers]) -> None:
    callers = callers_with(approvals=1)
    claim = callers.contributor.claim()
    path = f"/v1/claims/{claim}/verdicts"
    verdict = callers.reviewer.made(path, {"rating": "supported", "justification": "Selenologists agree"})["id"]
    for caller in (callers.anyone, callers.reviewer, callers.admin):
        assert search(caller, "selenologists") == []
    [(known,)] = db.query("SELECT COUNT(*) FROM search_terms WHERE term LIKE 'selenolog%'")
    assert known == 0
    callers.editor.post(f"/v1/verdicts/{verdict}/approve", {})
    assert len(search(callers.anyone, "selenologist")) == 1


def test_a_merged_claim_is_not_found_and_what_it_brought_is(callers: Callers) -> None:
    one = callers.contributor.claim("The moon is rock", source={"title": "Almanac"})
    other = callers.contributor.claim("The moon is stone")
    callers.editor.post(f"/v1/claims/{one}/merge", {"into": other})
    assert texts(search(callers.anyone, "moon")) == texts(search(callers.anyone, "almanac")) == ["The moon is stone"]
    assert search(callers.anyone, "rock") == []


def test_phrases_exclusions_and_beginnings(callers: Callers) -> None:
    for text in ("Soldiers of the North", "The North has soldiers", "Northern ships"):
        callers.contributor.claim(text, language="en")
    for q, wanted in {
        "north soldiers": {"Soldiers of the North", "The North has soldiers"},
        '"soldiers of the north"': {"Soldiers of the North"},
        "“soldiers of”": {"Soldiers of the North"},
        '"soldiers of': {"Soldiers of the North"},
        '"north soldiers"': set[str](),
        "north -has": {"Soldiers of the North"},
        'north -"of the"': {"The North has soldiers"},
        "nort*": {"Soldiers of the North", "The North has soldiers", "Northern ships"},
        "nort* -sold*": {"Northern ships"},
        "-north": set[str](),
        "north nonsuch": set[str](),
    }.items():
        assert set(texts(search(callers.anyone, q))) == wanted, q


def test_what_says_more_about_a_claim_comes_first(callers: Callers) -> None:
    long = "Of many things that were told at length that day one was of the moon, as far as anybody can tell"
    callers.contributor.claim("Stars shine", context="Not the moon")
    callers.contributor.claim(long)
    callers.contributor.claim("The moon shines")
    found = search(callers.anyone, "moon")
    assert texts(found) == ["The moon shines", long, "Stars shine"]
    assert [one["score"] for one in found] == sorted((one["score"] for one in found), reverse=True)


@pytest.mark.parametrize("language", CLAIMS)
def test_each_language_is_found_by_its_own_words(callers: Callers, language: str) -> None:
    for told, text in CLAIMS.items():
        callers.contributor.claim(text, language=told)
    for q in FOUND[language]:
        assert CLAIMS[language] in texts(search(callers.anyone, q)), q


def test_every_filter_narrows_a_search(callers: Callers) -> None:
    source = {"url": "https://a.test/1", "title": "Almanac", "publisher": {"name": "Press"}}
    claim = callers.contributor.claim(
        "The moon is rock", kind="opinion", speaker={"name": "Jane Roe"}, topics=["moon"], language="en",
        claim_date="2024-10-23", source=source,
    )  # fmt: skip
    callers.contributor.claim("The moon is cheese", claim_date="2020")
    callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "supported"})
    read = callers.anyone.read(f"/v1/claims/{claim}")
    filters: dict[str, object] = {
        "status": ["supported", "refuted"], "kind": "opinion", "topic": "moon", "language": "en",
        "speaker": read["speaker"]["id"], "source": read["source"]["id"],
        "publisher": callers.anyone.read(f"/v1/sources/{read['source']['id']}")["publisher"]["id"],
        "reviewer": callers.reviewer.id, "claimed_from": "2024-10", "updated_since": read["updated_at"],
    }  # fmt: skip
    for name, value in filters.items():
        assert texts(search(callers.anyone, "moon", **{name: value})) == ["The moon is rock"], name
    assert texts(search(callers.anyone, "moon", claimed_to="2021")) == ["The moon is cheese"]
    assert search(callers.anyone, "moon", needs_review="true") == []
    assert len(search(callers.anyone, "moon", needs_review="false")) == 2
    assert texts(search(callers.anyone, "moon -cheese", **filters)) == ["The moon is rock"]


def test_pages_stay_right_while_others_write(callers: Callers) -> None:
    ids = [callers.contributor.claim(f"The moon is made of rock number {number}") for number in range(9)]
    path, seen = "/v1/search?q=moon+rock&limit=2", list[str]()
    number = 0
    while path:
        page = callers.anyone.read(path)
        seen += [one["claim"]["id"] for one in page["items"]]
        path = page["next"]
        number += 1
        callers.contributor.claim("Moon rock")
        callers.contributor.claim(f"A rock that says nothing of it {number}")
        changed = ids[number]
        callers.contributor.patch(f"/v1/claims/{changed}", {"topics": ["moon"]})
    assert sorted(one for one in seen if one in ids) == ids


def test_a_claim_whose_words_change_meanwhile_may_be_missed_and_the_others_are_not(callers: Callers) -> None:
    ids = [callers.contributor.claim(f"The moon is made of rock number {number}") for number in range(5)]
    first = callers.anyone.read("/v1/search?q=moon&limit=2")
    shown = [one["claim"]["id"] for one in first["items"]]
    left = [one for one in ids if one not in shown]
    callers.contributor.patch(f"/v1/claims/{left[0]}", {"text": "Moon, moon, moon"})
    second = callers.anyone.read(first["next"].replace("limit=2", "limit=5"))
    assert {one["claim"]["id"] for one in second["items"]} == set(left[1:])


def test_cursors_belong_to_their_query(callers: Callers) -> None:
    for number in range(3):
        callers.contributor.claim(f"Moon {number}")
    following = callers.anyone.read("/v1/search?q=moon&limit=1")["next"]
    problem(callers.anyone.get(following.replace("q=moon", "q=rock")), 400)
    problem(callers.anyone.get(following.replace("cursor=", "cursor=A")), 400)


def test_a_query_has_a_length_and_no_moment(callers: Callers) -> None:
    assert callers.anyone.read(f"/v1/search?q={'x' * LONGEST}")["items"] == []
    problem(callers.anyone.get(f"/v1/search?q={'x' * (LONGEST + 1)}"), 422, "/q")
    problem(callers.anyone.get("/v1/search?q="), 422, "/q")
    problem(callers.anyone.get("/v1/search"), 422, "/q")
    for name in ("as_of=1", "sort=-updated", "nonsense=1"):
        problem(callers.anyone.get(f"/v1/search?q=moon&{name}"), 422, f"/{name.partition('=')[0]}")


def test_an_unchanged_answer_is_not_sent_again(callers: Callers) -> None:
    callers.contributor.claim("The moon")
    answer = callers.anyone.get("/v1/search?q=moon")
    assert callers.anyone.get("/v1/search?q=moon", If_None_Match=answer.headers["ETag"]).status_code == 304


ANY = st.lists(st.sampled_from([*OPERATORS, "moon", "rock*", "-", "朝鲜"]) | st.text(max_size=9), max_size=40).map(
    " ".join
)


@settings(max_examples=times(150, 30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=ANY | st.text(min_size=1, max_size=200))
def test_any_text_is_a_query(callers: Callers, q: str) -> None:
    if not db.first("SELECT 1 FROM claims LIMIT 1"):
        callers.contributor.claim("The moon is made of rock: ' \" AND OR NOT NEAR *", language="en")
    encoded = quote(q, errors="replace")
    assert callers.anyone.get(f"/v1/search?q={encoded}").status_code == (200 if 0 < len(q) <= LONGEST else 422)


SEEDS = (
    "soldiers", "north korea soldiers russia", "3000", '"elementary combat training"', "kirby ships vladivostok",
    "Budanov kursk", "resolution* -nuclear", "deserters",
)  # fmt: skip


@pytest.fixture(scope="module")
def first_results() -> dict[str, list[tuple[str, float]]]:
    """What the engine that came first found; the other one is held against it."""
    return {}


def test_both_databases_answer_alike(callers: Callers, first_results: dict[str, list[tuple[str, float]]]) -> None:
    load()
    for q in SEEDS:
        found = [(one["claim"]["text"], one["score"]) for one in search(callers.anyone, q)]
        assert found, q
        assert first_results.setdefault(q, found) == found
