"""A streaming replica of the main database: whether it may be read now, and reading it.

One of another record, or far behind, is not read; one that does not answer is left alone for a while.
"""

import os
import socket
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import peewee

from factcheck.storage import db, meta, upgrade
from factcheck.storage.secrets import CURSOR_KEY

LOOK_SECONDS = 2.0
"""How often `look` is to be called."""
MOST_BEHIND = 30.0
"""Seconds that the replica may lack something for and still be read."""
_AWAY_SECONDS = 5.0
_PATIENCE_SECONDS = 5.0
_STALE_SECONDS = 5 * LOOK_SECONDS
# One for each look, of an hour; what is behind for longer is told as that.
_MOST_POSITIONS = int(3600 / LOOK_SECONDS)

# A machine that is gone says nothing: libpq waits for it as long as the kernel does, unless it is told otherwise.
_CONNECTING: dict[str, Any] = {
    "connect_timeout": 3,
    "tcp_user_timeout": 5_000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
}
# The first for the day on which the replica becomes the main one; the second as what replays can lock tables for long.
_SESSION = "SET default_transaction_read_only = on; SET lock_timeout = '1s'"

# What others are sent is what is on the main one's disk.
_POSITION = "SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint"
_REPLAYED = "SELECT pg_is_in_recovery(), (pg_last_wal_replay_lsn() - '0/0')::bigint"
_NEWEST = "SELECT seq, leaf_hash FROM events ORDER BY seq DESC LIMIT 1"
_THAT = "SELECT seq, leaf_hash FROM events WHERE seq = ?"


class State(StrEnum):
    STARTING = "starting"
    """Nobody has looked yet."""
    READ = "read"
    BEHIND = "behind"
    AWAY = "away"
    REFUSED = "refused"
    """It is no replica of this record."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with the replica. `lag` is for how many seconds, at most, it has lacked something, None where that
    is not known; `detail` says why it is not read."""

    state: State
    lag: float | None = None
    detail: str = ""


class _Other(Exception):
    """The database is no replica of this record, and why."""


class Positions:
    """How far the main database was at times past: for how long, at most, the replica has lacked something.

    Told by what has come, not by when something was written, so an idle main one and clocks that differ do not matter,
    and a replica that has lost its connection is behind all the same.
    """

    def __init__(self) -> None:
        self._lacking: deque[tuple[float, int]] = deque(maxlen=_MOST_POSITIONS)
        self._level_at: float | None = None

    def note(self, now: float, position: int) -> None:
        """Where the main one is."""
        self._lacking.append((now, position))

    def lag(self, now: float, replayed: int) -> float | None:
        """Seconds; None as long as the replica has not come to where the main one was once."""
        while self._lacking and self._lacking[0][1] <= replayed:
            self._level_at, _ = self._lacking.popleft()
        if self._level_at is None:
            return None
        return now - self._level_at if self._lacking else 0.0


class _Database(peewee.PostgresqlDatabase):
    """Whose connections can be cut, from whatever thread."""

    def __init__(self, url: str, require_there: Callable[[], None]) -> None:
        self._require_there = require_there
        self._guard = threading.Lock()
        self._open: weakref.WeakSet[Any] = weakref.WeakSet()
        super().__init__(url, prefer_psycopg3=True, **_CONNECTING)

    def connect(self, reuse_if_open: bool = False) -> bool:
        self._require_there()
        return super().connect(reuse_if_open)

    def _initialize_connection(self, conn: Any) -> None:
        with self._guard:
            self._open.add(conn)
        conn.execute(_SESSION)

    def cut(self) -> None:
        """End what waits for an answer: a server that has stopped in its tracks gives none, and closes nothing."""
        with self._guard:
            connections = list(self._open)
        for connection in connections:
            with suppress(OSError, *db.FAILURES), socket.socket(fileno=os.dup(connection.fileno())) as same:
                same.shutdown(socket.SHUT_RDWR)


