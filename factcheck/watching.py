"""Looks at the links that are due: several hosts at once, each as its manners ask. The database stays in one thread."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from queue import Empty, SimpleQueue

import structlog

from factcheck import __version__, clock, robots
from factcheck.config import Settings
from factcheck.connecting import policy_for
from factcheck.domain.links import Look, retry_after
from factcheck.domain.vocabulary import FetchFailure, LinkReason
from factcheck.domain.walls import is_wall
from factcheck.fetching import Failure, Fetcher, Limits, Page
from factcheck.services import links
from factcheck.storage.link_checks import Claimed

_log = structlog.get_logger("factcheck.links")

# Whether a page is there shows at its beginning.
_LIMITS = Limits(body=512 * 1024)


@dataclass(frozen=True, slots=True)
class Pace:
    """How many hosts at once; seconds between two requests to one host; seconds after which a round begins no more
    looks; links of a round, and of one host in it."""

    threads: int = 32
    pause: float = 1.0
    window: float = 10.0
    links: int = 300
    per_host: int = 10


@cache
def fetcher(settings: Settings) -> Fetcher:
    """The way out for looks at links, which says who we are."""
    name = f"{robots.AGENT}/{__version__} (+{settings.public_url})"
    return Fetcher(name, policy_for(settings.fetch_allow), _LIMITS)


def check_due(out: Fetcher, pace: Pace = Pace()) -> int:
    """Look at links that are due, for a bounded time, and record what was found; gives how many were looked at.

    However this ends, what was not looked at is given back; where the process dies, its leases run out.
    """
    waiting = {one.source: one for one in links.claim(pace.links, pace.per_host)}
    looked = 0
    try:
        for claimed, look in _looks(out, list(waiting.values()), pace):
            links.record(claimed, look)
            del waiting[claimed.source]
            looked += 1
    finally:
        links.release(waiting.values())
    return looked


def _looks(out: Fetcher, claimed: Sequence[Claimed], pace: Pace) -> Iterator[tuple[Claimed, Look]]:
    """What threads find, as they find it. They are daemons: nobody who stops has to wait for a slow page."""
    hosts = _by_host(claimed)
    until = time.monotonic() + pace.window
    found: SimpleQueue[tuple[Claimed, Look] | None] = SimpleQueue()
    working = min(pace.threads, hosts.qsize())
    for _ in range(working):
        threading.Thread(target=_work, args=(out, hosts, found, pace, until), daemon=True).start()
    last = until + 2 * out.limits.total
    while working:
        try:
            one = found.get(timeout=max(last - time.monotonic(), 0))
        except Empty:
            _log.error("looks_hang", threads=working)
            return
        if one is None:
            working -= 1
        else:
            yield one


def _by_host(claimed: Sequence[Claimed]) -> SimpleQueue[list[Claimed]]:
    of_host: defaultdict[str, list[Claimed]] = defaultdict(list)
    for one in claimed:
        of_host[one.host].append(one)
    queue: SimpleQueue[list[Claimed]] = SimpleQueue()
    for some in of_host.values():
        queue.put(some)
    return queue


def _work(
    out: Fetcher,
    hosts: SimpleQueue[list[Claimed]],
    found: SimpleQueue[tuple[Claimed, Look] | None],
    pace: Pace,
    until: float,
) -> None:
    """A thread: host after host until the time is up; None says that it is done."""
    try:
        while time.monotonic() < until:
            host = _Host(out, pace.pause)
            for claimed in hosts.get_nowait():
                if time.monotonic() < until:
                    found.put((claimed, host.look(claimed.url)))
    except Empty:
        pass
    finally:
        found.put(None)


class _Host:
    """One host during a round: its rules, asked for once, and a pause between any two requests."""

    def __init__(self, out: Fetcher, pause: float) -> None:
        self._out = out
        self._pause = pause
        self._rules: dict[str, robots.Rules] = {}
        self._free_at = 0.0

    def look(self, url: str) -> Look:
        """What is at a URL, with robots.txt asked first; robots.txt and page together have a page's time."""
        try:
            return self._look(url)
        except Exception:
            # Ours to mend, and no reason that one odd page keeps all links from being looked at.
            _log.exception("look_failed", url=url)
            return Look(url, url, reason=LinkReason.BAD_RESPONSE)

    def _look(self, url: str) -> Look:
        ends = time.monotonic() + self._out.limits.total
        rules = self._rules_for(url)
        if rules.failure is not None:
            return replace(look_of(rules.failure), url=url, final_url=url)
        if rules.unavailable:
            return Look(url, url, reason=LinkReason.ROBOTS_UNAVAILABLE)
        if not rules.allow(url):
            return Look(url, url, reason=LinkReason.ROBOTS)
        self._wait()
        try:
            return look_of(self._out.get(url, seconds=max(ends - time.monotonic(), 1.0)))
        finally:
            self._free_at = time.monotonic() + self._pause

    def _rules_for(self, url: str) -> robots.Rules:
        origin = robots.origin(url)
        if origin not in self._rules:
            self._wait()
            self._rules[origin] = robots.ask(self._out, url, seconds=self._out.limits.total / 2)
            self._free_at = time.monotonic() + self._pause
        return self._rules[origin]

    def _wait(self) -> None:
        time.sleep(max(self._free_at - time.monotonic(), 0))


def look_of(found: Page | Failure) -> Look:
    """What fetching a page says of its link. One that is too large to be read is there."""
    if isinstance(found, Failure):
        reason = None if found.reason == FetchFailure.TOO_LARGE else LinkReason(found.reason.value)
        return Look(found.url, found.final_url, found.redirects, found.status, reason)
    return Look(
        found.url,
        found.final_url,
        found.redirects,
        found.status,
        retry_after=retry_after(found.headers.get("retry-after"), clock.now()),
        walled=is_wall(found.status, found.headers, found.body),
    )
