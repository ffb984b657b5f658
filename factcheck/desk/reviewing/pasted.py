"""Pure: links as they are pasted, one a line, each with what is said of it behind it."""

from dataclasses import dataclass
from typing import Any

from factcheck.domain.vocabulary import Stance
from factcheck.formats.wording import shortened


@dataclass(frozen=True, slots=True)
class Line:
    """A line that holds something: its number from 1, its beginning, and the link that it gives."""

    number: int
    text: str
    item: dict[str, Any]


def lines(pasted: str, stance: str, note: str) -> list[Line]:
    """`address [stance] [note]` a line; what a line leaves out is as given for all."""
    return [
        _line(number, line.strip(), stance, note) for number, line in enumerate(pasted.split("\n"), 1) if line.strip()
    ]


def _line(number: int, line: str, stance: str, note: str) -> Line:
    url, *rest = line.split(maxsplit=1)
    more = rest[0] if rest else ""
    first, *others = more.split(maxsplit=1) or [""]
    own = first.lower().rstrip(":,;")
    if own in list(Stance):
        stance, more = own, others[0] if others else ""
    item = {"url": url, "stance": stance, "note": more or note}
    return Line(number, shortened(url, 80), {name: value for name, value in item.items() if value})
