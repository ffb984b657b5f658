"""What a row of an import comes to: a claim with its parts, in the words of the API's bodies, not yet checked.

Readers of other people's shapes make entries; `factcheck.work.importing` checks them and does them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

MAX_DEPTH = 50
"""Levels of objects and lists that a row may have."""


class Unreadable(Exception):
    """The file cannot be read, or not any further; `line` is where, None where that is not known."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class BadRow(Exception):
    """A row that cannot be taken: the field at fault ("" for the row as a whole) and why."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


@dataclass(frozen=True, slots=True)
class Place:
    """Where in its file a row stands: its number, from 1, and the line that it begins on, if that is known; and about
    how many bytes it has."""

    row: int
    line: int | None = None
    size: int = 0


@dataclass(slots=True)
class Judgement:
    """A verdict as its publisher words it. `data` is the API's body but for rating and evidence, which rests on the
    links at the positions `rests_on` (all of them: None). `numbers` are the label's and its scale's worst and best."""

    data: Json
    label: str | None
    rating: str | None = None
    publisher: str | None = None
    numbers: tuple[float, float, float] | None = None
    rests_on: list[int] | None = None


@dataclass(slots=True)
class Entry:
    """A claim and what belongs to it, as bodies of the API's calls.

    `evidence` items may have an `archive_url` beside, a public copy of the page. `identity` names the row the world
    over, if it can. `said` goes into the events beside the file's name. `left` are fields that have no place.
    """

    claim: Json
    identity: str | None = None
    appearances: list[Json] = field(default_factory=list)
    evidence: list[Json] = field(default_factory=list)
    judgement: Judgement | None = None
    replies: list[Json] = field(default_factory=list)
    relations: list[Json] = field(default_factory=list)
    archives: list[tuple[str, str]] = field(default_factory=list)
    said: Json = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    names: Mapping[str, str] = field(default_factory=dict)
    """What the file calls fields, by what the API calls them."""

    def name_of(self, pointer: str) -> str:
        """The file's own name of a field, from its JSON pointer here."""
        dotted = pointer.strip("/").replace("/", ".")
        for ours in sorted(self.names, key=len, reverse=True):
            if dotted == ours or dotted.startswith(f"{ours}."):
                return self.names[ours] + dotted[len(ours) :]
        return dotted


Row = tuple[Place, Entry | BadRow]
Rows = Iterator[Row]


def depth_exceeds(value: object, most: int = MAX_DEPTH) -> bool:
    """Whether a JSON value is nested deeper than that; takes no recursion."""
    level: Iterable[object] = [value]
    for _ in range(most + 1):
        level = [
            inner
            for one in level
            if isinstance(one, (dict, list))
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True
