"""Holds the tables and the stored documents against the fold of the ledger."""

from collections.abc import Generator, Iterator
from typing import Any

import orjson

from factcheck.domain.documents import is_public
from factcheck.domain.projections import State
from factcheck.domain.redaction import EVENT
from factcheck.domain.search_entries import Entry, entry, texts
from factcheck.domain.vocabulary import Subject
from factcheck.ledger.canonical import canonical
from factcheck.ledger.event import Envelope, commit
from factcheck.storage import db, documents, history, items, journal, reviews, revisions, rows, search_index
from factcheck.storage.check_tree import Tree
from factcheck.storage.history import Redaction
from factcheck.storage.models import ENTITIES, SECRET_COLUMNS

# What a payload that somebody has tampered with may raise.
_UNREADABLE = (ValueError, KeyError, TypeError)


def differences() -> Iterator[str]:
    """Everything in which the tables, the documents and the ledger do not agree, a line each.

    Where an event cannot be read there is nothing to hold the rest against. Others may write meanwhile.
    """
    with db.snapshot():
        yield from differences_within()


def differences_within() -> Generator[str, None, None]:
    """The same, within a transaction that is there already."""
    try:
        redactions = history.redactions()
    except _UNREADABLE:
        yield "a redacting event cannot be read, so nothing was compared"
        return
    state, last, tree, said, standing = State(), 0, Tree(), _Said(), revisions.Comparison()
    for envelope, leaf_hash, salt, payload, item in history.events():
        at, redaction = f"event {envelope.seq}", redactions.get(envelope.seq)
        erased = redaction if salt == payload == "" else None
        leaf = envelope.leaf_hash()
        if envelope.seq != last + 1:
            yield f"{at} follows event {last}"
        if leaf != leaf_hash:
            yield f"{at}: the envelope does not give its leaf hash"
        yield from tree.problems_after(bytes.fromhex(leaf))
        if not erased:
            yield from _payload_problems(at, envelope, salt, payload, redaction)
        try:
            before = state.apply(history.change_of(envelope, payload or "", erased))
        except _UNREADABLE:
            yield f"{at} cannot be read, so the tables were not compared"
            return
        if _item(envelope, leaf_hash, salt, payload, before, erased) != item:
            yield f"{at}: the history shows something else than the event"
        said.listen(envelope, payload)
        yield from standing.problems_after(envelope.seq, state)
        last = envelope.seq
    yield from said.problems()
    yield from tree.problems_at_end(journal.head())
    for subject in Subject:
        yield from _table_problems(subject, state)
    yield from _document_problems(state)
    yield from _topic_problems(state)
    yield from revisions.order_problems()
    yield from search_index.Comparison().problems(_entries(state))
    yield from _withheld_problems(state)


def _payload_problems(
    at: str, envelope: Envelope, salt: str | None, payload: str | None, redaction: Redaction | None
) -> Iterator[str]:
    if redaction:
        yield f"{at}: its payload was redacted and is still there"
    if not _opens(envelope, salt, payload):
        yield f"{at}: the payload does not give its commitment"


def _item(
    envelope: Envelope,
    leaf_hash: str,
    salt: str | None,
    payload: str | None,
    before: dict[str, Any],
    redaction: Redaction | None,
) -> bytes:
    """What the history should show."""
    if redaction:
        return items.redacted_item(envelope, leaf_hash, redaction.said())
    return items.history_item(envelope, leaf_hash, salt or "", (payload or "").encode(), before)


class _Said:
    """Which events others say that they redacted, held against the table that the guards go by."""

    def __init__(self) -> None:
        self._pairs: set[tuple[int, int]] = set()

    def listen(self, envelope: Envelope, payload: str | None) -> None:
        if envelope.type == EVENT and payload:
            self._pairs.add((orjson.loads(payload).get("redacts"), envelope.seq))

    def problems(self) -> Iterator[str]:
        stored = {(seq, by) for seq, by in db.query("SELECT seq, redacted_by FROM redactions")}
        for seq, by in sorted(stored - self._pairs):
            yield f"event {seq} counts as redacted by event {by}, which does not say so"
        for seq, by in sorted(self._pairs - stored, key=str):
            yield f"event {by} says that it redacted event {seq}, which does not count as redacted"


