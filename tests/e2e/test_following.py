"""Following a server that runs: who waits holds up neither other requests nor a stop."""

import http.client
import os
import random
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from tests.callers import Json
from tests.e2e.test_serving import HOST, TOKEN, Server, serving
from tests.event_streams import EventSource

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


def test_a_stop_waits_for_no_stream_be_it_read_or_not(tmp_path: Path, database: str) -> None:
    with record(tmp_path, database) as server, ThreadPoolExecutor(WAITING) as pool:
        for number in range(30):
            submit(server, f"{number} {'many words ' * 400}")
        read = [waiting(server, "/v1/stream") for _ in range(WAITING)]
        ends = [pool.submit(one.read) for one in read]
        with socket.socket() as stalled:
            # So little room that the server is left with what it has to say.
            stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stalled.connect((HOST, server.port))
            stalled.sendall(b"GET /v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
            time.sleep(1)
            began = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(20) == 0
            assert time.monotonic() - began < 5
        # Whole to the last chunk: http.client raises for one that is cut.
        for end in ends:
            assert b"come back" in end.result(5)


def test_streams_hold_up_no_other_request_and_hear_of_each_event(tmp_path: Path, database: str) -> None:
    with record(tmp_path, database) as server, ThreadPoolExecutor(2 * WAITING) as pool:
        after = head(server)
        sources = [_Reading(waiting(server, f"/v1/stream?after={after}")) for _ in range(2 * WAITING)]
        heard = [pool.submit(source.next, 5) for source in sources]
        claims = [submit(server, f"Claim {number}") for number in range(5)]
        for one in heard:
            assert [event["claim_id"] for event in one.result(20)] == claims
        for source in sources:
            source.answer.close()


@dataclass
class _Reading:
    answer: http.client.HTTPResponse
    source: EventSource = field(default_factory=EventSource)

    def next(self, count: int) -> list[Json]:
        """So many events more."""
        found: list[Json] = []
        while len(found) < count:
            data = self.answer.read1(4096)
            assert data, "the stream has ended"
            found += self.source.feed(data)
        return found


def test_a_client_that_comes_back_misses_nothing_and_sees_nothing_twice(tmp_path: Path, database: str) -> None:
    """Server and client are ended at random, in the middle of what they say, while others write."""
    # A phase, not a secret.
    chance = random.Random(7)  # noqa: S311
    # What the log is signed with stays where it is.
    settings = {"FACTCHECK_DATA_DIR": str(tmp_path / "data"), "GUNICORN_CMD_ARGS": "--workers 2"}
    current, written, done = list[Server](), list[int](), threading.Event()
    with ThreadPoolExecutor(2) as pool:
        try:
            writing = pool.submit(_write, current, written, done)
            following = pool.submit(_follow, current, done, chance)
            for end in (signal.SIGTERM, signal.SIGKILL):
                with record(tmp_path, database, **settings) as server:
                    current[:] = [server]
                    _wait_for_more(written, chance)
                    _kill_a_worker(server, chance)
                    _wait_for_more(written, chance)
                    server.process.send_signal(end)
            with record(tmp_path, database, **settings) as server:
                current[:] = [server]
                _wait_for_more(written, chance)
                done.set()
                writing.result(30)
                seqs, times = following.result(60)
                assert times > 3
                assert seqs == list(range(1, head(server) + 1))
        finally:
            done.set()


def _wait_for_more(written: list[int], chance: random.Random) -> None:
    """Until some further writes were answered."""
    wanted, deadline = len(written) + chance.randint(3, 15), time.monotonic() + 30
    while len(written) < wanted:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _kill_a_worker(server: Server, chance: random.Random) -> None:
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    with suppress(ProcessLookupError):
        os.kill(int(chance.choice(children)), signal.SIGKILL)


def _write(current: list[Server], written: list[int], done: threading.Event) -> None:
    """Post claims to whichever server there is."""
    while not done.is_set():
        with suppress(OSError, http.client.HTTPException, IndexError):
            submit(current[0], f"Claim {len(written)}")
            written.append(len(written))
        time.sleep(0.02)


def _follow(current: list[Server], done: threading.Event, chance: random.Random) -> tuple[list[int], int]:
    """The numbers that one client was told, and how often it had to come back."""
    source, seqs, times, last = EventSource(), list[int](), 0, False
    while not last:
        # Once more after the end of the writing: then all of it must have come.
        last = done.is_set()
        with suppress(OSError, http.client.HTTPException, IndexError):
            _read_some(current[0], source, chance, last, seqs)
        times += 1
        time.sleep(0.05)
    return seqs, times


def _read_some(server: Server, source: EventSource, chance: random.Random, last: bool, seqs: list[int]) -> None:
    """Add the numbers of one connection, which the client drops after some bytes; the last one, after a silence."""
    connection = http.client.HTTPConnection(HOST, server.port, timeout=2)
    left = chance.randint(1, 60_000)
    try:
        connection.request("GET", "/v1/stream", headers=source.again() | {"Connection": "close"})
        with connection.getresponse() as answer:
            while (last or left > 0) and (data := answer.read1(min(left, 4096) if not last else 4096)):
                left -= len(data)
                seqs += [event["seq"] for event in source.feed(data)]
    finally:
        connection.close()
