"""Verdicts and corrections as Atom (RFC 4287), in pages (RFC 5005, section 3).

Written with ElementTree, which escapes; what XML cannot hold at all is replaced before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

import orjson

from factcheck.domain.vocabulary import CorrectionType, VerdictState
from factcheck.formats.house import House
from factcheck.formats.wording import inert, shortened, status_words, verdict_words

MEDIA_TYPE = "application/atom+xml"
FORMAT = 1
"""Raised whenever rendering changes, so that clients read the feeds again."""

Json = dict[str, Any]

_NAMESPACE = "http://www.w3.org/2005/Atom"
_LONGEST_TITLE = 200
# What an empty feed, in which nothing was updated yet, says for the time of its last update.
_NEVER = "1970-01-01T00:00:00Z"
_STANDS = {
    VerdictState.SUPERSEDED: "Its reviewer has replaced this verdict by a newer one.",
    VerdictState.VOID: "This verdict was taken back.",
}
_CORRECTIONS = {
    CorrectionType.MINOR: "Minor correction",
    CorrectionType.FACTUAL: "Correction",
    CorrectionType.RATING_CHANGE: "Rating changed",
    CorrectionType.VOID: "Taken back",
}


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a feed: its title, the feed's path, the page's own and that of the next, if there is one."""

    title: str
    path: str
    own: str
    following: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed says of one thing; `id` is its UUID, times are RFC 3339, `lines` the text of its content."""

    id: str
    title: str
    published: str
    updated: str
    author: str
    category: str
    link: str
    lines: list[str]


def verdicts(found: Iterable[tuple[str, bytes]], page: Page, house: House) -> bytes:
    """The feed of these verdicts, each an id and its claim's document."""
    return _feed([_verdict(identity, orjson.loads(body), house) for identity, body in found], page, house)


def corrections(found: Iterable[tuple[str, bytes]], page: Page, house: House) -> bytes:
    """The feed of these corrections, each an id and its claim's document."""
    return _feed([_correction(identity, orjson.loads(body), house) for identity, body in found], page, house)


def _verdict(identity: str, document: Json, house: House) -> Entry:
    verdict = next(one for one in document["verdicts"] if one["id"] == identity)
    stands = _STANDS.get(verdict["state"])
    return Entry(
        id=identity,
        title=f"{verdict_words(verdict)}: {document['text']}",
        published=verdict["published_at"],
        updated=verdict["updated_at"],
        author=_name(verdict["reviewer"], house),
        category=verdict["rating"],
        link=house.claim(document["id"]),
        lines=[*([stands] if stands else []), *_said(document), _of("Verdict", verdict_words(verdict)),
               *([verdict["justification"]] if verdict["justification"] else [])],
    )  # fmt: skip


def _correction(identity: str, document: Json, house: House) -> Entry:
    verdict, correction = next(
        (verdict, one)
        for verdict in document["verdicts"]
        for one in verdict["corrections"]
        if one["id"] == identity
    )  # fmt: skip
    before, after = (correction["rating"][side] for side in ("before", "after"))
    return Entry(
        id=identity,
        title=f"{_CORRECTIONS[correction['type']]}: {document['text']}",
        published=correction["created_at"],
        updated=correction["created_at"],
        author=_name(verdict["reviewer"], house),
        category=correction["type"],
        link=house.claim(document["id"]),
        lines=[*_said(document), *_change(before, after), _of("Why", correction["reason"])],
    )  # fmt: skip


def _change(before: str, after: str | None) -> list[str]:
    """What became of a verdict's rating; nothing where it is what it was."""
    if before == after:
        return [_of("Rating", status_words(before))]
    since = status_words(after) if after else "none: taken back"
    return [_of("Rating before", status_words(before)), _of("Rating since", since)]


def _said(document: Json) -> list[str]:
    speaker = document["speaker"]
    return [_of("Claim", document["text"]), *([_of("Said by", speaker["name"])] if speaker else [])]


def _of(name: str, text: str) -> str:
    return f"{name}: {text}"


def _name(account: Json | None, house: House) -> str:
    return str(account["name"]) if account else house.name


def _feed(entries: list[Entry], page: Page, house: House) -> bytes:
    feed = Element("feed", xmlns=_NAMESPACE)
    _text(feed, "id", f"urn:uuid:{uuid5(NAMESPACE_URL, house.url + page.path)}")
    _text(feed, "title", f"{page.title} by {house.name}")
    _text(feed, "updated", max((entry.updated for entry in entries), default=_NEVER))
    _text(SubElement(feed, "author"), "name", house.name)
    SubElement(feed, "link", rel="self", type=MEDIA_TYPE, href=house.url + page.own)
    if page.following is not None:
        SubElement(feed, "link", rel="next", type=MEDIA_TYPE, href=house.url + page.following)
    for entry in entries:
        _entry(feed, entry)
    return bytes(tostring(feed, encoding="utf-8", xml_declaration=True))


def _entry(feed: Element, entry: Entry) -> None:
    element = SubElement(feed, "entry")
    _text(element, "id", f"urn:uuid:{entry.id}")
    _text(element, "title", shortened(entry.title, _LONGEST_TITLE))
    _text(element, "published", entry.published)
    _text(element, "updated", entry.updated)
    _text(SubElement(element, "author"), "name", entry.author)
    SubElement(element, "category", term=entry.category)
    SubElement(element, "link", rel="alternate", href=entry.link)
    content = _text(element, "content", "\n\n".join(entry.lines))
    content.set("type", "text")


def _text(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = inert(text)
    return element
