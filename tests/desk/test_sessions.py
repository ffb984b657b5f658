"""Signing in: what the cookie is, what ends it, and what it opens."""

import datetime
from collections.abc import Callable
from urllib.parse import quote

import pytest

from factcheck import clock
from factcheck.services import sessions
from factcheck.storage import db
from factcheck.web import limits
from tests.api.answers import problem
from tests.callers import Callers
from tests.desk.desks import Desk, at_desk, stranger
from tests.desk.pages import BROWSER

Make = Callable[..., Callers]


def cookie_of(desk: Desk, **fields: str) -> str:
    return str(desk.post("/desk/sign-in", fields).headers["Set-Cookie"])


def test_a_token_opens_the_desk(callers: Callers) -> None:
    desk = at_desk(callers.reviewer)
    assert desk.get("/desk").all("//h1") == ["Desk"]


def test_the_cookie_is_for_this_service_alone_and_holds_no_token(callers: Callers) -> None:
    token = str(callers.reviewer.token)
    cookie = cookie_of(stranger(callers.app), token=token)
    assert cookie.startswith("factcheck=")
    assert "; HttpOnly" in cookie
    assert "; SameSite=Lax" in cookie
    assert "; Path=/" in cookie
    assert "Secure" not in cookie
    assert token not in cookie
    value = cookie.partition("=")[2].partition(";")[0]
    kept = [row[0] for row in db.query("SELECT digest FROM sessions")]
    assert len(kept) == 1
    assert value not in kept[0]


def test_over_https_the_cookie_is_never_sent_in_the_clear(callers_with: Make) -> None:
    callers = callers_with(public_url="https://record.example")
    cookie = cookie_of(stranger(callers.app), token=str(callers.reviewer.token))
    assert cookie.startswith("__Host-factcheck=")
    assert "; Secure" in cookie


def test_whatever_is_wrong_with_a_token_the_answer_is_the_same(callers: Callers) -> None:
    admin = callers.admin
    revoked = admin.made(f"/v1/accounts/{admin.id}/tokens", {})
    admin.delete(f"/v1/accounts/{admin.id}/tokens/{revoked['id']}")
    told = set()
    for token in ("", "x", "fct_unknown", revoked["token"], "a" * 100_000, "fct_\0", str(admin.token)[:-1]):
        answer = stranger(callers.app).post("/desk/sign-in", {"token": token})
        assert answer.status_code == 422
        assert "Set-Cookie" not in answer.headers
        told.add(answer.get_data(as_text=True))
    assert len(told) == 1


