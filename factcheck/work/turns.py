"""Whose turn it is: links wait by host, and a host gets one request at a time with a pause after each.

Threads share the turns, so that none waits out a pause while another host is free. Knows no network.
"""

import heapq
import itertools
import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from factcheck.storage.link_checks import Claimed


@dataclass(frozen=True, slots=True)
class Turn:
    """A link whose host may be asked once, by whoever took the turn. `cleared`: the rules of its site were asked for
    in a turn before, and allow it."""

    claimed: Claimed
    cleared: bool = False


@dataclass(slots=True)
class _Host:
    """What waits for a host and which turn is being had; times of the monotonic clock: from when on it may be asked,
    and until when nobody else can have asked it."""

    free_at: float
    ours_until: float = 0.0
    waiting: deque[Turn] = field(default_factory=deque)
    taken: Turn | None = None


class Turns:
    """Turns for at most so many threads, with a pause of so many seconds after each request."""

    def __init__(self, threads: int, pause: float) -> None:
        self._threads = threads
        self._pause = pause
        # Held by `with self._lock` and never through the condition: a signal could leave that one locked.
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._until = 0.0
        self._working = 0
        self._hosts: dict[str, _Host] = {}
        # Hosts that are nobody's and have links waiting, by when they are free; of several at once, the first come.
        self._next: list[tuple[float, int, _Host]] = []
        self._order = itertools.count()

    def open(self, claimed: Iterable[Claimed], until: float) -> int:
        """Let links have turns until a time of the monotonic clock; gives how many threads more are to take them."""
        with self._lock:
            self._until = until
            self._forget()
            for one in claimed:
                self._add(one)
            wanted = min(len(self._next), self._threads - self._working)
            self._working += wanted
            self._changed.notify_all()
            return wanted

    def take(self) -> Turn | None:
        """The next link whose host is free, once one is. None where there are none or the time is up: the thread ends,
        since those that are at a host come back for what waits there."""
        with self._lock:
            while self._next and (now := time.monotonic()) < self._until:
                free_at, _, host = self._next[0]
                if free_at <= now:
                    heapq.heappop(self._next)
                    host.taken = host.waiting.popleft()
                    return host.taken
                self._changed.wait(min(free_at, self._until) - now)
            self._working -= 1
            return None

    def end(self, turn: Turn, *, asked: bool, again: bool) -> None:
        """End a turn. `asked`: the host got a request; `again`: the link is cleared now and wants another turn."""
        with self._lock:
            host = self._hosts.get(turn.claimed.host)
            if host is None or host.taken is not turn:
                # Given up, and here all the same.
                self._working += 1
                return
            host.taken = None
            host.ours_until = time.monotonic() + self._pause
            if asked:
                host.free_at = host.ours_until
            if again:
                host.waiting.appendleft(replace(turn, cleared=True))
            if host.waiting:
                self._push(host)

    def close(self) -> list[Claimed]:
        """No more turns; gives the links that wait for one."""
        with self._lock:
            self._until = 0.0
            self._next.clear()
            self._changed.notify_all()
            return [turn.claimed for host in self._hosts.values() for turn in self._leave(host)]

    def give_up(self, claimed: Claimed) -> None:
        """Count no longer on the thread that has taken a link's turn."""
        with self._lock:
            host = self._hosts.get(claimed.host)
            if host is not None and host.taken is not None and host.taken.claimed == claimed:
                del self._hosts[claimed.host]
                self._working -= 1

    def _add(self, claimed: Claimed) -> None:
        host = self._hosts.get(claimed.host)
        if host is None:
            # Another worker may have asked it a moment ago.
            host = self._hosts[claimed.host] = _Host(time.monotonic() + self._pause)
        host.waiting.append(Turn(claimed))
        if len(host.waiting) == 1 and host.taken is None:
            self._push(host)

    def _push(self, host: _Host) -> None:
        heapq.heappush(self._next, (host.free_at, next(self._order), host))
        self._changed.notify()

    def _leave(self, host: _Host) -> list[Turn]:
        """What waits for a host, which others may have from now on; they will pause before they ask it."""
        waiting = list(host.waiting)
        if waiting:
            host.waiting.clear()
            host.ours_until = time.monotonic() + self._pause
        return waiting

    def _forget(self) -> None:
        """Know nothing of hosts that another worker may have asked meanwhile."""
        now = time.monotonic()
        self._hosts = {
            name: host for name, host in self._hosts.items() if host.waiting or host.taken or host.ours_until > now
        }
