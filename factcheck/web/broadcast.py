"""Writes to all clients of a process that wait for what comes next. One thread asks the ledger for all of them, so
that none holds a thread that other requests need; it asks only while somebody waits.

What it reads is numbered without a gap, so a client that comes back with its last number misses nothing.
"""

import selectors
import socket
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar, cast

import structlog
from prometheus_client import Gauge

from factcheck.server.handover import Connection
from factcheck.services import changes
from factcheck.storage import db
from factcheck.storage.changes import Part, View
from factcheck.storage.db import Unavailable

_POLL_SECONDS = 0.2
_BEAT_SECONDS = 15.0
_STALL_SECONDS = 30.0
_RETRY_SECONDS = 1.0
_SEND_BUFFER = 128 * 1024

_FOLLOWERS = Gauge("factcheck_followers", "Clients that wait for what comes next.", multiprocess_mode="livesum")

_log = structlog.get_logger("factcheck.broadcast")


class Follower(ABC):
    """What one client is told, in the form that it asked for."""

    once: ClassVar[bool]
    """Whether its answer is whole after the first events."""

    def __init__(
        self,
        view: View,
        after: int,
        limit: int,
        seconds: float,
        may: Callable[[], bool],
        newest: Callable[[], int] | None = None,
    ) -> None:
        """`seconds` is how long it goes on at most; `may` tells whether the client may still read; `newest` gives the
        number of the newest event that it is told of, where that is not the ledger's."""
        self.view = view
        self.after = after
        self.limit = limit
        self.seconds = seconds
        self.may = may
        self.newest = newest

    @abstractmethod
    def begin(self) -> bytes:
        """What is sent at once."""

    @abstractmethod
    def events(self, part: Part) -> bytes:
        """What is sent of new events, of which there is one at least."""

    @abstractmethod
    def beat(self) -> bytes:
        """What is sent now and then where nothing happens."""

    @abstractmethod
    def end(self) -> bytes:
        """What is sent last, where its time is up or the server stops."""


@dataclass(eq=False)
class _Client:
    """A follower with its connection; `waiting` is what its socket has not taken yet."""

    follower: Follower
    connection: Connection
    ends_at: float
    beats_at: float
    moved_at: float
    waiting: memoryview = field(default_factory=lambda: memoryview(b""))
    over: bool = False

    def put(self, data: bytes) -> None:
        self.waiting = memoryview(bytes(self.waiting) + self.connection.framed(data))

    def put_last(self, data: bytes) -> None:
        self.put(data)
        self.waiting = memoryview(bytes(self.waiting) + self.connection.last)
        self.over = True


