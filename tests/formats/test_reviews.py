"""ClaimReviews as they are found: dirty, in several spellings, and some that mean no good."""

import io
import json
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.formats import markup, reviews
from factcheck.formats.entries import BadRow, Entry, Unreadable

Json = dict[str, Any]

USUAL: Json = {
    "@context": "https://schema.org", "@type": "ClaimReview", "url": "https://checkers.example/1",
    "claimReviewed": "The tower has 300 steps",
    "itemReviewed": {"@type": "Claim", "author": {"@type": "Person", "name": "Ada"}, "datePublished": "2024-10-23"},
    "author": {"@type": "Organization", "name": "Example Checkers"},
    "reviewRating": {"@type": "Rating", "alternateName": "False", "ratingValue": 1, "worstRating": 1, "bestRating": 5},
}  # fmt: skip


def of(value: object) -> list[Entry | BadRow]:
    return [found for _, found in reviews.of_json(io.BytesIO(json.dumps(value).encode()))]


def entry(**members: object) -> Entry:
    (found,) = of({**USUAL, **members})
    assert isinstance(found, Entry), found
    return found


def bad(**members: object) -> tuple[str, str]:
    (found,) = of({**USUAL, **members})
    assert isinstance(found, BadRow), found
    return found.field, found.reason


def page(text: str) -> list[Entry | BadRow]:
    return [found for _, found in reviews.of_page(io.BytesIO(text.encode()))]


def script(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def texts(found: list[Entry | BadRow]) -> list[str]:
    return [one.claim["text"] if isinstance(one, Entry) else one.reason.partition(":")[0] for one in found]


def test_a_review_keeps_the_publishers_words_and_numbers() -> None:
    found = entry(datePublished="2024-10-25")
    assert found.claim == {
        "text": "The tower has 300 steps", "speaker": {"name": "Ada", "kind": "person"}, "claim_date": "2024-10-23",
    }  # fmt: skip
    assert found.judgement is not None
    assert (found.judgement.label, found.judgement.numbers) == ("False", (1.0, 1.0, 5.0))
    assert found.judgement.data == {"review_url": "https://checkers.example/1"}
    assert found.said == {
        "publisher": "Example Checkers", "label": "False", "ratingValue": "1", "worstRating": "1", "bestRating": "5",
        "datePublished": "2024-10-25", "url": "https://checkers.example/1",
    }  # fmt: skip


@pytest.mark.parametrize(
    "shape",
    [
        USUAL,
        [USUAL],
        [[USUAL, {"@type": "WebSite"}]],
        {"@graph": [{"@type": "Organization"}, USUAL]},
        {"@type": "DataFeed", "dataFeedElement": [{"@type": "DataFeedItem", "item": [USUAL]}]},
        {"@type": "DataFeed", "dataFeedElement": {"item": USUAL}},
        {"@type": "WebPage", "mainEntity": {"review": USUAL}},
        {**USUAL, "@type": ["Review", "http://schema.org/ClaimReview"]},
        {**USUAL, "@type": "schema:ClaimReview"},
    ],
)
def test_a_review_is_found_wherever_it_stands(shape: object) -> None:
    assert texts(of(shape)) == ["The tower has 300 steps"]


def test_parts_that_only_refer_are_looked_up() -> None:
    review = {**USUAL, "author": {"@id": "#us"}, "itemReviewed": {"@id": "#claim"}}
    claim = {"@id": "#claim", "@type": "Claim", "author": [{"@id": "#ada"}]}
    graph = [review, claim, {"@id": "#ada", "name": "Ada"}, {"@id": "#us", "@type": "Organization", "name": "Us"}]
    (found,) = of({"@graph": graph})
    assert isinstance(found, Entry)
    assert found.claim["speaker"]["name"] == "Ada"
    assert found.said["publisher"] == "Us"


def test_texts_where_objects_are_meant_are_names() -> None:
    found = entry(author="Us &amp; Co", itemReviewed={"author": "Ada"}, reviewRating="Pants on fire")
    assert found.said["publisher"] == "Us & Co"
    assert found.claim["speaker"]["name"] == "Ada"
    assert found.judgement is not None
    assert (found.judgement.label, found.judgement.numbers) == ("Pants on fire", None)


def test_entities_tags_and_needless_space_go() -> None:
    assert entry(claimReviewed=" The &amp;ldquo;tower&rdquo;\n has <b>300</b>&nbsp;steps ").claim["text"] == (
        "The “tower” has 300 steps"
    )


@pytest.mark.parametrize(
    ("spelt", "read"),
    [
        ("2020-10-31T23:00:00+02:00", "2020-10-31"), ("2020-10-31 10:00", "2020-10-31"), ("2020/1/5", "2020-01-05"),
        ("31 October 2020", "2020-10-31"), ("Oct 31, 2020", "2020-10-31"), ("2020-10", "2020-10"),
        ("Sat, 31 Oct 2020 10:00:00 GMT", "2020-10-31"), ("", None), ("0000-00-00", None), ("null", None),
        (None, None), ([], None), (["2020-10-31"], "2020-10-31"), ({"@value": "2020-10-31"}, "2020-10-31"),
    ],
)  # fmt: skip
def test_dates_are_read_in_many_spellings(spelt: object, read: str | None) -> None:
    assert entry(itemReviewed={"datePublished": spelt}).claim.get("claim_date") == read


@pytest.mark.parametrize("spelt", ["2020-13-45", "last Tuesday", "2020-02-30T00:00:00Z"])
def test_a_date_that_is_none_is_told(spelt: str) -> None:
    field, reason = bad(itemReviewed={"datePublished": spelt})
    assert (field, "no date" in reason) == ("itemReviewed.datePublished", True)


@pytest.mark.parametrize(
    ("value", "number"),
    [("1.0", 1.0), ("4,5", 4.5), (2, 2.0), ("-1", -1.0), ("1/5", None), (True, None), ("1" * 400, None), (2**70, None)],
)
def test_numbers_are_read_from_texts(value: object, number: float | None) -> None:
    rating = {"alternateName": "x", "ratingValue": value, "worstRating": "0", "bestRating": 9}
    found = entry(reviewRating=rating).judgement
    assert found is not None
    assert found.numbers == (None if number is None else (number, 0.0, 9.0))


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"claimReviewed": "", "itemReviewed": None}, "claimReviewed"),
        ({"reviewRating": None}, "reviewRating.alternateName"),
        ({"reviewRating": {"ratingValue": 3}}, "reviewRating.alternateName"),
        ({"reviewRating": 3}, "reviewRating.alternateName"),
        ({"reviewRating": "x" * 101}, "reviewRating.alternateName"),
    ],
)
def test_what_a_review_cannot_do_without_is_told(members: Json, field: str) -> None:
    assert bad(**members)[0] == field


