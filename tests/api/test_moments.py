"""Reading as of a moment over HTTP: by seq, by time, and by Accept-Datetime (RFC 7089)."""

import datetime

import pytest
from werkzeug.http import http_date

from factcheck import clock
from tests.api.answers import each, everything, problem
from tests.callers import Callers, Json

JSON = "application/json"
UNKNOWN = "01890a5d-ac96-774b-bcce-b302099a8057"
LONG_AGO = "Wed, 23 Oct 2002 12:00:00 GMT"


class Past:
    """A claim with a link and a verdict, each of which changed later; `seq` is before that, `told` what was said."""

    def __init__(self, callers: Callers) -> None:
        reviewer = callers.reviewer
        self.claim = callers.contributor.claim(topics=["moon"], source={"title": "A paper"})
        link = reviewer.made(f"/v1/claims/{self.claim}/evidence", {"url": "https://a.test/", "stance": "supports"})
        given = {"rating": "supported", "evidence": [link["id"]]}
        self.verdict = reviewer.made(f"/v1/claims/{self.claim}/verdicts", given)["id"]
        self.link = link["id"]
        self.seq = callers.anyone.read(f"/v1/claims/{self.claim}")["seq"]
        self.told = {path: callers.anyone.get(path, Accept=JSON).get_json() for path in self.paths()}
        change = {"type": "rating_change", "reason": "We were wrong.", "changes": {"rating": "refuted"}}
        reviewer.made(f"/v1/verdicts/{self.verdict}/corrections", change)
        reviewer.patch(f"/v1/claims/{self.claim}", {"topics": ["rock"], "reason": "A better word."})
        reviewer.delete(f"/v1/evidence/{link['id']}", {"reason": "It is gone."})

    def paths(self) -> list[str]:
        claim = f"/v1/claims/{self.claim}"
        lists = ["/v1/claims", "/v1/claims?topic=moon&sort=-created", "/v1/claims?status=supported&sort=-claimed"]
        own = [claim, f"{claim}/status", f"{claim}/corroboration", f"{claim}/verdicts", f"/claims/{self.claim}"]
        return [*lists, *own, f"/v1/verdicts/{self.verdict}", f"/v1/evidence/{self.link}", "/v1/stats"]


def as_of(path: str, when: object) -> str:
    return f"{path}{'&' if '?' in path else '?'}as_of={when}"


def test_everything_is_read_as_it_stood(callers: Callers) -> None:
    past = Past(callers)
    recorded = {event["seq"]: event["recorded_at"] for event in history(callers, past.claim)}
    for path, told in past.told.items():
        for when in (past.seq, recorded[past.seq]):
            answer = callers.anyone.get(as_of(path, when), Accept=JSON)
            assert answer.get_json() == told, path
            assert answer.headers["As-Of-Seq"] == str(past.seq)
            time = datetime.datetime.fromisoformat(recorded[past.seq])
            assert answer.headers["Memento-Datetime"] == http_date(time)
        assert callers.anyone.get(path, Accept=JSON).get_json() != told
        assert "As-Of-Seq" not in callers.anyone.get(path).headers


def history(callers: Callers, claim: str) -> list[Json]:
    return everything(callers.anyone, f"/v1/claims/{claim}/history")


def test_what_had_not_come_to_be_is_not_found_and_lists_of_then_are_empty(callers: Callers) -> None:
    past = Past(callers)
    first = history(callers, past.claim)[0]["seq"] - 1
    for path in past.paths():
        answer = callers.anyone.get(as_of(path, first))
        if path.startswith("/v1/claims?") or path == "/v1/claims":
            assert (answer.get_json()["items"], answer.get_json()["next"]) == ([], None)
        elif path == "/v1/stats":
            assert answer.get_json()["claims"]["total"] == 0
        else:
            problem(answer, 404)
    for path in (f"/v1/evidence/{UNKNOWN}", f"/v1/verdicts/{UNKNOWN}", f"/v1/claims/{UNKNOWN}/verdicts"):
        problem(callers.anyone.get(as_of(path, past.seq)), 404)
    assert callers.anyone.read("/v1/claims?as_of=0")["items"] == []


