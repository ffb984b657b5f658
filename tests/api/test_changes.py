"""Following by number: what is listed, what filters leave, and what this reader may not see of it."""

from collections.abc import Callable

import pytest

from factcheck.storage import changes, journal
from tests.api.answers import each, problem
from tests.callers import Caller, Callers, Json


def followed(caller: Caller, query: str = "", limit: int = 200) -> list[Json]:
    """All events of a view, asked for until there are no more."""
    found: list[Json] = []
    after = 0
    while True:
        answer = caller.read(f"/v1/changes?after={after}&limit={limit}{query}")
        found += answer["items"]
        if not answer["items"]:
            return found
        after = answer["after"]


def seqs(items: list[Json]) -> list[object]:
    return each(items, "seq")


def test_following_gives_every_event_once_as_the_log_has_it(callers: Callers) -> None:
    for number in range(5):
        callers.reviewer.claim(f"Claim {number}")
    items = followed(callers.anyone, limit=3)
    assert seqs(items) == list(range(1, journal.size() + 1))
    assert items == callers.anyone.read("/v1/log/entries?limit=200")["items"]


def test_the_answer_says_what_to_ask_with_next(callers: Callers) -> None:
    callers.reviewer.claim()
    head = journal.size()
    assert callers.anyone.read(f"/v1/changes?after={head - 1}")["after"] == head
    assert callers.anyone.read(f"/v1/changes?after={head}") == {"items": [], "after": head}
    assert callers.anyone.read("/v1/changes?limit=1")["after"] == 1


def test_where_a_filter_finds_nothing_the_answer_goes_on_all_the_same(callers: Callers) -> None:
    callers.reviewer.claim()
    assert callers.anyone.read("/v1/changes?type=claim.merged") == {"items": [], "after": journal.size()}


def test_filters_are_by_claim_speaker_and_type(callers: Callers) -> None:
    reviewer = callers.reviewer
    one, other = (reviewer.claim(f"By {name}", speaker={"name": name}) for name in ("Ada", "Bob"))
    for claim in (one, other):
        reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "supported"})
    ada = reviewer.read(f"/v1/claims/{one}")["speaker"]["id"]
    assert each(followed(callers.anyone, f"&claim={one}"), "type") == ["claim.submitted", "verdict.published"]
    assert len(followed(callers.anyone, f"&claim={one}&claim={other}")) == 4
    of_ada = followed(callers.anyone, f"&speaker={ada}")
    assert sorted(each(of_ada, "type"), key=str) == ["claim.submitted", "speaker.added", "verdict.published"]
    published = followed(callers.anyone, "&type=verdict.published&type=claim.merged")
    assert each(published, "claim_id") == [one, other]
    assert each(followed(callers.anyone, f"&type=verdict.published&claim={other}"), "claim_id") == [other]


def test_of_a_claim_all_that_was_merged_into_it_is_shown(callers: Callers) -> None:
    oldest, old, new = (callers.reviewer.claim(text) for text in ("Oldest", "Old", "New"))
    callers.editor.post(f"/v1/claims/{oldest}/merge", {"into": old})
    callers.editor.post(f"/v1/claims/{old}/merge", {"into": new})
    history = callers.anyone.read(f"/v1/claims/{new}/history?limit=200")["items"]
    assert followed(callers.anyone, f"&claim={new}") == history


def test_rare_events_are_found_far_behind_others(callers: Callers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "_WINDOW", 3)
    first = callers.reviewer.claim("First")
    for number in range(10):
        callers.reviewer.claim(f"Another {number}")
    callers.editor.post(f"/v1/claims/{first}/merge", {"into": callers.reviewer.claim("Last")})
    assert each(followed(callers.anyone, "&type=claim.merged"), "claim_id") == [first]
    assert seqs(followed(callers.anyone, limit=5)) == list(range(1, journal.size() + 1))


def test_what_is_withheld_is_announced_masked_and_opened_by_publishing(callers_with: Callable[..., Callers]) -> None:
    callers = callers_with(approvals=1)
    claim = callers.reviewer.claim()
    verdict = callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "supported"})
    (shown,) = followed(callers.anyone, "&type=verdict.proposed")
    (whole,) = followed(callers.reviewer, "&type=verdict.proposed")
    assert (shown["payload"], shown["salt"], shown["changes"]) == (None, None, None)
    assert whole["payload"]["set"]["rating"] == "supported"
    callers.editor.post(f"/v1/verdicts/{verdict['id']}/approve", {})
    assert followed(callers.anyone, "&type=verdict.proposed") == [whole]


def test_what_is_said_of_accounts_is_for_administrators(callers: Callers) -> None:
    callers.reviewer.claim()
    for caller, may in ((callers.anyone, False), (callers.editor, False), (callers.admin, True)):
        about = followed(caller, "&type=account.added&type=token.added")
        assert about
        assert all((item["payload"] is not None) == may for item in about)


def test_a_number_that_has_not_come_is_told(callers: Callers) -> None:
    said = problem(callers.anyone.get("/v1/changes?after=1000000"), 400)
    assert said["type"] == "/problems/not-yet"


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("after=-1", "/after"), ("after=x", "/after"), ("after=99999999999999999999", "/after"), ("wait=31", "/wait"),
        ("wait=-1", "/wait"), ("limit=0", "/limit"), ("limit=201", "/limit"), ("cursor=x", "/cursor"),
        ("claim=x", "/claim/0"), ("type=x", "/type/0"), ("type=a.b%0A", "/type/0"),
    ],
)  # fmt: skip
def test_a_query_that_cannot_be_says_why(callers: Callers, query: str, pointer: str) -> None:
    problem(callers.anyone.get(f"/v1/changes?{query}"), 422, pointer)


def test_under_a_server_that_hands_nothing_over_no_wait_holds_its_thread(callers: Callers) -> None:
    callers.reviewer.claim()
    head = journal.size()
    assert callers.anyone.read(f"/v1/changes?after={head}&wait=30") == {"items": [], "after": head}
