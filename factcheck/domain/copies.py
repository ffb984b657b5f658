"""What becomes of a request for a public copy of a page: when to come again, and when to give it up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

GAPS = (
    timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1),
    timedelta(days=3),
)  # fmt: skip
"""How long after each attempt that came to nothing the next one is made; the one after the last is given up."""
POLL = timedelta(seconds=15)
"""How often an archive that is at work is asked how far it is."""
MOST_POLLS = 40
MOST_UNLIKE = 3
"""So many looks at a copy that is not like ours: an archive may show an older one for a while."""
_LONGEST = timedelta(days=7)


class CopyKind(StrEnum):
    """What an archive is asked: for a new copy, or which ones it has of a page that is dead."""

    SAVE = "save"
    FIND = "find"


class CopyOutcome(StrEnum):
    """What an archive was found to have: a copy that is like ours; one that is not; none, and why none will come."""

    FOUND = "found"
    UNLIKE = "unlike"
    WAITING = "waiting"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Asked:
    """What asking an archive came to. `job` and `copy_url` are what it has said so far."""

    outcome: CopyOutcome
    job: str | None = None
    copy_url: str | None = None
    reason: str | None = None
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Tries:
    """Attempts that came to nothing, and polls of an archive that is at work since the last of them."""

    attempts: int = 0
    polls: int = 0

    def after(self, asked: Asked) -> "Tries":
        if asked.outcome == CopyOutcome.WAITING:
            return Tries(self.attempts, self.polls + 1)
        return Tries(self.attempts + 1)


def next_at(asked: Asked, tries: Tries, now: datetime) -> datetime | None:
    """When to ask again after so many tries, this one among them; None where it is done or given up."""
    if asked.outcome == CopyOutcome.FOUND:
        return None
    wait = min(asked.retry_after or timedelta(), _LONGEST)
    if asked.outcome == CopyOutcome.WAITING:
        return now + max(POLL, wait) if tries.polls < MOST_POLLS else None
    most = MOST_UNLIKE if asked.outcome == CopyOutcome.UNLIKE else len(GAPS) + 1
    return now + max(GAPS[tries.attempts - 1], wait) if tries.attempts < most else None
