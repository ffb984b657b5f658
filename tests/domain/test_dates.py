"""Dates of claims: which strings are EDTF level 1, and which days each of them may mean."""

import calendar
import time

import pytest
from edtf import parse_edtf
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.domain.dates import EARLIEST, LATEST, Bounds, bounds
from tests.thoroughness import times

ACCEPTED = {
    # A day, a month, a year.
    "2024-10-23": (20241023, 20241023),
    "2024-10": (20241001, 20241031),
    "2024": (20240101, 20241231),
    "0000": (101, 1231),
    # February knows its leap years, centuries too.
    "2024-02": (20240201, 20240229),
    "2023-02": (20230201, 20230228),
    "1900-02": (19000201, 19000228),
    "2000-02-29": (20000229, 20000229),
    # Uncertain, approximate, both: the days are the same.
    "2024-10-22~": (20241022, 20241022),
    "2024-10?": (20241001, 20241031),
    "2024%": (20240101, 20241231),
    # Digits left open.
    "202X": (20200101, 20291231),
    "20XX": (20000101, 20991231),
    "2024-XX": (20240101, 20241231),
    "2024-XX-XX": (20240101, 20241231),
    "2024-02-XX": (20240201, 20240229),
    # Seasons; winter ends in the next year.
    "2024-21": (20240301, 20240531),
    "2024-22": (20240601, 20240831),
    "2024-23": (20240901, 20241130),
    "2024-24": (20241201, 20250228),
    "2023-24~": (20231201, 20240229),
    # Years before the year 0 and of more than four digits.
    "-0044-03-15": (-440000 + 315, -440000 + 315),
    "-004X": (-490000 + 101, -400000 + 1231),
    "Y17000": (170000101, 170001231),
    "Y-17000": (-170000000 + 101, -170000000 + 1231),
    # Ranges.
    "2024-10-01/2024-10-20": (20241001, 20241020),
    "2024-10-01/2024-10-01": (20241001, 20241001),
    "2024-09/2024-10": (20240901, 20241031),
    "2023/2024-10": (20230101, 20241031),
    "2024-10-01~/2024-10-20?": (20241001, 20241020),
    "2024-11-01/..": (20241101, LATEST),
    "2024-11-01/": (20241101, LATEST),
    "../2024-11": (EARLIEST, 20241130),
    "/2024-11": (EARLIEST, 20241130),
}

NO_DATES = ["", " ", "yesterday", "23.10.2024", "20241023", "2024-1-2", "24-10-23", "2024-10-23 ", " 2024", "Y2024"]
NO_SUCH_DAY = ["2024-13-45", "2024-13", "2024-00", "2024-10-32", "2024-10-00", "2023-02-29", "1900-02-29", "2024-21-01"]
BAD_RANGES = ["2024-10-20/2024-10-01", "2025/2024", "/", "../..", "/..", "../", "..", "2024/2025/2026", "2024//2025"]
LEVEL_2 = [
    "156X-12-25", "XXXX-12-XX", "1XXX", "2004-XX-12", "2004-06-~11", "2004?-06-11", "?2004-06-11", "{1667,1668}",
    "[1667,1668]", "[..1984]", "1950S2", "Y17E8", "2001-25", "2001-34", "2004-06-(01)~/2004-06-20",
]  # fmt: skip
LOOK_ALIKES = ["2024-10-23\n", "2024\n/2025", "２０２４-10-23", "٢٠٢٤", "2024‐10‐23", "2024-10-23\x00"]  # noqa: RUF001


@pytest.mark.parametrize("text", ACCEPTED)
def test_an_accepted_date_covers_exactly_its_days(text: str) -> None:
    assert bounds(text) == Bounds(*ACCEPTED[text])


@pytest.mark.parametrize("text", NO_DATES + NO_SUCH_DAY + BAD_RANGES + LEVEL_2 + LOOK_ALIKES)
def test_what_is_not_level_1_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        bounds(text)


def test_an_open_end_lies_beyond_every_year_that_can_be_written() -> None:
    assert bounds("Y9999999999").high < LATEST
    assert bounds("Y-9999999999").low > EARLIEST


_TYPED = st.text(alphabet="0123456789-/XYZ?~%.S \n２", max_size=24)  # noqa: RUF001
_RANGES = st.tuples(st.dates().map(str), st.dates().map(str)).map("/".join)


@given(_TYPED | _RANGES)
@settings(max_examples=times(150, 30), deadline=None)
def test_any_text_gives_bounds_in_order_or_a_value_error(text: str) -> None:
    try:
        found = bounds(text)
    except ValueError:
        return
    assert found.low <= found.high


def _single_dates() -> st.SearchStrategy[str]:
    years = st.integers(1, 9999).map("{:04}".format)
    months = st.tuples(st.integers(1, 9999), st.integers(1, 12)).map(lambda given: "{:04}-{:02}".format(*given))
    return st.one_of(years, months, st.dates().map(str))


def _qualified() -> st.SearchStrategy[str]:
    return st.tuples(_single_dates(), st.sampled_from(["", "?", "~", "%"])).map("".join)


def _days_by_edtf(text: str) -> Bounds:
    parsed = parse_edtf(text)
    low, high = parsed.lower_strict(), parsed.upper_strict()
    return Bounds(
        low=low.tm_year * 10000 + low.tm_mon * 100 + low.tm_mday if isinstance(low, time.struct_time) else EARLIEST,
        high=high.tm_year * 10000 + high.tm_mon * 100 + high.tm_mday if isinstance(high, time.struct_time) else LATEST,
    )


@given(_qualified())
@settings(max_examples=times(60, 12), deadline=None)
def test_single_dates_mean_what_the_edtf_package_says(text: str) -> None:
    assert bounds(text) == _days_by_edtf(text)


@given(_qualified(), _qualified())
@settings(max_examples=times(60, 12), deadline=None)
def test_ranges_mean_what_the_edtf_package_says(one: str, other: str) -> None:
    first, last = sorted((one, other), key=lambda text: (bounds(text).low, bounds(text).high))
    assert bounds(f"{first}/{last}") == _days_by_edtf(f"{first}/{last}")


@given(_qualified(), st.booleans())
@settings(max_examples=times(40, 8), deadline=None)
def test_ranges_open_at_one_end_mean_what_the_edtf_package_says(text: str, from_the_start: bool) -> None:
    span = f"../{text}" if from_the_start else f"{text}/.."
    assert bounds(span) == _days_by_edtf(span)


@given(st.integers(1, 9999), st.integers(1, 12), st.integers(0, 40))
@settings(max_examples=times(100, 20), deadline=None)
def test_a_day_is_accepted_where_the_calendar_has_it(year: int, month: int, day: int) -> None:
    text = f"{year:04}-{month:02}-{day:02}"
    if 1 <= day <= calendar.monthrange(year, month)[1]:
        assert bounds(text) == Bounds(year * 10000 + month * 100 + day, year * 10000 + month * 100 + day)
    else:
        with pytest.raises(ValueError, match=f"there is no day {day:02}"):
            bounds(text)
