"""Counting by month: what has no month of the years 0 to 9999 is left without one."""

import pytest

from factcheck.domain import dates
from factcheck.domain.stats import month_of


@pytest.mark.parametrize(
    ("date", "month"),
    [
        ("2024-10-23", "2024-10"),
        ("2024", "2024-01"),
        ("2024-10-22/2024-12-01", "2024-10"),
        ("0000-03", "0000-03"),
        ("199X", "1990-01"),
        ("-0005-03", None),
        ("Y17000", None),
        ("../2024-10-23", None),
    ],
)
def test_a_claim_counts_in_the_month_in_which_its_date_begins(date: str, month: str | None) -> None:
    assert month_of(dates.bounds(date).low) == month


@pytest.mark.parametrize("day", [dates.EARLIEST, dates.EARLIEST - 1, dates.LATEST])
def test_a_date_that_is_open_or_unknown_has_no_month(day: int) -> None:
    assert month_of(day) is None