def test_first_and_further_appearances_are_sources() -> None:
    appearance = ["https://a.example/1", {"@type": "CreativeWork", "url": "https://a.example/2", "name": "T",
                  "publisher": "P"}, "https://a.example/1#again", {"@type": "CreativeWork"}]  # fmt: skip
    found = entry(itemReviewed={"@type": "Claim", "appearance": appearance})
    assert found.claim["source"] == {"url": "https://a.example/1"}
    assert found.appearances == [
        {"source": {"url": "https://a.example/2", "title": "T", "publisher": {"name": "P"}}}
    ]  # fmt: skip


def test_what_a_review_rests_on_is_evidence_for_neither_side() -> None:
    found = entry(
        isBasedOn={"url": "https://a.example/1", "archivedAt": "https://archive.example/1"}, citation="A book"
    )
    assert found.evidence == [
        {"source": {"url": "https://a.example/1"}, "stance": "mentions"},
        {"source": {"title": "A book"}, "stance": "mentions"},
    ]
    assert found.archives == [("https://a.example/1", "https://archive.example/1")]


def test_a_review_is_known_by_its_address_and_its_claim_without_repeating_it() -> None:
    usual = entry()
    assert entry(**{"@id": "https://checkers.example/r/1"}).identity == "https://checkers.example/r/1"
    assert entry(**{"@id": "#review"}).identity == usual.identity != entry(claimReviewed="Another").identity
    assert str(usual.identity).startswith("https://checkers.example/1 ")
    assert "tower" not in str(usual.identity)
    assert entry(url=None).identity is None


def test_what_has_no_place_is_listed() -> None:
    found = entry(image="x", itemReviewed={"offers": 1}, reviewRating={"alternateName": "False", "image": "y"})
    assert found.left == ["image", "itemReviewed.offers", "reviewRating.image"]


def test_a_page_with_a_broken_block_still_gives_the_others() -> None:
    broken, other = '{"@type": "ClaimReview", oops', '{"@type": "WebSite", oops'
    found = page(script(broken) + script(other) + script(f"<!--\n{json.dumps([USUAL])}\n-->"))
    assert texts(found) == ["the JSON-LD block is no JSON", "The tower has 300 steps"]


@pytest.mark.parametrize("around", ["%s", "// <![CDATA[\n%s\n// ]]>", "/* <![CDATA[ */%s/* ]]> */", "%s;", "[%s,]"])
def test_what_templates_put_around_a_block_goes(around: str) -> None:
    assert texts(page(script(around % json.dumps(USUAL)))) == ["The tower has 300 steps"]


def test_halves_of_surrogate_pairs_are_left_for_the_schema_to_name() -> None:
    assert texts(page(script(json.dumps({**USUAL, "claimReviewed": "a\ud800"})))) == ["a\ud800"]


def test_line_ends_within_texts_are_let_through() -> None:
    assert texts(page(script(json.dumps(USUAL).replace("The tower", "The\ntower")))) == ["The tower has 300 steps"]


@pytest.mark.parametrize("text", ["\n" * 100_000, '\\"' * 30_000, "\n" * 100_000 + '"}', " " * 100_000 + ","])
def test_a_broken_block_takes_no_longer_than_its_length(text: str) -> None:
    began = time.process_time()
    found = page(script(f'{{"@type": "ClaimReview", "claimReviewed": "{text}'))
    assert len(found) == 1
    assert time.process_time() - began < 2


