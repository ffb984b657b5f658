"""The record's words as people read them, and the mark that tells a status without its colour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from factcheck.domain.vocabulary import Stance, Status
from factcheck.formats.wording import shortened, status_words, verdict_words

Json = dict[str, Any]

STANCES = {
    Stance.SUPPORTS: "Supports the claim",
    Stance.REFUTES: "Speaks against the claim",
    Stance.MENTIONS: "Mentions it",
}

_MARKS: Mapping[str, str] = {
    Status.SUPPORTED: "M3 8.5 6.5 12 13 4.5",
    Status.REFUTED: "M4 4 12 12 M12 4 4 12",
    Status.CONFLICTING_EVIDENCE: "M2 5h10 M9 2l3 3-3 3 M14 11H4 M7 8l-3 3 3 3",
    Status.NOT_ENOUGH_EVIDENCE: "M5.5 6a2.5 2.5 0 1 1 3.6 2.2C8.4 8.6 8 9.2 8 10.2 M8 12.8v.4",
    Status.MISSING_CONTEXT: "M6 3H3v10h3 M10 3h3v10h-3",
    Status.OUTDATED: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2 M8 5v3.5l2.5 1.5",
    Status.SATIRE: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2 M5.2 9.3c1.5 2 4.1 2 5.6 0 M6 6v.3 M10 6v.3",
    Status.NOT_CHECKABLE: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2 M4 4 12 12",
    Status.DISPUTED: "M3 6h10 M3 10h10 M10.5 2.5 5.5 13.5",
    Status.VOID: "M3 8h10",
    Status.UNREVIEWED: "M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3",
    Status.IN_REVIEW: "M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9 M10.4 10.4 14 14",
}
"""Strokes in a square of 16: no two statuses have the same."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A status or a rating to be shown: its words, its name in the style sheet, and its mark's strokes."""

    words: str
    name: str
    mark: str


def chip(status: str) -> Chip:
    return Chip(status_words(status), str(Status(status)), _MARKS[Status(status)])


def said(word: str) -> str:
    """A word of the record's vocabulary in a sentence: `link_checked` as "link checked"."""
    return word.replace("_", " ")


def headed(word: str) -> str:
    """The same where it stands first."""
    return said(word).capitalize()


def counted(number: int, one: str, many: str | None = None) -> str:
    """ "1 link", "3 links"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def office(role: str | None, affiliation: str | None) -> str:
    """ "Astronomer Royal, Royal Society"; empty where neither is known."""
    return ", ".join(filter(None, [role, affiliation]))


def finding(document: Json) -> str:
    """What the house found on a claim, in its own label where the verdict has one."""
    verdict = document["verdict"]
    return verdict_words(verdict) if verdict else status_words(document["status"])


def source_name(source: Json | None) -> str:
    """What a source is called; a redaction may have left it neither title nor address."""
    if source is None:
        return "a source that is not named"
    return str(source["title"] or source["url"] or f"source {source['id']}")


def short(text: str | None, longest: int) -> str | None:
    return None if text is None else shortened(text, longest)


def cut(text: str | None, longest: int) -> str:
    """A text with its lines, cut at a word where it is longer; empty where there is none."""
    if text is None or len(text) <= longest:
        return text or ""
    return (text[:longest].rpartition(" ")[0] or text[:longest]).rstrip() + " …"


def fitting(shown: Sequence[Any], room: int, most: int = 50, markup: int = 0) -> int:
    """How many things from the first on fit on a page, one at least: so many at most, with so many bytes of text; the
    elements of each take `markup` more."""
    for number, one in enumerate(shown):
        room -= len(repr(one).encode()) + markup
        if number and (room < 0 or number == most):
            return number
    return len(shown)


def safe_link(url: str | None) -> str | None:
    """The address where following it does nothing but open a page of the web; None for any other."""
    if url is None:
        return None
    return url if url.lower().startswith(("http://", "https://")) else None


def address(path: str, **query: object) -> str:
    """A path of this service with the given query."""
    pairs: Sequence[str] = [f"{name}={quote(str(value))}" for name, value in query.items() if value is not None]
    return f"{path}?{'&'.join(pairs)}" if pairs else path
