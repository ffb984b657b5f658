"""Reading the ledger: a claim's history, the events of a stretch, and the claim as it once stood."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from factcheck.domain.projections import Change, State, fold
from factcheck.domain.redaction import EVENT
from factcheck.domain.views import ClaimView
from factcheck.domain.vocabulary import Subject
from factcheck.ledger.event import Envelope
from factcheck.storage import db
from factcheck.storage.items import withheld_item
from factcheck.storage.unreadable import as_bytes
from factcheck.storage.views import BELOW

# Fields that name an entity which a claim's document shows, or which leads to one.
_REFERENCES = ("speaker", "relayed_by", "source", "origin", "publisher", "owner", "reviewer", "taken_by")

_BATCH = 5000

ENVELOPE = "e.seq, e.recorded_at, e.actor, e.type, e.subject_type, e.subject_id, e.claim_id, e.commitment"
"""The columns of an `Envelope`, of events as e."""


_ITEMS = "payloads p ON p.seq = e.seq LEFT JOIN withheld w ON w.seq = e.seq"

SHOWN = f"SELECT {ENVELOPE}, e.leaf_hash, p.item, w.item FROM events e LEFT JOIN {_ITEMS}"  # noqa: S608
"""Events as e, with all that `shown` needs."""

# One query for nearly every claim: the document's seq stands beside each event, and alone where there is none.
_PAGE = f"""
    SELECT d.seq, d.merged_into, d.absorbed, e.seq, p.item, w.item FROM documents d
    LEFT JOIN events e ON e.claim_id = d.claim AND e.seq > ? LEFT JOIN {_ITEMS}
    WHERE d.claim = ? ORDER BY e.seq LIMIT ?"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Page:
    """Events as histories serve them, each with its number.

    `version` is the seq of the claim's document. It is None where claims were merged: then what is redacted of one
    can be shown in the history of another, whose document stays as it was.
    """

    version: int | None
    events: list[tuple[int, bytes]]


Recorded = tuple[Envelope, str, str | None, str | None, bytes]
"""An event with its leaf hash, salt, payload (both "" where they were erased, None where they are missing) and
history item."""

_RECORDED = f"""
    SELECT {ENVELOPE}, e.leaf_hash, p.salt, p.payload, p.item FROM events e
    LEFT JOIN payloads p ON p.seq = e.seq"""  # noqa: S608

_CHANGES = f"SELECT {ENVELOPE}, p.payload FROM events e JOIN payloads p ON p.seq = e.seq"  # noqa: S608

# Only an event of this type, about the same subject, can say so.
_REDACTIONS = f"""
    SELECT r.seq, e.seq, e.recorded_at, e.actor, p.payload FROM redactions r JOIN events erased ON erased.seq = r.seq
    JOIN events e ON e.seq = r.redacted_by AND e.type = '{EVENT}' AND e.subject_id = erased.subject_id
    JOIN payloads p ON p.seq = e.seq"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Redaction:
    """What event `seq` says of another one whose payload it erased; the fields `stands` are left of that one's."""

    seq: int
    recorded_at: str
    actor: str
    reason: str
    authority: str
    stands: dict[str, Any]

    def said(self) -> dict[str, object]:
        """As histories show it."""
        shown = ("seq", "recorded_at", "actor", "reason", "authority")
        return {name: getattr(self, name) for name in shown}


def page(claim_id: str, after: int, limit: int, *, see_withheld: bool) -> Page | None:
    """Events after a seq of a claim and of those that were merged into it, oldest first; None without a claim."""
    found = db.query(_PAGE, (after, claim_id, limit))
    if not found:
        return None
    version, merged_into, absorbed = found[0][:3]
    if absorbed:
        ids = [claim_id, *orjson.loads(absorbed)]
        sql = f"""
            SELECT e.seq, p.item, w.item FROM events e JOIN {_ITEMS}
            WHERE e.claim_id IN ({db.marks(ids)}) AND e.seq > ? ORDER BY e.seq LIMIT ?"""  # noqa: S608
        found = [(version, merged_into, absorbed, *row) for row in db.query(sql, [*ids, after, limit])]
    return Page(
        None if merged_into or absorbed else version,
        [
            (seq, bytes(item if see_withheld or masked is None else masked))
            for _, _, _, seq, item, masked in found
            if seq is not None
        ],
    )


def entries(start: int, limit: int, *, see_withheld: bool, hidden: Collection[str]) -> list[tuple[int, bytes]]:
    """Events from a number on, as histories serve them; payloads about `hidden` kinds of subject are left out."""
    found = db.query(f"{SHOWN} WHERE e.seq >= ? ORDER BY e.seq LIMIT ?", (start, limit))
    return [shown(row, see_withheld=see_withheld, hidden=hidden) for row in found]


def shown(row: db.Row, *, see_withheld: bool, hidden: Collection[str]) -> tuple[int, bytes]:
    """An event of `SHOWN`, with its number, as a reader may see it."""
    envelope, (leaf_hash, item, masked) = Envelope(*row[:8]), row[8:]
    if envelope.subject_type in hidden:
        item = withheld_item(envelope, leaf_hash)
    elif masked is not None and not see_withheld:
        item = masked
    return envelope.seq, bytes(item)


def events(after: int = 0) -> Iterator[Recorded]:
    """All events after a seq."""
    return map(_recorded, db.stream(f"{_RECORDED} WHERE e.seq > ? ORDER BY e.seq", (after,)))


