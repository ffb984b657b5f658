"""The only door to the record: a write changes a row and appends its event together, or not at all.

    with journal.write(actor) as tx:
        claim_id = tx.create("claim.submitted", Subject.CLAIM, values, claim=...)
        tx.change("claim.amended", Subject.CLAIM, row, {"text": "..."}, claim=claim_id)

When the outermost `write` ends, the events are numbered and stored, and every claim that they touch is
rendered again, in the same transaction.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from factcheck import clock
from factcheck.domain.views import PARTS, claims_of
from factcheck.domain.vocabulary import Subject
from factcheck.ledger.canonical import canonical
from factcheck.ledger.event import SALT_BYTES, Envelope, commit
from factcheck.ledger.merkle import HASH_BYTES, Frontier, first_position
from factcheck.storage import db, documents, rows, views
from factcheck.storage.items import history_item, withheld_item
from factcheck.storage.models import ENTITIES

Values = Mapping[str, Any]

_current = threading.local()


@dataclass(frozen=True, slots=True)
class _Recorded:
    """An event as its three tables take it."""

    envelope: Envelope
    leaf_hash: str
    salt: str
    payload: bytes
    item: bytes
    withheld: bool


class Transaction:
    """The changes of one write, by one actor at one moment."""

    def __init__(self, actor: str, head: "Head", now: str) -> None:
        self.actor = actor
        self.now = now
        self._tree = head.frontier()
        self._events: list[_Recorded] = []
        self._nodes: list[bytes] = []
        self._touched: set[str] = set()
        self._disclosed: list[str] = []
        self.imported_from: Values | None = None
        """Where from outside the record what is written now was taken; each event says so."""
        self.after_commit: list[Callable[[], None]] = []
        """What the outermost write does once all of it is stored."""

    def create(
        self,
        type_: str,
        subject: Subject,
        values: Values,
        *,
        claim: str | None = None,
        secret: Values | None = None,
        withheld: bool = False,
        reason: str | None = None,
    ) -> str:
        """Make a new entity; gives its id. `claim` is the claim whose history shows it."""
        entity_id = clock.new_id()
        claim = entity_id if subject == Subject.CLAIM else claim
        before = dict.fromkeys(values)
        seq = self._append(type_, subject, entity_id, claim, values, before, withheld=withheld, reason=reason)
        common = {"id": entity_id, "created_at": self.now, "created_by": self.actor}
        row = {**common, **values, **(secret or {}), "updated_at": self.now, "seq": seq}
        rows.insert(ENTITIES[subject], row)
        self._touch(subject, row, values)
        return entity_id

    def change(
        self,
        type_: str,
        subject: Subject,
        row: Values,
        values: Values,
        *,
        claim: str | None = None,
        withheld: bool = False,
        reason: str | None = None,
        always: bool = False,
        held: Values | None = None,
        **members: object,
    ) -> int | None:
        """Set fields of an entity; those that have their value already are left out. Gives the event's number.

        Where nothing differs nothing happened, and no event says so, unless it should `always`. `members` are
        further members of the payload. `held` is what the fold gives for the entity, if that is not the row.
        """
        set_ = {name: value for name, value in values.items() if row[name] != value}
        if not set_ and not always:
            return None
        before = {name: (row if held is None else held)[name] for name in set_}
        claim = row["id"] if subject == Subject.CLAIM else claim
        seq = self._append(type_, subject, row["id"], claim, set_, before, withheld=withheld, reason=reason, **members)
        rows.update(ENTITIES[subject], row["id"], {**set_, "updated_at": self.now, "seq": seq})
        # A part that moves to another claim touches the claim that it leaves as well.
        self._touch(subject, row, set_)
        self._touch(subject, {**row, **set_}, set_)
        return seq

    def disclose(self, subject_id: str) -> None:
        """What was withheld of this subject, in this write too, is public from now on."""
        self._disclosed.append(subject_id)

    def _append(
        self,
        type_: str,
        subject: Subject,
        subject_id: str,
        claim_id: str | None,
        values: Values,
        before: Values,
        *,
        withheld: bool,
        reason: str | None,
        **members: object,
    ) -> int:
        said = {"set": values, **members}
        if self.imported_from is not None:
            said["imported_from"] = self.imported_from
        payload = canonical(said if reason is None else {**said, "reason": reason})
        salt = clock.random_bytes(SALT_BYTES)
        envelope = Envelope(
            seq=self._tree.size + 1,
            recorded_at=self.now,
            actor=self.actor,
            type=type_,
            subject_type=subject,
            subject_id=subject_id,
            claim_id=claim_id,
            commitment=commit(salt, payload),
        )
        leaf_hash = envelope.leaf_hash()
        item = history_item(envelope, leaf_hash, salt.hex(), payload, before)
        self._events.append(_Recorded(envelope, leaf_hash, salt.hex(), payload, item, withheld))
        self._nodes += self._tree.append(bytes.fromhex(leaf_hash))
        return envelope.seq

    def _touch(self, subject: Subject, row: Values, values: Values) -> None:
        if subject == Subject.CLAIM:
            self._touched.add(row["id"])
            if "topics" in values:
                documents.set_topics(row["id"], values["topics"])
        elif subject in PARTS:
            self._touched.update(claims_of(row))
        elif subject == Subject.SPEAKER:
            self._touched |= views.touched_by_speaker(row["id"])
        elif subject == Subject.SOURCE:
            self._touched |= views.touched_by_source(row["id"])
        elif subject == Subject.CITATION:
            self._touched |= views.touched_by_source(row["source"])
        elif subject == Subject.PUBLISHER:
            self._touched |= views.touched_by_publisher(row["id"])

    @contextmanager
    def _standing_alone(self, imported_from: Values) -> Iterator[None]:
        self._flush()
        tree, steps = Frontier(self._tree.size, self._tree.peaks), len(self.after_commit)
        self.imported_from = imported_from
        try:
            with db.savepoint():
                yield
                # Once, as to render a claim and to find its words takes longer than all else.
                self._flush()
        except BaseException:
            self._tree = tree
            for waiting in (self._events, self._nodes, self._touched, self._disclosed):
                waiting.clear()
            del self.after_commit[steps:]
            raise
        finally:
            self.imported_from = None

    def _flush(self) -> None:
        if not self._events:
            return
        db.execute_many(_INSERT_EVENT, [_event_row(event) for event in self._events])
        db.execute_many(
            "INSERT INTO payloads (seq, salt, payload, item) VALUES (?, ?, ?, ?)",
            [(e.envelope.seq, e.salt, e.payload.decode(), e.item) for e in self._events],
        )
        for event in self._events:
            if event.withheld:
                db.execute(
                    "INSERT INTO withheld (seq, subject_id, item) VALUES (?, ?, ?)",
                    (event.envelope.seq, event.envelope.subject_id, withheld_item(event.envelope, event.leaf_hash)),
                )
        for subject_id in self._disclosed:
            db.execute("DELETE FROM withheld WHERE subject_id = ?", (subject_id,))
        if self._nodes:
            # They are numbered without a gap, so these are the last ones of the tree.
            numbered = enumerate(self._nodes, first_position(self._tree.size) - len(self._nodes))
            db.execute_many("INSERT INTO nodes (position, hash) VALUES (?, ?)", list(numbered))
        db.execute(_SET_HEAD, (self._tree.size, self.now, b"".join(self._tree.peaks)))
        documents.refresh(self._touched)
        self._events.clear()
        self._nodes.clear()
        self._touched.clear()
        self._disclosed.clear()


@dataclass(frozen=True, slots=True)
class Head:
    """Where the ledger ends: its size, the peaks of its tree in a row, and when its newest event was recorded
    ("" before the first)."""

    size: int
    recorded_at: str
    peaks: bytes

    def frontier(self) -> Frontier:
        hashes = [self.peaks[start : start + HASH_BYTES] for start in range(0, len(self.peaks), HASH_BYTES)]
        return Frontier(self.size, hashes)


_READ_HEAD = "SELECT seq, recorded_at, frontier FROM ledger_head WHERE id = 1"
_LOCK_HEAD = f"{_READ_HEAD} FOR UPDATE"
_SET_HEAD = "UPDATE ledger_head SET seq = ?, recorded_at = ?, frontier = ? WHERE id = 1"
_INSERT_EVENT = """
    INSERT INTO events (seq, recorded_at, actor, type, subject_type, subject_id, claim_id, commitment, leaf_hash)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""


