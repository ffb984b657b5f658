"""Which copies of a page an archive has: link-format as Memento's TimeMaps and Link headers use it. Reads any text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

# RFC 8288, section 3, and RFC 6690, section 2: <target> and then parameters, each alone, as a token or quoted. A part
# that has matched is never tried again in another way, so the time is that of the text's length.
_TARGET = re.compile(r"<([^<>]*+)>")
_PARAMETER = re.compile(
    r"""\s*+;\s*+([\w!#$&+.^`|~*-]++)(?:\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"|([^\s",;<>]*+)))?""", re.ASCII | re.DOTALL
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Memento:
    """A copy, and the moment whose page it shows."""

    url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it was written; `at` is its `datetime`, None where it has none that can be read."""

    target: str
    rels: frozenset[str]
    at: datetime | None = None


def links(text: str) -> Iterator[Link]:
    """The links of a TimeMap or of a Link header, in their order. What is no link is passed over."""
    position = 0
    while found := _TARGET.search(text, position):
        known: dict[str, str] = {}
        position = found.end()
        while parameter := _PARAMETER.match(text, position):
            name, quoted, token = parameter.groups()
            # RFC 8288, section 3.3: only the first one of a name counts.
            known.setdefault(name.lower(), token or _ESCAPE.sub(r"\1", quoted or ""))
            position = parameter.end()
        yield Link(found[1].strip(), frozenset(known.get("rel", "").lower().split()), moment(known.get("datetime", "")))


def mementos(text: str, most: int) -> list[Memento]:
    """The copies that a TimeMap lists (RFC 7089, section 5), oldest first: the `most` newest ones, and each once."""
    found = {Memento(link.target, link.at) for link in links(text) if link.at and "memento" in link.rels}
    return sorted(found, key=lambda one: (one.at, one.url))[-most:]


def nearest_first(known: Iterable[Memento], wanted: datetime) -> list[Memento]:
    """Copies by how far their moments are from the one that is wanted, the older of two first."""
    return sorted(known, key=lambda one: (abs(one.at - wanted), one.at))


def this(found: Sequence[Link], at: datetime | None) -> Link | None:
    """Of the links that come with a copy the one to itself: a plain `memento`, or else that of its Memento-Datetime.

    Others lead to the copies before and after it, the first and the last (RFC 7089, section 2.2.4).
    """
    copies = [link for link in found if "memento" in link.rels]
    exact = [link for link in copies if at is not None and link.at == at]
    return min(exact or copies, key=lambda link: len(link.rels), default=None)


def moment(text: str) -> datetime | None:
    """A moment as Memento writes it (RFC 7089, section 2.1), such as `Tue, 20 Jun 2000 18:02:59 GMT`."""
    try:
        return datetime.strptime(text[:40].strip(), "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
    except ValueError:
        return None
