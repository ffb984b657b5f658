"""Links of sources: which are to be looked at, and what looking at them changes."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from factcheck import clock
from factcheck.domain import urls
from factcheck.domain.actors import SERVICE, Actor
from factcheck.domain.errors import Conflict
from factcheck.domain.links import Judgement, Look, judge
from factcheck.domain.vocabulary import LinkState, Subject
from factcheck.storage import db, journal, link_checks, rows
from factcheck.storage.link_checks import Backlog, Claimed
from factcheck.storage.models import Source

LEASE = timedelta(minutes=2)
"""How long a claimed link is a worker's own: longer than any look takes, short enough after one has died."""

_EVENTS = 5_000
_BATCHES = 10


def follow_ledger() -> None:
    """Make links due whose sources are new or have another URL, as the ledger tells: writes bear no cost of it.

    So many batches of events at a time; the next call goes on.
    """
    for _ in range(_BATCHES):
        if link_checks.followed() >= journal.size():
            return
        with _alone():
            # Another worker may have been first.
            after = link_checks.followed()
            until = min(journal.size(), after + _EVENTS)
            link_checks.follow(after, until, clock.timestamp(clock.now()))


def claim(limit: int, per_host: int) -> list[Claimed]:
    """Up to so many due links that are this worker's alone for `LEASE`, and so are their hosts."""
    now = clock.now()
    since, until = clock.timestamp(now), clock.timestamp(now + LEASE)
    wanted = link_checks.due(since, limit, per_host)
    if not wanted:
        return []
    with _alone():
        return link_checks.lease(wanted, since, until)


def release(claimed: Collection[Claimed]) -> None:
    """Give back what was not looked at: it is due as before."""
    if claimed:
        with _alone():
            link_checks.release(claimed)


def record(claimed: Claimed, look: Look) -> Judgement | None:
    """Keep what a look found, and tell of it where the link's state changes, both or neither.

    None, and nothing kept, where the link is not the worker's any more: its lease ran out, or it has another URL.
    """
    with journal.write(SERVICE.id) as tx:
        source = rows.require(Source, claimed.source)
        link = link_checks.held(claimed, LinkState(source["link_state"]))
        if link is None or source["url"] != claimed.url:
            return None
        judged = judge(link, look, clock.now())
        link_checks.finish(claimed, look, judged, tx.now)
        _set_state(tx, source, judged.link.state, judged.reason)
        return judged


def record_check(actor: Actor, source_id: str, state: LinkState, reason: str) -> None:
    """Set a source's link state by hand; nothing is recorded where it is as it was. Raises NotFound."""
    with journal.write(actor.id) as tx:
        _set_state(tx, rows.require(Source, source_id), state, reason)


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


def _set_state(tx: journal.Transaction, source: dict[str, Any], state: LinkState, reason: str | None) -> None:
    if source["link_state"] != state:
        # A look that changes nothing is no event: its time stands in link_checks alone.
        values = {"link_state": state, "checked_at": tx.now}
        tx.change("source.checked", Subject.SOURCE, source, values, reason=reason)


@contextmanager
def _alone() -> Iterator[None]:
    """A transaction in which no other worker claims links, and no writer adds any."""
    with db.exclusive():
        journal.head(lock=True)
        yield
