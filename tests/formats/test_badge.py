"""The badge: words and colours that everyone can read."""

from xml.etree.ElementTree import Element, fromstring

import pytest

from factcheck.domain.vocabulary import Status
from factcheck.formats import badge

SVG = "{http://www.w3.org/2000/svg}"


def drawn(status: str) -> Element:
    return fromstring(badge.badge(status))  # noqa: S314 - our own


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio" and "relative luminance"."""
    darker, lighter = sorted(map(_luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_contrast_is_counted_as_wcag_does() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("status", Status)
def test_every_status_has_its_words_and_a_colour_that_they_stand_out_from(status: Status) -> None:
    svg = drawn(status)
    words = status.replace("_", " ")
    assert svg.get("role") == "img"
    title = svg.find(f"{SVG}title")
    assert title is not None
    assert title.text == svg.get("aria-label") == f"Fact check: {words}"
    assert [text.text for text in svg.findall(f"{SVG}text")] == ["fact check", words]
    assert contrast(badge.INK, badge.COLOURS[status]) >= 4.5
    assert contrast(badge.INK, badge.PLATE) >= 4.5


@pytest.mark.parametrize("status", Status)
def test_words_fit_their_half(status: Status) -> None:
    svg = drawn(status)
    (left, right), whole = svg.findall(f"{SVG}rect"), svg.get("width")
    assert int(left.get("width", "")) + int(right.get("width", "")) == int(whole or "")
    for half, text in zip((left, right), svg.findall(f"{SVG}text"), strict=True):
        start, length = int(text.get("x", "")), int(text.get("textLength", ""))
        assert int(half.get("x", "0")) < start
        assert start + length < int(half.get("x", "0")) + int(half.get("width", ""))


def test_nothing_in_it_runs_or_loads() -> None:
    for element in drawn(Status.DISPUTED).iter():
        assert element.tag.removeprefix(SVG) in {"svg", "title", "rect", "text"}
        assert not {name for name in element.attrib if name.startswith("on") or name in ("style", "href")}
