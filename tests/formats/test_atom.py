"""Atom: feeds that no text can break."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.formats import atom
from factcheck.formats.atom import Page
from factcheck.formats.house import House
from tests.formats import feeds

HOUSE = House("The Checkers", "https://checkers.example")
PAGE = Page("Verdicts", "/feeds/verdicts.atom", "/feeds/verdicts.atom", None)
VERDICT, CORRECTION = "01a20bbf-c449-71a3-a4a0-85d18a96d219", "01a20bbf-c449-71a3-a4a0-85d18a96d220"
THEN = "2024-10-25T10:00:00.000000Z"


def document(text: str = "The moon is made of rock", **given: object) -> bytes:
    correction = {"id": CORRECTION, "type": "rating_change", "reason": text, "created_at": THEN,
                  "rating": {"before": "refuted", "after": "supported"}}  # fmt: skip
    verdict: dict[str, Any] = {
        "id": VERDICT, "rating": "supported", "label": None, "justification": text, "state": "published",
        "reviewer": {"id": "r", "name": text}, "published_at": THEN, "updated_at": THEN, "corrections": [correction],
    }  # fmt: skip
    claim = {"id": "c", "text": text, "speaker": {"name": text}, "verdicts": [{**verdict, **given}]}
    return orjson.dumps(claim)


def test_an_entry_has_what_readers_show() -> None:
    (entry,) = feeds.entries(feeds.parsed(atom.verdicts([(VERDICT, document())], PAGE, HOUSE)))
    assert feeds.text(entry, "title") == "Supported: The moon is made of rock"
    assert feeds.text(entry, "id") == f"urn:uuid:{VERDICT}"
    assert feeds.text(entry, "content").split("\n\n")[0] == "Claim: The moon is made of rock"


@pytest.mark.parametrize(
    ("state", "said"), [("void", "This verdict was taken back."), ("superseded", "replaced this verdict")]
)
def test_a_verdict_that_does_not_stand_says_so_first(state: str, said: str) -> None:
    (entry,) = feeds.entries(feeds.parsed(atom.verdicts([(VERDICT, document(state=state))], PAGE, HOUSE)))
    assert said in feeds.text(entry, "content").split("\n\n")[0]


def test_a_correction_says_what_stood_before() -> None:
    (entry,) = feeds.entries(feeds.parsed(atom.corrections([(CORRECTION, document())], PAGE, HOUSE)))
    assert feeds.text(entry, "title").startswith("Rating changed: ")
    assert "Rating before: Refuted\n\nRating since: Supported" in feeds.text(entry, "content")


def test_an_empty_feed_is_one() -> None:
    assert feeds.entries(feeds.parsed(atom.verdicts([], PAGE, HOUSE))) == []


@pytest.mark.parametrize(
    "hostile",
    ["]]>", "<script>alert(1)</script>", "&amp;&lt;&#0;", "a\x00b\x08c\x1b[31m", "\ufffe\uffff", "\u202eevil\u2066",
     "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;", "]]><entry/>", "\x85\u2028", "'\"--><![CDATA["],
)  # fmt: skip
def test_hostile_text_stays_text(hostile: str) -> None:
    for body in (
        atom.verdicts([(VERDICT, document(f"x {hostile}"))], PAGE, House(f"H {hostile}", HOUSE.url)),
        atom.corrections([(CORRECTION, document(f"x {hostile}"))], PAGE, HOUSE),
    ):
        (entry,) = feeds.entries(feeds.parsed(body))
        shown = feeds.text(entry, "content")
        assert shown.startswith("Claim: x ")
        assert not set(shown) & set("\x00\x08\x1b\ufffe\uffff\u202e\u2066")
        assert b"<script" not in body
        assert b"]]>" not in body


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_makes_a_feed(text: str) -> None:
    feeds.parsed(atom.verdicts([(VERDICT, document(f"x{text}"))], PAGE, HOUSE))
