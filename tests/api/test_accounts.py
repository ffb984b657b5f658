"""Accounts and tokens over HTTP: a token is shown once, and whoever may act can be stopped."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from factcheck import clock
from factcheck.domain.vocabulary import Role
from factcheck.services import accounts
from tests.api.answers import each, everything, problem
from tests.callers import Caller, Callers

ROLES = [str(role) for role in Role]


def holder(callers: Callers, token: str) -> Caller:
    return replace(callers.anyone, token=token)


@contextmanager
def later(seconds: int) -> Iterator[None]:
    """The service's clock, set forward."""
    usual = clock.now
    clock.now = lambda: usual() + datetime.timedelta(seconds=seconds)
    try:
        yield
    finally:
        clock.now = usual


def test_an_account_is_read_back_as_it_was_made(callers: Callers) -> None:
    for role in ROLES:
        answer = callers.admin.post("/v1/accounts", {"name": f"A {role}", "role": role})
        made = answer.get_json()
        assert answer.status_code == 201
        assert (made["name"], made["role"], made["active"]) == (f"A {role}", role, True)
        assert callers.admin.read(answer.headers["Location"]) == made
    assert each(everything(callers.admin, "/v1/accounts?limit=2"), "role")[:5] == ROLES[::-1]


def test_a_name_is_given_once(callers: Callers) -> None:
    callers.admin.made("/v1/accounts", {"name": "Ada", "role": "reader"})
    problem(callers.admin.post("/v1/accounts", {"name": "Ada", "role": "editor"}), 409, "/name")


def test_me_is_who_the_token_is(callers: Callers) -> None:
    me = callers.reviewer.read("/v1/me")
    assert me == {"id": callers.reviewer.id, "name": "reviewer", "role": "reviewer"}
    problem(callers.anyone.get("/v1/me"), 401)


def test_a_token_is_shown_once_and_speaks_for_its_account(callers: Callers) -> None:
    account = callers.admin.made("/v1/accounts", {"name": "Ada", "role": "contributor"})["id"]
    answer = callers.admin.post(f"/v1/accounts/{account}/tokens", {"label": "laptop"})
    made = answer.get_json()
    assert (answer.status_code, made["label"], made["expires_at"]) == (201, "laptop", None)
    assert made["token"].startswith("fct_")
    assert holder(callers, made["token"]).read("/v1/me")["id"] == account
    without = {name: value for name, value in made.items() if name != "token"}
    assert callers.admin.read(answer.headers["Location"]) == without
    assert without in callers.admin.read(f"/v1/accounts/{account}/tokens")["items"]
    for path in (f"/v1/accounts/{account}/tokens", f"/v1/accounts/{account}", answer.headers["Location"]):
        assert made["token"] not in callers.admin.get(path).get_data(as_text=True)


def test_tokens_differ(callers: Callers) -> None:
    path = f"/v1/accounts/{callers.reader.id}/tokens"
    assert len({callers.reader.made(path, {})["token"] for _ in range(5)}) == 5


def test_a_revoked_token_is_worth_nothing(callers: Callers) -> None:
    account = callers.reader.id
    made = callers.reader.made(f"/v1/accounts/{account}/tokens", {})
    other, path = holder(callers, made["token"]), f"/v1/accounts/{account}/tokens/{made['id']}"
    problem(callers.reader.call("DELETE", path), 428)
    problem(callers.reader.delete(path, match='"old"'), 412)
    assert other.get("/v1/me").status_code == 200
    assert callers.reader.delete(path).status_code == 204
    assert problem(other.get("/v1/me"), 401)
    assert "invalid_token" in other.get("/v1/me").headers["WWW-Authenticate"]
    assert made["id"] not in each(callers.reader.read(f"/v1/accounts/{account}/tokens")["items"], "id")
    problem(callers.reader.get(path), 404)


def test_the_token_of_the_settings_speaks_until_another_takes_its_place(callers: Callers) -> None:
    """A worker or a command that is started without the setting leaves it as it is."""
    first, second = holder(callers, "the-first-token-of-the-settings"), holder(callers, "the-second-of-the-settings")
    for token in (first.token, "", first.token):
        accounts.follow_environment(token or "")
        assert first.read("/v1/me")["name"] == "admin"
    accounts.follow_environment(second.token or "")
    assert problem(first.get("/v1/me"), 401)
    assert second.read("/v1/me")["role"] == Role.ADMIN


def test_a_token_ends_when_it_expires(callers: Callers) -> None:
    path = f"/v1/accounts/{callers.reader.id}/tokens"
    until = clock.timestamp(clock.now() + datetime.timedelta(hours=1))
    made = callers.reader.made(path, {"expires_at": until})
    assert made["expires_at"] == until
    caller = holder(callers, made["token"])
    assert caller.get("/v1/me").status_code == 200
    with later(3601):
        problem(caller.get("/v1/me"), 401)
    problem(callers.reader.post(path, {"expires_at": "2020-01-01T00:00:00Z"}), 422, "/expires_at")


def test_tokens_are_the_accounts_own_or_an_administrators(callers: Callers) -> None:
    account = callers.reader.id
    path = f"/v1/accounts/{account}/tokens"
    token = callers.reader.read(path)["items"][0]["id"]
    for caller, status in ((callers.editor, 403), (callers.anyone, 401)):
        problem(caller.post(path, {}), status)
        problem(caller.get(path), status)
        problem(caller.get(f"{path}/{token}"), status)
        problem(caller.call("DELETE", f"{path}/{token}", headers={"If-Match": "*"}), status)
    assert callers.admin.made(path, {})["account"] == account
    assert len(callers.reader.read(path)["items"]) == 2
    problem(callers.admin.get(f"/v1/accounts/{callers.admin.id}/tokens/{token}"), 404)


def test_a_new_role_counts_at_once(callers: Callers) -> None:
    callers.reader.read("/v1/me")
    path = f"/v1/accounts/{callers.reader.id}"
    assert callers.admin.patch(path, {"role": "contributor"}).get_json()["role"] == "contributor"
    callers.reader.claim()
    callers.admin.patch(path, {"role": "reader"})
    problem(callers.reader.post("/v1/claims", {"text": "x"}), 403)


def test_an_account_can_be_switched_off_and_on(callers: Callers) -> None:
    path = f"/v1/accounts/{callers.reviewer.id}"
    callers.admin.patch(path, {"active": False})
    problem(callers.reviewer.get("/v1/me"), 401)
    callers.admin.patch(path, {"active": True})
    assert callers.reviewer.get("/v1/me").status_code == 200


def test_amending_takes_the_present_version(callers: Callers) -> None:
    path = f"/v1/accounts/{callers.reader.id}"
    before = callers.admin.read(path)
    problem(callers.admin.call("PATCH", path, {"role": "editor"}), 428)
    problem(callers.admin.patch(path, {"role": "editor"}, match='"old"'), 412)
    assert callers.admin.read(path) == before


def test_the_last_administrator_stays(callers: Callers) -> None:
    path = f"/v1/accounts/{callers.admin.id}"
    for change in ({"active": False}, {"role": "editor"}):
        problem(callers.admin.patch(path, change), 409)
    second = callers.named("second admin", Role.ADMIN)
    assert second.patch(path, {"role": "editor"}).status_code == 200
    problem(second.patch(f"/v1/accounts/{second.id}", {"active": False}), 409)
