"""Holds the tables and the stored documents against the fold of the ledger, however large they are: what the fold gives
is kept in a temporary file (`storage.shelves`) and compared piece by piece."""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import orjson

from factcheck.domain.projections import State
from factcheck.domain.redaction import EVENT
from factcheck.domain.vocabulary import Subject
from factcheck.ledger.event import Envelope, commit
from factcheck.ledger.merkle import HASH_BYTES
from factcheck.storage import check_claims, check_tables, check_withheld, db, history, items, revisions
from factcheck.storage.check_tree import Tree
from factcheck.storage.history import Recorded, Redaction
from factcheck.storage.shelves import shelves
from factcheck.storage.unreadable import UNREADABLE


def differences(folder: Path | None = None) -> Iterator[str]:
    """Everything in which the tables, the documents and the ledger do not agree, a line each.

    Where an event cannot be read there is nothing to hold the rest against. Others may write meanwhile. `folder` has
    space for a temporary file.
    """
    with db.snapshot():
        yield from differences_within(folder)


def differences_within(folder: Path | None = None) -> Generator[str, None, None]:
    """The same, within a transaction that is there already."""
    with db.reading_whatever(), shelves(folder) as keep:
        state = State(keep)
        read_all = yield from _event_problems(state)
        if not read_all:
            return
        for subject in Subject:
            yield from check_tables.problems(subject, state)
        yield from check_claims.problems(state)
        yield from revisions.order_problems()
        yield from check_withheld.problems(state)


def _event_problems(state: State) -> Generator[str, None, bool]:
    """Folds the events, and compares all that stands beside each; gives whether every one of them could be read."""
    try:
        redactions = history.redactions()
    except UNREADABLE:
        yield "a redacting event cannot be read, so nothing was compared"
        return False
    last, tree, said, standing = 0, Tree(), _Said(), revisions.Comparison()
    for event in history.events():
        envelope, leaf_hash, salt, payload, _ = event
        at, redaction = f"event {envelope.seq}", redactions.get(envelope.seq)
        erased = redaction if salt == payload == "" else None
        if envelope.seq != last + 1:
            yield f"{at} follows event {last}"
        leaf = _leaf(envelope)
        if leaf != leaf_hash:
            yield f"{at}: the envelope does not give its leaf hash"
        yield from tree.problems_after(bytes.fromhex(leaf), envelope.recorded_at)
        if not erased:
            yield from _payload_problems(at, envelope, salt, payload, redaction)
        try:
            said.listen(envelope, payload)
            before = state.apply(history.change_of(envelope, payload or "", erased))
        except UNREADABLE:
            yield f"{at} cannot be read, so the tables were not compared"
            return False
        if not _is_shown(event, before, erased):
            yield f"{at}: the history shows something else than the event"
        yield from standing.problems_after(envelope.seq, state)
        last = envelope.seq
    yield from said.problems()
    yield from tree.problems_at_end()
    return True


def _leaf(envelope: Envelope) -> str:
    """The leaf hash; zeroes where the envelope has what no ledger can write."""
    try:
        return envelope.leaf_hash()
    except UNREADABLE:
        return bytes(HASH_BYTES).hex()


def _payload_problems(
    at: str, envelope: Envelope, salt: str | None, payload: str | None, redaction: Redaction | None
) -> Iterator[str]:
    if redaction:
        yield f"{at}: its payload was redacted and is still there"
    if not _opens(envelope, salt, payload):
        yield f"{at}: the payload does not give its commitment"


def _opens(envelope: Envelope, salt: str | None, payload: str | None) -> bool:
    """Whether salt and payload, None where they are gone, are what the event commits to."""
    try:
        return commit(bytes.fromhex(salt or ""), (payload or "").encode()) == envelope.commitment
    except UNREADABLE:
        return False


def _is_shown(event: Recorded, before: dict[str, Any], redaction: Redaction | None) -> bool:
    """Whether the history shows what it should."""
    envelope, leaf_hash, salt, payload, item = event
    try:
        if redaction:
            return items.redacted_item(envelope, leaf_hash, redaction.said()) == item
        return items.history_item(envelope, leaf_hash, salt or "", (payload or "").encode(), before) == item
    except UNREADABLE:
        return False


class _Said:
    """Which events others say that they redacted, held against the table that the guards go by."""

    def __init__(self) -> None:
        self._pairs: set[tuple[int, int]] = set()

    def listen(self, envelope: Envelope, payload: str | None) -> None:
        if envelope.type == EVENT and payload:
            self._pairs.add((orjson.loads(payload).get("redacts"), envelope.seq))

    def problems(self) -> Iterator[str]:
        stored = {(seq, by) for seq, by in db.query("SELECT seq, redacted_by FROM redactions")}
        # By what they look like: somebody may have put something else than numbers there.
        for seq, by in sorted(stored - self._pairs, key=str):
            yield f"event {seq} counts as redacted by event {by}, which does not say so"
        for seq, by in sorted(self._pairs - stored, key=str):
            yield f"event {by} says that it redacted event {seq}, which does not count as redacted"
