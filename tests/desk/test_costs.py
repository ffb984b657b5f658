"""What a page asks of the database does not grow with what it shows."""

from collections.abc import Callable

import pytest

from tests.callers import Callers
from tests.desk.pages import browse
from tests.storage.test_queries import counted, with_evidence, with_published


def queries(callers: Callers, path: str) -> int:
    browse(callers.anyone, path)
    with counted() as given:
        browse(callers.anyone, path)
    return len(given)


@pytest.mark.parametrize("filled", [with_evidence, with_published])
def test_a_claims_page_takes_as_many_queries_for_much_as_for_little(
    callers: Callers, filled: Callable[[int, str], str]
) -> None:
    few, many = (queries(callers, f"/claims/{filled(number, f'those-{number}')}") for number in (1, 20))
    assert few == many <= 16


def test_lists_take_as_many_queries_for_much_as_for_little(callers: Callers) -> None:
    paths = ("/", "/search", "/search?q=moon", "/corrections")
    with_published(1, "one")
    few = [queries(callers, path) for path in paths]
    for number in range(8):
        with_published(1, f"another {number}")
    assert [queries(callers, path) for path in paths] == few
    assert max(few) <= 10


def test_the_first_page_counts_the_claims_again_only_where_something_has_happened(callers: Callers) -> None:
    callers.contributor.claim()
    assert browse(callers.anyone, "/").all("//table[@class='tally']//td") == ["1"]
    with counted() as given:
        browse(callers.anyone, "/")
    assert [one for one in given if "COUNT(" in str(one)] == []
    callers.contributor.claim()
    assert browse(callers.anyone, "/").all("//table[@class='tally']//td") == ["2"]
