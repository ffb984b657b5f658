"""Badge, card and oEmbed over HTTP."""

import pytest

from tests.api.answers import problem
from tests.callers import Callers

URL = "http://127.0.0.1:8000"
UNKNOWN = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.fixture
def checked(callers: Callers) -> str:
    claim = callers.contributor.claim("One", speaker={"name": "Ada"})
    callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "supported"})
    return claim


def test_the_badge_follows_the_status(callers: Callers, checked: str) -> None:
    path = f"/claims/{checked}/badge.svg"
    first = callers.anyone.get(path)
    assert (first.status_code, first.content_type) == (200, "image/svg+xml")
    assert "Fact check: supported" in first.get_data(as_text=True)
    assert first.headers["Cache-Control"] == "max-age=300"
    assert callers.anyone.get(path, If_None_Match=first.headers["ETag"]).status_code == 304
    callers.second_reviewer.made(f"/v1/claims/{checked}/verdicts", {"rating": "refuted"})
    again = callers.anyone.get(path, If_None_Match=first.headers["ETag"])
    assert "Fact check: disputed" in again.get_data(as_text=True)


def test_the_card_may_be_framed_and_nothing_else_may(callers: Callers, checked: str) -> None:
    headers = callers.anyone.get(f"/claims/{checked}/card").headers
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Content-Security-Policy"].endswith("frame-ancestors *")
    assert "X-Frame-Options" not in headers
    assert headers["Referrer-Policy"]
    for path in (f"/claims/{checked}", f"/claims/{checked}/badge.svg", "/docs"):
        assert "frame-ancestors 'none'" in callers.anyone.get(path).headers["Content-Security-Policy"]
    assert callers.anyone.get("/docs").headers["X-Frame-Options"] == "DENY"


def test_a_merged_claim_sends_on(callers: Callers, checked: str) -> None:
    old = callers.contributor.claim("Old")
    callers.editor.post(f"/v1/claims/{old}/merge", {"into": checked})
    for tail in ("badge.svg", "card"):
        answer = callers.anyone.get(f"/claims/{old}/{tail}")
        assert (answer.status_code, answer.headers["Location"]) == (308, f"/claims/{checked}/{tail}")
    found = callers.anyone.read(f"/oembed?url={URL}/claims/{old}")
    assert f"/claims/{checked}/card" in found["html"]


def test_oembed_describes_the_card(callers: Callers, checked: str) -> None:
    found = callers.anyone.read(f"/oembed?url={URL}/claims/{checked}&format=json&maxwidth=400")
    assert (found["type"], found["version"], found["width"]) == ("rich", "1.0", 400)
    assert f'src="{URL}/claims/{checked}/card"' in found["html"]
    assert found["title"] == "Supported: One"


def test_what_is_not_there_is_a_problem(callers: Callers) -> None:
    for path in (f"/claims/{UNKNOWN}/badge.svg", f"/claims/{UNKNOWN}/card", f"/oembed?url={URL}/claims/{UNKNOWN}"):
        problem(callers.anyone.get(path), 404)
    problem(callers.anyone.get("/oembed?url=https://other.example/claims/x"), 404, "/url")
    problem(callers.anyone.get("/oembed"), 422, "/url")
    problem(callers.anyone.get(f"/oembed?url={URL}/claims/x&format=xml"), 422, "/format")
