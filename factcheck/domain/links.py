"""What a look at a link means: its next state, why, and when to look again. Knows no network and no clock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from factcheck.domain import urls
from factcheck.domain.vocabulary import LinkReason, LinkState

HOUR, DAY, WEEK, MONTH = timedelta(hours=1), timedelta(days=1), timedelta(days=7), timedelta(days=30)

APART = timedelta(days=3)
"""How far apart the last checks before a link is dead are, at least: an outage of a weekend kills nothing."""
FATAL = 5
"""A link is dead at this failure in a row: the first, one an hour later, and three that are `APART`."""
PATIENCE = 3
"""So many answers in a row that there were too many requests are a block."""

_PERMANENT = (301, 308)
_REFUSALS = (401, 402, 403, 451)
_BLOCKS = frozenset(
    {LinkReason.ACCESS_REFUSED, LinkReason.BOT_WALL, LinkReason.ROBOTS, LinkReason.FORBIDDEN_TARGET}
)  # fmt: skip
_STATUSES = {404: LinkReason.NOT_FOUND, 410: LinkReason.GONE, 429: LinkReason.RATE_LIMITED}


@dataclass(frozen=True, slots=True)
class Redirect:
    """A step on the way to a page: the status that sent us on, and where to."""

    status: int
    target: str


@dataclass(frozen=True, slots=True)
class Look:
    """What was found at a URL. `reason` says why there was no answer, None where there was one of `status`."""

    url: str
    final_url: str
    redirects: Sequence[Redirect] = ()
    status: int | None = None
    reason: LinkReason | None = None
    retry_after: timedelta | None = None
    walled: bool = False
    """Whether the answer is that of a wall against programs, whatever its status."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link stands: `failures` in a row that count, the first and the newest of them, and answers in a row
    that there were too many requests."""

    state: LinkState = LinkState.UNCHECKED
    failures: int = 0
    failing_since: datetime | None = None
    failed_at: datetime | None = None
    throttled: int = 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """Where a link stands after a look; `reason` is None where it is alive, `moved_to` where the page has not moved."""

    link: Link
    reason: LinkReason | None
    due_at: datetime
    moved_to: str | None = None


def judge(link: Link, look: Look, now: datetime) -> Judgement:
    """What a look makes of a link. It is due again later than `now`, always."""
    reason = reason_of(look)
    if reason is None:
        return Judgement(Link(LinkState.ALIVE), None, now + WEEK, moved_to(look))
    if reason in _BLOCKS:
        return Judgement(Link(LinkState.BLOCKED), reason, now + WEEK)
    if reason is LinkReason.ROBOTS_UNAVAILABLE:
        return Judgement(link, reason, now + DAY)
    if reason is LinkReason.RATE_LIMITED:
        return _throttled(link, look, now)
    return _failed(link, reason, look, now)


def reason_of(look: Look) -> LinkReason | None:
    """Why a look does not show the page; None where it does."""
    if look.reason is not None:
        return look.reason
    status = look.status or 0
    if look.walled:
        return LinkReason.BOT_WALL
    if status in _REFUSALS:
        return LinkReason.ACCESS_REFUSED
    if 200 <= status < 300:
        return LinkReason.SOFT_NOT_FOUND if _lost_its_path(look) else None
    if status >= 500:
        return LinkReason.SERVER_ERROR
    return _STATUSES.get(status, LinkReason.UNEXPECTED_STATUS)


def moved_to(look: Look) -> str | None:
    """Where the page is for good: as far as permanent redirects lead from the start, if that is another page."""
    target = None
    for step in look.redirects:
        if step.status not in _PERMANENT:
            break
        target = step.target
    if target is None:
        return None
    try:
        return target if urls.canonical(target) != urls.canonical(look.url) else None
    except ValueError:
        return None


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """How long a Retry-After header asks to wait (RFC 9110, section 10.2.3); None where it says nothing usable."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:12]), int(WEEK.total_seconds())))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    until = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(until - now, timedelta())


def _failed(link: Link, reason: LinkReason, look: Look, now: datetime) -> Judgement:
    asked = now + _wait(look)
    if link.state == LinkState.DEAD:
        return Judgement(link, reason, max(now + MONTH, asked))
    counts_from = link.failed_at + _gap(link.failures) if link.failed_at else now
    if now < counts_from:
        # Somebody asked for a look in between; it must not hurry a link to its death.
        return Judgement(link, reason, max(counts_from, asked))
    failures = link.failures + 1
    state = LinkState.DEAD if failures >= FATAL else LinkState.FAILING
    again = MONTH if state == LinkState.DEAD else _gap(failures)
    failing = Link(state, failures, link.failing_since or now, now)
    return Judgement(failing, reason, max(now + again, asked))


def _gap(failures: int) -> timedelta:
    """How long after that many failures another one counts."""
    return HOUR if failures == 1 else APART


def _throttled(link: Link, look: Look, now: datetime) -> Judgement:
    count = link.throttled + 1
    if count >= PATIENCE:
        return Judgement(Link(LinkState.BLOCKED, throttled=count), LinkReason.RATE_LIMITED, now + WEEK)
    return Judgement(replace(link, throttled=count), LinkReason.RATE_LIMITED, now + max(HOUR, _wait(look)))


def _wait(look: Look) -> timedelta:
    """What the host asks us to wait, a week at most."""
    return min(look.retry_after or timedelta(), WEEK)


def _lost_its_path(look: Look) -> bool:
    """Whether a redirect led from a page to a home page: what many sites do with a page that is gone."""
    if not look.redirects or urlsplit(look.url).path in ("", "/"):
        return False
    end = urlsplit(look.final_url)
    return end.path in ("", "/") and not end.query
