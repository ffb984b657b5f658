"""Sources over HTTP: a page is one source under all its spellings, and relies on others without a loop."""

from itertools import pairwise

import pytest

from tests.api.answers import each, problem
from tests.callers import Callers

FULL = {
    "url": "https://news.test/article",
    "title": "An article",
    "kind": "transcript",
    "published_at": "2024-10-24",
    "language": "en-GB",
    "access": "paywalled",
    "is_origin": True,
}

SPELLINGS = [
    "HTTPS://News.Test/article",
    "http://news.test/article",
    "https://news.test:443/article",
    "https://news.test/article#part",
    "https://news.test/article?utm_source=letter&fbclid=1",
    "https://news.test/x/../article",
]


def test_a_source_is_read_back_as_it_was_made(callers: Callers) -> None:
    answer = callers.reviewer.post("/v1/sources", {**FULL, "publisher": {"name": "News"}})
    made = answer.get_json()
    assert answer.status_code == 201
    assert {name: made[name] for name in FULL} == FULL
    assert made["publisher"]["name"] == "News"
    assert (made["link_state"], made["checked_at"]) == ("unchecked", None)
    read = callers.anyone.get(answer.headers["Location"])
    assert (read.get_json(), read.headers["ETag"]) == (made, answer.headers["ETag"])


def test_a_source_without_a_url_has_a_title(callers: Callers) -> None:
    made = callers.contributor.made("/v1/sources", {"title": "A letter"})
    assert (made["url"], made["canonical_url"], made["kind"], made["is_origin"]) == (None, None, "article", None)
    problem(callers.contributor.post("/v1/sources", {"kind": "post"}), 422, "/url")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_page_is_one_source_under_all_its_spellings(callers: Callers) -> None:
    first = callers.contributor.made("/v1/sources", {"url": FULL["url"]})
    for url in SPELLINGS:
        refusal = problem(callers.contributor.post("/v1/sources", {"url": url}), 409, "/url")
        assert refusal["source"] == first["id"]
        claim = callers.contributor.claim(source={"url": url})
        assert callers.anyone.read(f"/v1/claims/{claim}")["source"]["id"] == first["id"]
    other = callers.contributor.made("/v1/sources", {"url": "https://news.test/article?page=2"})
    assert other["id"] != first["id"]


def test_a_url_is_kept_as_given_beside_its_canonical_form(callers: Callers) -> None:
    made = callers.contributor.made("/v1/sources", {"url": "HTTP://Bücher.test:80/a/../b#c"})
    assert made["url"] == "HTTP://Bücher.test:80/a/../b#c"
    assert made["canonical_url"] == "https://xn--bcher-kva.test/b"


def test_they_are_listed_newest_first_and_found_by_any_spelling(callers: Callers) -> None:
    for url in ("https://news.test/1", "https://news.test/2", "https://news.test/3"):
        callers.contributor.made("/v1/sources", {"url": url})
    assert each(callers.anyone.read("/v1/sources")["items"], "url") == [
        "https://news.test/3", "https://news.test/2", "https://news.test/1",
    ]  # fmt: skip
    assert each(callers.anyone.read("/v1/sources?url=http://NEWS.test/2%23top")["items"], "url") == [
        "https://news.test/2"
    ]


def test_amending_takes_the_present_version(callers: Callers) -> None:
    made = callers.reviewer.made("/v1/sources", FULL)
    path = f"/v1/sources/{made['id']}"
    problem(callers.reviewer.call("PATCH", path, {"title": "Another"}), 428)
    problem(callers.reviewer.patch(path, {"title": "Another"}, match='"old"'), 412)
    assert callers.anyone.read(path) == made
    answer = callers.reviewer.patch(path, {"title": "Another"})
    assert {name: answer.get_json()[name] for name in FULL} == {**FULL, "title": "Another"}
    assert callers.anyone.read(path) == answer.get_json()


