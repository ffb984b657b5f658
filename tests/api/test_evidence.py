"""Evidence over HTTP: links attached to a claim, each with its stance, and taken back in the open."""

from typing import Any

from factcheck.storage import journal
from tests.api.answers import each, problem
from tests.callers import Callers, Json

LINK = {"url": "https://news.test/article", "stance": "supports"}


def batch(count: int) -> list[Json]:
    return [{"url": f"https://news.test/{number}", "stance": "refutes"} for number in range(count)]


def test_evidence_is_read_back_as_it_was_attached(callers: Callers) -> None:
    claim = callers.contributor.claim()
    quote = {"exact": "3,000", "prefix": "at least ", "suffix": " soldiers"}
    answer = callers.reviewer.post(f"/v1/claims/{claim}/evidence", {**LINK, "quote": quote, "note": "See page 2."})
    made = answer.get_json()
    assert answer.status_code == 201
    assert (made["claim"], made["stance"], made["note"]) == (claim, "supports", "See page 2.")
    assert made["quote"] == quote
    assert made["source"]["url"] == LINK["url"]
    assert (made["link_state"], made["attached_by"]["id"]) == ("unchecked", callers.reviewer.id)
    assert callers.anyone.read(answer.headers["Location"]) == made
    assert callers.anyone.read(f"/v1/claims/{claim}")["evidence"] == [made]


def test_a_source_is_named_by_id_or_described(callers: Callers) -> None:
    claim = callers.contributor.claim()
    known = callers.contributor.made("/v1/sources", {"title": "A letter"})["id"]
    path = f"/v1/claims/{claim}/evidence"
    by_id = callers.reviewer.made(path, {"source": {"id": known}, "stance": "supports"})
    described = callers.reviewer.made(path, {"source": {"title": "A letter"}, "stance": "refutes"})
    assert by_id["source"]["id"] == described["source"]["id"] == known
    problem(callers.reviewer.post(path, {**LINK, "source": {"id": known}}), 422, "/url")
    problem(callers.reviewer.post(path, {"stance": "supports"}), 422, "/url")


def test_one_page_under_two_spellings_is_one_source(callers: Callers) -> None:
    path = f"/v1/claims/{callers.contributor.claim()}/evidence"
    first = callers.reviewer.made(path, LINK)
    problem(callers.reviewer.post(path, {**LINK, "url": "HTTP://NEWS.test:80/article#top"}), 409, "/url")
    other = callers.reviewer.made(path, {"url": "https://news.test/article?utm_source=x", "stance": "refutes"})
    assert other["source"] == first["source"]


def test_the_same_source_with_the_same_stance_is_attached_once(callers: Callers) -> None:
    claim, other = callers.contributor.claim(), callers.contributor.claim("Another")
    first = callers.reviewer.made(f"/v1/claims/{claim}/evidence", LINK)
    refusal = problem(callers.second_reviewer.post(f"/v1/claims/{claim}/evidence", LINK), 409, "/url")
    assert refusal["type"].endswith("already-there")
    again = {"source": {"id": first["source"]["id"]}, "stance": "supports"}
    problem(callers.reviewer.post(f"/v1/claims/{claim}/evidence", again), 409, "/source")
    callers.reviewer.made(f"/v1/claims/{claim}/evidence", {**LINK, "stance": "mentions"})
    callers.reviewer.made(f"/v1/claims/{other}/evidence", LINK)


def test_a_batch_of_100_goes_in_at_once(callers: Callers) -> None:
    claim = callers.contributor.claim()
    answer = callers.reviewer.post(f"/v1/claims/{claim}/evidence:batch", {"items": batch(100)})
    made = answer.get_json()["items"]
    assert answer.status_code == 201
    assert [link["source"]["url"] for link in made] == each(batch(100), "url")
    assert callers.anyone.read(f"/v1/claims/{claim}")["evidence"] == made