class Broadcast:
    """The clients of one process, and the thread that writes to them, started by the first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._places = 0
        self._lock = threading.Lock()
        self._todo: deque[Callable[[], None]] = deque()
        self._bell: socket.socket | None = None
        # What follows is the thread's own.
        self._clients: set[_Client] = set()
        self._heads: dict[Callable[[], int] | None, int] = {}
        self._looks_at = 0.0
        self._selector: selectors.BaseSelector

    def reserve(self) -> bool:
        """Keep a place for a client that will be taken; False where there is none left."""
        with self._lock:
            if self._places >= self._most:
                return False
            self._places += 1
            return True

    def take(self, follower: Follower, connection: Connection) -> Callable[[], None]:
        """Write to this client from now on; gives what ends that soon. Waits for nothing."""
        now = time.monotonic()
        client = _Client(follower, connection, now + follower.seconds, now + _BEAT_SECONDS, now)
        self._ask(partial(self._arrive, client))
        return partial(self._ask, partial(self._stop, client))

    def _ask(self, step: Callable[[], None]) -> None:
        """Have the thread do something."""
        self._todo.append(step)
        with self._lock:
            # Not before: neither the thread nor its selector would outlive a fork.
            if self._bell is None:
                self._bell = self._start()
        # Full of rings that were not heard yet, it has rung.
        with suppress(BlockingIOError):
            self._bell.send(b"!")

    def _start(self) -> socket.socket:
        ours, bell = socket.socketpair()
        ours.setblocking(False)
        bell.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(bell, selectors.EVENT_READ)
        threading.Thread(target=self._run, name="broadcast", daemon=True).start()
        return ours

    def _run(self) -> None:
        while True:
            try:
                self._turn()
            except Unavailable as error:
                # They stay: what happens meanwhile they are told once the database is back.
                _log.warning("database_unavailable", error=str(error))
                time.sleep(_RETRY_SECONDS)
            except Exception as error:
                # A thread that ended would leave them waiting for ever. So they go, and come back with their numbers.
                _log.error("broadcast_failed", exc_info=error)
                for client in list(self._clients):
                    self._drop(client)

    def _turn(self) -> None:
        for key, ready in self._selector.select(self._pause()):
            if key.data is None:
                _discard(cast(socket.socket, key.fileobj))
            elif key.data in self._clients:
                self._serve(key.data, ready)
        while self._todo:
            self._todo.popleft()()
        now = time.monotonic()
        if self._clients and now >= self._looks_at:
            self._looks_at = now + _POLL_SECONDS
            self._look_after(now)
            asked = {client.follower.newest for client in self._clients}
            self._heads = {newest: (newest or changes.newest)() for newest in asked}
        self._tell()

    def _pause(self) -> float | None:
        """Seconds until there is something to do; None where nobody waits."""
        if not self._clients:
            db.database.close()
            return None
        if any(self._is_behind(client) for client in self._clients):
            return 0.0
        return max(0.0, self._looks_at - time.monotonic())

    def _is_behind(self, client: _Client) -> bool:
        return client.follower.after < self._head(client) and not client.waiting and not client.over

    def _head(self, client: _Client) -> int:
        """The newest event that it is told of, as far as that was looked up."""
        return self._heads.get(client.follower.newest, 0)

    def _arrive(self, client: _Client) -> None:
        taken = client.connection.socket
        # A client that reads slowly must not fill the kernel's memory.
        with suppress(OSError):
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        self._selector.register(taken, selectors.EVENT_READ, client)
        self._clients.add(client)
        _FOLLOWERS.set(len(self._clients))
        client.put(client.follower.begin())
        self._send(client)

    def _stop(self, client: _Client) -> None:
        """End a client as the server stops; only a short answer may still be taken slowly."""
        self._finish(client)
        if client in self._clients and not client.follower.once:
            self._drop(client)

    def _finish(self, client: _Client) -> None:
        if client in self._clients and not client.over:
            client.put_last(client.follower.end())
            self._send(client)

    def _look_after(self, now: float) -> None:
        """Beats, and ends: of those whose time is up, who may no longer read, or who take nothing."""
        for client in list(self._clients):
            if client.waiting and now >= client.moved_at + _STALL_SECONDS:
                self._drop(client)
            elif now >= client.ends_at or (now >= client.beats_at and not _may(client.follower)):
                self._finish(client)
            elif now >= client.beats_at:
                client.beats_at = now + _BEAT_SECONDS
                self._beat(client)

    def _beat(self, client: _Client) -> None:
        if not client.waiting:
            client.put(client.follower.beat())
            self._send(client)

    def _tell(self) -> None:
        """Give each client that is behind its next events; what several need is read once."""
        read: dict[tuple[View, int, int, int], Part] = {}
        for client in [one for one in self._clients if self._is_behind(one)]:
            follower = client.follower
            asked = follower.view, follower.after, self._head(client), follower.limit
            if asked not in read:
                read[asked] = changes.read(*asked)
            self._hand(client, read[asked])

    def _hand(self, client: _Client, part: Part) -> None:
        follower = client.follower
        follower.after = part.after
        if part.events:
            (client.put_last if follower.once else client.put)(follower.events(part))
            self._send(client)

    def _serve(self, client: _Client, ready: int) -> None:
        if ready & selectors.EVENT_READ and not _discard(client.connection.socket):
            self._drop(client)
        elif ready & selectors.EVENT_WRITE:
            self._send(client)

    def _send(self, client: _Client) -> None:
        """Give the socket what it takes; the rest waits until it takes more."""
        taken = client.connection.socket
        try:
            while client.waiting:
                client.waiting = client.waiting[taken.send(client.waiting) :]
                client.moved_at = time.monotonic()
        except BlockingIOError:
            pass
        except OSError:
            self._drop(client)
            return
        if client.over and not client.waiting:
            self._drop(client)
            return
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if client.waiting else 0)
        if self._selector.get_key(taken).events != wanted:
            self._selector.modify(taken, wanted, client)

    def _drop(self, client: _Client) -> None:
        self._clients.discard(client)
        _FOLLOWERS.set(len(self._clients))
        self._selector.unregister(client.connection.socket)
        client.connection.over()
        with self._lock:
            self._places -= 1


def _may(follower: Follower) -> bool:
    """Whether the client may still read; nobody is sent away for a database that is away."""
    try:
        return follower.may()
    except Unavailable:
        return True


def _discard(given: socket.socket) -> bool:
    """Read what has come and forget it; False where the other side has ended."""
    try:
        return bool(given.recv(4096))
    except BlockingIOError:
        return True
    except OSError:
        return False
