"""Suggestions: each basis, directions, what is never suggested, and the order that they come in."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.domain.credits import names_of
from factcheck.domain.suggestions import MOST, Basis, Known, Page, Suggestion, suggest
from factcheck.domain.vocabulary import CitationKind
from tests.domain.test_likeness import OTHER, STORY
from tests.thoroughness import times

DAY = datetime(2024, 5, 1, tzinfo=UTC)
LATER = datetime(2024, 5, 9, tzinfo=UTC)

KNOWN = Known(
    sources={"https://agency.example/story": "wire", "https://paper.example/page": "page", "https://g.example/1": "g1"},
    publisher_of={"wire": "agency", "page": "paper", "g1": None},
    names=dict.fromkeys(names_of("Example Agency"), "agency") | {"paper": "paper", "sister": "sister"},
    hosts={"agency.example": "agency", "paper.example": "paper"},
    families={"paper": "house", "sister": "house"},
)
PAGE = Page("page", "Nothing.", LATER, url="https://paper.example/page", publisher="paper")
WIRE = Page("wire", STORY, DAY, url="https://agency.example/story", publisher="agency")


def _short(found: list[Suggestion]) -> list[tuple[str, str, str | None]]:
    return [(one.basis, one.source, one.origin or one.publisher or one.url) for one in found]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (replace(PAGE, canonical_url="https://agency.example/story?utm_source=a"), [("canonical", "page", "wire")]),
        (replace(PAGE, canonical_url="https://agency.example/other"), [("canonical", "page", "agency")]),
        (replace(PAGE, canonical_url="https://new.example/a"), [("canonical", "page", "https://new.example/a")]),
        (replace(PAGE, canonical_url="https://www.paper.example/another", publisher=None), []),
        (replace(PAGE, canonical_url="https://m.paper.example/page", publisher=None), []),
        (replace(PAGE, canonical_url="https://news.paper.example/page", publisher=None), []),
        (replace(PAGE, canonical_url="no address"), []),
        (replace(PAGE, links=["https://agency.example/story#part"]), [("link", "page", "wire")]),
        (replace(PAGE, links=["https://g.example/1"]), [("link", "page", "g1")]),
        (
            replace(PAGE, links=["https://en.agency.example/x", "http://www.agency.example/"]),
            [("link", "page", "agency")],
        ),
        (replace(PAGE, links=["https://nobody.example/x", "mailto:a@agency.example", "", "/x"]), []),
        (replace(PAGE, links=["https://paper.example/older", "https://paper.example/page"]), []),
        (replace(PAGE, text="so Example Agency reported"), [("credit", "page", "agency")]),
        (replace(PAGE, text="as Paper reported, and Sister reported"), []),
        (replace(PAGE, text="as reported by Sister", publisher=None), [("credit", "page", "sister")]),
        (replace(PAGE, text="according to officials"), []),
    ],
)
def test_what_a_page_alone_suggests(page: Page, expected: list[tuple[str, str, str | None]]) -> None:
    assert _short(suggest(page, [], KNOWN)) == expected


def test_a_copy_republishes_the_earlier_text() -> None:
    page = replace(PAGE, text=f"{STORY} {OTHER}")
    assert suggest(page, [WIRE], KNOWN) == [
        Suggestion(
            CitationKind.REPUBLISHES,
            Basis.NEAR_IDENTICAL,
            "page",
            "wire",
            "agency",
            "https://agency.example/story",
            "republishes, 100% the same",
            1.0,
        )
    ]
    assert suggest(WIRE, [page], KNOWN) == suggest(page, [WIRE], KNOWN)


COPY = replace(PAGE, text=STORY)


@pytest.mark.parametrize(
    ("page", "other", "source"),
    [
        (COPY, WIRE, "page"),
        (replace(COPY, first_seen=DAY, id="a"), WIRE, "wire"),
        (replace(COPY, published="2024-04-01"), WIRE, "wire"),
        (replace(COPY, published="2024-04-01"), replace(WIRE, published="2024-03-31~"), "page"),
        (replace(COPY, published="2024"), replace(WIRE, published="2024-06"), "page"),
        (COPY, replace(WIRE, canonical_url="https://paper.example/page"), "wire"),
        (replace(COPY, published="2024-04-01", text=f"PORT (Example Agency) - {STORY}"), WIRE, "page"),
        (replace(COPY, published="2024-04-01", canonical_url=WIRE.url), WIRE, "page"),
        (replace(COPY, text=f"{STORY} Example Agency reported"), replace(WIRE, text=f"{STORY} Paper reported"), "page"),
    ],
)  # fmt: skip
def test_which_of_two_like_texts_is_the_copy(page: Page, other: Page, source: str) -> None:
    found = [one for one in suggest(page, [other], KNOWN) if one.kind is CitationKind.REPUBLISHES]
    assert [(one.source == other.id, one.origin == page.id) for one in found] == [(source == "wire",) * 2]


def test_nothing_is_a_copy_of_itself_of_its_house_or_of_another_text() -> None:
    page = replace(PAGE, text=STORY)
    sister = replace(WIRE, id="s", publisher="sister")
    assert suggest(page, [page, sister, replace(WIRE, text=OTHER)], KNOWN) == []


def test_of_copies_of_one_text_the_earliest_is_the_origin() -> None:
    page = replace(PAGE, text=STORY)
    copies = [replace(WIRE, id=f"copy-{day}", publisher=None, first_seen=DAY.replace(day=day)) for day in (2, 3, 20)]
    assert _short(suggest(page, [*copies, WIRE], KNOWN)) == [("near_identical", "page", "wire")]
    assert _short(suggest(WIRE, copies, KNOWN)) == [
        ("near_identical", name, "wire") for name in sorted(one.id for one in copies)
    ]


def test_one_origin_is_suggested_once_on_its_strongest_basis() -> None:
    page = replace(
        PAGE,
        text=f"{STORY} As Example Agency reported",
        canonical_url=WIRE.url,
        links=["https://agency.example/story", "https://agency.example/more"],
    )
    (found,) = suggest(page, [WIRE], KNOWN)
    assert (found.basis, found.kind, found.origin, found.score) == ("canonical", "republishes", "wire", 1.0)


def test_bases_come_in_their_order() -> None:
    page = replace(
        PAGE,
        publisher=None,
        text=f"{STORY} As Sister reported",
        canonical_url="https://new.example/a",
        links=["https://g.example/1"],
    )
    assert [one.basis for one in suggest(page, [WIRE], KNOWN)] == list(Basis)


_LINKS = [f"https://g.example/{number}" for number in range(40)]


@given(st.permutations(range(6)), st.permutations(_LINKS[:8]), st.integers(0, 6))
@settings(max_examples=times(30, 6))
def test_the_order_of_what_comes_in_is_nothing(numbers: list[int], links: list[str], copies: int) -> None:
    known = replace(KNOWN, sources={link: link[-1] for link in _LINKS[:8]})
    others = [
        Page(f"copy-{number}", f"{STORY} {OTHER}" if number % 2 else STORY, DAY, publisher=None) for number in range(6)
    ]
    page = replace(PAGE, text=STORY)
    mixed = suggest(replace(page, links=links), [others[number] for number in numbers if number < copies], known)
    assert mixed == suggest(replace(page, links=sorted(links)), others[:copies], known)


def test_there_is_an_end_to_it() -> None:
    known = replace(KNOWN, sources={link: link for link in _LINKS})
    assert len(suggest(replace(PAGE, links=_LINKS), [], known)) == MOST