def test_a_batch_with_one_bad_item_changes_nothing_and_names_it(callers: Callers) -> None:
    claim = callers.contributor.claim()
    path = f"/v1/claims/{claim}/evidence:batch"
    callers.reviewer.made(f"/v1/claims/{claim}/evidence", LINK)
    unknown = {"id": "01890a5d-ac96-774b-bcce-b302099a8057"}
    before = callers.anyone.read(f"/v1/claims/{claim}"), journal.size()
    bad: list[tuple[Any, int, str]] = [
        (LINK, 409, "/items/3/url"),
        ({**LINK, "url": "https://news.test/0", "stance": "refutes"}, 409, "/items/3/url"),
        ({"source": unknown, "stance": "supports"}, 422, "/items/3/source/id"),
        ({**LINK, "stance": "approves"}, 422, "/items/3/stance"),
        ({**LINK, "url": "javascript:alert(1)"}, 422, "/items/3/url"),
        ({**LINK, "quote": {"exact": ""}}, 422, "/items/3/quote/exact"),
        ({**LINK, "colour": "red"}, 422, "/items/3/colour"),
        (None, 422, "/items/3"),
    ]
    for item, status, pointer in bad:
        problem(callers.reviewer.post(path, {"items": [*batch(3), item, *batch(5)[3:]]}), status, pointer)
        assert (callers.anyone.read(f"/v1/claims/{claim}"), journal.size()) == before
    assert len(callers.anyone.read("/v1/sources")["items"]) == 1


def test_a_batch_has_1_to_100_items(callers: Callers) -> None:
    path, reviewer = f"/v1/claims/{callers.contributor.claim()}/evidence:batch", callers.reviewer
    for items in ([], batch(101)):
        before = journal.size()
        problem(reviewer.post(path, {"items": items}), 422, "/items")
        assert journal.size() == before


def test_what_is_retracted_leaves_the_claim_and_stays_in_the_history(callers: Callers) -> None:
    claim = callers.contributor.claim()
    made = callers.reviewer.made(f"/v1/claims/{claim}/evidence", LINK)
    path = f"/v1/evidence/{made['id']}"
    answer = callers.reviewer.delete(path, {"reason": "The page was taken back."})
    assert (answer.status_code, answer.data) == (204, b"")
    problem(callers.anyone.get(path), 404)
    problem(callers.reviewer.call("DELETE", path, {"reason": "Again."}, {"If-Match": "*"}), 404)
    read = callers.anyone.read(f"/v1/claims/{claim}")
    assert (read["evidence"], read["corroboration"]["supports"]["links"]) == ([], 0)
    attached, retracted = callers.anyone.read(f"/v1/claims/{claim}/history")["items"][-2:]
    assert (attached["type"], retracted["type"]) == ("evidence.attached", "evidence.retracted")
    assert attached["payload"]["set"]["stance"] == "supports"
    assert retracted["payload"]["reason"] == "The page was taken back."
    assert retracted["changes"] == {"retracted": {"before": False, "after": True}}


def test_retracting_takes_a_reason_and_the_present_version(callers: Callers) -> None:
    claim = callers.contributor.claim()
    made = callers.reviewer.made(f"/v1/claims/{claim}/evidence", LINK)
    path, before = f"/v1/evidence/{made['id']}", journal.size()
    problem(callers.reviewer.delete(path, {}), 422, "/reason")
    problem(callers.reviewer.call("DELETE", path, {"reason": "No."}), 428)
    problem(callers.reviewer.delete(path, {"reason": "No."}, match='"old"'), 412)
    assert callers.anyone.read(path) == made
    assert journal.size() == before


def test_who_attached_it_retracts_it_or_an_editor(callers: Callers) -> None:
    claim = callers.contributor.claim()
    for caller, status in ((callers.second_reviewer, 403), (callers.contributor, 403), (callers.editor, 204)):
        made = callers.reviewer.made(f"/v1/claims/{claim}/evidence", {**LINK, "url": f"https://news.test/{caller.id}"})
        assert caller.delete(f"/v1/evidence/{made['id']}", {"reason": "Wrong."}).status_code == status
        assert callers.anyone.get(f"/v1/evidence/{made['id']}").status_code == (404 if status == 204 else 200)


def test_what_was_retracted_can_be_attached_again(callers: Callers) -> None:
    claim = callers.contributor.claim()
    made = callers.reviewer.made(f"/v1/claims/{claim}/evidence", LINK)
    callers.reviewer.delete(f"/v1/evidence/{made['id']}", {"reason": "By mistake."})
    again = callers.reviewer.made(f"/v1/claims/{claim}/evidence", LINK)
    assert again["id"] != made["id"]
    assert each(callers.anyone.read(f"/v1/claims/{claim}")["evidence"], "id") == [again["id"]]