def _opens(envelope: Envelope, salt: str | None, payload: str | None) -> bool:
    """Whether salt and payload, None where they are gone, are what the event commits to."""
    try:
        return commit(bytes.fromhex(salt or ""), (payload or "").encode()) == envelope.commitment
    except ValueError:
        return False


def _table_problems(subject: Subject, state: State) -> Iterator[str]:
    model, folded = ENTITIES[subject], state.entities[subject]
    seen = set()
    for row in rows.where(model, "1 = 1", []):
        seen.add(row["id"])
        entity = folded.get(row["id"])
        if entity is None:
            yield f"{subject} {row['id']} stands in the tables and not in the ledger"
        else:
            yield from _field_problems(subject, row, entity)
    for missing in sorted(folded.keys() - seen):
        yield f"{subject} {missing} stands in the ledger and not in the tables"


def _field_problems(subject: Subject, row: dict[str, Any], entity: dict[str, Any]) -> Iterator[str]:
    for name in sorted(row.keys() | entity.keys() - SECRET_COLUMNS):
        if canonical(row.get(name)) != canonical(entity.get(name)):
            here, there = row.get(name), entity.get(name)
            yield f"{subject} {row['id']}: {name} is {here!r} in the tables, {there!r} in the ledger"


def _document_problems(state: State) -> Iterator[str]:
    sql = f"SELECT {', '.join(documents.COLUMNS)} FROM documents"  # noqa: S608
    stored = {row[0]: dict(zip(documents.COLUMNS, row, strict=True)) for row in db.stream(sql)}
    listed = reviews.stored()
    for claim_id in state.claim_ids():
        found, going_out = stored.pop(claim_id, None), listed.pop(claim_id, set())
        if found is None:
            yield f"claim {claim_id} has no stored document"
            continue
        try:
            wanted = documents.stored_columns(state.view(claim_id))
        except (KeyError, TypeError, ValueError) as error:
            yield f"claim {claim_id}: the ledger gives no document of it ({error!r})"
            continue
        for name in documents.COLUMNS:
            value = bytes(found[name]) if isinstance(wanted[name], bytes) else found[name]
            if value != wanted[name]:
                yield f"claim {claim_id}: the stored document's {name} is not what the ledger gives"
        for verdict in sorted({row[1] for row in going_out.symmetric_difference(wanted["reviews"])}):
            yield f"claim {claim_id}: of verdict {verdict} goes out what the ledger does not give"
    for claim_id in sorted(stored):
        yield f"document of claim {claim_id}, which the ledger does not have"
    for claim_id in sorted(listed):
        yield f"claim {claim_id}, which the ledger does not have, has reviews that go out"


def _topic_problems(state: State) -> Iterator[str]:
    stored = set(db.query("SELECT claim, topic FROM claim_topics"))
    folded = {(claim["id"], topic) for claim in state.entities[Subject.CLAIM].values() for topic in claim["topics"]}
    for claim_id, topic in sorted(stored ^ folded):
        yield f"claim {claim_id}: the index of topics does not agree on {topic!r}"


def _entries(state: State) -> Iterator[tuple[str, Entry]]:
    """What the search index should have of each claim; of one that cannot be rendered, which is told already, nothing
    can be said."""
    for claim_id in state.claim_ids():
        try:
            view = state.view(claim_id)
            wanted = entry(texts(view))
        except _UNREADABLE:
            continue
        if view.claim["merged_into"] is None:
            yield claim_id, wanted


def _withheld_problems(state: State) -> Iterator[str]:
    stored = {verdict for (verdict,) in db.query("SELECT DISTINCT subject_id FROM withheld")}
    folded = {verdict["id"] for verdict in state.entities[Subject.VERDICT].values() if not is_public(verdict)}
    for verdict_id in sorted(stored - folded):
        yield f"verdict {verdict_id} is public, and its events are withheld"
    for verdict_id in sorted(folded - stored):
        yield f"verdict {verdict_id} is not public, and its events are not withheld"
