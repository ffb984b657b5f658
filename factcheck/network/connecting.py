"""Connections to public addresses that end on time, for `fetching`.

ssrfguard resolves each name once, refuses what is not public, and connects to the address that it has checked.
"""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Self

from ssrfguard import Policy, SSRFGuardError
from ssrfguard.requests import SafeAdapter

ATTEMPTS = 4
"""How many addresses of one name are tried."""

# Ports below 1024 other than the web's own speak protocols in which a request could do harm.
_PORTS = frozenset({80, 443, *range(1024, 65536)})

Lookup = Callable[..., Any]


def policy_for(networks: Sequence[Any]) -> Policy:
    """Public addresses and these networks; raises ValueError for one that would open more than it says."""
    return Policy(allowed_networks=tuple(networks), allowed_ports=_PORTS, max_connection_attempts=ATTEMPTS)


def is_refused(url: str, networks: Sequence[Any]) -> bool:
    """Whether these never let a URL be asked, wherever its name leads: for its port, or as its host is an address."""
    try:
        policy_for(networks).check_url(url)
    except SSRFGuardError:
        return True
    return False


class Deadline:
    """Ends, when its time is up, whatever connection is open: one that drips passes every timeout of a single read."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            while self._open:
                self._open.pop().close()

    def left(self) -> float:
        """Seconds that are left; raises TimeoutError where none are."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time for this page is up")
        return left

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self._ends

    def watch(self, connection: socket.socket) -> None:
        """Have this connection ended too. A double is kept: TLS takes the original's file descriptor over."""
        with self._lock:
            self._open.append(connection.dup())
        if self.passed:
            connection.close()
        self.left()

    def _end(self) -> None:
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the remote was first


class Adapter(SafeAdapter):
    """The guard's adapter for one fetch: its connections end with the deadline, and none is kept."""

    def __init__(self, policy: Policy, deadline: Deadline, look_up: Lookup, seconds: float) -> None:
        """`look_up` is called as socket.getaddrinfo, and has so many seconds."""
        self._deadline = deadline
        super().__init__(policy=policy, resolver=_in_time(look_up, deadline, seconds))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        guarded = self.poolmanager.pool_classes_by_scheme
        self.poolmanager.pool_classes_by_scheme = {
            scheme: _watched(pool, self._deadline) for scheme, pool in guarded.items()
        }


def _watched(pool: Any, deadline: Deadline) -> Any:
    """The guard's class of connection pools, with connections that the deadline watches."""

    class Connection(pool.ConnectionCls):  # type: ignore[misc]  # made by the guard for one adapter
        def _new_conn(self) -> socket.socket:
            opened: socket.socket = super()._new_conn()
            deadline.watch(opened)
            return opened

    class Pool(pool):  # type: ignore[misc]
        ConnectionCls = Connection

    return Pool


def _in_time(look_up: Lookup, deadline: Deadline, seconds: float) -> Lookup:
    """getaddrinfo takes no timeout: the thread that waits for it is left behind when the time is up."""

    def bounded(*args: Any) -> Any:
        answer: list[Any] = []
        thread = threading.Thread(target=_keep_answer, args=(answer, look_up, args), daemon=True)
        thread.start()
        thread.join(min(seconds, deadline.left()))
        if not answer:
            raise socket.gaierror(socket.EAI_AGAIN, "the name was not found in time")
        if isinstance(answer[0], Exception):
            raise answer[0]
        return answer[0]

    return bounded


def _keep_answer(answer: list[Any], look_up: Lookup, args: Sequence[Any]) -> None:
    try:
        answer.append(look_up(*args))
    except (OSError, ValueError) as error:  # also a name that is none: UnicodeError
        answer.append(error)
