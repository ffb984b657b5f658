"""What a site lets programs fetch (RFC 9309). Knows how to ask for robots.txt, and nothing of what comes of it."""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from factcheck.domain.vocabulary import FetchFailure
from factcheck.fetching import Failure, Fetcher, Page

AGENT = "factcheck"
"""What sites call us by in their robots.txt."""

# RFC 9309, section 2.5: at least this much is read; what comes after it may be left out.
_LARGEST = 500 * 1024
# A site that answers like this will not say either at another time.
_NO_RULES = (FetchFailure.TOO_LARGE, FetchFailure.TOO_MANY_REDIRECTS)


@dataclass(frozen=True, slots=True)
class Rules:
    """A site's rules. Where it did not answer there is a `failure`; where it could not say, it is `unavailable`."""

    parser: RobotFileParser | None = None
    failure: Failure | None = None
    unavailable: bool = False

    def allow(self, url: str) -> bool:
        return self.parser is None or self.parser.can_fetch(AGENT, url)


def origin(url: str) -> str:
    """The scheme and authority to which one robots.txt applies."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


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
    return Rules(parser)
