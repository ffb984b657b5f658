"""Following a server that runs: who waits holds up neither other requests nor a stop."""

import http.client
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from tests.e2e.test_serving import HOST, TOKEN, Server, serving

WAITING = 20
"""More than the server has threads."""


@contextmanager
def record(folder: Path, database: str, **settings: str) -> Iterator[Server]:
    with serving(folder, FACTCHECK_ADMIN_TOKEN=TOKEN, FACTCHECK_DATABASE_URL=database, **settings) as server:
        yield server


def submit(server: Server, text: str = "The moon is made of rock") -> str:
    """The id of a new claim."""
    return str(post(server, "/v1/claims", {"text": text})["id"])


def post(server: Server, path: str, body: object) -> Any:
    connection = http.client.HTTPConnection(HOST, server.port, timeout=10)
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    try:
        connection.request("POST", path, orjson.dumps(body), headers)
        response = connection.getresponse()
        answer = response.read()
    finally:
        connection.close()
    assert response.status == 201, answer
    return orjson.loads(answer)


def head(server: Server) -> int:
    after = 0
    while True:
        answer = server.ask("GET", f"/v1/changes?after={after}&limit=200")[1]
        if not answer["items"]:
            return after
        after = answer["after"]


def waiting(server: Server, path: str, token: str = "") -> http.client.HTTPResponse:
    """An answer whose head has come."""
    connection = http.client.HTTPConnection(HOST, server.port, timeout=20)
    # So that closing the answer closes the connection.
    headers = {"Connection": "close"} | ({"Authorization": f"Bearer {token}"} if token else {})
    connection.request("GET", path, headers=headers)
    return connection.getresponse()


def test_many_wait_at_once_and_all_are_answered_by_the_next_event(tmp_path: Path, database: str) -> None:
    with record(tmp_path, database) as server, ThreadPoolExecutor(WAITING) as pool:
        after = head(server)
        answers = list(pool.map(lambda _: waiting(server, f"/v1/changes?after={after}&wait=20"), range(WAITING)))
        began = time.monotonic()
        claim = submit(server)
        found = [orjson.loads(answer.read()) for answer in answers]
        assert time.monotonic() - began < 5
        assert {one["after"] for one in found} == {after + 1}
        assert {one["items"][0]["claim_id"] for one in found} == {claim}
        assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


def test_a_wait_without_an_event_ends_empty(tmp_path: Path, database: str) -> None:
    with record(tmp_path, database) as server:
        after = head(server)
        began = time.monotonic()
        assert server.ask("GET", f"/v1/changes?after={after}&wait=1") == (200, {"items": [], "after": after})
        assert 0.9 < time.monotonic() - began < 4


def test_a_stop_ends_those_who_wait_with_whole_answers(tmp_path: Path, database: str) -> None:
    with record(tmp_path, database) as server:
        after = head(server)
        answers = [waiting(server, f"/v1/changes?after={after}&wait=30") for _ in range(WAITING)]
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert [orjson.loads(answer.read()) for answer in answers] == [{"items": [], "after": after}] * WAITING
        assert server.process.wait(20) == 0
        assert time.monotonic() - began < 5


def test_who_waits_beyond_the_setting_is_told_when_to_come_back(tmp_path: Path, database: str) -> None:
    with record(tmp_path, database, FACTCHECK_STREAMS="2") as server:
        path = f"/v1/changes?after={head(server)}&wait=20"
        with waiting(server, path), waiting(server, path) as leaving:
            with waiting(server, path) as refused:
                assert (refused.status, refused.headers["Content-Type"]) == (503, "application/problem+json")
                assert int(refused.headers["Retry-After"]) > 0
            leaving.close()
            time.sleep(0.5)
            with waiting(server, path) as again:
                assert again.status == 200