def test_a_list_of_very_many_sources_is_told_at_once() -> None:
    many = [f"https://a.example/{number}" for number in range(1001)]
    for name in ("isBasedOn", "citation"):
        assert bad(**{name: many}) == (name, "has more than 1,000 entries")
    assert bad(itemReviewed={"@type": "Claim", "appearance": many})[0] == "itemReviewed.appearance"


def test_items_that_multiply_by_referring_to_one_another_end_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "_ELEMENT", 64 * 1024)
    many = " ".join(f"i{number}" for number in range(20))
    referring = "".join(f"<b id=i{number} itemprop=p itemscope itemref='{many}'></b>" for number in range(20))
    for body in (referring, "<b itemprop='a b c d e f g h' itemscope>" * 11 + "x"):
        with pytest.raises(Unreadable, match="too often"):
            page(f"<div itemscope itemtype='https://schema.org/ClaimReview' itemref='{many}'>{body}</div>")


def test_an_item_that_refers_to_another_one_twice_has_it_once() -> None:
    (found,) = page(MICRODATA.replace('itemref="us"', 'itemref="us us"'))
    assert isinstance(found, Entry)
    assert found.said["publisher"] == "Us"


MICRODATA = """
<div itemscope itemtype="http://schema.org/ClaimReview">
<meta itemprop="claimReviewed" content="The tower has 300 steps">
<a itemprop="url" href="https://checkers.example/1">x</a><div itemprop="reviewRating" itemscope itemtype="Rating">
<span itemprop="alternateName">Mostly <b>false</b></span></div><div itemprop="author" itemscope itemref="us"></div>
<div itemprop="itemReviewed" itemscope itemtype="http://schema.org/Claim">
<time itemprop="datePublished" datetime="2020-10-31T10:00:00+02:00"></time>
<span itemprop=author itemscope itemtype="http://schema.org/Organization"><i itemprop=name>Council</i></span></div>
</div><p id="us"><span itemprop="name">Us</span></p>"""


def test_microdata_is_read_as_well() -> None:
    (found,) = page(MICRODATA)
    assert isinstance(found, Entry)
    assert found.claim["speaker"] == {"name": "Council", "kind": "organisation"}
    assert found.claim["claim_date"] == "2020-10-31"
    assert found.judgement is not None
    assert (found.judgement.label, found.said["publisher"]) == ("Mostly false", "Us")


def test_a_page_that_says_the_same_in_both_ways_says_it_once() -> None:
    (found,) = page(MICRODATA)
    assert isinstance(found, Entry)
    rating, item = {"alternateName": "Mostly false"}, {"author": {"@type": "Organization", "name": "Council"}}
    same = {**USUAL, "author": "Us", "reviewRating": rating, "itemReviewed": {**item, "datePublished": "2020-10-31"}}
    assert texts(page(script(json.dumps(same)) + MICRODATA)) == ["The tower has 300 steps"]


def test_pages_in_other_charsets_are_read() -> None:
    text = f'<meta charset="windows-1251">{script(json.dumps({**USUAL, "claimReviewed": "Башня"}, ensure_ascii=False))}'
    (found,) = [one for _, one in reviews.of_page(io.BytesIO(text.encode("cp1251")))]
    assert texts([found]) == ["Башня"]


@pytest.mark.parametrize(
    "text", ["", "<", "\0\0", "<div itemscope itemprop=x>", "<!ENTITY a 'b'>&a;" * 9, "<b>" * 9999]
)
def test_a_page_with_nothing_in_it_gives_nothing(text: str) -> None:
    assert page(text) == []


def test_a_page_that_is_too_long_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="16 MiB"):
        page("x" * (16 * 1024 * 1024 + 1))


_NAMES = [
    "@type", "@id", "name", "url", "author", "itemReviewed", "reviewRating", "alternateName", "ratingValue",
    "datePublished", "appearance", "@value", "@list", "sameAs", "publisher",
]  # fmt: skip
_PLAIN = st.sampled_from(
    [None, True, 2**70, -0.5, "", "x", "\ud800", "https://a.example/", "http://[", "2024-10-23", "#"]
)
_FLAT = _PLAIN | st.lists(_PLAIN, max_size=2) | st.dictionaries(st.sampled_from(_NAMES), _PLAIN, max_size=3)
_VALUES = _FLAT | st.lists(_FLAT, max_size=2) | st.dictionaries(st.sampled_from(_NAMES), _FLAT, max_size=3)


@given(st.dictionaries(st.sampled_from([*USUAL, "isBasedOn", "keywords", "inLanguage", "@id"]), _VALUES))
def test_no_review_raises_anything_but_the_one_error(members: Json) -> None:
    with suppress(BadRow):
        reviews.entry({**members, "@type": "ClaimReview"}, {})


@given(st.text() | st.text(st.sampled_from("<>/=\"' divitemscope{}[]")))
def test_no_page_raises_anything_but_the_one_error(text: str) -> None:
    for body in (text, script(text), f'<div itemscope itemtype="ClaimReview"><p itemprop="author">{text}'):
        with suppress(Unreadable):
            page(body.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
