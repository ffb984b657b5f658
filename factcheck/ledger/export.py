"""The exported log: one JSONL file with all that a verifier needs. What its lines hold, and how they are read.

The lines, in this order; docs/auditors.md says what each member means:

    {"format": "factcheck-log", "version": 1, "origin": ..., "size": ..., "exported_at": ..., "public": ...}
    {"key": vkey} for each key that has signed checkpoints, {"witness": vkey} for each that has cosigned some
    {"event": envelope, "leaf_hash": hex, "salt": hex, "payload": {...}} for each event, by seq
    {"event": envelope, "leaf_hash": hex, "salt": null, "payload": null, "withheld": true}
    {"event": envelope, "leaf_hash": hex, "salt": null, "payload": null, "redacted": {"seq": ...}, "stands": {...}}
    {"checkpoint": signed note} after the event whose seq is its size
    {"state": subject type, "entity": {...}} for each entity as the tables have it, by subject type and id
    {"end": {"events": ..., "checkpoints": ..., "entities": ...}}
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

from factcheck.ledger.canonical import MAX_SAFE_INTEGER
from factcheck.ledger.event import Envelope

FORMAT = "factcheck-log"
VERSION = 1

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes that a line may have, so that no file can ask for more memory than this."""

Json = dict[str, Any]


class Unreadable(ValueError):
    """The file is no exported log, or not to its end; the message says in which line."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the file holds: `origin` names the log as its checkpoints do, None where it has no key; `size` is the
    number of its events; `public` tells whether payloads that are not public yet were left out."""

    origin: str | None
    size: int
    exported_at: str
    public: bool

    def as_json(self) -> Json:
        return {
            "format": FORMAT,
            "version": VERSION,
            "origin": self.origin,
            "size": self.size,
            "exported_at": self.exported_at,
            "public": self.public,
        }

    @classmethod
    def read(cls, line: Json) -> "Header":
        if (line.get("format"), line.get("version")) != (FORMAT, VERSION):
            raise Unreadable(f"it does not begin as a {FORMAT} of version {VERSION} does")
        _require_members(line, {"format", "version", "origin", "size", "exported_at", "public"})
        origin = None if line["origin"] is None else _text(line["origin"])
        return cls(origin, _count(line["size"]), _text(line["exported_at"]), _flag(line["public"]))


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key of the log, as `factcheck.ledger.note.VerifierKey` is written."""

    vkey: str

    def as_json(self) -> Json:
        return {"key": self.vkey}

    @classmethod
    def read(cls, line: Json) -> "LogKey":
        _require_members(line, {"key"})
        return cls(_text(line["key"]))


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A key of a witness, written likewise."""

    vkey: str

    def as_json(self) -> Json:
        return {"witness": self.vkey}

    @classmethod
    def read(cls, line: Json) -> "WitnessKey":
        _require_members(line, {"witness"})
        return cls(_text(line["witness"]))


@dataclass(frozen=True, slots=True)
class Event:
    """An event. `salt` (lower-case hex) and `payload` are None where it is `withheld`, or was erased: then
    `redacted_by` is the event that says so, and `stands` the fields that count in place of the erased ones."""

    envelope: Envelope
    leaf_hash: str
    salt: str | None
    payload: Json | None
    withheld: bool = False
    redacted_by: int | None = None
    stands: Json | None = None

    def as_json(self) -> Json:
        line: Json = {
            "event": self.envelope.as_json(),
            "leaf_hash": self.leaf_hash,
            "salt": self.salt,
            "payload": self.payload,
        }
        if self.withheld:
            line["withheld"] = True
        if self.redacted_by is not None:
            line |= {"redacted": {"seq": self.redacted_by}, "stands": self.stands}
        return line

    @classmethod
    def read(cls, line: Json) -> "Event":
        _require_members(line, {"event", "leaf_hash", "salt", "payload"}, _OPTIONAL)
        payload = None if line["payload"] is None else _object(line["payload"])
        return cls(
            envelope=_envelope(_object(line["event"])),
            leaf_hash=_text(line["leaf_hash"]),
            salt=None if line["salt"] is None else _text(line["salt"]),
            payload=payload,
            withheld=_flag(line["withheld"]) if "withheld" in line else False,
            redacted_by=_count(_object(line["redacted"]).get("seq")) if "redacted" in line else None,
            stands=_object(line["stands"]) if "stands" in line else None,
        )


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint as a signed note, with the cosignatures of witnesses."""

    note: str

    def as_json(self) -> Json:
        return {"checkpoint": self.note}

    @classmethod
    def read(cls, line: Json) -> "SignedCheckpoint":
        _require_members(line, {"checkpoint"})
        return cls(_text(line["checkpoint"]))


@dataclass(frozen=True, slots=True)
class StoredEntity:
    """An entity as the tables have it, without what is secret."""

    subject_type: str
    entity: Json

    def as_json(self) -> Json:
        return {"state": self.subject_type, "entity": self.entity}

    @classmethod
    def read(cls, line: Json) -> "StoredEntity":
        _require_members(line, {"state", "entity"})
        entity = _object(line["entity"])
        _text(entity.get("id"))
        return cls(_text(line["state"]), entity)


@dataclass(frozen=True, slots=True)
class End:
    """How many lines of each kind there were: a file without this line was cut off."""

    events: int
    checkpoints: int
    entities: int

    def as_json(self) -> Json:
        return {"end": {"events": self.events, "checkpoints": self.checkpoints, "entities": self.entities}}

    @classmethod
    def read(cls, line: Json) -> "End":
        _require_members(line, {"end"})
        counts = _object(line["end"])
        _require_members(counts, {"events", "checkpoints", "entities"})
        return cls(_count(counts["events"]), _count(counts["checkpoints"]), _count(counts["entities"]))


Line = Header | LogKey | WitnessKey | Event | SignedCheckpoint | StoredEntity | End

_PARTS: tuple[dict[str, Callable[[Json], Line]], ...] = (
    {"format": Header.read},
    {"key": LogKey.read, "witness": WitnessKey.read},
    {"event": Event.read, "checkpoint": SignedCheckpoint.read},
    {"state": StoredEntity.read},
    {"end": End.read},
)
"""The parts of the file in their order: the member that tells a line's kind, and what reads it."""

