"""What pages say: dates, statuses, plots, texts that are cut."""

import re
from pathlib import Path

import pytest

from factcheck.desk import layout
from factcheck.desk.telling import dates, lists, months, words
from factcheck.domain.vocabulary import Status
from factcheck.formats.badge import COLOURS

SHEET = (Path(layout.__file__).parent / "static" / "desk.css").read_text()


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("2024-10-23", "23 October 2024"),
        ("2024-10", "October 2024"),
        ("2024", "2024"),
        ("2024-10-22~", "about 22 October 2024"),
        ("2024-10?", "October 2024, not certain"),
        ("2024%", "about 2024, not certain"),
        ("2024-21", "spring 2024"),
        ("2024-10-01/2024-10-20", "1 October 2024 to 20 October 2024"),
        ("2024-11-01/..", "since 1 November 2024"),
        ("../2024-11", "until November 2024"),
        ("2024-11/", "from November 2024, the end is not known"),
        ("202X", "202X"),
        ("Y-170000002", "Y-170000002"),
    ],
)
def test_dates_are_told_in_words(date: str, told: str) -> None:
    assert dates.told(date) == told


def test_no_status_rests_on_its_colour_alone() -> None:
    shown = [words.chip(status) for status in Status]
    assert len({one.mark for one in shown}) == len({one.words for one in shown}) == len(Status)


def test_the_colours_are_those_of_the_badge() -> None:
    found = dict(re.findall(r"^\.chip\.(\w+) \{ background: (#\w+); \}$", SHEET, re.MULTILINE))
    assert found == {str(status): colour for status, colour in COLOURS.items()}


def test_the_plot_fills_months_without_claims() -> None:
    plot = months.told({"2024-12": 1, "2025-02": 4, "2019-01": 9})
    assert plot is not None
    assert (plot["first"], plot["last"]) == ("December 2024", "February 2025")
    assert re.findall(r'x="(\d+)" y="(\d+)"', plot["image"]) == [("0", "75"), ("20", "0")]
    assert plot["words"] == "Most were made in February 2025: 4 claims."
    assert months.told({}) is None


def test_a_single_claim_is_seen_beside_thousands() -> None:
    assert 'height="2"' in months.draw([1, 10_000])


def test_a_text_that_is_cut_keeps_its_lines() -> None:
    assert words.cut("one\ntwo three", 9) == "one\ntwo …"
    assert words.cut("x" * 20, 9) == "x" * 9 + " …"
    assert words.cut("short", 9) == "short"
    assert words.cut(None, 9) == ""


def test_at_least_one_thing_fits_on_a_page() -> None:
    assert words.fitting(["x" * 100, "y"], 10) == 1
    assert words.fitting(["x", "y", "z"], 100, most=2) == 2
    assert words.fitting([], 10) == 0


def test_few_claims_have_no_shares() -> None:
    few, enough = lists.tally({"supported": 5, "refuted": 4}), lists.tally({"supported": 5, "refuted": 5, "void": 0})
    assert (few["few"], {row["share"] for row in few["rows"]}) == (True, {""})
    assert (enough["few"], {row["share"] for row in enough["rows"]}) == (False, {"50%"})
    assert len(enough["rows"]) == 2
