"""What waits for a reviewer."""

from collections.abc import Callable

import pytest

from factcheck.domain.actors import SERVICE
from factcheck.domain.vocabulary import Subject
from factcheck.storage import db, journal, rows, worklists
from factcheck.storage.models import Suggestion
from tests.callers import Callers
from tests.desk.desks import at_desk

Make = Callable[..., Callers]


def suggested(callers: Callers, *, origin: bool = True) -> str:
    """A suggestion that one source relies on another, as the worker makes it."""
    one, other = (callers.contributor.made("/v1/sources", {"title": title})["id"] for title in ("A copy", "A briefing"))
    values = {
        "source": one, "kind": "republishes", "basis": "near_identical", "origin": other if origin else None,
        "publisher": None if origin else callers.contributor.made("/v1/publishers", {"name": "Example wire"})["id"],
        "url": None, "score": 0.93, "detail": "Most of its text", "state": "open", "citation": None, "reason": None,
    }  # fmt: skip
    with journal.write(SERVICE.id) as tx:
        return tx.create("suggestion.made", Subject.SUGGESTION, values)


def test_what_i_have_taken_comes_first(callers: Callers) -> None:
    mine, other = callers.contributor.claim("Mine"), callers.contributor.claim("Another's")
    callers.contributor.claim("Nobody's")
    callers.reviewer.post(f"/v1/claims/{mine}/take")
    callers.second_reviewer.post(f"/v1/claims/{other}/take")
    page = at_desk(callers.reviewer).get("/desk")
    assert page.all("//h2") == ["Mine"]
    assert page.all("//ol[@class='rows']//a/@href") == [f"/desk/claims/{mine}"]


def test_each_list_has_what_waits_and_its_count(callers_with: Make) -> None:
    callers = callers_with(approvals=1)
    one, other = callers.contributor.claim("One"), callers.contributor.claim("Other")
    own = callers.editor.made(f"/v1/claims/{one}/verdicts", {"rating": "supported"})["id"]
    theirs = callers.reviewer.made(f"/v1/claims/{other}/verdicts", {"rating": "refuted", "label": "A lie"})["id"]
    suggestion = suggested(callers)
    desk = at_desk(callers.editor)
    page = desk.get("/desk?list=proposals")
    assert page.all("//nav[@aria-label='What waits']//a") == [
        "Mine 0", "Not reviewed 0", "To look at again 0", "To approve 1", "Who relies on whom 1"]  # fmt: skip
    assert page.all("//ol[@class='rows']//a/@href") == [f"/desk/verdicts/{theirs}"]
    assert own not in page.answer.get_data(as_text=True)
    assert "Refuted" in page.text
    assert "A copy republishes A briefing" in desk.get("/desk?list=suggestions").text
    assert suggestion in desk.get("/desk?list=suggestions").answer.get_data(as_text=True)


def test_what_one_has_approved_waits_for_others(callers_with: Make) -> None:
    callers = callers_with(approvals=2)
    claim = callers.contributor.claim()
    verdict = callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "supported"})["id"]
    callers.editor.post(f"/v1/verdicts/{verdict}/approve")
    assert "Nothing waits" in at_desk(callers.editor).get("/desk?list=proposals").text
    assert "Supported" in at_desk(callers.admin).get("/desk?list=proposals").text


def test_a_contributor_sees_no_proposals(callers_with: Make) -> None:
    callers = callers_with(approvals=1)
    claim = callers.contributor.claim()
    callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "supported", "justification": "not public yet"})
    desk = at_desk(callers.contributor)
    for path in ("/desk?list=proposals", "/desk", f"/desk/claims/{claim}"):
        page = desk.get(path)
        assert "not public yet" not in page.text
        assert "To approve" not in page.text


def test_long_lists_go_on_where_they_ended(callers: Callers) -> None:
    made = [callers.contributor.claim(f"Claim {number}") for number in range(30)]
    for claim in made[:27]:
        callers.reviewer.post(f"/v1/claims/{claim}/take")
    desk = at_desk(callers.reviewer)
    for name, wanted in (("mine", made[:27]), ("unreviewed", made[27:])):
        seen, path = [], f"/desk?list={name}"
        while path:
            page = desk.get(path)
            seen += [one.rpartition("/")[2] for one in page.all("//ol[@class='rows']//a/@href")]
            path = next(iter(page.all("//a[@class='more']/@href")), "")
        assert sorted(seen) == sorted(wanted)
    desk.get("/desk?list=mine&cursor=forged", 400)


def test_a_count_stops_where_nobody_needs_more(callers: Callers) -> None:
    callers.contributor.claim("One")
    callers.contributor.claim("Two")
    assert worklists.counts(callers.reviewer.id)["unreviewed"] == 2
    worklists_most, worklists.MOST_COUNTED = worklists.MOST_COUNTED, 1
    try:
        page = at_desk(callers.reviewer).get("/desk")
    finally:
        worklists.MOST_COUNTED = worklists_most
    assert "Not reviewed 0+" in page.text


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("database")
def test_lists_and_counts_are_read_by_an_index() -> None:
    asked = [(worklists.TAKEN, ["a", "g", 9])]
    asked += [worklists.counting(name, "a") for name in worklists.counts("a")]
    asked += [(f"SELECT id FROM verdicts WHERE {worklists.PROPOSED}", ["a", "a", "g", 9])]
    asked += [(f"SELECT id FROM suggestions WHERE {worklists.SUGGESTED}", ["g", 9])]
    for sql, params in asked:
        plan = " ".join(str(row[-1]) for row in db.query(f"EXPLAIN QUERY PLAN {sql}", params))
        assert "USING" in plan, (sql, plan)
        assert "TEMP B-TREE" not in plan, (sql, plan)


def test_suggestions_are_answered_from_the_list(callers: Callers) -> None:
    first, second = suggested(callers), suggested(callers, origin=False)
    desk = at_desk(callers.reviewer)
    path = "/desk?list=suggestions"
    assert desk.done(path, to=f"/desk/suggestions/{first}/accept") == "/desk?list=suggestions&done=accepted"
    assert desk.done(path, to=f"/desk/suggestions/{second}/reject") == "/desk?list=suggestions&done=turned-down"
    assert [rows.require(Suggestion, one)["state"] for one in (first, second)] == ["accepted", "rejected"]


def test_a_suggestion_that_knows_no_source_is_given_one(callers: Callers) -> None:
    suggestion = suggested(callers, origin=False)
    desk = at_desk(callers.reviewer)
    source = rows.require(Suggestion, suggestion)["source"]
    path, to = f"/desk/sources/{source}", f"/desk/suggestions/{suggestion}/accept"
    assert "name it" in desk.refused(path, {}, to=to).text
    assert desk.done(path, {"origin.title": "The wire's report"}, to=to) == f"{path}?done=accepted"
    assert "The wire's report" in desk.get(path).text
