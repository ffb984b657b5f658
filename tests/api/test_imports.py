"""Imports over HTTP: what is taken, what is answered, and what is refused."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from factcheck.api import imports as api
from factcheck.services.verdicts import Rules
from factcheck.storage import import_jobs
from factcheck.storage.snapshot_files import Store
from factcheck.web.context import EXTENSION
from factcheck.work import import_jobs as work
from tests.api.answers import problem
from tests.callers import Caller, Callers

Json = dict[str, Any]

TABLE = b"text,verdict.label\nThe tower has 300 steps,False\nx,Nonsense\n"


PAGE = b"<div itemscope itemtype=ClaimReview><p itemprop=claimReviewed>x</p><p itemprop=reviewRating>False"


def send(
    caller: Caller, body: bytes = TABLE, media_type: str = "text/csv", query: str = "", **headers: str
) -> TestResponse:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    sent["Authorization"] = f"Bearer {caller.token}"
    return caller.app.test_client().post(f"/v1/import{query}", data=body, content_type=media_type, headers=sent)


def done(callers: Callers, answer: TestResponse) -> Json:
    """The import once a worker has done it."""
    assert answer.status_code == 202, answer.get_data(as_text=True)
    while work.round_of(Store(callers.app.extensions[EXTENSION].import_dir), Rules()):
        pass
    return callers.editor.read(answer.headers["Location"])


def test_a_file_is_taken_done_in_the_background_and_looked_at(callers: Callers) -> None:
    answer = send(callers.editor, query="?name=tower.csv")
    assert answer.get_json()["state"] == "waiting"
    found = done(callers, answer)
    assert (found["name"], found["format"], found["state"], found["rows"]) == ("tower.csv", "csv", "done", 2)
    assert (found["imported"], found["bad"]) == (1, 1)
    (wrong,) = found["problems"]
    assert (wrong["row"], wrong["line"], wrong["field"]) == (2, 3, "verdict.label")
    (claim,) = callers.anyone.read("/v1/claims")["items"]
    assert (claim["status"], claim["created_by"]) == ("refuted", callers.editor.id)
    (event,) = [one for one in callers.anyone.read(f"/v1/claims/{claim['id']}/history")["items"]
                if one["type"] == "claim.submitted"]  # fmt: skip
    assert event["payload"]["imported_from"]["file"] == "tower.csv"
    assert event["payload"]["imported_from"]["import"] == found["id"]


@pytest.mark.parametrize(
    ("media_type", "body", "query"),
    [
        ("application/jsonl", b'{"text": "x"}', ""),
        ("application/jsonl; charset=utf-8", b'{"text": "x"}', ""),
        ("application/json", b'[{"text": "x"}]', ""),
        ("application/json", b'[{"claim": "x"}]', "?format=averitec"),
        ("application/ld+json", b'{"@type": "ClaimReview", "claimReviewed": "x", "reviewRating": "False"}', ""),
        ("text/html", PAGE, ""),
    ],
)  # fmt: skip
def test_each_media_type_is_a_shape(callers: Callers, media_type: str, body: bytes, query: str) -> None:
    found = done(callers, send(callers.editor, body, media_type, query))
    assert (found["state"], found["imported"], found["bad"]) == ("done", 1, 0), found


def test_imports_are_listed_newest_first(callers: Callers) -> None:
    sent = [send(callers.editor, b"text\n%d" % number).get_json()["id"] for number in range(3)]
    first = callers.editor.read("/v1/import?limit=2")
    second = callers.editor.read(first["next"])
    assert [one["id"] for page in (first, second) for one in page["items"]] == sent[::-1]


def test_a_mapping_and_a_scale_say_how_a_file_is_read(callers: Callers) -> None:
    mapping = quote(json.dumps({"columns": {"Wording": "text", "Says": "verdict.label"}, "labels": {"Hm": "outdated"}}))
    table = b"Wording,Says\na,Hm\nb,True\n"
    found = done(callers, send(callers.editor, table, query=f"?map={mapping}&scale=six-step"))
    assert (found["imported"], found["scale"], found["map"]["labels"]) == (2, "six-step", {"Hm": "outdated"})
    verdicts = {claim["text"]: claim["verdict"] for claim in callers.anyone.read("/v1/claims")["items"]}
    assert (verdicts["a"]["rating"], verdicts["a"]["scale"]) == ("outdated", None)
    assert (verdicts["b"]["rating"], verdicts["b"]["scale"], verdicts["b"]["value"]) == ("supported", "six-step", 6)


def test_a_trial_changes_nothing(callers: Callers) -> None:
    found = done(callers, send(callers.editor, query="?dry_run=true"))
    assert (found["dry_run"], found["imported"]) == (True, 1)
    assert callers.anyone.read("/v1/claims")["items"] == []


def test_the_same_key_again_is_the_same_import(callers: Callers) -> None:
    first, again = (send(callers.editor, Idempotency_Key="k") for _ in range(2))
    assert (first.get_json(), again.headers["Idempotent-Replayed"]) == (again.get_json(), "true")
    assert import_jobs.waiting() == 1
    assert send(callers.editor, b"text\nother", Idempotency_Key="k").status_code == 422


@pytest.mark.parametrize(
    ("query", "status", "pointer"),
    [
        ("?format=xml", 422, "/format"),
        ("?dry_run=1", 422, "/dry_run"),
        ("?name=", 422, "/name"),
        ("?name=a%0Ab", 422, "/name"),
        ("?scale=none", 422, "/scale"),
        ("?scale=NONE", 422, "/scale"),
        ("?map=x", 422, "/map"),
        ("?map=[]", 422, "/map"),
        ('?map={"labels":{"a":"wrong"}}', 422, "/map/labels/a"),
        ("?mode=x", 422, "/mode"),
    ],
)
def test_what_is_wrong_with_a_request_is_named_at_once(callers: Callers, query: str, status: int, pointer: str) -> None:
    found = problem(send(callers.editor, query=query), status)
    assert [error["pointer"] for error in found["errors"]] == [pointer]
    assert import_jobs.waiting() == 0


def test_other_media_types_and_empty_files_are_refused(callers: Callers) -> None:
    answer = send(callers.editor, media_type="text/plain")
    problem(answer, 415)
    assert "text/csv" in answer.headers["Accept-Post"]
    problem(send(callers.editor, b""), 400)


def test_a_file_has_its_own_limit_whether_it_says_its_length_or_not(callers: Callers) -> None:
    assert send(callers.editor, b"text\n" + b"x" * (api.LARGEST - 5)).status_code == 202
    assert "16 MiB" in problem(send(callers.editor, b"x" * (api.LARGEST + 1)), 413)["detail"]
    body = _Endless()
    endless = {"wsgi.input": body, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    headers = {"Authorization": f"Bearer {callers.editor.token}"}
    client = callers.app.test_client()
    problem(client.post("/v1/import", content_type="text/csv", headers=headers, environ_overrides=endless), 413)
    assert api.LARGEST < body.read_so_far <= api.LARGEST + 65536
    # Other routes keep theirs.
    assert "1 MiB" in problem(callers.editor.post("/v1/claims", {"text": "x" * 1024 * 1024}), 413)["detail"]


class _Endless:
    """A body that says no length, and does not end."""

    def __init__(self) -> None:
        self.read_so_far = 0

    def read(self, size: int = -1) -> bytes:
        self.read_so_far += size
        return b"x" * size


def test_an_import_that_is_not_there_is_not_found(callers: Callers) -> None:
    problem(callers.editor.get("/v1/import/01890a5d-ac96-774b-bcce-b302099a8057"), 404)
    problem(callers.editor.get("/v1/import/x"), 404)