def test_what_has_not_come_yet_is_refused(callers: Callers) -> None:
    past = Past(callers)
    for path in past.paths():
        for when in (10**9, "2100-01-01T00:00:00Z"):
            problem(callers.anyone.get(as_of(path, when)), 400, "/as_of")


def test_a_retracted_link_can_still_be_read_as_of_then(callers: Callers) -> None:
    past = Past(callers)
    path = f"/v1/evidence/{past.link}"
    problem(callers.anyone.get(path), 404)
    assert callers.anyone.read(as_of(path, past.seq))["id"] == past.link
    newest = history(callers, past.claim)[-1]["seq"]
    problem(callers.anyone.get(as_of(path, newest)), 404)


def test_proposals_are_shown_as_of_then_to_those_who_saw_them_then(callers_with: object) -> None:
    callers: Callers = callers_with(approvals=1)  # type: ignore[operator]
    claim = callers.contributor.claim()
    verdict = callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "supported"})["id"]
    seq = history(callers, claim)[-1]["seq"]
    callers.editor.post(f"/v1/verdicts/{verdict}/approve")
    paths = as_of(f"/v1/verdicts/{verdict}", seq), as_of(f"/v1/claims/{claim}/verdicts", seq)
    problem(callers.anyone.get(paths[0]), 404)
    assert callers.anyone.read(paths[1])["items"] == []
    assert callers.reviewer.read(paths[0])["state"] == "proposed"
    assert each(callers.reviewer.read(paths[1])["items"], "id") == [verdict]


@pytest.mark.parametrize("sort", ["-updated", "-created", "-claimed"])
def test_the_pages_of_a_past_list_hold_together_while_the_record_goes_on(callers: Callers, sort: str) -> None:
    ids = [callers.contributor.claim(f"Claim {number}") for number in range(5)]
    seq = callers.anyone.read(f"/v1/claims/{ids[-1]}")["seq"]
    path = f"/v1/claims?as_of={seq}&limit=2&sort={sort}"
    first = callers.anyone.read(path)
    for claim in (*ids, *ids):
        callers.contributor.patch(f"/v1/claims/{claim}", {"place": f"Rome {claim}", "claim_date": "2024"})
    callers.contributor.claim("One more")
    rest = everything(callers.anyone, first["next"])
    assert each([*first["items"], *rest], "id") == ids[::-1]
    assert {item["place"] for item in rest} == {None}
    problem(callers.anyone.get(first["next"].replace(f"as_of={seq}", f"as_of={seq - 1}")), 400, "/cursor")


def test_pages_of_a_claims_past_verdicts_follow_one_another(callers: Callers) -> None:
    claim = callers.contributor.claim()
    given = [callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "supported"})["id"] for _ in range(3)]
    seq = history(callers, claim)[-1]["seq"]
    callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "refuted"})
    found = everything(callers.anyone, f"/v1/claims/{claim}/verdicts?as_of={seq}&limit=2")
    assert each(found, "id") == given[::-1]


