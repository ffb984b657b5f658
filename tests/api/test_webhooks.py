"""Webhooks as administrators make and change them."""

import base64
import re
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path

import pytest

from factcheck.domain.webhooks import Answer
from factcheck.services import deliveries
from factcheck.services.deliveries import Over, Sent
from factcheck.storage import db
from tests import databases
from tests.api.answers import problem
from tests.callers import Callers, Json


def webhook(callers: Callers, **fields: object) -> Json:
    return callers.admin.made("/v1/webhooks", {"url": "https://hooks.example.org/in", **fields})


def test_a_webhook_is_made_read_and_listed_and_its_secret_shown_once(callers: Callers) -> None:
    made = webhook(callers, types=["verdict.*"])
    assert made["secret"].startswith("whsec_")
    shown = callers.admin.read(f"/v1/webhooks/{made['id']}")
    assert shown == {name: value for name, value in made.items() if name != "secret"}
    assert callers.admin.read("/v1/webhooks")["items"] == [shown]


def test_the_tag_that_came_with_the_secret_is_good_for_a_change(callers: Callers) -> None:
    answer = callers.admin.post("/v1/webhooks", {"url": "https://hooks.example.org/in"})
    path = answer.headers["Location"]
    amended = callers.admin.patch(path, {"active": False}, match=answer.headers["ETag"])
    assert amended.status_code == 200
    assert amended.get_json()["paused_at"] is not None
    problem(callers.admin.patch(path, {"active": True}, match=answer.headers["ETag"]), 412)
    problem(callers.admin.call("PATCH", path, {"active": True}), 428)
    resumed = callers.admin.patch(path, {"active": True}).get_json()
    assert (resumed["active"], resumed["paused_at"]) == (True, None)


def test_a_webhook_is_changed_and_removed(callers: Callers) -> None:
    made = webhook(callers)
    path = f"/v1/webhooks/{made['id']}"
    body = {"url": "https://other.example.org/", "types": ["claim.*", "verdict.published"]}
    assert callers.admin.patch(path, body).status_code == 200
    assert {name: callers.admin.read(path)[name] for name in body} == body
    assert callers.admin.delete(path).status_code == 204
    problem(callers.admin.get(path), 404)
    assert callers.admin.read("/v1/webhooks")["items"] == []


def test_unknown_types_are_named(callers: Callers) -> None:
    for types, at in ((["verdict.*", "verdict.praised"], 1), (["*"], 0), (["verdict"], 0), (["Verdict.*"], 0)):
        body = {"url": "https://hooks.example.org/", "types": types}
        answer = problem(callers.admin.post("/v1/webhooks", body), 422, f"/types/{at}")
        assert types[at] in answer["errors"][0]["detail"]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://hooks.example.org/",
        "https://ada:secret@hooks.example.org/",
        "http://127.0.0.1/",
        "http://[::1]:8000/",
        "http://169.254.169.254/latest",
        "https://hooks.example.org:22/",
        "http://2130706433/",
    ],
)
def test_what_may_never_be_asked_is_refused_at_once(callers: Callers, url: str) -> None:
    problem(callers.admin.post("/v1/webhooks", {"url": url}), 422, "/url")
    path = f"/v1/webhooks/{webhook(callers)['id']}"
    problem(callers.admin.patch(path, {"url": url}), 422, "/url")


def test_networks_that_may_be_fetched_from_may_be_told(callers_with: Callable[..., Callers]) -> None:
    callers = callers_with(fetch_allow=(ip_network("127.0.0.0/8"),))
    assert webhook(callers, url="http://127.0.0.1:8000/in")["url"] == "http://127.0.0.1:8000/in"


