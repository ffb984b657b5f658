"""How far each follower of the ledger has come: it goes on from there, in whatever process, and misses nothing."""

import itertools
from collections.abc import Callable

from factcheck.storage import journal, meta

_BATCH = 5_000


def is_behind(follower: str) -> bool:
    """Whether there are events that it has not seen."""
    return _at(follower) < journal.size()


def go_on(follower: str, step: Callable[[int, int], None], batches: int | None = None) -> None:
    """Do a step for its next events, those after one number up to another, so many batches of them at most.

    Each batch is a transaction beside the ledger: the step is done, and its events count as seen, or neither.
    """
    for _ in itertools.count() if batches is None else range(batches):
        if not is_behind(follower):
            return
        with journal.alone():
            step(*take(follower))


def take(follower: str) -> tuple[int, int]:
    """Its next events, those after one number up to another; they count as seen once the transaction ends well."""
    after = _at(follower)
    until = min(journal.size(), after + _BATCH)
    meta.put(follower, str(until))
    return after, until


def _at(follower: str) -> int:
    return int(meta.get(follower) or 0)