class Replica:
    """The replica that a `postgresql://` URL names. Somebody calls `look` every LOOK_SECONDS; others may ask whether it
    is `ready`, and then read it."""

    def __init__(self, url: str) -> None:
        self._database = _Database(url, self._require_there)
        self._here = threading.local()
        self._lock = threading.Lock()
        # Each time that it goes away begins another turn: what was known and open before counts no more.
        self._turn = 0
        self._again_at = 0.0
        self._seen_at = 0.0
        self._known_in: int | None = None
        self._positions = Positions()
        self.standing = Standing(State.STARTING)

    def ready(self) -> bool:
        """Whether it may be read; asks nothing."""
        return self.standing.state == State.READ and time.monotonic() < self._seen_at + _STALE_SECONDS

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Whatever this thread asks inside, it asks the replica."""
        turn = self._turn
        if getattr(self._here, "turn", None) != turn:
            self._here.turn = turn
            self.close()
        with db.database.reading(self._database):
            yield

    def put_away(self, error: Exception) -> None:
        """It did not answer: leave it alone for a while."""
        with self._lock:
            # Those who find the same after the first only know that their connections have ended.
            if not self._is_away():
                self.standing = Standing(State.AWAY, detail=str(error).strip())
            self._turn += 1
            self._again_at = time.monotonic() + _AWAY_SECONDS

    def look(self) -> Standing:
        """Find out how it stands with it."""
        turn = self._turn
        if self._is_away():
            return self.standing
        try:
            found = self._found(turn)
        except (db.Unavailable, *db.LOST) as error:
            if turn == self._turn:
                self.put_away(error)
            return self.standing
        with self._lock:
            # Else somebody has found out meanwhile that it does not answer.
            if turn == self._turn:
                self.standing, self._seen_at = found, time.monotonic()
        return self.standing

    def close(self) -> None:
        """Close this thread's connection."""
        with suppress(*db.FAILURES):
            self._database.close()

    def _found(self, turn: int) -> Standing:
        try:
            if self._known_in != turn:
                self._require_same_record()
                self._known_in, self._positions = turn, Positions()
            now = time.monotonic()
            # Without the main one the replica is as good as it was.
            with suppress(db.Unavailable):
                self._positions.note(now, int(db.query(_POSITION)[0][0]))
            lag = self._positions.lag(now, self._replayed())
        except _Other as error:
            self._known_in = None
            return Standing(State.REFUSED, detail=str(error))
        except db.LOST:
            raise
        except db.FAILURES as error:
            self._known_in = None
            return Standing(State.REFUSED, detail=f"it cannot be asked: {str(error).strip()}")
        if lag is None or lag > MOST_BEHIND:
            return Standing(State.BEHIND, lag, f"it may lack what is {MOST_BEHIND:.0f} seconds old, or older")
        return Standing(State.READ, lag)

    def _require_there(self) -> None:
        """Who had lost its connection would else wait for another one."""
        if self._is_away():
            raise peewee.OperationalError("it did not answer a moment ago")

    def _is_away(self) -> bool:
        return time.monotonic() < self._again_at

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """As `reading`, but for so long only; after that the others need not wait either."""

        def give_up() -> None:
            self.put_away(TimeoutError(f"it has not answered for {_PATIENCE_SECONDS:.0f} seconds"))
            self._database.cut()

        timer = threading.Timer(_PATIENCE_SECONDS, give_up)
        timer.daemon = True
        timer.start()
        try:
            with self.reading():
                yield
        finally:
            timer.cancel()

    def _replayed(self) -> int:
        with self._asking():
            [(replays, position)] = db.query(_REPLAYED)
        if not replays:
            raise _Other("it is no replica, or has become a database of its own")
        return int(position or 0)

    def _require_same_record(self) -> None:
        """Its key of cursors is the main one's, and its newest event is among the main one's events."""
        self._replayed()
        with self._asking():
            key, newest, missing = meta.get(CURSOR_KEY), db.first(_NEWEST), upgrade.pending()
        if missing:
            raise _Other(f"it lacks migrations: {', '.join(missing)}")
        try:
            same = key == meta.get(CURSOR_KEY) and (not newest or newest == db.first(_THAT, newest[:1]))
        except db.Unavailable as error:
            raise db.Unavailable(f"there is no main database to compare it with: {error}") from error
        if not same:
            raise _Other("it has another record than FACTCHECK_DATABASE_URL")
