"""`flask worker` as an operator meets it: alone, and beside a server."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.e2e.test_serving import ROOT, Server, environment, flask, serving
from tests.waiting import wait_for


def newest_size(server: Server) -> int:
    items = server.ask("GET", "/v1/log/checkpoints?limit=1")[1]["items"]
    return int(items[0]["size"]) if items else 0


def started_in(folder: Path) -> set[int]:
    """The processes that work for an installation in this folder."""
    mark = f"FACTCHECK_DATA_DIR={folder}/data".encode()
    found = set()
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in path.read_bytes().split(b"\0"):
                found.add(int(path.parent.name))
        except OSError:
            continue
    return found


def test_a_worker_runs_until_it_is_told_to_stop(tmp_path: Path) -> None:
    alive = tmp_path / "factcheck-worker.alive"
    command = [sys.executable, "-m", "flask", "worker"]
    log = (tmp_path / "log.txt").open("w")
    with log, subprocess.Popen(command, cwd=ROOT, env=environment(tmp_path, {}), stdout=log, stderr=log) as worker:
        wait_for(alive.exists)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) == 0
    assert not alive.exists()


def test_a_worker_beside_the_server_signs_what_has_come(tmp_path: Path) -> None:
    with serving(tmp_path, "--worker") as server:
        wait_for(lambda: newest_size(server) > 0)
        before = newest_size(server)
        assert flask(tmp_path, "accounts", "add", "somebody", "--role", "reader").returncode == 0
        wait_for(lambda: newest_size(server) > before, 60)


def test_a_worker_that_was_killed_comes_back_and_ends_with_its_server(tmp_path: Path) -> None:
    with serving(tmp_path, "--worker") as server:
        wait_for(lambda: newest_size(server) > 0)
        (worker,) = (one for one in started_in(tmp_path) if is_worker(one))
        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: any(is_worker(one) for one in started_in(tmp_path) - {worker}))
        server.process.kill()
    # gunicorn's own workers notice within seconds that their master has gone.
    wait_for(lambda: not started_in(tmp_path))


def is_worker(process: int) -> bool:
    try:
        return b"flask\0worker" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


def test_a_worker_that_cannot_sign_says_so_and_goes_on(tmp_path: Path) -> None:
    with serving(tmp_path):
        pass
    for path in (tmp_path / "data").glob("log-*.key"):
        path.unlink()
    with serving(tmp_path, "--worker") as server:
        wait_for(lambda: "task_failed" in (tmp_path / "log.txt").read_text())
        assert server.ask("GET", "/healthz")[0] == 200
        assert any(is_worker(one) for one in started_in(tmp_path))


def test_the_status_of_a_database_without_tables_is_one_line(tmp_path: Path) -> None:
    done = flask(tmp_path, "worker", "--status")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "flask db upgrade" in done.stderr