def test_a_new_address_may_not_be_another_sources(callers: Callers) -> None:
    callers.contributor.made("/v1/sources", {"url": "https://news.test/1"})
    second = callers.contributor.made("/v1/sources", {"url": "https://news.test/2"})
    path = f"/v1/sources/{second['id']}"
    problem(callers.contributor.patch(path, {"url": "http://news.test/1"}), 409, "/url")
    assert callers.anyone.read(path) == second
    moved = callers.contributor.patch(path, {"url": "https://news.test/2b#x"}).get_json()
    assert (moved["url"], moved["canonical_url"]) == ("https://news.test/2b#x", "https://news.test/2b")
    callers.contributor.made("/v1/sources", {"url": "https://news.test/2"})


def test_a_source_never_loses_both_address_and_title(callers: Callers) -> None:
    made = callers.contributor.made("/v1/sources", {"title": "A letter"})
    answer = callers.contributor.patch(f"/v1/sources/{made['id']}", {"title": None})
    assert 400 <= answer.status_code < 500, answer.get_json()
    assert callers.anyone.read(f"/v1/sources/{made['id']}") == made


def test_whether_it_is_an_origin_a_reviewer_says(callers: Callers) -> None:
    problem(callers.contributor.post("/v1/sources", FULL), 403)
    made = callers.contributor.made("/v1/sources", {"title": "A letter"})
    path = f"/v1/sources/{made['id']}"
    problem(callers.contributor.patch(path, {"is_origin": True}), 403)
    assert callers.anyone.read(path)["is_origin"] is None
    assert callers.reviewer.patch(path, {"is_origin": True}).get_json()["is_origin"] is True


def test_who_marked_an_origin_and_when_can_be_seen(callers: Callers) -> None:
    made = callers.contributor.made("/v1/sources", {"url": "https://news.test/1"})
    path = f"/v1/sources/{made['id']}"
    assert (made["origin_marked_by"], made["origin_marked_at"]) == (None, None)
    marked = callers.reviewer.patch(path, {"is_origin": True}).get_json()
    assert marked["origin_marked_by"] == {"id": callers.reviewer.id, "name": "reviewer"}
    assert marked["origin_marked_at"] == marked["updated_at"]
    same = callers.second_reviewer.patch(path, {"is_origin": True, "title": "A report"}).get_json()
    assert {**same, "title": None, "updated_at": marked["updated_at"], "seq": marked["seq"]} == marked
    back = callers.second_reviewer.patch(path, {"is_origin": None}).get_json()
    assert (back["is_origin"], back["origin_marked_by"]["name"]) == (None, "second reviewer")
    assert callers.anyone.read("/v1/sources")["items"] == [back]


def test_the_graph_behind_a_claim_says_who_marked_and_who_cited(callers: Callers) -> None:
    claim = callers.contributor.claim()
    briefing = callers.reviewer.made("/v1/sources", {"title": "A briefing", "is_origin": True})
    link = callers.reviewer.made(f"/v1/claims/{claim}/evidence", {"url": "https://a.test/", "stance": "supports"})
    given = {"origin": {"id": briefing["id"]}, "kind": "quotes", "reason": "By name."}
    callers.second_reviewer.made(f"/v1/sources/{link['source']['id']}/citations", given)
    graph = callers.anyone.read(f"/v1/claims/{claim}/corroboration")["graph"]
    shown = {node["id"]: (node["origin_marked_by"], node["origin_marked_at"]) for node in graph["nodes"]}
    by = {"id": callers.reviewer.id, "name": "reviewer"}
    assert shown == {briefing["id"]: (by, briefing["created_at"]), link["source"]["id"]: (None, None)}
    [edge] = graph["edges"]
    assert (edge["kind"], edge["reason"], edge["created_by"]) == ("quotes", "By name.", callers.second_reviewer.id)