def _event_row(event: _Recorded) -> tuple[object, ...]:
    e = event.envelope
    return (
        e.seq, e.recorded_at, e.actor, e.type, e.subject_type, e.subject_id, e.claim_id, e.commitment,
        event.leaf_hash,
    )  # fmt: skip


@contextmanager
def write(actor: str) -> Iterator[Transaction]:
    """A write transaction, alone among all writers. Inside another one it joins that.

    An exception takes back all of it: no row, no event, no document has changed.
    """
    outer: Transaction | None = getattr(_current, "transaction", None)
    if outer is not None:
        if outer.actor != actor:
            raise RuntimeError("a write by one actor cannot join another's")
        yield outer
        # Later steps of the outer write read what this one changed; those of a part read rows alone.
        if outer.imported_from is None:
            outer._flush()
        return
    with db.exclusive():
        transaction = _current.transaction = _begin(actor)
        try:
            yield transaction
            transaction._flush()
        finally:
            _current.transaction = None
    for step in transaction.after_commit:
        step()


@contextmanager
def imported(imported_from: Values) -> Iterator[None]:
    """A part of the present write that was `imported_from` somewhere, as its events say, and that stands or falls by
    itself: an exception takes back this part alone, and the write may go on. Inside, rows are read as they have become,
    and documents and events only afterwards."""
    transaction: Transaction | None = getattr(_current, "transaction", None)
    assert transaction is not None, "a part is a part of a write"
    with transaction._standing_alone(imported_from):
        yield


@contextmanager
def alone() -> Iterator[None]:
    """A transaction beside the ledger in which nobody else writes, neither to it nor in one like this."""
    with db.exclusive():
        head(lock=True)
        yield


def _begin(actor: str) -> Transaction:
    found = head(lock=True)
    # A clock that was set back must not put an event before the one that it follows.
    return Transaction(actor, found, max(clock.timestamp(clock.now()), found.recorded_at))


def head(*, lock: bool = False) -> Head:
    """The ledger's end; with `lock` nobody else moves it before this transaction ends."""
    row = db.first(_LOCK_HEAD if lock and db.is_postgresql() else _READ_HEAD)
    assert row is not None, "the ledger has its head from the first migration on"
    return Head(row[0], row[1], bytes(row[2]))


def size() -> int:
    """How many events there are: the number of the newest."""
    row = db.first("SELECT seq FROM ledger_head WHERE id = 1")
    return int(row[0]) if row else 0
