"""The whole ledger as `factcheck.ledger.export` describes it: one moment of it, streamed."""

from collections.abc import Generator, Iterator
from contextlib import closing

import orjson

from factcheck import clock
from factcheck.domain.vocabulary import ADMINISTRATIVE, Subject
from factcheck.ledger.event import Envelope
from factcheck.ledger.export import (
    End,
    Event,
    Header,
    Json,
    Line,
    LogKey,
    SignedCheckpoint,
    StoredEntity,
    WitnessKey,
)
from factcheck.ledger.note import BadNote, VerifierKey
from factcheck.storage import db, journal, rows
from factcheck.storage.history import ENVELOPE
from factcheck.storage.models import ENTITIES

# An erased payload's place is taken by what the event that erased it says.
_EVENTS = f"""
    SELECT {ENVELOPE}, e.leaf_hash, p.salt, p.payload, w.seq, r.redacted_by, said.payload
    FROM events e LEFT JOIN payloads p ON p.seq = e.seq LEFT JOIN withheld w ON w.seq = e.seq
    LEFT JOIN redactions r ON r.seq = e.seq LEFT JOIN payloads said ON said.seq = r.redacted_by ORDER BY e.seq"""  # noqa: S608
_CHECKPOINTS = "SELECT size, note FROM checkpoints ORDER BY size"
_COSIGNATURES = "SELECT line FROM cosignatures WHERE size = ? ORDER BY witness"
_WITNESSES = "SELECT DISTINCT witness FROM cosignatures ORDER BY witness"
_KEYS = "SELECT vkey FROM log_keys ORDER BY seq"
_PUBLIC = "id NOT IN (SELECT subject_id FROM withheld)"


class Damaged(Exception):
    """An event cannot be read, so there is no export; `flask db check` says more."""


def lines(*, everything: bool) -> Generator[bytes, None, None]:
    """The lines of the exported log, as it is when the first is taken; raises Damaged.

    Who does not take all of them closes the generator: it holds a transaction.

    Without `everything`, what the public may not see is left out: payloads that are not public yet, those about
    accounts and their tokens, and what these add up to.
    """
    with db.snapshot(), closing(_lines(everything)) as found:
        for line in found:
            yield orjson.dumps(line.as_json()) + b"\n"


def _lines(everything: bool) -> Generator[Line, None, None]:
    keys = [vkey for (vkey,) in db.query(_KEYS)]
    yield Header(_origin(keys), journal.size(), clock.timestamp(clock.now()), public=not everything)
    yield from map(LogKey, keys)
    yield from (WitnessKey(vkey) for (vkey,) in db.query(_WITNESSES))
    counted = {Event: 0, SignedCheckpoint: 0, StoredEntity: 0}
    for line in _body(everything):
        counted[type(line)] += 1
        yield line
    yield End(counted[Event], counted[SignedCheckpoint], counted[StoredEntity])


def _body(everything: bool) -> Iterator[Event | SignedCheckpoint | StoredEntity]:
    with closing(_checkpoints()) as checkpoints:
        waiting = next(checkpoints, None)
        for event in _events(everything):
            while waiting is not None and waiting[0] < event.envelope.seq:
                yield waiting[1]
                waiting = next(checkpoints, None)
            yield event
        if waiting is not None:
            yield waiting[1]
        yield from (line for _, line in checkpoints)
    yield from _entities(everything)


def _origin(keys: list[str]) -> str | None:
    """What the newest checkpoint calls the log, or before there is one the newest key."""
    row = db.first("SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1")
    if row is not None:
        return str(row[0]).partition("\n")[0]
    try:
        return VerifierKey.parse(keys[-1]).name if keys else None
    except BadNote:
        return None


def _events(everything: bool) -> Iterator[Event]:
    with closing(db.stream(_EVENTS)) as found:
        for row in found:
            yield _event(row, everything)


def _event(row: db.Row, everything: bool) -> Event:
    envelope, (leaf_hash, salt, payload, withheld, redacted_by, said) = Envelope(*row[:8]), row[8:]
    hidden = withheld is not None or envelope.subject_type in ADMINISTRATIVE
    if hidden and not everything:
        return Event(envelope, leaf_hash, None, None, withheld=True)
    if redacted_by is not None:
        stands = _parsed(said, redacted_by).get("stands", {}) if said else {}
        return Event(envelope, leaf_hash, None, None, redacted_by=redacted_by, stands=stands)
    return Event(envelope, leaf_hash, salt or None, _parsed(payload, envelope.seq) if payload else None)


def _parsed(payload: str, seq: int) -> Json:
    try:
        found = orjson.loads(payload)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise Damaged(f"the payload of event {seq} cannot be read")
    return found


def _checkpoints() -> Generator[tuple[int, SignedCheckpoint], None, None]:
    """Each with its size, from the smallest; its cosignatures stand under the log's own."""
    for size, note in db.stream(_CHECKPOINTS):
        lines = (f"{line.strip()}\n" for (line,) in db.query(_COSIGNATURES, (size,)))
        yield size, SignedCheckpoint(note + "".join(lines))


def _entities(everything: bool) -> Iterator[StoredEntity]:
    for subject in sorted(Subject if everything else set(Subject) - set(ADMINISTRATIVE)):
        for entity in rows.stream(ENTITIES[subject], "1 = 1" if everything else _PUBLIC):
            yield StoredEntity(subject, entity)
