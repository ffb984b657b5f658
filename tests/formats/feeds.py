"""What RFC 4287 asks of a feed, checked strictly: a parser that takes no malformed XML, and every element there is."""

import re
from xml.etree.ElementTree import Element, fromstring

NAMESPACE = "{http://www.w3.org/2005/Atom}"

_URN = r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"
# Name: how often at least and at most, in a feed and in an entry (sections 4.1.1 and 4.1.2).
_FEED = {"id": (1, 1), "title": (1, 1), "updated": (1, 1), "author": (1, 1), "link": (1, 2), "entry": (0, 50)}
_ENTRY = {
    "id": (1, 1), "title": (1, 1), "updated": (1, 1), "published": (1, 1), "author": (1, 1), "category": (1, 1),
    "link": (1, 1), "content": (1, 1),
}  # fmt: skip
_TEXTS = {"id": _URN, "updated": _TIME, "published": _TIME, "title": r"(?s).*\S.*", "content": r"(?s).*\S.*"}


def parsed(body: bytes) -> Element:
    """The feed, once it is sure that it is one."""
    feed = fromstring(body)  # noqa: S314 - our own
    assert feed.tag == f"{NAMESPACE}feed"
    _check(feed, _FEED)
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{NAMESPACE}link")}
    assert "self" in links
    assert links.keys() <= {"self", "next"}
    found = entries(feed)
    for entry in found:
        _check(entry, _ENTRY)
        link = entry.find(f"{NAMESPACE}link")
        assert link is not None
        assert link.get("rel") == "alternate"
        assert (link.get("href") or "").startswith("http")
    identities = [text(entry, "id") for entry in found]
    assert len(set(identities)) == len(identities)
    return feed


def entries(feed: Element) -> list[Element]:
    return feed.findall(f"{NAMESPACE}entry")


def text(element: Element, path: str) -> str:
    found = element.find("/".join(NAMESPACE + step for step in path.split("/")))
    assert found is not None
    return found.text or ""


def following(feed: Element) -> str | None:
    """The address of the next page."""
    found = feed.find(f"{NAMESPACE}link[@rel='next']")
    return None if found is None else found.get("href")


def _check(element: Element, wanted: dict[str, tuple[int, int]]) -> None:
    names = [child.tag.removeprefix(NAMESPACE) for child in element]
    assert set(names) <= wanted.keys()
    for name, (least, most) in wanted.items():
        assert least <= names.count(name) <= most, (name, names)
    for child in element:
        name = child.tag.removeprefix(NAMESPACE)
        if name in _TEXTS:
            assert re.fullmatch(_TEXTS[name], child.text or ""), (name, child.text)
        if name == "author":
            assert text(child, "name").strip()
