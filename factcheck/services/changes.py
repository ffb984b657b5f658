"""What has changed since: events after a number, as the log shows them to this reader."""

from typing import Any

from factcheck.domain.actors import Actor, hidden_from
from factcheck.domain.errors import NotYet
from factcheck.storage import changes, journal
from factcheck.storage.changes import Part, View

newest = journal.size
"""The number of the newest event."""

read = changes.read


def view(reader: Actor | None, filters: dict[str, Any], *, see_withheld: bool) -> View:
    """What a reader is shown, by the filters `claim`, `speaker` and `type`; each of several values means any."""
    asked = (tuple(sorted(set(filters.get(name, ())))) for name in ("claim", "speaker", "type"))
    return View(see_withheld, hidden_from(reader), *asked)


def page(shown: View, after: int, limit: int) -> Part:
    """Up to `limit` events after a number; where there are fewer, there are no more. Raises NotYet."""
    head = require(after)
    part = Part([], after)
    while part.after < head and len(part.events) < limit:
        more = read(shown, part.after, head, limit - len(part.events))
        part = Part(part.events + more.events, more.after)
    return part


def require(after: int) -> int:
    """The number of the newest event; raises NotYet where that is before `after`."""
    head = newest()
    if after > head:
        raise NotYet(f"there are no {after} events yet: begin again")
    return head
