"""What became of the rows of an import, counted within bounds. Knows nothing of how they were put in."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from factcheck.formats.entries import Place

MOST_NAMES = 200
"""Names of fields, and of labels, that are counted one by one."""
MOST_WAITING = 10_000
"""Relations that are remembered until both of their claims are in."""

Named = TypeVar("Named", str, tuple[str, str])


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row: where it stands, the field in the file's own words ("" for all of it), and why."""

    place: Place
    field: str
    reason: str


@dataclass(slots=True)
class Tally:
    """What became of rows: `made` went in, `known` were in already, `bad` were not taken. `left` counts the fields that
    have no place, `labels` those that nobody has said the rating of, each with its publisher ("" for none)."""

    made: int = 0
    known: int = 0
    bad: int = 0
    left: Counter[str] = field(default_factory=Counter)
    labels: Counter[tuple[str, str]] = field(default_factory=Counter)
    waiting: set[str] = field(default_factory=set)
    """Relations with claims that no row was yet, and in `met` those that were made once both were there."""
    met: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.made + self.known + self.bad

    def add(self, other: "Tally") -> None:
        """Take in what became of further rows, but for their problems, which whoever asks for them takes."""
        self.made, self.known, self.bad = self.made + other.made, self.known + other.known, self.bad + other.bad
        self.waiting |= set(islice(other.waiting, max(MOST_WAITING - len(self.waiting), 0)))
        self.waiting -= other.met
        _count(self.left, other.left)
        _count(self.labels, other.labels)


def _count(counted: Counter[Named], further: Counter[Named]) -> None:
    for name, count in further.items():
        if name in counted or len(counted) < MOST_NAMES:
            counted[name] += count
