"""What a site lets programs fetch (RFC 9309). Knows how to ask for robots.txt, and nothing of what comes of it."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from urllib.parse import urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from factcheck.domain.vocabulary import FetchFailure
from factcheck.network.fetching import Failure, Fetcher, Page, origin_of

AGENT = "factcheck"
"""What sites call us by in their robots.txt."""

# RFC 9309, section 2.5: at least this much is read; what comes after it may be left out.
_LARGEST = 500 * 1024
# A site that answers like this will not say either at another time.
_NO_RULES = (FetchFailure.TOO_LARGE, FetchFailure.TOO_MANY_REDIRECTS)

# Seconds for which rules are kept (section 2.4: a day at most), and that there was no answer.
_KEPT, _NO_ANSWER_KEPT = 3600.0, 60.0
# Bytes of robots.txt that are kept, of all sites together; in memory rules take ten times that. A site without any
# counts as well.
_MOST, _LEAST = 4 * 1024 * 1024, 256


@dataclass(frozen=True, slots=True)
class Rules:
    """A site's rules. Where it did not answer there is a `failure`; where it could not say, it is `unavailable`.
    `size` is that of the robots.txt, in bytes."""

    parser: RobotFileParser | None = None
    failure: Failure | None = None
    unavailable: bool = False
    size: int = 0

    def allow(self, url: str) -> bool:
        return self.parser is None or self.parser.can_fetch(AGENT, url)


class Rulebook:
    """The rules of many sites, for threads to share: kept for an hour, and the least used forgotten to make room."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._size = 0
        self._kept: OrderedDict[str, tuple[float, Rules]] = OrderedDict()

    def find(self, url: str) -> Rules | None:
        """The rules of the site that a URL is on, None where they are not known or have been kept for too long."""
        site = origin_of(url)
        with self._lock:
            until, rules = self._kept.get(site, (0.0, None))
            if rules is not None and until > time.monotonic():
                self._kept.move_to_end(site)
                return rules
            return None

    def keep(self, url: str, rules: Rules) -> None:
        site, answered = origin_of(url), rules.failure is None and not rules.unavailable
        with self._lock:
            self._drop(site)
            self._kept[site] = (time.monotonic() + (_KEPT if answered else _NO_ANSWER_KEPT), rules)
            self._size += _LEAST + rules.size
            while self._size > self._most:
                self._drop(next(iter(self._kept)))

    def _drop(self, site: str) -> None:
        if site in self._kept:
            self._size -= _LEAST + self._kept.pop(site)[1].size


def ask(fetcher: Fetcher, url: str, *, seconds: float) -> Rules:
    """The rules of the site that a URL is on.

    4xx: there are none (section 2.3.1.3). 5xx: nobody can say, so nothing may be fetched now (2.3.1.4).
    """
    parts = urlsplit(url)
    address = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
    found = replace(fetcher, limits=replace(fetcher.limits, body=_LARGEST)).get(address, seconds=seconds)
    if isinstance(found, Page):
        return _read(found)
    if found.reason in _NO_RULES:
        return Rules()
    if found.status is None and not found.redirects:
        return Rules(failure=found)
    return Rules(unavailable=True)


def _read(page: Page) -> Rules:
    if page.status >= 500 or page.status == 429:
        return Rules(unavailable=True)
    if not 200 <= page.status < 300:
        return Rules()
    parser = RobotFileParser()
    parser.parse(page.body.decode("utf-8-sig", "replace").splitlines())
    return Rules(parser, size=len(page.body))
