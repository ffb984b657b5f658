"""Looks at the links that are due: several hosts at once, each as its manners ask. The database stays in one thread."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from queue import Empty, SimpleQueue
from typing import Self

import structlog

from factcheck import __version__, clock
from factcheck.config import Settings
from factcheck.domain.links import Look, reason_of, retry_after
from factcheck.domain.vocabulary import FetchFailure, LinkReason
from factcheck.domain.walls import is_wall
from factcheck.network import robots
from factcheck.network.connecting import policy_for
from factcheck.network.fetching import Failure, Fetcher, Page
from factcheck.services import links, looks
from factcheck.services.looks import Capture
from factcheck.storage.link_checks import Claimed
from factcheck.work.capturing import Camera
from factcheck.work.turns import Turn, Turns

_log = structlog.get_logger("factcheck.links")


@dataclass(frozen=True, slots=True)
class Pace:
    """How many hosts at once; seconds between two requests to one host; seconds after which a round begins no more
    looks and ends; links in hand at once, and those of one host that are claimed together."""

    threads: int = 32
    pause: float = 1.0
    window: float = 10.0
    links: int = 500
    per_host: int = 10


USUAL = Pace()


@cache
def fetcher(settings: Settings) -> Fetcher:
    """The way out for looks at links, which says who we are."""
    name = f"{robots.AGENT}/{__version__} (+{settings.public_url})"
    return Fetcher(name, policy_for(settings.fetch_allow))


@dataclass(frozen=True, slots=True)
class Seen:
    """What a thread found of a link: all that goes from it to the main thread, which records it."""

    claimed: Claimed
    look: Look
    capture: Capture | None = None


class Watch:
    """Looks at links, round after round, and keeps between rounds what it has in hand and what it knows of hosts.

    As a context it gives back, in the end, what was not looked at; where the process dies, its leases run out.
    """

    def __init__(self, out: Fetcher, camera: Camera, pace: Pace = USUAL) -> None:
        self._out = out
        self._camera = camera
        self._pace = pace
        self._rules = robots.Rulebook()
        self._turns = Turns(pace.threads, pace.pause)
        self._found: SimpleQueue[Seen] = SimpleQueue()
        self._in_hand: dict[str, Claimed] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._give_back(list(self._in_hand.values()))

    @property
    def busy(self) -> bool:
        """Whether looks are on their way still."""
        return bool(self._in_hand)

    def round(self) -> int:
        """Look at links that are due, for a bounded time, and record what was found; gives how many looks it was.

        What was not begun by then is given back. Nobody waits for slow pages: another round records them.
        """
        until = time.monotonic() + self._pace.window
        looked = 0
        self._give_up_late()
        try:
            more = self._claim(until)
            while self._in_hand and (seen := self._next(until)) is not None:
                self._record(seen)
                looked += 1
                if more and len(self._in_hand) < self._pace.links // 2:
                    more = self._claim(until)
        finally:
            self._give_back(self._turns.close())
        return looked

    def _claim(self, until: float) -> bool:
        """Take links in hand and let threads, daemons that hold up no stop, look at them; whether more may be due."""
        room = self._pace.links - len(self._in_hand)
        claimed = links.claim(room, self._pace.per_host)
        self._in_hand |= {one.source: one for one in claimed}
        for _ in range(self._turns.open(claimed, until)):
            threading.Thread(target=self._work, daemon=True).start()
        return len(claimed) == room

    def _next(self, until: float) -> Seen | None:
        try:
            return self._found.get(timeout=max(until - time.monotonic(), 0))
        except Empty:
            return None

    def _record(self, seen: Seen) -> None:
        try:
            looks.record(seen.claimed, seen.look, seen.capture)
        except Exception:
            # The database may answer again by the next round.
            self._found.put(seen)
            raise
        self._camera.discard(seen.capture)
        if self._in_hand.get(seen.claimed.source) == seen.claimed:
            del self._in_hand[seen.claimed.source]

    def _give_back(self, claimed: Sequence[Claimed]) -> None:
        for one in claimed:
            self._in_hand.pop(one.source, None)
        links.release(claimed)

    def _give_up_late(self) -> None:
        """No look takes as long as its lease: what hangs is ours to mend, and must not hold up the rest."""
        now = clock.timestamp(clock.now())
        for one in [one for one in self._in_hand.values() if one.leased_until <= now]:
            _log.error("look_hangs", url=one.url)
            self._turns.give_up(one)
            del self._in_hand[one.source]

    def _work(self) -> None:
        """A thread: turn after turn, as long as there are any."""
        while (turn := self._turns.take()) is not None:
            asked, seen = self._attend(turn)
            if seen is not None:
                self._found.put(seen)
            self._turns.end(turn, asked=asked, again=seen is None)

    def _attend(self, turn: Turn) -> tuple[bool, Seen | None]:
        """Whether the host was asked, and what was found: nothing where its rules are new and the page is to come."""
        url = turn.claimed.url
        try:
            rules, asked = (None, False) if turn.cleared else self._rules_for(url)
            refused = None if rules is None else _refusal(url, rules)
            if refused is not None:
                return asked, Seen(turn.claimed, refused)
            return True, None if asked else self._see(turn.claimed)
        except Exception:
            # Ours to mend, and no reason that one odd page keeps all links from being looked at.
            _log.exception("look_failed", url=url)
            return True, Seen(turn.claimed, Look(url, url, reason=LinkReason.BAD_RESPONSE))

    def _rules_for(self, url: str) -> tuple[robots.Rules, bool]:
        """A site's rules, and whether it had to be asked for them."""
        known = self._rules.find(url)
        if known is not None:
            return known, False
        rules = robots.ask(self._out, url, seconds=self._out.limits.total / 2)
        self._rules.keep(url, rules)
        return rules, True

    def _see(self, claimed: Claimed) -> Seen:
        """Fetch a page, and take in what it says; the page itself stays in the thread."""
        found = self._out.get(claimed.url)
        look = look_of(found)
        if isinstance(found, Failure) or reason_of(look) is not None:
            return Seen(claimed, look)
        return Seen(claimed, look, self._camera.take(found, claimed.known))


def _refusal(url: str, rules: robots.Rules) -> Look | None:
    """The look that a site's rules, or the lack of them, make of a link; None where its page may be fetched."""
    if rules.failure is not None:
        return replace(look_of(rules.failure), url=url, final_url=url)
    if rules.unavailable:
        return Look(url, url, reason=LinkReason.ROBOTS_UNAVAILABLE)
    return None if rules.allow(url) else Look(url, url, reason=LinkReason.ROBOTS)


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
