"""Public copies of pages in a web archive: which are to be asked for, and which were found to be what we read."""

from collections.abc import Collection
from datetime import timedelta

from factcheck import clock
from factcheck.domain import urls
from factcheck.domain.actors import SERVICE, Actor
from factcheck.domain.copies import Asked, CopyOutcome, next_at
from factcheck.domain.vocabulary import Subject
from factcheck.storage import copies, following, journal, rows
from factcheck.storage.copies import Wanted
from factcheck.storage.journal import Transaction
from factcheck.storage.models import Snapshot, Source

LEASE = timedelta(minutes=30)
"""How long a request is a worker's own: longer than asking a slow archive takes."""

_FOLLOWER = "copies_followed_to"
_BATCHES = 10


def follow_ledger() -> None:
    """Ask about pages that were read or that died, as the ledger tells; so many batches of events at a time."""
    now = clock.timestamp(clock.now())
    following.go_on(_FOLLOWER, lambda after, until: copies.follow(after, until, now), _BATCHES)


def claim(limit: int) -> list[Wanted]:
    """Up to so many requests that are due and now this worker's alone."""
    now = clock.now()
    if limit < 1 or not copies.is_due(clock.timestamp(now)):
        return []
    with journal.alone():
        return copies.lease(clock.timestamp(now), clock.timestamp(now + LEASE), limit)


def release(wanted: Collection[Wanted]) -> None:
    """Give back what was not asked: it is due as before."""
    if wanted:
        with journal.alone():
            copies.release(wanted)


def record(wanted: Wanted, asked: Asked) -> None:
    """Keep what asking came to: a copy that was found, in the ledger, or when to ask again. Nothing where the request
    is not the worker's any more."""
    with journal.write(SERVICE.id) as tx:
        if not copies.held(wanted):
            return
        tries = wanted.tries.after(asked)
        due_at = next_at(asked, tries, clock.now())
        if asked.outcome == CopyOutcome.FOUND and asked.copy_url:
            _add(tx, wanted.snapshot, asked.copy_url)
        if due_at is None:
            copies.forget(wanted.snapshot)
            copies.count(asked.outcome)
        else:
            copies.ask_again(wanted, tries, clock.timestamp(due_at), asked.job, asked.copy_url)


def adopt(actor: Actor, url: str, copy_url: str) -> bool:
    """Take a public copy of a source's page that somebody else names, unseen, if the source has none. Whether it is
    the source's now, or was before. The source is there."""
    with journal.write(actor.id) as tx:
        source = rows.where(Source, "canonical_url = ?", [urls.canonical(url)])[0]
        if source["archive_url"] is None:
            tx.change("source.archived", Subject.SOURCE, source, {"archive_url": copy_url})
        return source["archive_url"] in (None, copy_url)


def is_another(url: str, copy_url: str) -> bool:
    """Whether the source of a page, if there is one, has another public copy already."""
    found = rows.where(Source, "canonical_url = ?", [urls.canonical(url)])
    return bool(found) and found[0]["archive_url"] not in (None, copy_url)


def backlog() -> int:
    """How many requests there are."""
    return copies.waiting()


def outcomes() -> dict[str, int]:
    """How many requests came to what, ever."""
    return copies.outcomes()


def _add(tx: Transaction, snapshot_id: str, url: str) -> None:
    snapshot = rows.require(Snapshot, snapshot_id)
    urls = [*snapshot["archive_urls"], *([url] if url not in snapshot["archive_urls"] else [])]
    tx.change("snapshot.archived", Subject.SNAPSHOT, snapshot, {"archive_urls": urls})
    source = rows.require(Source, snapshot["source"])
    tx.change("source.archived", Subject.SOURCE, source, {"archive_url": url})
