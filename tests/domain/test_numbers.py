from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.domain.numbers import Kind, figures


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("11,000 soldiers", 11_000, Kind.COUNT),
        ("11 000 soldiers", 11_000, Kind.COUNT),
        ("11\u00a0000 soldiers", 11_000, Kind.COUNT),
        ("11.000 Soldaten", 11_000, Kind.COUNT),
        ("11'000 Soldaten", 11_000, Kind.COUNT),
        ("11k soldiers", 11_000, Kind.COUNT),
        ("11 thousand soldiers", 11_000, Kind.COUNT),
        ("eleven thousand soldiers", 11_000, Kind.COUNT),
        ("twenty-one men", 21, Kind.COUNT),
        ("three hundred and fifty thousand people", 350_000, Kind.COUNT),
        ("a million people", 1_000_000, Kind.COUNT),
        ("$1.5 million in aid", 1_500_000, Kind.MONEY),
        ("1,5 Millionen Euro", 1_500_000, Kind.MONEY),
        ("1.2bn dollars", 1_200_000_000, Kind.MONEY),
        ("€3m", 3_000_000, Kind.MONEY),
        ("5% of people", 5, Kind.PERCENT),
        ("five percent", 5, Kind.PERCENT),
        ("3.125 percent", "3.125", Kind.PERCENT),
        ("2,5 Prozent", "2.5", Kind.PERCENT),
        ("11 тысяч солдат", 11_000, Kind.COUNT),
        ("\u0661\u0661\u0660\u0660\u0660 جندي", 11_000, Kind.COUNT),
        ("3万人", 30_000, Kind.COUNT),
        ("over 2000 people", 2000, Kind.COUNT),
    ],
)
def test_a_number_has_one_value_however_it_is_written(text: str, value: int | str, kind: Kind) -> None:
    found = figures(text)
    assert [(one.value, one.kind) for one in found.numbers] == [(Decimal(value), kind)]
    assert not found.days


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("in 2016", (2016, None, None)),
        ("on October 23, 2024", (2024, 10, 23)),
        ("on 23 October 2024", (2024, 10, 23)),
        ("Oct. 23", (None, 10, 23)),
        ("2024-10-23", (2024, 10, 23)),
        ("am 23. Oktober 2024", (2024, 10, 23)),
        ("el 23 de octubre de 2024", (2024, 10, 23)),
        ("23.10.2024", (2024, 10, 23)),
        ("10/23/2024", (2024, 10, 23)),
        ("23/10/24", (2024, 10, 23)),
        ("in May 2020", (2020, 5, None)),
    ],
)
def test_a_date_is_no_quantity(text: str, date: tuple[int | None, int | None, int | None]) -> None:
    found = figures(text)
    assert [(one.year, one.month, one.day) for one in found.days] == [date]
    assert not found.numbers


@pytest.mark.parametrize("text", ["COVID-19", "at 10:30", "at 3 pm", "the 1990s", "one of them", "no numbers", ""])
def test_what_counts_nothing_is_no_number(text: str) -> None:
    assert not figures(text).numbers


@given(st.text(alphabet=st.characters() | st.sampled_from("0123456789.,%$€k 万٣–/-:"), max_size=80))
def test_any_string_is_read(text: str) -> None:
    figures(text)


@given(st.integers(1, 10**12))
def test_separators_change_nothing(value: int) -> None:
    written = {f"{value:,} people", f"{value:,}".replace(",", "\u202f") + " people", f"over {value} people"}
    assert {one.value for text in written for one in figures(text).numbers} == {Decimal(value)}
