"""`flask serve` and `flask worker` as an operator meets them: real processes, a fresh database, signals."""

import http.client
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.e2e import commands

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
UP_WITHIN = 30.0
TOKEN = "an-administrator-of-these-tests"


@dataclass
class Server:
    process: subprocess.Popen[str]
    port: int

    def said(self) -> str:
        """What it printed on standard output before it began to serve."""
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line.startswith("curl "):
                break
        return "".join(lines)

    def ask(self, method: str, path: str, token: str = "", **headers: str) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, headers=named | ({"Authorization": f"Bearer {token}"} if token else {}))
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        return response.status, orjson.loads(body) if body else None


@contextmanager
def serving(folder: Path, *options: str, **settings: str) -> Iterator[Server]:
    """A server on a free port with its database in the folder; what it logs goes to log.txt there."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "flask", "serve", *options]
    with (
        (folder / "log.txt").open("a") as log,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(folder, {"PORT": str(port)} | settings),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            wait_until_up(port, process, folder)
            yield Server(process, port)
        finally:
            process.terminate()


def environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FACTCHECK_", "FLASK_"))}
    ours = {
        "FACTCHECK_DATABASE_URL": f"sqlite:///{folder}/factcheck.db",
        "FACTCHECK_DATA_DIR": str(folder / "data"),
        "HOST": HOST,
        "TMPDIR": str(folder),
        "GUNICORN_CMD_ARGS": "--workers 1",
    }
    return kept | ours | dict(settings)


def wait_until_up(port: int, process: subprocess.Popen[str], folder: Path) -> None:
    deadline = time.monotonic() + UP_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"the server did not come up:\n{(folder / 'log.txt').read_text()}")


def flask(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return commands.run(arguments, environment(folder, settings), UP_WITHIN)


def token_in(said: str) -> str:
    found = re.search(r"token to try: (\S+)", said)
    assert found, said
    return found[1]


def test_later_starts_print_the_token_of_the_first_until_it_is_revoked(tmp_path: Path) -> None:
    path = tmp_path / "data" / "try-me.token"

    def start_again() -> str:
        """What another start prints; gunicorn loads the service and ends."""
        return flask(tmp_path, "serve", "--seed", GUNICORN_CMD_ARGS="--check-config").stdout

    with serving(tmp_path, "--seed") as server:
        assert server.ask("GET", "/healthz")[0] == 200
        assert server.ask("GET", "/readyz") == (200, {"status": "ready"})
        said = server.said()
        first = token_in(said)
        assert f"http://{HOST}:{server.port}/docs" in said
        curl = subprocess.run(said.splitlines()[-1], shell=True, capture_output=True, check=True)  # noqa: S602
        assert orjson.loads(curl.stdout)["items"]
        me = server.ask("GET", "/v1/me", first)[1]
        assert me["role"] == "reviewer"
        assert path.read_text().strip() == first
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

        assert token_in(start_again()) == first

        tokens = f"/v1/accounts/{me['id']}/tokens"
        (token,) = server.ask("GET", tokens, first)[1]["items"]
        assert server.ask("DELETE", f"{tokens}/{token['id']}", first, If_Match="*")[0] == 204
        second = token_in(start_again())
        assert second != first
        assert server.ask("GET", "/v1/me", second) == (200, me)


def test_a_stop_finishes_the_request_in_flight_and_lets_nobody_else_in(tmp_path: Path) -> None:
    body = orjson.dumps({"name": "A Speaker", "kind": "person"})
    head = (
        f"POST /v1/speakers HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {TOKEN}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    with serving(tmp_path, FACTCHECK_ADMIN_TOKEN=TOKEN) as server:
        server.ask("GET", "/healthz")
        with socket.create_connection((HOST, server.port), timeout=10) as slow:
            slow.sendall(head.encode() + body[:5])
            time.sleep(0.5)
            server.process.send_signal(signal.SIGTERM)
            time.sleep(1)
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((HOST, server.port))
            assert server.process.poll() is None
            slow.sendall(body[5:])
            answer = b"".join(iter(lambda: slow.recv(4096), b""))
        assert answer.startswith(b"HTTP/1.1 201 ")
        assert server.process.wait(25) == 0
    assert not list(tmp_path.glob("factcheck-metrics-*"))


def test_a_stop_while_workers_are_still_starting_is_clean(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(25) == 0
    assert "Traceback" not in (tmp_path / "log.txt").read_text()


@pytest.mark.parametrize(("name", "value"), [("PORT", "eighty"), ("FACTCHECK_APPROVALS", "many")])
def test_a_wrong_setting_stops_the_start_with_one_line_that_names_it(name: str, value: str, tmp_path: Path) -> None:
    ended = flask(tmp_path, "serve", **{name: value})
    assert ended.returncode != 0
    assert ended.stdout == ""
    assert [name in line for line in ended.stderr.splitlines()] == [True]


def test_a_taken_port_is_told_at_once(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as taken:
        ended = flask(tmp_path, "serve", PORT=str(taken.getsockname()[1]))
    assert ended.returncode != 0
    assert [line.startswith("Error: HOST, PORT: ") for line in ended.stderr.splitlines()] == [True]