def test_a_session_ends_by_itself(callers: Callers, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = at_desk(callers.reviewer)
    later = clock.now() + sessions.LIFETIME - datetime.timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    desk.get("/desk")
    monkeypatch.setattr(clock, "now", lambda: later + datetime.timedelta(minutes=2))
    assert desk.client.get("/desk", headers={"Accept": BROWSER}).status_code == 303
    at_desk(callers.reviewer)
    assert len(db.query("SELECT digest FROM sessions")) == 1


def test_revoking_the_token_ends_its_sessions_at_once(callers: Callers) -> None:
    reviewer = callers.reviewer
    desk = at_desk(reviewer)
    (token,) = reviewer.read(f"/v1/accounts/{reviewer.id}/tokens")["items"]
    callers.admin.delete(f"/v1/accounts/{reviewer.id}/tokens/{token['id']}")
    problem(desk.client.get("/desk"), 401)


def test_switching_the_account_off_ends_its_sessions_at_once(callers: Callers) -> None:
    desk = at_desk(callers.reviewer)
    callers.admin.patch(f"/v1/accounts/{callers.reviewer.id}", {"active": False})
    problem(desk.client.get("/desk"), 401)


def test_signing_out_ends_the_session_and_not_only_the_cookie(callers: Callers) -> None:
    desk = at_desk(callers.reviewer)
    value = desk.client.get_cookie("factcheck")
    assert value is not None
    answer = desk.post("/desk/sign-out", {"csrf": desk.key()})
    assert answer.headers["Location"] == "/desk/sign-in"
    assert desk.client.get_cookie("factcheck") is None
    desk.client.set_cookie("factcheck", value.value)
    problem(desk.client.get("/desk"), 401)


def test_signing_in_anew_is_a_new_session(callers: Callers) -> None:
    desk = at_desk(callers.reviewer)
    first = desk.client.get_cookie("factcheck")
    desk.post("/desk/sign-in", {"token": callers.editor.token, "csrf": desk.key()})
    assert desk.client.get_cookie("factcheck") != first
    assert len(db.query("SELECT digest FROM sessions")) == 1


def test_a_page_that_takes_signing_in_is_come_back_to(callers: Callers) -> None:
    desk = stranger(callers.app)
    answer = desk.client.get("/desk?list=review", headers={"Accept": BROWSER})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/desk/sign-in?next=/desk%3Flist%3Dreview"
    form = desk.filled(answer.headers["Location"], "/desk/sign-in")
    assert desk.post("/desk/sign-in", {**form, "token": callers.reviewer.token}).headers["Location"] == (
        "/desk?list=review"
    )


def test_nobody_is_led_to_another_site_after_signing_in(callers: Callers) -> None:
    elsewhere = (
        "//evil.test",
        "https://evil.test",
        "/\\evil.test",
        "\\evil.test",
        "/\tevil",
        "javascript:alert(1)",
        "/ü",
    )
    for path in elsewhere:
        desk = stranger(callers.app)
        desk.get(f"/desk/sign-in?next={quote(path)}")
        assert (
            desk.post("/desk/sign-in", {"token": callers.reviewer.token, "next": path}).headers["Location"] == "/desk"
        )


def test_the_api_takes_no_cookie(callers: Callers) -> None:
    desk = at_desk(callers.admin)
    for path in ("/v1/me", "/v1/accounts", "/v1/export/claims.csv"):
        problem(desk.client.get(path), 401)
    problem(desk.client.post("/v1/claims", json={"text": "x"}), 401)


def test_closed_reads_open_to_a_session(callers_with: Make) -> None:
    callers = callers_with(public_reads=False)
    claim = callers.contributor.claim()
    desk = at_desk(callers.reader)
    assert desk.get(f"/claims/{claim}").all("//h1") == ["The moon is made of rock"]
    problem(desk.client.get(f"/v1/claims/{claim}"), 401)


def test_signing_in_is_limited_whatever_else_is(callers: Callers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SIGN_INS", "2/minute")
    monkeypatch.setitem(
        callers.app.extensions, "factcheck.sign_ins", limits.counting_sign_ins(callers.app.extensions["factcheck"])
    )
    desk = stranger(callers.app)
    for _ in range(2):
        desk.post("/desk/sign-in", {"token": "x"})
    answer = desk.post("/desk/sign-in", {"token": callers.reviewer.token})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Set-Cookie" not in answer.headers


def test_a_reader_who_signs_in_is_shown_the_record(callers: Callers) -> None:
    answer = stranger(callers.app).post("/desk/sign-in", {"token": callers.reader.token})
    assert answer.headers["Location"] == "/"


def test_what_was_typed_outlives_the_session_without_a_script(callers: Callers) -> None:
    claim = callers.contributor.claim()
    path = f"/desk/claims/{claim}/verdict"
    link = callers.reviewer.made(f"/v1/claims/{claim}/evidence", {"url": "https://a.test/", "stance": "supports"})["id"]
    other = callers.reviewer.made(f"/v1/claims/{claim}/evidence", {"url": "https://b.test/", "stance": "supports"})[
        "id"
    ]
    desk = at_desk(callers.reviewer)
    typed = {
        **desk.filled(path),
        "choice": "plain:Refuted",
        "justification": 'Line one\r\n"two" <b>',
        "evidence": [link, other],
    }
    db.execute("DELETE FROM sessions")
    page = desk.page_of(desk.post(path, typed), 401)
    assert "What you typed is kept" in page.text
    form = dict(page.tree.xpath("//main//form")[0].form_values())
    assert "csrf" not in form["kept"]
    wrong = desk.page_of(desk.post("/desk/sign-in", {**form, "token": "x"}), 422)
    form = dict(wrong.tree.xpath("//main//form")[0].form_values())
    again = desk.page_of(desk.post("/desk/sign-in", {**form, "token": callers.reviewer.token}), 200)
    assert callers.anyone.read(f"/v1/claims/{claim}")["verdicts"] == []
    (resent,) = again.tree.xpath("//main//form[@action=$path]", path=path)
    fields: dict[str, list[str]] = {}
    for name, value in resent.form_values():
        fields.setdefault(name, []).append(value)
    assert desk.post(path, fields).status_code == 303
    (verdict,) = callers.anyone.read(f"/v1/claims/{claim}")["verdicts"]
    assert verdict["justification"] == 'Line one\n"two" <b>'
    assert verdict["evidence"] == [link, other]


def test_what_another_site_sends_is_not_kept_for_later(callers: Callers) -> None:
    path = f"/desk/claims/{callers.contributor.claim()}/verdict"
    for headers in ({"Origin": "https://evil.test"}, {"Sec_Fetch_Site": "cross-site"}):
        desk = stranger(callers.app)
        page = desk.page_of(desk.post(path, {"justification": "planted"}, **headers), 401)
        assert "planted" not in page.answer.get_data(as_text=True)


def test_a_form_that_is_too_large_to_keep_is_asked_to_sign_in_all_the_same(callers: Callers) -> None:
    desk = stranger(callers.app)
    for fields in ({"text": "a" * 800_000}, {f"f{one}": "x" for one in range(2000)}):
        page = desk.page_of(desk.post("/desk/claims/new", fields), 401)
        assert "What you typed" not in page.text
    assert desk.post("/desk/sign-in", {"token": "a" * 2_000_000}).status_code == 413


def test_what_is_said_to_have_been_typed_leads_nowhere_else(callers: Callers) -> None:
    token = callers.reviewer.token
    for kept in ("x", "{}", "[1]", '[["a"]]', '[["a", 1]]', "[" * 50_000):
        answer = stranger(callers.app).post("/desk/sign-in", {"token": token, "kept": kept, "next": "/desk/claims/new"})
        assert answer.headers["Location"] == "/desk/claims/new"
    kept = '[["text", "typed"]]'
    for path in ("https://evil.test/", "//evil.test/desk/", "/v1/claims"):
        answer = stranger(callers.app).post("/desk/sign-in", {"token": token, "kept": kept, "next": path})
        assert answer.status_code == 303
