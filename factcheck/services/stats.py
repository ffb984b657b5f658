"""The record in numbers."""

from typing import Any

from factcheck.domain.stats import corrected_reviewers, listed_speakers, stats_document
from factcheck.domain.vocabulary import Subject
from factcheck.storage import db, figures, history, journal, rows
from factcheck.storage.models import Account, Speaker

Overview = tuple[dict[str, int], dict[str, int]]

_kept: dict[tuple[int, bytes], Overview] = {}
"""The last overview, by the record that it is of."""


def version() -> int:
    """The event that the present numbers go up to."""
    return journal.size()


def now() -> dict[str, Any]:
    """The present numbers, all of one moment."""
    with db.snapshot():
        seq, found = journal.size(), figures.now()
        speakers = rows.by_ids(Speaker, listed_speakers(found))
        accounts = rows.by_ids(Account, corrected_reviewers(found))
    return stats_document(found, seq, speakers, accounts)


def overview() -> Overview:
    """How many claims have each status, and how many are of each month that is known (`2024-10`)."""
    with db.snapshot():
        head = journal.head()
        # What is counted changes with events alone, and their hashes are of no other record. All claims are gone
        # through for it, which no two readers of the first page should wait for.
        record = (head.size, head.peaks)
        kept = _kept.get(record)
        if kept is None:
            kept = _overview()
            _kept.clear()
            _kept[record] = kept
    return kept


def _overview() -> Overview:
    status, month = figures.standing()
    return dict(status), {name: count for name, count in month.items() if name is not None}


def as_of(seq: int) -> dict[str, Any]:
    """The numbers after event `seq`."""
    with db.snapshot():
        found = figures.as_of(seq)
        speakers = history.entities_as_of(listed_speakers(found), seq).entities[Subject.SPEAKER]
        # An account's name never changes.
        accounts = rows.by_ids(Account, corrected_reviewers(found))
    return stats_document(found, seq, speakers, accounts)
