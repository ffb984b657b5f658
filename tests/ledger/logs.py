"""Exported logs for tests, made of the ledger's pure half alone: no database has a part in them."""

import io
import json
from collections.abc import Iterable
from typing import Any

from factcheck.ledger.canonical import canonical
from factcheck.ledger.checkpoint import Checkpoint
from factcheck.ledger.event import Envelope, commit
from factcheck.ledger.export import (
    End,
    Event,
    Header,
    LogKey,
    SignedCheckpoint,
    StoredEntity,
    WitnessKey,
)
from factcheck.ledger.merkle import Frontier
from factcheck.ledger.note import Algorithm, Note, SigningKey

Json = dict[str, Any]

ORIGIN = "log.example/record"
KEY = SigningKey.make(ORIGIN, bytes([1] * 32))
NEXT_KEY = SigningKey.make(ORIGIN, bytes([2] * 32))
STRANGER = SigningKey.make(ORIGIN, bytes([3] * 32))
WITNESS = SigningKey.make("witness.example/w1", bytes([4] * 32), Algorithm.COSIGNATURE)


class Log:
    """A ledger that grows; `exported` gives its lines at any time."""

    def __init__(self) -> None:
        self.tree = Frontier()
        self.keys: list[SigningKey] = []
        self.witnesses: list[SigningKey] = []
        self.entities: dict[tuple[str, str], Json] = {}
        self._events: list[Event] = []
        self._checkpoints: dict[int, Note] = {}

    def add(self, type_: str, subject_type: str, subject_id: str, values: Json, **members: object) -> int:
        """An event that sets these values; gives its seq."""
        seq = len(self._events) + 1
        payload, salt = {"set": values, **members}, bytes([seq % 256] * 16)
        time = f"2026-01-01T{seq // 3600:02}:{seq // 60 % 60:02}:{seq % 60:02}.000000Z"
        claim = subject_id if subject_type == "claim" else None
        commitment = commit(salt, canonical(payload))
        envelope = Envelope(seq, time, "system", type_, subject_type, subject_id, claim, commitment)
        leaf = envelope.leaf_hash()
        self._events.append(Event(envelope, leaf, salt.hex(), payload))
        self.tree.append(bytes.fromhex(leaf))
        common = {"id": subject_id, "created_at": time, "created_by": "system"}
        entity = self.entities.setdefault((subject_type, subject_id), common)
        entity.update(values, updated_at=time, seq=seq)
        return seq

    def add_key(self, key: SigningKey) -> None:
        self.keys.append(key)
        self.add("log_key.added", "log_key", f"k{len(self.keys)}", {"vkey": str(key.verifier())})

    def withhold(self, seq: int) -> None:
        """The payload is not public; neither is what it is about."""
        event = self._events[seq - 1]
        self._events[seq - 1] = Event(event.envelope, event.leaf_hash, None, None, withheld=True)
        self.entities.pop((event.envelope.subject_type, event.envelope.subject_id), None)

    def redact(self, seq: int, stands: Json, **values: object) -> int:
        """Erase a payload of an entity, whose fields are set to these values; gives the seq that says so."""
        event = self._events[seq - 1]
        about, members = event.envelope, {"redacts": seq, "stands": stands, "reason": "A court's order"}
        by = self.add("payload.redacted", about.subject_type, about.subject_id, values, **members)
        self._events[seq - 1] = Event(about, event.leaf_hash, None, None, redacted_by=by, stands=stands)
        return by

    def checkpoint(self, *witnesses: SigningKey) -> Note:
        """Sign what there is with the newest key."""
        signed = Checkpoint(ORIGIN, self.tree.size, self.tree.root()).sign(self.keys[-1])
        cosigned = tuple(witness.sign(signed.text, time=1_767_225_600) for witness in witnesses)
        self.witnesses += [witness for witness in witnesses if witness not in self.witnesses]
        self._checkpoints[self.tree.size] = note = Note(signed.text, signed.signatures + cosigned)
        return note

    def exported(self) -> list[Json]:
        lines: list[Json] = [Header(ORIGIN, len(self._events), "2026-01-02T00:00:00.000000Z", public=True).as_json()]
        lines += [LogKey(str(key.verifier())).as_json() for key in self.keys]
        lines += [WitnessKey(str(key.verifier())).as_json() for key in self.witnesses]
        for event in self._events:
            lines.append(event.as_json())
            if event.envelope.seq in self._checkpoints:
                lines.append(SignedCheckpoint(str(self._checkpoints[event.envelope.seq])).as_json())
        lines += [StoredEntity(key[0], self.entities[key]).as_json() for key in sorted(self.entities)]
        lines.append(End(len(self._events), len(self._checkpoints), len(self.entities)).as_json())
        return copied(lines)


def a_log() -> Log:
    """Fourteen events: keys, claims, a proposed verdict, an erased payload, two checkpoints with a witness."""
    log = Log()
    log.add_key(KEY)
    log.add("claim.submitted", "claim", "c1", {"text": "The moon is made of rock", "topics": ["moon"], "place": None})
    log.add("claim.submitted", "claim", "c2", {"text": "The sun is made of gas", "topics": [], "place": "Rome"})
    log.add("verdict.proposed", "verdict", "v1", {"claim": "c1", "rating": "supported"})
    log.add("claim.amended", "claim", "c1", {"place": "Turin"}, reason="Größe")
    log.add("verdict.published", "verdict", "v2", {"claim": "c2", "rating": "supported", "value": 1.5})
    log.checkpoint(WITNESS)
    log.add("reply.added", "reply", "r1", {"claim": "c1", "text": "A name that must go"})
    log.add("verdict.approved", "verdict", "v1", {"rating": "refuted"})
    log.redact(7, {"claim": "c1", "text": "[erased]"}, text="[erased]")
    log.add_key(NEXT_KEY)
    log.add("claim.amended", "claim", "c2", {"place": None, "topics": ["sun", "gas"]})
    log.add("reply.added", "reply", "r2", {"claim": "c2", "text": "So it is"})
    log.checkpoint(WITNESS)
    log.add("claim.taken", "claim", "c2", {"taken_by": "somebody"})
    log.add("claim.released", "claim", "c2", {"taken_by": None})
    for seq in (4, 8):
        log.withhold(seq)
    return log


def copied(lines: Iterable[Json]) -> list[Json]:
    """Lines that can be edited without a change to the others."""
    return [json.loads(json.dumps(line)) for line in lines]


def file_of(lines: Iterable[Json]) -> io.BytesIO:
    return io.BytesIO(b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines))


def event_at(lines: list[Json], seq: int) -> int:
    """Which line has an event."""
    return next(place for place, line in enumerate(lines) if "event" in line and line["event"]["seq"] == seq)


def recomputed(line: Json) -> None:
    """What an attacker does who knows the format: salt kept, commitment and leaf hash made anew."""
    event = line["event"]
    if line["payload"] is not None:
        event["commitment"] = commit(bytes.fromhex(line["salt"]), canonical(line["payload"]))
    subject = event["subject"]
    names = ("seq", "recorded_at", "actor", "type", "claim_id", "commitment")
    envelope = Envelope(subject_type=subject["type"], subject_id=subject["id"], **{name: event[name] for name in names})
    line["leaf_hash"] = envelope.leaf_hash()