def test_publishers_are_found_by_exact_name(callers: Callers) -> None:
    ids = [
        callers.contributor.made("/v1/sources", {"title": f"{number}", "publisher": {"name": "News"}})["publisher"][
            "id"
        ]
        for number in range(2)
    ]
    assert len(set(ids)) == 1
    assert each(callers.anyone.read("/v1/publishers")["items"], "id") == ids[:1]


def test_a_citation_is_listed_under_the_source_that_makes_it(callers: Callers) -> None:
    one, other = (callers.contributor.made("/v1/sources", {"title": title})["id"] for title in ("One", "Other"))
    given = {"origin": {"id": other}, "kind": "republishes", "reason": "The same words."}
    answer = callers.reviewer.post(f"/v1/sources/{one}/citations", given)
    made = answer.get_json()
    assert answer.status_code == 201
    assert (made["source"], made["origin"], made["kind"], made["reason"], made["created_by"]) == (
        one, other, "republishes", "The same words.", callers.reviewer.id,
    )  # fmt: skip
    assert callers.anyone.read(f"/v1/sources/{one}/citations")["items"] == [made]
    assert callers.anyone.read(f"/v1/sources/{other}/citations")["items"] == []
    problem(callers.reviewer.post(f"/v1/sources/{one}/citations", given), 409, "/origin")


def test_an_origin_that_nobody_knows_yet_is_made(callers: Callers) -> None:
    one = callers.contributor.made("/v1/sources", {"title": "One"})["id"]
    given = {"origin": {"url": "https://agency.test/report"}, "kind": "based_on"}
    made = callers.reviewer.made(f"/v1/sources/{one}/citations", given)
    assert callers.anyone.read(f"/v1/sources/{made['origin']}")["url"] == "https://agency.test/report"


def test_no_chain_of_citations_closes_a_loop(callers: Callers) -> None:
    chain = [callers.contributor.made("/v1/sources", {"title": f"{number}"})["id"] for number in range(3)]
    for source, origin in pairwise(chain):
        callers.reviewer.made(f"/v1/sources/{source}/citations", {"origin": {"id": origin}, "kind": "quotes"})
    for origin in chain:
        answer = callers.reviewer.post(
            f"/v1/sources/{chain[2]}/citations", {"origin": {"id": origin}, "kind": "quotes"}
        )
        assert problem(answer, 409, "/origin")["type"].endswith("loop-in-citations")
    assert callers.anyone.read(f"/v1/sources/{chain[2]}/citations")["items"] == []


def test_a_source_that_cites_itself_is_refused(callers: Callers) -> None:
    one = callers.contributor.made("/v1/sources", {"url": "https://news.test/1"})["id"]
    for origin in ({"id": one}, {"url": "http://NEWS.test/1#top"}):
        answer = callers.reviewer.post(f"/v1/sources/{one}/citations", {"origin": origin, "kind": "quotes"})
        assert problem(answer, 409, "/origin")["type"].endswith("loop-in-citations")


def test_a_reviewer_asks_for_a_look_at_a_link(callers: Callers) -> None:
    made = callers.contributor.made("/v1/sources", {"url": "https://paper.net/report"})
    path = f"/v1/sources/{made['id']}/check"
    problem(callers.contributor.post(path), 403)
    answer = callers.reviewer.post(path)
    assert (answer.status_code, answer.get_json()) == (202, made)
    metrics = callers.anyone.get("/metrics").get_data(as_text=True)
    assert "\nfactcheck_links_due 1.0\n" in metrics
    assert '\nfactcheck_links{state="unchecked"} 1.0\n' in metrics


@pytest.mark.parametrize("given", [{"title": "A letter"}, {"url": "https://news.test/article"}])
def test_there_is_no_look_where_there_is_no_page(callers: Callers, given: dict[str, str]) -> None:
    made = callers.contributor.made("/v1/sources", given)
    problem(callers.reviewer.post(f"/v1/sources/{made['id']}/check"), 409)
