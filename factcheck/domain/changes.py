"""What has changed between two texts of a page: in substance, or only around it."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from factcheck.domain.passing import passes
from factcheck.domain.quotes import stands
from factcheck.domain.typography import fold

MAX_PARTS = 20_000
"""Lines or sentences of either text that are compared; where more have changed, that is all there is to say."""
MAX_HUNKS = 200
"""Hunks that are told."""
MAX_DIFF = 2_000
"""Lines of either text that a unified diff compares: its time grows with their square."""

_LOOKED_THROUGH = 300_000_000
_BLOCKS = 50
_SEPARATOR = re.compile(r"(?:^|\s)[|·•](?:\s|$)")
# Marks of other scripts end a sentence without a space.
_SENTENCE_END = re.compile("(?<![.!?…])[.!?…]++['\"\u2019”»)\\]]*+\\s++|[。\uff01\uff1f]++[」』”\u2019]*+")

# What stands before a change in both texts; None at their beginning.
Anchor = str | None


@dataclass(frozen=True, slots=True)
class Hunk:
    """Sentences, headings or rows that a place in the text has lost, and what it has in their place."""

    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What has changed in substance. `more` says that hunks are left out."""

    hunks: tuple[Hunk, ...] = ()
    more: bool = False

    @property
    def substantive(self) -> bool:
        """Whether what the page says has changed."""
        return bool(self.hunks) or self.more


@dataclass(frozen=True, slots=True)
class _Part:
    """A sentence, or a line without one, as it is written and folded, and what unchanged words stand before it."""

    text: str
    folded: str
    anchor: Anchor


def compare(before: str, after: str) -> Comparison:
    """What has changed from one text of a page to another, by blocks (one a line) and by sentences within them.

    It counts what is said now and was not, or the other way round. White space and typography, the order and the
    borders of blocks and how often something is said count for nothing, nor do lines that pass (`passing`).
    Symmetric in `substantive`; takes time in proportion to the texts.
    """
    if before == after:
        return Comparison()
    was, now = before.split("\n"), after.split("\n")
    kept = set(was) & set(now)
    removed, added = _parts(was, kept), _parts(now, kept)
    if removed is None or added is None:
        return Comparison(more=fold(before) != fold(after))
    both = {part.folded for part in removed} & {part.folded for part in added}
    hunks = _hunks(_only(removed, both, after), _only(added, both, before))
    return Comparison(tuple(hunks[:MAX_HUNKS]), len(hunks) > MAX_HUNKS)


def unified(before: str, after: str) -> str:
    """Both texts as a unified diff, as a person reads it; the beginning of it where they are long."""
    was, now = before.split("\n"), after.split("\n")
    lines = list(difflib.unified_diff(was[:MAX_DIFF], now[:MAX_DIFF], "before", "after", lineterm="", n=1))
    if max(len(was), len(now)) > MAX_DIFF:
        lines.append(f"... only the first {MAX_DIFF} lines were compared")
    return "\n".join(lines)


def _parts(lines: Sequence[str], kept: set[str]) -> list[_Part] | None:
    """The sentences of lines that the other text does not have, but for what passes; None where they are too many."""
    anchor: Anchor = None
    seen = set[str]()
    parts = list[_Part]()
    for line in lines:
        if line in kept:
            anchor = line
        elif line not in seen:
            seen.add(line)
            parts += islice(_sentences(line, anchor), MAX_PARTS + 1)
        if max(len(seen), len(parts)) > MAX_PARTS:
            return None
    return parts


def _sentences(line: str, anchor: Anchor) -> Iterator[_Part]:
    for block in _SEPARATOR.split(line, maxsplit=_BLOCKS):
        if not passes(fold(block)):
            yield from (_Part(text, folded, anchor) for text in _cut(block) if _says(folded := fold(text)))


def _says(folded: str) -> bool:
    return any(character.isalnum() for character in folded)


def _cut(block: str) -> Iterator[str]:
    start = 0
    for end in _SENTENCE_END.finditer(block):
        yield block[start : end.end()].strip()
        start = end.end()
    yield block[start:].strip()


def _only(parts: Sequence[_Part], both: set[str], other: str) -> Iterator[_Part]:
    """Those that the other text does not have anywhere, each behind what both have in front of it."""
    line: Anchor = None
    anchor: Anchor = None
    whole = fold(other) if any(part.folded not in both for part in parts) else ""
    looks = _LOOKED_THROUGH // (len(whole) + 1)
    for part in parts:
        if part.anchor != line:
            line = anchor = part.anchor
        if part.folded in both:
            anchor = part.folded
            continue
        looks -= 1
        # A sentence that a line break divides here may be whole there.
        if looks < 0 or not stands(part.folded, whole):
            yield _Part(part.text, part.folded, anchor)


def _hunks(removed: Iterator[_Part], added: Iterator[_Part]) -> list[Hunk]:
    """What was removed and added behind the same words, put side by side."""
    sides: dict[Anchor, tuple[dict[str, str], dict[str, str]]] = {}
    for side, parts in enumerate((removed, added)):
        for part in parts:
            sides.setdefault(part.anchor, ({}, {}))[side].setdefault(part.folded, part.text)
    return [Hunk(tuple(was.values()), tuple(now.values())) for was, now in sides.values()]
