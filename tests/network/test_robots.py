"""How long rules of sites are kept, and how many."""

import pytest

from factcheck.domain.vocabulary import FetchFailure
from factcheck.network.fetching import Failure
from factcheck.network.robots import Rulebook, Rules

FAILURE = Failure(url="", final_url="", redirects=(), reason=FetchFailure.TIMEOUT, detail="")


class Time:
    """The monotonic clock, in the hands of a test."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    found = Time()
    monkeypatch.setattr("factcheck.network.robots.time.monotonic", found)
    return found


@pytest.mark.parametrize(
    ("rules", "seconds"), [(Rules(), 3600), (Rules(unavailable=True), 60), (Rules(failure=FAILURE), 60)]
)
def test_rules_are_kept_for_an_hour_and_that_nobody_answered_for_a_minute(
    time: Time, rules: Rules, seconds: float
) -> None:
    book = Rulebook()
    book.keep("https://paper.net/a", rules)
    time.now += seconds - 1
    assert book.find("https://paper.net/b?c") is rules
    time.now += 2
    assert book.find("https://paper.net/b?c") is None


def test_rules_are_those_of_one_site() -> None:
    book = Rulebook()
    book.keep("https://paper.net/", Rules())
    for other in ("http://paper.net/", "https://paper.net:8443/", "https://www.paper.net/"):
        assert book.find(other) is None


def test_the_least_used_are_forgotten_where_there_is_no_room() -> None:
    book = Rulebook(most=3 * 1256)
    for site in "abc":
        book.keep(f"https://{site}.net/", Rules(size=1000))
    assert book.find("https://a.net/") is not None
    book.keep("https://d.net/", Rules(size=1000))
    assert [site for site in "abcd" if book.find(f"https://{site}.net/")] == ["a", "c", "d"]
    # What takes the place of something else needs no room beside it.
    book.keep("https://d.net/", Rules(size=999))
    assert [site for site in "abcd" if book.find(f"https://{site}.net/")] == ["a", "c", "d"]
    book.keep("https://e.net/", Rules(size=1_000_000))
    assert [site for site in "abcde" if book.find(f"https://{site}.net/")] == []