def test_neither_secret_nor_address_is_in_the_ledger_or_stands_open_in_the_database(callers: Callers) -> None:
    made = webhook(callers, url="https://hooks.example.org/in?key=do-not-tell")
    path = f"/v1/webhooks/{made['id']}"
    callers.admin.patch(path, {"url": "https://hooks.example.org/in?key=nor-this"})
    again = callers.admin.made(f"{path}/rotate", {})
    said = callers.admin.get("/v1/log/entries?limit=200").get_data(as_text=True)
    assert '"host":"hooks.example.org"' in said
    assert [type_ in said for type_ in ("webhook.added", "webhook.amended", "webhook.rotated")] == [True] * 3
    kept = said + str(db.query("SELECT secret, former_secret FROM webhook_queues"))
    for secret in (made["secret"], again["secret"]):
        plain = secret.removeprefix("whsec_")
        for form in (plain, base64.b64decode(plain).hex(), base64.b64encode(secret.encode()).decode()):
            assert form not in kept
    for word in ("do-not-tell", "nor-this", "/in"):
        assert word not in said


def test_what_is_said_of_webhooks_is_for_administrators(callers: Callers) -> None:
    seq = webhook(callers)["seq"]
    path = f"/v1/log/entries?from={seq}&limit=1"
    assert [caller.read(path)["items"][0]["payload"] for caller in (callers.anyone, callers.editor)] == [None, None]
    assert callers.admin.read(path)["items"][0]["payload"]["set"]["host"] == "hooks.example.org"


def test_a_secret_is_rotated_once_per_key_of_the_request(callers: Callers) -> None:
    path = f"/v1/webhooks/{webhook(callers)['id']}/rotate"
    first, second = (callers.admin.post(path, {}, Idempotency_Key="once") for _ in range(2))
    assert first.get_json() == second.get_json()
    assert first.get_json()["former_secret_until"] is not None
    assert callers.admin.made(path, {"overlap_hours": 0})["former_secret_until"] is None


def test_deliveries_are_listed_in_pages_and_sent_again(callers: Callers) -> None:
    made = webhook(callers)
    path = f"/v1/webhooks/{made['id']}/deliveries"
    assert callers.admin.read(path) == {"items": [], "next": None}
    for number in range(3):
        callers.contributor.claim(f"Claim {number}")
    [batch] = deliveries.claim(1, databases.data_dir())
    found = [Sent(batch, batch.leased_until, message, Answer(200)) for message in batch.messages]
    deliveries.record([*found, Over(batch, batch.leased_until, whole=True)])
    first = callers.admin.read(f"{path}?limit=2")
    rest = callers.admin.read(first["next"])
    items = first["items"] + rest["items"]
    assert [item["seq"] for item in items] == [message.seq for message in batch.messages][::-1][: len(items)]
    assert callers.admin.read(f"{path}?state=failed")["items"] == []
    newest = items[0]
    assert callers.admin.read(f"{path}/{newest['id']}") == newest
    answer = callers.admin.post(f"{path}/{newest['id']}/resend")
    assert (answer.status_code, answer.get_json()["state"]) == (202, "waiting")
    assert callers.admin.read(f"{path}?state=waiting")["items"] == [answer.get_json()]
    problem(callers.admin.post(f"{path}/msg_unknown/resend"), 404)
    callers.admin.patch(f"/v1/webhooks/{made['id']}", {"active": False})
    problem(callers.admin.post(f"{path}/{newest['id']}/resend"), 409)


def test_without_a_place_for_the_key_nothing_is_made(callers_with: Callable[..., Callers], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    callers = callers_with(data_dir=tmp_path / "file")
    problem(callers.admin.post("/v1/webhooks", {"url": "https://hooks.example.org/"}), 503)
    assert callers.admin.read("/v1/webhooks")["items"] == []


def test_metrics_tell_of_webhooks(callers: Callers) -> None:
    webhook(callers)
    callers.contributor.claim()
    said = callers.anyone.get("/metrics").get_data(as_text=True)
    assert 'factcheck_webhooks{state="active"} 1.0' in said
    assert re.search(r"^factcheck_webhooks_behind [1-9]", said, re.MULTILINE)