def events_of(subject_id: str) -> list[Recorded]:
    """All events of one subject."""
    return [_recorded(row) for row in db.query(f"{_RECORDED} WHERE e.subject_id = ? ORDER BY e.seq", (subject_id,))]


def _recorded(row: db.Row) -> Recorded:
    leaf_hash, salt, payload, item = row[8:]
    return Envelope(*row[:8]), leaf_hash, salt, payload, as_bytes(item)


def changes() -> Iterator[Change]:
    """All events as the fold reads them. Read in batches, so that rows can be written in between."""
    last = 0
    while found := db.query(f"{_CHANGES} WHERE e.seq > ? ORDER BY e.seq LIMIT {_BATCH}", (last,)):
        yield from _changes(found)
        last = found[-1][0]


def _changes(found: Sequence[db.Row]) -> Iterator[Change]:
    """Rows of envelopes and payloads as changes; of erased payloads, what stands in their place."""
    erased = redactions([row[0] for row in found if not row[8]])
    for row in found:
        yield change_of(Envelope(*row[:8]), row[8], erased.get(row[0]))


def change_of(envelope: Envelope, payload: str, redaction: Redaction | None = None) -> Change:
    """An event as the fold reads it; of an erased one, what stands in its place.

    Raises ValueError, KeyError or TypeError for a payload that cannot be read.
    """
    e = envelope
    values = redaction.stands if redaction and not payload else orjson.loads(payload)["set"]
    return Change(e.seq, e.recorded_at, e.actor, e.subject_type, e.subject_id, values)


def redactions(seqs: Collection[int] | None = None) -> dict[int, Redaction]:
    """What was said of events whose payloads were erased, by their numbers; of all, or of those asked for.

    Raises ValueError, KeyError or TypeError where it cannot be read.
    """
    if seqs is None:
        found = db.query(_REDACTIONS)
    else:
        asked = sorted(seqs)
        found = db.query(f"{_REDACTIONS} WHERE r.seq IN ({db.marks(asked)})", asked) if asked else []
    return {erased: _redaction(*by) for erased, *by in found}


def _redaction(seq: int, recorded_at: str, actor: str, payload: str) -> Redaction:
    said = orjson.loads(payload)
    return Redaction(seq, recorded_at, actor, said["reason"], said["authority"], said["stands"])


def seq_at(moment: str) -> int:
    """The newest event at a time (RFC 3339, UTC, six decimals); 0 before the first."""
    row = db.first(
        "SELECT seq FROM events WHERE recorded_at <= ? ORDER BY recorded_at DESC, seq DESC LIMIT 1", (moment,)
    )
    return int(row[0]) if row else 0


def view_as_of(claim_id: str, seq: int) -> ClaimView | None:
    """What the claim's document was made of after event `seq`; None before it existed."""
    return views_as_of([claim_id], seq).get(claim_id)


def views_as_of(claim_ids: Sequence[str], seq: int) -> dict[str, ClaimView]:
    """What the documents of these claims were made of after event `seq`; without those that did not exist.

    Folds only what bears on the claims: their own events, those of all that these name, and so on.
    """
    sql = f"SELECT DISTINCT subject_id FROM events WHERE claim_id IN ({db.marks(claim_ids)}) AND seq <= ?"  # noqa: S608
    waiting = {subject for (subject,) in db.query(sql, [*claim_ids, seq])}
    changes: list[Change] = []
    seen: set[str] = set()
    while waiting:
        seen |= waiting
        below = _changes_of(waiting, seq)
        changes += below
        sources = {change.subject_id for change in below if change.subject_type == Subject.SOURCE}
        waiting = {name for change in below for name in _named(change)} | _citations_of(sources)
        waiting -= seen
    state = fold(sorted(changes, key=lambda change: change.seq))
    return {claim_id: state.view(claim_id) for claim_id in claim_ids if claim_id in state.entities[Subject.CLAIM]}


def entities_as_of(subject_ids: Collection[str], seq: int) -> State:
    """These entities alone, as they stood after event `seq`."""
    return fold(sorted(_changes_of(subject_ids, seq), key=lambda change: change.seq))


def claim_as_of(part: Subject, part_id: str, seq: int) -> str | None:
    """The claim that a part belonged to after event `seq`; None before the part existed."""
    # Not the newest event's claim: a redaction stands in the history of the claim that its target did.
    found = entities_as_of([part_id], seq).entities[part].get(part_id)
    return found["claim"] if found else None


def _changes_of(subject_ids: Collection[str], seq: int) -> list[Change]:
    """All events of these subjects up to a seq."""
    ids, found = sorted(subject_ids), list[Change]()
    for start in range(0, len(ids), _BATCH):
        part = ids[start : start + _BATCH]
        sql = f"{_CHANGES} WHERE e.subject_id IN ({db.marks(part)}) AND e.seq <= ?"
        found += _changes(db.query(sql, [*part, seq]))
    return found


def _named(change: Change) -> set[str]:
    """The ids that an event names: its actor, and what its fields refer to."""
    named = {change.values.get(name) for name in _REFERENCES} | {change.actor}
    return {name for name in named if name}


def _citations_of(source_ids: Collection[str]) -> set[str]:
    """The citations that these sources make, and all below them make; a citation's ends never change."""
    ids, found = sorted(source_ids), set()
    for start in range(0, len(ids), _BATCH):
        part = ids[start : start + _BATCH]
        sql = f"SELECT id FROM citations WHERE {BELOW.format(db.marks(part))}"  # noqa: S608
        found |= {citation for (citation,) in db.query(sql, part)}
    return found
