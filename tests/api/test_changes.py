"""Following by number: what is listed, what filters leave, and what this reader may not see of it."""

from collections.abc import Callable

import pytest

from factcheck.storage import changes, journal
from factcheck.web.auth import standing
from tests.api.answers import each, problem
from tests.callers import Caller, Callers, Json
from tests.event_streams import EventSource


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


def streamed(caller: Caller, query: str = "", **headers: str) -> list[Json]:
    """The events of one stream, which here ends after the first of them."""
    answer = caller.get(f"/v1/stream{query}", **headers)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return list(EventSource().feed(answer.data))


def test_a_stream_has_the_events_of_the_list_with_their_numbers(callers: Callers) -> None:
    callers.reviewer.claim()
    source = EventSource()
    answer = callers.anyone.get("/v1/stream")
    items = list(source.feed(answer.data))
    assert items == callers.anyone.read("/v1/changes")["items"]
    assert source.last_id == str(journal.size())
    # A page's onmessage sees them all.
    assert source.types == set()
    assert source.retry
    assert answer.content_type == "text/event-stream"


def test_a_stream_goes_on_after_the_last_id_and_heeds_it_before_the_address(callers: Callers) -> None:
    callers.reviewer.claim()
    head = journal.size()
    assert seqs(streamed(callers.anyone, f"?after={head - 1}")) == [head]
    assert seqs(streamed(callers.anyone, "?after=1", Last_Event_Id=str(head - 2))) == [head - 1, head]
    assert streamed(callers.anyone, Last_Event_Id=str(head)) == []


def test_a_stream_without_a_match_still_says_how_far_it_came(callers: Callers) -> None:
    callers.reviewer.claim()
    source = EventSource()
    assert list(source.feed(callers.anyone.get("/v1/stream?type=claim.merged").data)) == []
    assert source.last_id == str(journal.size())


def test_a_stream_masks_as_the_list_does(callers_with: Callable[..., Callers]) -> None:
    callers = callers_with(approvals=1)
    callers.reviewer.made(f"/v1/claims/{callers.reviewer.claim()}/verdicts", {"rating": "supported"})
    for caller in (callers.anyone, callers.reviewer, callers.admin):
        assert streamed(caller) == followed(caller)


@pytest.mark.parametrize("given", ["", "x", "-1", "1.5", "01", "\u0661".encode().decode("latin-1"), "9" * 17])
def test_a_last_id_that_is_no_number_is_refused(callers: Callers, given: str) -> None:
    said = problem(callers.anyone.get("/v1/stream", Last_Event_Id=given), 400, "/Last-Event-ID")
    assert said["type"] == "/problems/bad-last-event-id"


def test_a_last_id_of_another_record_is_told(callers: Callers) -> None:
    assert problem(callers.anyone.get("/v1/stream", Last_Event_Id="1000000"), 400)["type"] == "/problems/not-yet"


def test_streams_can_be_read_by_pages_of_other_sites_and_are_kept_by_nobody(callers: Callers) -> None:
    answer = callers.anyone.get("/v1/stream", Origin="https://dashboard.test")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert (answer.headers["Cache-Control"], answer.headers["X-Accel-Buffering"]) == ("no-store", "no")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    asked = {"Origin": "https://dashboard.test", "Access-Control-Request-Headers": "last-event-id"}
    allowed = callers.anyone.call("OPTIONS", "/v1/stream", headers=asked).headers["Access-Control-Allow-Headers"]
    assert "Last-Event-ID" in allowed


def test_a_reader_stands_until_the_token_is_revoked(callers: Callers) -> None:
    reader = callers.reader
    second = reader.made(f"/v1/accounts/{reader.id}/tokens", {})
    with callers.app.test_request_context(headers={"Authorization": f"Bearer {second['token']}"}):
        callers.app.preprocess_request()
        stands = standing()
    assert stands()
    reader.delete(f"/v1/accounts/{reader.id}/tokens/{second['id']}")
    assert not stands()


def test_a_reader_stands_until_the_role_changes_and_one_without_a_token_for_ever(callers: Callers) -> None:
    with callers.app.test_request_context(headers={"Authorization": f"Bearer {callers.reviewer.token}"}):
        callers.app.preprocess_request()
        stands = standing()
    callers.admin.patch(f"/v1/accounts/{callers.reviewer.id}", {"role": "reader"})
    assert not stands()
    with callers.app.test_request_context():
        callers.app.preprocess_request()
        assert standing()()
