"""A claim's status as an SVG image. Widths are estimated here, as no font is at hand where it is made."""

from xml.etree.ElementTree import Element, SubElement, tostring

from factcheck.domain.vocabulary import Status
from factcheck.formats.wording import status_words

MEDIA_TYPE = "image/svg+xml"

NAME = "fact check"
INK = "#ffffff"
PLATE = "#454b54"
COLOURS = {
    Status.SUPPORTED: "#1f7a3a",
    Status.REFUTED: "#b3261e",
    Status.CONFLICTING_EVIDENCE: "#8a4b08",
    Status.NOT_ENOUGH_EVIDENCE: "#5b5f66",
    Status.MISSING_CONTEXT: "#8a5a00",
    Status.OUTDATED: "#75572b",
    Status.SATIRE: "#7a3e9d",
    Status.NOT_CHECKABLE: "#5b5f66",
    Status.DISPUTED: "#a33b00",
    Status.VOID: "#5b5f66",
    Status.UNREVIEWED: "#5b5f66",
    Status.IN_REVIEW: "#2458a6",
}
"""What the status stands on; white on each has a contrast of 4.5:1 or more (WCAG 2.2, 1.4.3)."""

# Widths of Verdana at 11 pixels, in classes; textLength then fits whatever font there is to them.
_NARROW, _WIDE = "fijlrt .,:'", "mwMW@"
_PADDING, _HEIGHT = 8, 20


def badge(status: str) -> bytes:
    """The image; its words are its accessible name too."""
    words = status_words(status).lower()
    name_width, words_width = (width(text) + 2 * _PADDING for text in (NAME, words))
    whole = name_width + words_width
    title = f"{NAME}: {words}".capitalize()
    svg = Element("svg", xmlns="http://www.w3.org/2000/svg", width=str(whole), height=str(_HEIGHT),
                  viewBox=f"0 0 {whole} {_HEIGHT}", role="img")  # fmt: skip
    svg.set("aria-label", title)
    SubElement(svg, "title").text = title
    _half(svg, NAME, 0, name_width, PLATE)
    _half(svg, words, name_width, words_width, COLOURS[Status(status)])
    return bytes(tostring(svg, encoding="utf-8"))


def width(text: str) -> int:
    """About how many pixels a text of Latin letters takes."""
    return round(sum(4.2 if one in _NARROW else 10.5 if one in _WIDE else 7 for one in text))


def _half(svg: Element, words: str, left: int, across: int, colour: str) -> None:
    SubElement(svg, "rect", x=str(left), width=str(across), height=str(_HEIGHT), fill=colour)
    text = SubElement(svg, "text", x=str(left + _PADDING), y="14", fill=INK, textLength=str(across - 2 * _PADDING))
    text.attrib |= {"font-family": "Verdana, DejaVu Sans, sans-serif", "font-size": "11", "aria-hidden": "true"}
    text.text = words
