"""A streaming replica of the tests' PostgreSQL server, which tests hold back, stop and start again."""

import atexit
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from tests import databases
from tests.waiting import wait_for

_CONFIGURATION = """
wal_retrieve_retry_interval = '50ms'
max_standby_streaming_delay = 0
"""


class Standby:
    """A copy of all databases of the tests' server, which follows it; ended with the process."""

    def __init__(self) -> None:
        self._primary = databases.server()
        self._directory = Path(tempfile.mkdtemp(prefix="factcheck-standby-"))
        atexit.register(shutil.rmtree, self._directory, ignore_errors=True)
        self._primary.own(self._directory)
        copied = ("-h", self._primary.directory, "-U", "postgres", "-D", self._directory, "-X", "stream")
        self._primary.program("pg_basebackup", *copied, "-R", "-c", "fast", "--no-sync")
        # The primary's socket is among its files, and what says so is copied.
        (self._directory / ".s.PGSQL.5432.lock").unlink()
        with (self._directory / "postgresql.auto.conf").open("a") as file:
            file.write(_CONFIGURATION)
        self.start()
        atexit.register(self.stop)

    def start(self) -> None:
        options = f"-h '' -k {self._directory}"
        self._control("start", "-o", options, "-l", self._directory / "standby.log")

    def stop(self) -> None:
        if (self._directory / "postmaster.pid").exists():
            self._control("stop", "-m", "immediate")

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """All of it stands still, with its connections open."""
        with psycopg.connect(self.url("/postgres")) as connection:
            processes = [pid for (pid,) in connection.execute("SELECT pid FROM pg_stat_activity")]
        processes.append(int((self._directory / "postmaster.pid").read_text().split()[0]))
        self._signal(processes, signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(processes, signal.SIGCONT)

    def _signal(self, processes: list[int], number: signal.Signals) -> None:
        for process in processes:
            # What has ended since is not to be told.
            with suppress(ProcessLookupError):
                os.kill(process, number)

    def url(self, primary: str) -> str:
        """Of the same database as this one of the tests' server."""
        return f"postgresql://postgres:@/{databases.name_in(primary)}?host={quote(str(self._directory))}"

    def hold(self) -> None:
        """Have it show what it shows now, whatever the primary does."""
        self.catch_up()
        self._ask("SELECT pg_wal_replay_pause()")
        until(lambda: self._ask("SELECT pg_get_wal_replay_pause_state()") == "paused")

    def go_on(self) -> None:
        self._ask("SELECT pg_wal_replay_resume()")

    def catch_up(self) -> None:
        """Wait until it has all that was committed."""
        with psycopg.connect(self._primary.url("postgres"), autocommit=True) as connection:
            # One that is waited for takes those before it along: the tests' server waits for none.
            connection.execute("SET synchronous_commit = on; SELECT pg_logical_emit_message(true, '', '')")
            [position] = connection.execute("SELECT pg_current_wal_flush_lsn()").fetchone() or [None]
        until(lambda: self._ask("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", position))

    def _ask(self, sql: str, *params: object) -> Any:
        with psycopg.connect(self.url("/postgres"), autocommit=True) as connection:
            [found] = connection.execute(sql, params).fetchone() or [None]
            return found

    def _control(self, action: str, *arguments: object) -> None:
        self._primary.program("pg_ctl", "-w", "-D", self._directory, action, *arguments)


@cache
def standby() -> Standby:
    return Standby()


def until(true: Callable[[], Any]) -> None:
    """Wait for what a replica does within moments."""
    wait_for(true, seconds=10, every=0.01)
