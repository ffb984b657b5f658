"""Problems as people see them."""

from collections.abc import Callable

import pytest

from factcheck.services import claims
from tests.api.answers import problem
from tests.callers import Callers
from tests.desk.pages import BROWSER, browse

UNKNOWN = "01890a5d-ac96-774b-bcce-b302099a8057"


def test_a_browser_gets_a_page_that_names_the_request(callers: Callers) -> None:
    for path in ("/nope", f"/claims/{UNKNOWN}", f"/claims/{UNKNOWN}/badge.svg"):
        page = browse(callers.anyone, path, 404)
        assert "There is no such page" in page.text
        assert f"Error 404, request {page.answer.headers['X-Request-Id']}" in page.text
        assert page.answer.headers["Cache-Control"] == "no-store"


def test_who_asks_for_no_page_gets_a_problem(callers: Callers) -> None:
    for accept in ("*/*", "application/json", "application/json, text/html;q=0.9", "text/html;q=0, */*", "image/png"):
        problem(callers.anyone.get("/nope", Accept=accept), 404)


def test_the_api_answers_problems_whoever_asks(callers: Callers) -> None:
    for path in ("/v1", "/v1/nope", f"/v1/claims/{UNKNOWN}"):
        problem(callers.anyone.get(path, Accept=BROWSER), 404)


def test_a_wrong_query_is_named(callers: Callers) -> None:
    claim = callers.contributor.claim()
    page = browse(callers.anyone, f"/claims/{claim}?nonsense=1", 422)
    assert "/nonsense Unknown field." in page.text


def test_closed_reads_ask_people_to_sign_in(callers_with: Callable[..., Callers]) -> None:
    callers = callers_with(public_reads=False)
    claim = callers.contributor.claim()
    page = browse(callers.anyone, f"/claims/{claim}", 401)
    assert "Please sign in" in page.text
    assert page.answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert browse(callers.reader, f"/claims/{claim}").text
    style = page.all("//link[@rel='stylesheet']/@href")[0]
    assert callers.anyone.get(style).status_code == 200


def test_too_many_requests_say_when_to_come_back(callers_with: Callable[..., Callers]) -> None:
    callers = callers_with(rate_limit="1 per hour")
    callers.anyone.get("/nope")
    page = browse(callers.anyone, "/nope", 429)
    assert "Too many requests" in page.text
    assert int(page.answer.headers["Retry-After"]) > 0


def test_what_broke_here_is_not_shown(callers: Callers, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> None:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr(claims, "document", broken)
    page = browse(callers.anyone, f"/claims/{UNKNOWN}", 500)
    assert page.answer.headers["X-Request-Id"] in page.text
    assert "secret" not in page.answer.get_data(as_text=True)
