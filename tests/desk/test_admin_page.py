"""Accounts, tokens, backlog and settings, for administrators."""

from collections.abc import Callable

from factcheck.services import accounts
from tests.callers import Callers
from tests.desk.desks import at_desk, stranger

Make = Callable[..., Callers]


def test_an_account_is_added_and_given_a_token_that_is_shown_once(callers: Callers) -> None:
    desk = at_desk(callers.admin)
    path = desk.done("/desk/admin", {"name": "Ada", "role": "reviewer"}).partition("?")[0]
    made = desk.send(path, {"label": "Laptop"}, to=f"{path}/tokens")
    page = desk.page_of(made, 200)
    (token,) = page.all("//p[@class='secret']")
    assert made.headers["Cache-Control"] == "no-store"
    found = accounts.authenticate(token)
    assert found is not None
    assert found.name == "Ada"
    assert token not in desk.get(path).answer.get_data(as_text=True)
    assert stranger(callers.app).post("/desk/sign-in", {"token": token}).status_code == 303


def test_what_is_wrong_with_an_account_is_said(callers: Callers) -> None:
    desk = at_desk(callers.admin)
    page = desk.refused("/desk/admin", {"name": "admin", "role": "reviewer"})
    assert page.all("//div[@class='faults']//a") == ["Name: An account of this name exists."]
    path = f"/desk/admin/accounts/{callers.admin.id}"
    assert "last active administrator" in desk.refused(path, {"active": "no"}).text
    page = desk.refused(path, {"expires_at": "tomorrow", "label": "Kept"}, to=f"{path}/tokens")
    assert page.all("//div[@class='faults']//a/@href") == ["#expires_at"]
    assert page.tree.xpath("//input[@name='label']/@value") == ["Kept"]


def test_switching_off_and_revoking(callers: Callers) -> None:
    reviewer = callers.reviewer
    theirs = at_desk(reviewer)
    desk = at_desk(callers.admin)
    path = f"/desk/admin/accounts/{reviewer.id}"
    (token,) = reviewer.read(f"/v1/accounts/{reviewer.id}/tokens")["items"]
    stale = desk.filled(path)
    desk.done(path, to=f"{path}/tokens/{token['id']}/revoke")
    assert theirs.client.get("/desk").status_code == 401
    desk.done(path, {"role": "editor", "active": "no"})
    late = desk.post(path, {**stale, "active": "yes"})
    assert late.status_code == 412
    assert "Somebody has changed this meanwhile" in late.get_data(as_text=True)
    assert callers.admin.read(f"/v1/accounts/{reviewer.id}")["active"] is False


def test_settings_are_shown_without_secrets(callers_with: Make) -> None:
    callers = callers_with(
        admin_token="secret-of-the-administrator", archive_authorization="LOW secret", redis_url="",
        archive_url="https://user-secret.test/save", min_origins=3,
    )  # fmt: skip
    page = at_desk(callers.admin).get("/desk/admin")
    assert "secret" not in page.answer.get_data(as_text=True)
    told = page.all("//dl/div/*")
    shown = dict(zip(told[::2], told[1::2], strict=True))
    assert shown["Independent origins that Supported and Refuted need"] == "3"
    assert shown["Links due"] == "0"


def test_a_webhook_is_added_paused_and_removed(callers: Callers) -> None:
    desk = at_desk(callers.admin)
    path = "/desk/admin/webhooks"
    page = desk.refused(path, {"url": "http://127.0.0.1:9/", "types": "verdict.*"})
    assert page.all("//div[@class='faults']//a/@href") == ["#url"]
    page = desk.refused(path, {"url": "https://receiver.net/hook", "types": "verdict.*, nonsense"})
    assert page.all("//div[@class='faults']//a/@href") == ["#types"]
    made = desk.page_of(desk.send(path, {"url": "https://receiver.net/hook", "types": "verdict.*, correction.*"}), 200)
    assert made.answer.headers["Cache-Control"] == "no-store"
    (secret,) = made.all("//p[@class='secret']")
    assert secret.startswith("whsec_")
    (one,) = desk.get(path).all("//ol//p[@class='title']//a/@href | //ul//p[@class='title']//a/@href")
    assert secret not in desk.get(one).answer.get_data(as_text=True)
    stale = desk.filled(one, f"{one}/switch")
    desk.done(one, to=f"{one}/switch")
    assert "Paused" in desk.get(one).text
    assert desk.post(f"{one}/switch", stale).status_code == 412
    anew = desk.page_of(desk.send(one, to=f"{one}/rotate"), 200).all("//p[@class='secret']")
    assert anew != [secret]
    desk.done(one, to=f"{one}/switch")
    assert "Active" in desk.get(one).text
    assert desk.done(one, to=f"{one}/remove") == f"{path}?done=webhook-removed"
    desk.get(one, 404)
