"""Imports that are killed, as an operator meets that: each row is there once, however often it happened."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

from tests.e2e.test_serving import HOST, ROOT, TOKEN, environment, flask, serving
from tests.e2e.test_worker import is_worker, started_in
from tests.waiting import wait_for

ROWS = 600


def a_file(folder: Path) -> Path:
    """Rows with a link each, of which the last cannot be taken."""
    rows = [
        {"text": f"claim {number}", "evidence": [{"url": f"https://a.example/{number}"}]} for number in range(ROWS - 1)
    ]
    path = folder / "claims.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in [*rows, {"text": ""}]))
    return path


def exported(folder: Path) -> list[str]:
    return [json.loads(line)["text"] for line in flask(folder, "export", "claims").stdout.splitlines()]


def each_once(folder: Path) -> bool:
    return exported(folder) == [f"claim {number}" for number in range(ROWS - 1)]


@contextmanager
def importing(folder: Path, path: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "flask", "import", "claims", str(path)]
    with (
        (folder / "import.log").open("wb") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment(folder, {}), stdout=log, stderr=log) as process,
    ):
        yield process


def size_of_log(folder: Path) -> int:
    path = folder / "factcheck.db-wal"
    return path.stat().st_size if path.exists() else 0


def test_a_command_that_was_killed_goes_on_when_it_is_run_again(tmp_path: Path) -> None:
    flask(tmp_path, "db", "upgrade")
    path = a_file(tmp_path)
    with importing(tmp_path, path) as process:
        wait_for(lambda: size_of_log(tmp_path) > 1_000_000 or process.poll() is not None)
        process.send_signal(signal.SIGKILL)
    begun = len(exported(tmp_path))
    assert 0 < begun < ROWS - 1
    done = flask(tmp_path, "import", "claims", str(path))
    assert done.returncode == 1
    assert f"{begun}  there already" in done.stdout
    assert each_once(tmp_path)
    assert flask(tmp_path, "db", "check").returncode == 0


def test_an_import_over_http_goes_on_after_its_worker_was_killed(tmp_path: Path) -> None:
    settings = {"FACTCHECK_ADMIN_TOKEN": TOKEN}
    with serving(tmp_path, "--worker", **settings) as server:
        wait_for(lambda: any(is_worker(one) for one in started_in(tmp_path)))
        address = f"http://{HOST}:{server.port}/v1/import?name=claims.jsonl"
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/jsonl"}
        with urlopen(Request(address, a_file(tmp_path).read_bytes(), headers), timeout=20) as answer:
            job = f"/v1/import/{json.load(answer)['id']}"
        wait_for(lambda: bool(server.ask("GET", job, TOKEN)[1]["rows"]))
        killed = [one for one in started_in(tmp_path) if is_worker(one)]
        for one in killed:
            os.kill(one, signal.SIGKILL)
        at = server.ask("GET", job, TOKEN)[1]
        assert at["state"] == "running"
        _end_lease(tmp_path)
        wait_for(lambda: server.ask("GET", job, TOKEN)[1]["state"] == "done", 60)
        found = server.ask("GET", job, TOKEN)[1]
    assert (found["rows"], found["imported"], found["known"], found["bad"]) == (ROWS, ROWS - 1, 0, 1)
    assert each_once(tmp_path)
    assert flask(tmp_path, "db", "check").returncode == 0


def _end_lease(folder: Path) -> None:
    """What a minute would do."""
    with sqlite3.connect(folder / "factcheck.db", timeout=20) as connection:
        connection.execute("UPDATE import_jobs SET leased_until = NULL")
