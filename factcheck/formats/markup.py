"""What an HTML page says in JSON-LD and in microdata (HTML Living Standard, "Microdata"), as JSON values.

Pages are dirty: a block that is no JSON is told and the others are read all the same.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree, html

from factcheck.formats.entries import BadRow, Json, Unreadable, depth_exceeds
from factcheck.formats.incoming import parsed
from factcheck.pages.decoding import decode

MAX_PAGE = 16 * 1024 * 1024
"""Bytes that a page may have."""

_JSON_LD = "application/ld+json"
# What editors and templates put around a block, and commas that JavaScript allows.
_BEFORE = re.compile(r"<!--|(?://|/\*)?\s*+<!\[CDATA\[\s*+(?:\*/)?")
# A text that does not end is one as well: else each quotation mark in it would be looked at as the beginning of one.
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]++|\\.)*+"?|,(?=\s*+[\]}])', re.DOTALL)
_VALUE_IN = {
    "meta": "content", "a": "href", "area": "href", "link": "href", "img": "src", "audio": "src", "video": "src",
    "embed": "src", "iframe": "src", "source": "src", "track": "src", "object": "data", "data": "value",
    "meter": "value", "time": "datetime",
}  # fmt: skip
_MAX_ITEMS = 20_000
# Bytes that an element counts for: looking at one takes some ten microseconds.
_ELEMENT = 256

Found = Iterator[tuple[int | None, Any]]
"""The line that a block begins on, and its value, or a BadRow."""


def read(body: bytes, word: str) -> Found:
    """Every JSON-LD block and every outermost item of microdata; raises Unreadable.

    A block that is no JSON is told where it has this word: pages have many that are about something else.
    """
    if len(body) > MAX_PAGE:
        raise Unreadable(f"a page has at most {MAX_PAGE // 1024 // 1024} MiB")
    root = _root(body)
    if root is None:
        return
    for script in root.iter("script"):
        if str(script.get("type", "")).partition(";")[0].strip().lower() == _JSON_LD:
            text = script.text_content()
            value = _block(text) if text.strip() else None
            if not isinstance(value, BadRow) or word in text:
                yield script.sourceline, value
    yield from _items(root)


def _root(body: bytes) -> Any:
    # Decoded by ourselves: a page's word for its charset is not always one.
    text = decode(body, None).replace("\0", "\ufffd")
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, recover=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        return None  # nothing stands there
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise Unreadable(f"is no HTML: {error}") from None


def _block(text: str) -> Any:
    try:
        return parsed(text.encode("utf-8", "surrogatepass"))
    except BadRow as error:
        wrong = error
    without_commas = _STRING_OR_COMMA.sub(lambda found: "" if found[0] == "," else found[0], _unwrapped(text))
    try:
        # Line ends within texts are let through.
        value = json.loads(without_commas.strip().removesuffix(";"), strict=False)
    except (ValueError, RecursionError):
        return BadRow(f"the JSON-LD block {wrong.reason}")
    return BadRow("the JSON-LD block is nested too deeply") if depth_exceeds(value) else value


def _unwrapped(text: str) -> str:
    """A block without what editors and templates put around it; in a time that grows with its length alone."""
    text = text.strip().removesuffix(";").rstrip()
    if before := _BEFORE.match(text):
        text = text[before.end() :]
    inner = text.removesuffix("*/").rstrip()
    if inner.endswith("]]>"):
        inner = inner.removesuffix("]]>").rstrip()
        return inner.removesuffix("//").removesuffix("/*")
    return text.removesuffix("-->")


def _items(root: Any) -> Found:
    page: _Page | None = None
    for count, element in enumerate(root.xpath("//*[@itemscope and not(@itemprop)]")):
        if count >= _MAX_ITEMS:
            return
        if page is None:
            page = _Page({found.get("id"): found for found in root.xpath("//*[@id]")})
        yield element.sourceline, _item(element, page, 0)


@dataclass(slots=True)
class _Page:
    """The elements of a page by their ids, and how much more of it is read: items that refer to one another would
    else come to more than any memory holds."""

    by_id: dict[str, Any]
    left: int = 4 * MAX_PAGE

    def take(self, size: int) -> None:
        """Raises Unreadable."""
        self.left -= size
        if self.left < 0:
            raise Unreadable("the page's items refer to one another too often")


def _item(element: Any, page: _Page, depth: int) -> Any:
    """An item as JSON-LD would have it; one within itself ends where it is too deep. Raises Unreadable."""
    found: Json = {}
    if types := str(element.get("itemtype", "")).split():
        found["@type"] = types
    if identity := element.get("itemid"):
        found["@id"] = identity
    for prop in _properties(element, page):
        for name in str(prop.get("itemprop")).split():
            short = name.rpartition("/")[2] if "://" in name else name
            # Read anew under each name, so that it counts as often as those who walk through the item come by.
            found.setdefault(short, []).append(_value(prop, page, depth))
    return found


def _properties(element: Any, page: _Page) -> Iterator[Any]:
    """The elements that carry properties of an item, in the order of the page. Raises Unreadable."""
    names = dict.fromkeys(str(element.get("itemref", "")).split())
    referred = [page.by_id[name] for name in names if name in page.by_id]
    waiting = [*reversed(referred), *reversed([child for child in element if isinstance(child.tag, str)])]
    count = 0
    while waiting and count < _MAX_ITEMS:
        count += 1
        one = waiting.pop()
        page.take(_ELEMENT)
        if one.get("itemprop"):
            yield one
        if one.get("itemscope") is None:
            waiting += reversed([child for child in one if isinstance(child.tag, str)])


def _value(prop: Any, page: _Page, depth: int) -> Any:
    if prop.get("itemscope") is not None:
        return _item(prop, page, depth + 1) if depth < 10 else None
    attribute = _VALUE_IN.get(prop.tag)
    # Pages put `content` on anything.
    for name in (attribute, "content"):
        if name and (said := prop.get(name)) is not None:
            page.take(len(said))
            return said
    text = prop.text_content()
    page.take(len(text))
    return " ".join(text.split())
