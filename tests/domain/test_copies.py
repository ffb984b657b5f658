"""When an archive is asked again, and when it is not."""

from datetime import UTC, datetime, timedelta

import pytest

from factcheck.domain.copies import GAPS, MOST_POLLS, MOST_UNLIKE, POLL, Asked, CopyOutcome, Tries, next_at

NOW = datetime(2026, 11, 25, tzinfo=UTC)
WAITING, REFUSED, UNLIKE, FOUND = (
    Asked(one) for one in (CopyOutcome.WAITING, CopyOutcome.REFUSED, CopyOutcome.UNLIKE, CopyOutcome.FOUND)
)


def tried(asked: Asked, most: int = 1000) -> int:
    """How many times the same comes of asking until it is given up."""
    tries = Tries()
    for count in range(1, most):
        tries = tries.after(asked)
        if next_at(asked, tries, NOW) is None:
            return count
    return most


@pytest.mark.parametrize(
    ("asked", "times"), [(FOUND, 1), (UNLIKE, MOST_UNLIKE), (REFUSED, len(GAPS) + 1), (WAITING, MOST_POLLS)]
)
def test_asking_ends(asked: Asked, times: int) -> None:
    assert tried(asked) == times


def test_the_gaps_after_refusals_grow() -> None:
    tries, gaps = Tries(), []
    while (at := next_at(REFUSED, tries := tries.after(REFUSED), NOW)) is not None:
        gaps.append(at - NOW)
    assert gaps == sorted(gaps) == list(GAPS)


def test_an_archive_that_asks_to_wait_is_left_alone_so_long_and_a_week_at_most() -> None:
    for outcome in (CopyOutcome.REFUSED, CopyOutcome.WAITING):
        asked = Asked(outcome, retry_after=timedelta(hours=2))
        assert next_at(asked, Tries().after(asked), NOW) == NOW + timedelta(hours=2)
        asked = Asked(outcome, retry_after=timedelta(days=365))
        assert next_at(asked, Tries().after(asked), NOW) == NOW + timedelta(days=7)


def test_polling_an_archive_at_work_is_no_failure() -> None:
    tries = Tries()
    for _ in range(10):
        tries = tries.after(WAITING)
    assert next_at(WAITING, tries, NOW) == NOW + POLL
    assert tries.after(REFUSED) == Tries(1, 0)