_HEAD, _END = 0, len(_PARTS) - 1


def read(file: BinaryIO) -> Iterator[tuple[int, Line]]:
    """The lines with their numbers, from 1; the header comes first and the end, if there is one, last.

    Raises Unreadable at the first line that is none of the format's, or stands in a wrong place.
    """
    part = _HEAD
    for number, line in _objects(file):
        found = next((at for at, kinds in enumerate(_PARTS) if kinds.keys() & line.keys()), None)
        if found is None or (number == 1) != (found == _HEAD):
            raise Unreadable(f"line {number}: " + ("it is of no known kind" if number > 1 else "it is no exported log"))
        if found < part or part == _END:
            raise Unreadable(f"line {number}: it stands behind a line that it should come before")
        part = found
        kind = next(iter(_PARTS[found].keys() & line.keys()))
        try:
            yield number, _PARTS[found][kind](line)
        except Unreadable as error:
            raise Unreadable(f"line {number}: {error}") from None
    if part == _HEAD:
        raise Unreadable("the file ends where its first event should be")


def _objects(file: BinaryIO) -> Iterator[tuple[int, Json]]:
    number = 0
    while given := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(given) > LONGEST_LINE:
            raise Unreadable(f"line {number}: it is longer than {LONGEST_LINE} bytes")
        yield number, _object_of(given, number)


def _object_of(given: bytes, number: int) -> Json:
    try:
        value = _DECODER.decode(given.decode())
    except UnicodeDecodeError:
        raise Unreadable(f"line {number}: it is no UTF-8") from None
    except RecursionError:
        raise Unreadable(f"line {number}: it is nested too deeply") from None
    except ValueError as error:
        raise Unreadable(f"line {number}: it is no JSON: {error}") from None
    if not isinstance(value, dict):
        raise Unreadable(f"line {number}: it is no JSON object")
    return value


def _without_repeats(pairs: list[tuple[str, Any]]) -> Json:
    """What has a name twice is read in one way here and in another there."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has a member twice")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_without_repeats, parse_constant=_refuse_constant)


_ENVELOPE = {"seq", "recorded_at", "actor", "type", "subject", "claim_id", "commitment"}
_SUBJECT = {"type", "id"}
_OPTIONAL = frozenset({"withheld", "redacted", "stands"})


def _envelope(given: Json) -> Envelope:
    _require_members(given, _ENVELOPE)
    subject = _object(given["subject"])
    _require_members(subject, _SUBJECT)
    return Envelope(
        seq=_count(given["seq"]),
        recorded_at=_text(given["recorded_at"]),
        actor=_text(given["actor"]),
        type=_text(given["type"]),
        subject_type=_text(subject["type"]),
        subject_id=_text(subject["id"]),
        claim_id=None if given["claim_id"] is None else _text(given["claim_id"]),
        commitment=_text(given["commitment"]),
    )


def _require_members(given: Json, names: set[str], optional: frozenset[str] = frozenset()) -> None:
    if not names <= given.keys() <= names | optional:
        raise Unreadable(f"it has not the members that it should: {', '.join(sorted(names))}")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Unreadable("a member is no text, and should be")
    return value


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value <= MAX_SAFE_INTEGER:
        raise Unreadable("a member is no whole number, and should be")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Unreadable("a member is neither true nor false, and should be")
    return value


def _object(value: object) -> Json:
    if not isinstance(value, dict):
        raise Unreadable("a member is no object, and should be")
    return value
