"""Exports: every field, and no cell that a spreadsheet would run."""

import csv
import io

import orjson
import pytest

from factcheck.formats import export
from factcheck.formats.house import House

HOUSE = House("The Checkers", "https://checkers.example")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])  # noqa: RUF001
def test_what_begins_like_a_formula_has_an_apostrophe_before_it(start: str) -> None:
    assert export.cell(f"{start}1+1") == f"'{start}1+1"
    assert export.cell(f"1{start}1") == f"1{start}1"


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), ("", ""), ("a", "a"), (1, "1"), (-1, "'-1"), (True, "true"), (["="], '["="]'), ({}, "{}")],
)
def test_values_are_text(value: object, text: str) -> None:
    assert export.cell(value) == text


def test_every_cell_is_quoted_and_read_back_as_it_was() -> None:
    odd = ['a"b', "c;=1+1", "d\ne", "f,g", "ü"]
    written = export._written([odd])
    assert list(csv.reader(io.StringIO(written.decode(), newline=""))) == [odd]
    assert written.count(b'"') == 2 * len(odd) + 2
    assert written.endswith(b"\r\n")


def test_a_line_is_the_claim_with_its_address() -> None:
    (page,) = export.lines([[("c1", b'{"id":"c1"}'), ("c2", b'{"id":"c2"}')]], HOUSE)
    assert [orjson.loads(line) for line in page.splitlines()] == [
        {"url": "https://checkers.example/claims/c1", "id": "c1"},
        {"url": "https://checkers.example/claims/c2", "id": "c2"},
    ]
