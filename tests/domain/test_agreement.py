"""Krippendorff's alpha against the worked examples of its author, and at its edges."""

import pytest

from factcheck.domain.agreement import agreement

# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): two observers and binary data (section A), and
# four observers, five categories and missing data (section C). A dot is a unit that an observer left out.
BINARY = ("0100000010", "1110010000")
MISSING = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")


def ratings(*observers: str) -> list[tuple[str, str, str]]:
    return [
        (f"unit {unit}", f"observer {observer}", value)
        for observer, values in enumerate(observers)
        for unit, value in enumerate(values)
        if value != "."
    ]


@pytest.mark.parametrize(("observers", "alpha"), [(BINARY, 0.095), (MISSING, 0.743)])
def test_alpha_is_what_the_published_examples_say(observers: tuple[str, ...], alpha: float) -> None:
    found = agreement(ratings(*observers)).alpha
    assert found is not None
    assert round(found, 3) == alpha


def test_it_says_what_it_rests_on() -> None:
    found = agreement(ratings(*MISSING))
    # The twelfth unit has one observer alone.
    assert (found.claims, found.reviewers) == (11, 4)
    # Eight units of four observers, two of three, one of two.
    assert found.pairs == 8 * 6 + 2 * 3 + 1


def test_reviewers_who_always_agree_on_ratings_that_differ_have_one() -> None:
    assert agreement(ratings("12", "12")).alpha == 1


def test_reviewers_who_never_agree_have_less_than_none() -> None:
    found = agreement(ratings("1212", "2121")).alpha
    assert found is not None
    assert found < 0


@pytest.mark.parametrize("observers", [(), ("1",), ("1.", ".1"), ("11", "11")])
def test_it_is_undefined_without_pairs_and_without_variation(observers: tuple[str, ...]) -> None:
    assert agreement(ratings(*observers)).alpha is None
