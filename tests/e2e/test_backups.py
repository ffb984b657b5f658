"""Backups as an operator makes them: of a record that is served and written to, and killed in their midst."""

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import orjson
import pytest

from factcheck.ledger.checkpoint import Checkpoint
from factcheck.ledger.merkle import verify_consistency
from factcheck.ledger.note import Note
from factcheck.storage.restore import Refused
from tests import databases
from tests.backups import empty, restored
from tests.e2e.test_serving import HOST, ROOT, TOKEN, Server, environment, flask, serving

KILLED = """
import os, signal
from flask.cli import main
from factcheck.storage import backup
backup._add_files = lambda *given: os.kill(os.getpid(), signal.SIGKILL)
main()
"""
"""`flask`, which is killed when a backup has every row and is not whole yet."""


def answer(server: Server, path: str) -> tuple[str | None, bytes]:
    """The ETag and the bytes of what anyone may read."""
    with urlopen(f"http://{HOST}:{server.port}{path}", timeout=10) as response:
        return response.headers["ETag"], response.read()


def post(server: Server, path: str, body: object, token: str) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = Request(f"http://{HOST}:{server.port}{path}", orjson.dumps(body), headers)
    with urlopen(request, timeout=10) as response:
        return orjson.loads(response.read())


def somebody(server: Server) -> str:
    """A contributor's token."""
    account = post(server, "/v1/accounts", {"name": "somebody", "role": "contributor"}, TOKEN)
    return str(post(server, f"/v1/accounts/{account['id']}/tokens", {}, TOKEN)["token"])


def submit(server: Server, text: str, token: str) -> str:
    """Submit a claim; gives its path."""
    return f"/v1/claims/{post(server, '/v1/claims', {'text': text}, token)['id']}"


@contextmanager
def writing(server: Server, token: str) -> Iterator[list[str]]:
    """Somebody who submits one claim after the other; the paths of those that were answered."""
    stop, written = threading.Event(), [submit(server, "claim 0", token)]

    def go_on() -> None:
        while not stop.wait(0.02):
            written.append(submit(server, f"claim {len(written)}", token))

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        yield written
    finally:
        stop.set()
        writer.join()


def test_what_was_served_and_written_to_is_served_again_on_another_engine(tmp_path: Path) -> None:
    here, there, file = tmp_path / "here", tmp_path / "there", tmp_path / "record.backup"
    here.mkdir()
    there.mkdir()
    elsewhere = {"FACTCHECK_DATABASE_URL": databases.without_tables("postgresql", tmp_path)}
    with serving(here, FACTCHECK_ADMIN_TOKEN=TOKEN) as server:
        token = somebody(server)
        assert flask(here, "checkpoint").returncode == 0
        with writing(server, token) as written:
            answered = list(written)
            made = flask(here, "backup", str(file))
            during = len(written) - len(answered)
        asked = {path: answer(server, path) for path in ["/v1/log/key", "/v1/log/checkpoint", *answered]}
    assert (made.returncode, during > 1) == (0, True), made.stderr
    done = flask(there, "restore", str(file), **elsewhere)
    assert done.returncode == 0, done.stderr
    size, root = re.findall(r"(\d+) events|root hash (\w+)", done.stdout)
    with serving(there, **elsewhere) as server:
        assert {path: answer(server, path) for path in asked} == asked
        submit(server, "The sun is made of gas", token)
        signed = Checkpoint.parse(Note.parse(asked["/v1/log/checkpoint"][1].decode()).text)
        proof = f"/v1/log/proof/consistency?first={signed.size}&second={size[0]}"
        hashes = [bytes.fromhex(one) for one in orjson.loads(answer(server, proof)[1])["path"]]
    verify_consistency(signed.size, int(size[0]), hashes, signed.root, bytes.fromhex(root[1]))


def test_a_backup_that_is_killed_leaves_nothing_that_looks_like_one_and_the_next_removes_that(
    database: str, tmp_path: Path
) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, "backup", str(tmp_path / "record.backup")],
        cwd=ROOT,
        env=environment(tmp_path, {"FACTCHECK_DATABASE_URL": database}),
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    (left,) = [path for path in tmp_path.iterdir() if "backup" in path.name]
    assert left.name.startswith(".record.backup.")
    with empty("sqlite", tmp_path), pytest.raises(Refused, match="too early"):
        restored(left.read_bytes(), tmp_path)
    done = flask(tmp_path, "backup", str(tmp_path / "record.backup"), FACTCHECK_DATABASE_URL=database)
    assert (done.returncode, [path.name for path in tmp_path.glob("*backup*")]) == (0, ["record.backup"])