def test_accept_datetime_does_what_as_of_does(callers: Callers, monkeypatch: pytest.MonkeyPatch) -> None:
    start = clock.now().replace(microsecond=0) + datetime.timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: start + datetime.timedelta(minutes=10))
    claim = callers.contributor.claim()
    seq = history(callers, claim)[-1]["seq"]
    monkeypatch.setattr(clock, "now", lambda: start + datetime.timedelta(minutes=50))
    callers.contributor.patch(f"/v1/claims/{claim}", {"place": "Rome"})
    asked = http_date(start + datetime.timedelta(minutes=20))
    for path in (f"/v1/claims/{claim}", f"/claims/{claim}"):
        answer = callers.anyone.get(path, Accept=JSON, Accept_Datetime=asked)
        assert (answer.status_code, answer.get_json()["place"]) == (200, None)
        assert answer.headers["Memento-Datetime"] == asked
        assert answer.headers["As-Of-Seq"] == str(seq)
        assert answer.headers["Link"] == f'<{path}>; rel="original timegate"'
        # A cache must not give the present answer to who asks for the past, nor the other way round.
        for one in (answer, callers.anyone.get(path)):
            assert "Accept-Datetime" in one.headers["Vary"].split(", ")
            assert "Authorization" in one.headers["Vary"].split(", ")
        # The parameter names one state, whatever the header asks for.
        named = callers.anyone.get(f"{path}?as_of={seq + 1}", Accept=JSON, Accept_Datetime=asked)
        assert named.get_json()["place"] == "Rome"
        problem(callers.anyone.get(path, Accept_Datetime=LONG_AGO), 404)
        future = http_date(start + datetime.timedelta(days=1))
        assert problem(callers.anyone.get(path, Accept_Datetime=future), 400)["type"] == "/problems/not-yet"


@pytest.mark.parametrize(
    "given",
    ["", "yesterday", "2002-10-23T12:00:00Z", "Wed, 23 Oct 2002 12:00:00", "Thu, 23 Oct 2002 12:00:00 GMT",
     "Wed, 23 Oct 2002 12:00:00 +0100", "Wednesday, 23-Oct-02 12:00:00 GMT", "Wed, 32 Oct 2002 12:00:00 GMT"],
)  # fmt: skip
def test_an_accept_datetime_that_is_no_http_date_is_refused(callers: Callers, given: str) -> None:
    claim = callers.contributor.claim()
    for path in (f"/v1/claims/{claim}?as_of=1", f"/v1/claims/{claim}"):
        found = problem(callers.anyone.get(path, Accept_Datetime=given), 400, "/Accept-Datetime")
    assert found["type"] == "/problems/bad-datetime"


def test_before_the_first_event_there_is_a_time_only_where_one_was_asked_for(callers: Callers) -> None:
    answer = callers.anyone.get("/v1/claims?as_of=0001-01-01T00:00:00Z")
    assert (answer.headers["As-Of-Seq"], answer.headers["Memento-Datetime"]) == ("0", "Mon, 01 Jan 0001 00:00:00 GMT")
    assert "Memento-Datetime" not in callers.anyone.get("/v1/claims?as_of=0").headers
    claim = callers.contributor.claim()
    problem(callers.anyone.get(f"/v1/claims/{claim}", Accept_Datetime="Mon, 01 Jan 0001 00:00:00 GMT"), 404)


def test_the_public_page_of_a_merged_claim_moves_to_the_survivors(callers: Callers) -> None:
    one, other = callers.contributor.claim("One"), callers.contributor.claim("Other")
    seq = history(callers, other)[-1]["seq"]
    callers.editor.post(f"/v1/claims/{one}/merge", {"into": other})
    answer = callers.anyone.get(f"/claims/{one}")
    assert (answer.status_code, answer.headers["Location"]) == (308, f"/claims/{other}")
    assert callers.anyone.get(f"/claims/{other}", Accept=JSON).get_json() == callers.anyone.read(f"/v1/claims/{other}")
    assert each(callers.anyone.read(f"/v1/claims?as_of={seq}")["items"], "id") == [other, one]
    assert each(callers.anyone.read("/v1/claims")["items"], "id") == [other]
    problem(callers.anyone.get(f"/claims/{UNKNOWN}"), 404)


def test_browsers_may_read_what_an_answer_says_of_its_moment(callers: Callers) -> None:
    answer = callers.anyone.get("/v1/claims?as_of=0", Origin="https://elsewhere.test")
    assert {"As-Of-Seq", "Memento-Datetime"} <= set(answer.headers["Access-Control-Expose-Headers"].split(", "))
    asked = callers.anyone.call("OPTIONS", "/v1/claims", headers={"Origin": "https://elsewhere.test"})
    assert "Accept-Datetime" in asked.headers["Access-Control-Allow-Headers"]
