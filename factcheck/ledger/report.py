"""What a verification found, and how it is told to people."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from factcheck.ledger.export import Header

HOLDS, WRONG, UNREADABLE = 0, 1, 2
"""Exit codes."""

MOST_SHOWN = 20
"""Findings that a report shows; it counts the others."""

_MOST_TYPES = 50
_LONGEST = 60


@dataclass(slots=True)
class Report:
    """Counts of what was checked, and what was found wrong, the first first."""

    header: Header | None = None
    events: int = 0
    payloads: int = 0
    withheld: Counter[str] = field(default_factory=Counter)
    erased: int = 0
    erased_unread: int = 0
    checkpoints: int = 0
    signed_size: int = 0
    cosignatures: Counter[str] = field(default_factory=Counter)
    unknown_signatures: int = 0
    kept: int = 0
    entities: int = 0
    entities_hidden: int = 0
    keys: list[str] = field(default_factory=list)
    keys_given: bool = False
    wrong: list[str] = field(default_factory=list)
    more: int = 0
    unreadable: str | None = None

    @property
    def exit_code(self) -> int:
        if self.unreadable is not None:
            return UNREADABLE
        return WRONG if self.wrong else HOLDS

    def add(self, findings: Iterator[str]) -> None:
        """Take in what is wrong; all is counted, the first of it kept."""
        for finding in findings:
            if len(self.wrong) < MOST_SHOWN:
                self.wrong.append(finding)
            else:
                self.more += 1

    def withhold(self, type_: str) -> None:
        """Count an event whose payload is withheld, by its type as long as there are few types."""
        known = type_ in self.withheld or len(self.withheld) < _MOST_TYPES
        self.withheld[type_ if known else "of other types"] += 1

    def lines(self) -> Iterator[str]:
        """The report for people."""
        if self.unreadable is None:
            yield from self._counted()
        if self.wrong:
            yield f"WRONG: {self.wrong[0]}"
            yield from (f"  also: {finding}" for finding in self.wrong[1:])
        if self.more:
            yield f"  and {self.more} more"
        if self.unreadable is not None:
            yield f"UNREADABLE: {self.unreadable}"
        elif not self.wrong:
            yield "everything holds"

    def _counted(self) -> Iterator[str]:
        if self.header is not None:
            view = "public view" if self.header.public else "with what is not public"
            origin = plain(self.header.origin or "without a key")
            yield f"log {origin}, exported at {plain(self.header.exported_at)}, {view}"
        checked = ((self.events, "event"), (self.payloads, "payload"), (self.entities, "entity"))
        yield f"checked: {', '.join(_many(count, noun) for count, noun in checked)}"
        yield from self._unseen()
        yield from self._signed()

    def _unseen(self) -> Iterator[str]:
        if self.withheld:
            types = ", ".join(f"{count} {plain(type_)}" for type_, count in sorted(self.withheld.items()))
            yield f"withheld: {_many(self.withheld.total(), 'payload')} ({types})"
        if self.entities_hidden:
            yield f"not compared, as payloads of theirs are withheld: {_many(self.entities_hidden, 'entity')}"
        if self.erased:
            unread = f", {self.erased_unread} of them by events that are not shown" if self.erased_unread else ""
            yield f"erased: {_many(self.erased, 'payload')}{unread}"

    def _signed(self) -> Iterator[str]:
        if not self.checkpoints:
            yield "signed: nothing, there is no checkpoint"
        else:
            unsigned = self.events - self.signed_size
            later = f", and the {_many(unsigned, 'event')} after it by nobody" if unsigned else ""
            yield f"signed: up to event {self.signed_size} by {_many(self.checkpoints, 'checkpoint')}{later}"
        for name, count in sorted(self.cosignatures.items()):
            yield f"cosigned by {name}: {_many(count, 'checkpoint')}"
        if self.unknown_signatures:
            yield f"not checked: {_many(self.unknown_signatures, 'signature')} by keys that nobody named"
        if self.kept:
            yield f"compared with what you kept: {_many(self.kept, 'checkpoint')}"
        whose = "that you gave" if self.keys_given else "that the log itself names: compare it with what you know"
        yield from (f"key {whose}: {key}" for key in self.keys)


def _many(count: int, noun: str) -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"


def plain(text: str) -> str:
    """A word as it is, if a line for people can take it; a file can hold what a terminal would obey."""
    return text if text.isprintable() and len(text) <= _LONGEST else shown(text)


def shown(value: object) -> str:
    """A value as a program writes it, shortened."""
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
