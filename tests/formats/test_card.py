"""The card and its oEmbed description: text stays text, and only our own addresses are known."""

import hashlib
import re
from base64 import b64encode
from html.parser import HTMLParser
from typing import Any

import pytest

from factcheck.domain.vocabulary import Status
from factcheck.formats import card, oembed
from factcheck.formats.house import House
from tests.formats.test_badge import contrast

Json = dict[str, Any]

HOUSE = House("The Checkers", "https://checkers.example")
ID = "01a20bbf-c449-71a3-a4a0-85d18a96d219"


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def document(**given: object) -> Json:
    usual = {"id": ID, "text": "The moon is made of rock", "status": "supported", "language": "en",
             "verdict": {"label": "Mostly true", "rating": "supported"}, "claim_date": "2024-10-23",
             "speaker": {"name": "Ada"}, "speaker_role": "Astronomer"}  # fmt: skip
    return {**usual, **given}


def test_it_says_what_was_said_by_whom_and_what_was_found() -> None:
    page = card.card(document(), HOUSE).decode()
    for said in (
        "The moon is made of rock",
        "Ada, Astronomer, 2024-10-23",
        ">Supported<",
        ">Mostly true<",
        f'href="{HOUSE.claim(ID)}"',
    ):
        assert said in page


@pytest.mark.parametrize("status", ["unreviewed", "in_review", "disputed", "void"])
def test_without_a_deciding_verdict_the_status_is_shown(status: str) -> None:
    page = card.card(document(status=status, verdict=None, speaker=None), HOUSE).decode()
    assert f'<strong class="{status}">{status.replace("_", " ").capitalize()}<' in page


@pytest.mark.parametrize(
    "hostile", ["<script>x</script>", '"><img src=x onerror=y>', "</style><script>", "a\x00\u202eb", "&lt;"]
)
def test_hostile_text_stays_text(hostile: str) -> None:
    made = document(text=hostile, speaker={"name": hostile}, speaker_role=hostile, language='en"x', verdict={
        "label": hostile, "rating": "refuted"})  # fmt: skip
    clean = Tags(card.card(document(), HOUSE).decode()).found
    found = Tags(card.card(made, House(hostile, HOUSE.url)).decode()).found
    assert [(tag, attributes.keys()) for tag, attributes in found] == [(tag, one.keys()) for tag, one in clean]
    frame = Tags(card.frame(made, HOUSE, 480, 240)).found
    assert [(tag, attributes["src"]) for tag, attributes in frame] == [("iframe", f"{HOUSE.claim(ID)}/card")]


def test_the_policy_takes_the_style_that_is_there_and_nothing_else() -> None:
    page = card.card(document(), HOUSE).decode()
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert f"'sha256-{b64encode(hashlib.sha256(style.encode()).digest()).decode()}'" in card.POLICY
    assert "default-src 'none'" in card.POLICY
    assert "unsafe" not in card.POLICY
    assert "style=" not in page


def test_its_texts_stand_out_in_light_and_in_dark() -> None:
    for paper, ink, faint in (("#ffffff", "#1c1e21", "#5b5f66"), ("#1b1d20", "#eceef0", "#a9aeb6")):
        assert all(one in card._STYLE for one in (paper, ink, faint))
        assert min(contrast(paper, ink), contrast(paper, faint)) >= 4.5
    assert all(f".{status} {{" in card._STYLE for status in Status)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        (f"https://checkers.example/claims/{ID}", ID),
        (f"http://CHECKERS.example/claims/{ID}#verdict-x", ID),
        (f"https://checkers.example/claims/{ID}?utm_source=x", ID),
        (f"https://checkers.example/claims/{ID}/card", ID),
        (f"https://checkers.example/claims/{ID}.jsonld", ID),
        (f"https://other.example/claims/{ID}", None),
        (f"https://checkers.example.evil.example/claims/{ID}", None),
        (f"https://checkers.example@evil.example/claims/{ID}", None),
        (f"ftp://checkers.example/claims/{ID}", None),
        (f"https://checkers.example/v1/claims/{ID}", None),
        ("https://checkers.example/claims/", None),
        ("https://[/claims/x", None),
        ("nonsense", None),
    ],
)
def test_only_addresses_of_claims_here_are_known(url: str, found: str | None) -> None:
    assert oembed.claim_in(url, HOUSE) == found


def test_a_service_below_a_path_knows_its_own() -> None:
    below = House("The Checkers", "https://a.example/facts")
    assert oembed.claim_in(f"https://a.example/facts/claims/{ID}", below) == ID
    assert oembed.claim_in(f"https://a.example/claims/{ID}", below) is None


@pytest.mark.parametrize(
    ("wide", "high", "shown"),
    [(None, None, ("rich", 480, 240)), (2000, 2000, ("rich", 480, 240)), (300, None, ("rich", 300, 240)),
     (None, 150, ("rich", 480, 150)), (200, None, ("link", None, None)), (None, 50, ("link", None, None))],
)  # fmt: skip
def test_it_keeps_to_the_room_there_is(wide: int | None, high: int | None, shown: tuple[object, ...]) -> None:
    found = oembed.describe(document(), HOUSE, wide, high)
    assert (found["type"], found.get("width"), found.get("height")) == shown
    assert ("html" in found) == (found["type"] == "rich")
