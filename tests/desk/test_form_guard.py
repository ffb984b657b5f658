"""Forms are taken from the pages of this session alone."""

from tests.callers import Callers
from tests.desk.desks import at_desk


def test_a_form_without_its_key_does_nothing(callers: Callers) -> None:
    claim = callers.contributor.claim()
    desk, other = at_desk(callers.reviewer), at_desk(callers.second_reviewer)
    for key in ({}, {"csrf": ""}, {"csrf": other.key()}, {"csrf": desk.key()[:-1]}, {"csrf": "é\0"}):
        for path in (f"/desk/claims/{claim}/take", "/desk/sign-out"):
            answer = desk.post(path, key)
            assert answer.status_code == 403
            assert "not of your present session" in answer.get_data(as_text=True)
    assert callers.anyone.read(f"/v1/claims/{claim}")["taken_by"] is None


def test_another_session_of_the_same_account_has_another_key(callers: Callers) -> None:
    one, other = at_desk(callers.reviewer), at_desk(callers.reviewer)
    assert one.key() != other.key()


def test_the_key_tells_nothing_of_the_session(callers: Callers) -> None:
    desk = at_desk(callers.reviewer)
    cookie = desk.client.get_cookie("factcheck")
    assert cookie is not None
    assert cookie.value not in desk.get("/desk").answer.get_data(as_text=True)


def test_what_another_site_sends_is_refused_even_with_the_key(callers: Callers) -> None:
    claim = callers.contributor.claim()
    desk = at_desk(callers.reviewer)
    path, key = f"/desk/claims/{claim}/take", {"csrf": desk.key()}
    for headers in (
        {"Origin": "https://evil.test"}, {"Origin": "null"}, {"Origin": "http://["}, {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"}, {"Sec_Fetch_Site": "none"}, {"Origin": "http://localhost.evil.test"},
    ):  # fmt: skip
        assert desk.post(path, key, **headers).status_code == 403, headers
        assert desk.post("/desk/sign-in", {**key, "token": callers.editor.token}, **headers).status_code == 403, headers
    assert desk.post(path, key, Origin="http://localhost", Sec_Fetch_Site="same-origin").status_code == 303


def test_a_key_of_an_idempotent_request_is_not_taken_from_a_browser(callers: Callers) -> None:
    desk = at_desk(callers.reviewer)
    fields = {"csrf": desk.key(), "text": "Twice is twice"}
    first, second = (desk.post("/desk/claims/new", fields, Idempotency_Key="k") for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] != second.headers["Location"]


def test_pages_of_the_desk_are_kept_by_nobody_else(callers: Callers) -> None:
    page = at_desk(callers.reviewer).get("/desk")
    assert page.answer.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in page.answer.headers["Vary"]
