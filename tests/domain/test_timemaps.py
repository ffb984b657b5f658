"""TimeMaps and Link headers: what they list is found, and no text is too odd."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.domain.timemaps import Link, Memento, links, mementos, moment, nearest_first, this

ROOT = "https://archive.example.org/web"
# After RFC 7089, section 5, Figure 28, with what archives write besides.
TIME_MAP = f"""<http://a.example.org/?a=1,2;3>;rel="original",
<{ROOT}/timemap/link/http://a.example.org/?a=1,2;3>
 ; rel="self";type="application/link-format"
 ; from="Tue, 20 Jun 2000 18:02:59 GMT"; until="Wed, 09 Apr 2008 20:30:51 GMT",
<{ROOT}/http://a.example.org>
 ; rel="timegate",
<{ROOT}/20080409203051/http://a.example.org/?a=1,2;3>
 ; rel="last memento";datetime="Wed, 09 Apr 2008 20:30:51 GMT" ; license="http://license.example.org/a,b",
<{ROOT}/20000620180259/http://a.example.org/?a=1,2;3>
 ; rel="first memento";datetime="Tue, 20 Jun 2000 18:02:59 GMT",
<{ROOT}/20010101000000/http://a.example.org/> ; rel=memento ; datetime = "Mon, 01 Jan 2001 00:00:00 GMT",
<{ROOT}/20020101000000/http://a.example.org/> ; rel="memento" ; datetime="yesterday"
"""


def test_the_copies_of_a_time_map_are_found() -> None:
    assert mementos(TIME_MAP, 10) == [
        Memento(f"{ROOT}/20000620180259/http://a.example.org/?a=1,2;3", datetime(2000, 6, 20, 18, 2, 59, tzinfo=UTC)),
        Memento(f"{ROOT}/20010101000000/http://a.example.org/", datetime(2001, 1, 1, tzinfo=UTC)),
        Memento(f"{ROOT}/20080409203051/http://a.example.org/?a=1,2;3", datetime(2008, 4, 9, 20, 30, 51, tzinfo=UTC)),
    ]
    assert [one.at.year for one in mementos(TIME_MAP, 2)] == [2001, 2008]


def test_the_first_of_two_parameters_counts() -> None:
    found = list(links('<a> ; REL="x \\"Memento\\"" ; rel=y; datetime="Mon, 01 Jan 2001 00:00:00 GMT";datetime=x, <b>'))
    assert found == [Link("a", frozenset({"x", '"memento"'}), datetime(2001, 1, 1, tzinfo=UTC)), Link("b", frozenset())]


@given(st.text() | st.text("<>;,=\"\\ \nrelmontdai:'"))
def test_no_text_is_too_odd(text: str) -> None:
    assert len(mementos(text, 3)) <= 3
    assert all(isinstance(link, Link) for link in links(text))
    moment(text)


@pytest.mark.parametrize(
    "part",
    [
        "<", "<a", "<a>", "<a>;", '<a>;b="', '<a>;b="\\', '<a>;b="\\"', "<a>; ", " ;", "<a>;b ", '<a>;b="x\\\n',
        "<a>" + " " * 99,
    ],
)  # fmt: skip
def test_a_long_text_takes_no_longer_than_its_length(part: str) -> None:
    began = time.monotonic()
    for _ in links(part * (1_000_000 // len(part))):
        pass
    assert time.monotonic() - began < 8.0


_URLS = st.text(st.characters(exclude_characters="<>", exclude_categories=["Cs"])).map(str.strip)
_MOMENTS = st.integers(0, 2**33).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(st.lists(st.builds(Memento, _URLS, _MOMENTS), unique=True))
def test_what_was_written_is_read(known: list[Memento]) -> None:
    text = ",\n".join(
        f'<{one.url}>; rel="memento"; title="a, \\"b\\" <c>"; datetime="{format_datetime(one.at, usegmt=True)}"'
        for one in known
    )
    assert mementos(text, 1000) == sorted(known, key=lambda one: (one.at, one.url))


@given(st.lists(st.builds(Memento, st.just("u"), _MOMENTS)), _MOMENTS)
def test_the_nearest_comes_first(known: list[Memento], wanted: datetime) -> None:
    away = [abs(one.at - wanted) for one in nearest_first(known, wanted)]
    assert away == sorted(abs(one.at - wanted) for one in known)


def test_of_two_that_are_as_near_it_is_the_older() -> None:
    at, day = datetime(2026, 11, 25, tzinfo=UTC), timedelta(days=1)
    older, newer = Memento("b", at - day), Memento("a", at + day)
    assert nearest_first([newer, older], at) == [older, newer]


def test_a_copys_link_to_itself_is_told_from_those_to_others() -> None:
    at = datetime(2026, 11, 25, tzinfo=UTC)
    first, last = Link("first", frozenset({"first", "memento"}), at), Link("last", frozenset({"last", "memento"}))
    plain, other = Link("plain", frozenset({"memento"})), Link("other", frozenset({"original"}), at)
    assert this([other, first, plain, last], None) == plain
    assert this([other, last, first], at) == first
    assert this([other], at) is None
