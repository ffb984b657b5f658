"""Links of sources: which are to be looked at, by whom, and how much there is to do."""

from collections.abc import Collection
from datetime import timedelta

from factcheck import clock
from factcheck.domain import urls
from factcheck.domain.actors import Actor
from factcheck.domain.errors import Conflict
from factcheck.storage import following, journal, link_checks, rows
from factcheck.storage.link_checks import Backlog, Claimed
from factcheck.storage.models import Source

LEASE = timedelta(minutes=5)
"""How long a claimed link is a worker's own: longer than any look takes, with its wait for a reader of pages; short
enough after a worker has died."""

_FOLLOWER = "links_followed_to"
_BATCHES = 10


def follow_ledger() -> None:
    """Make links due whose sources are new or have another URL, as the ledger tells: writes bear no cost of it.

    So many batches of events at a time; the next call goes on.
    """
    now = clock.timestamp(clock.now())
    following.go_on(_FOLLOWER, lambda after, until: link_checks.follow(after, until, now), _BATCHES)


def claim(limit: int, per_host: int) -> list[Claimed]:
    """Up to so many due links that are this worker's alone for `LEASE`, and so are their hosts."""
    now = clock.now()
    since, until = clock.timestamp(now), clock.timestamp(now + LEASE)
    wanted = link_checks.due(since, limit, per_host)
    if not wanted:
        return []
    with journal.alone():
        return link_checks.lease(wanted, since, until)


def release(claimed: Collection[Claimed]) -> None:
    """Give back what was not looked at: it is due as before."""
    if claimed:
        with journal.alone():
            link_checks.release(claimed)


def ask(actor: Actor, source_id: str) -> None:
    """Have a worker look at a link soon. Raises NotFound, and Conflict for a source without a page to look at."""
    with journal.write(actor.id) as tx:
        url = rows.require(Source, source_id)["url"]
        if url is None:
            raise Conflict("this source has no URL to look at")
        if urls.is_reserved(urls.host(url)):
            raise Conflict("the host's name is reserved for examples: there is nothing to look at")
        link_checks.ask(source_id, url, tx.now)


def backlog() -> Backlog:
    """What there is to do."""
    return link_checks.backlog(clock.timestamp(clock.now()))


def outcomes() -> dict[str, int]:
    """How many looks had which outcome, ever: `alive`, or the reason why not."""
    return link_checks.outcomes()
