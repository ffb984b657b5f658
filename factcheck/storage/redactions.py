"""Erases an event's payload wherever the ledger's tables hold it. That this happened the journal's event says."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import orjson

from factcheck.domain.redaction import holds
from factcheck.domain.vocabulary import Subject
from factcheck.ledger.event import Envelope
from factcheck.storage import db, history, items, revisions


@dataclass(frozen=True, slots=True)
class Target:
    """An event that may be erased; `payload` is canonical JSON, "" where it is erased already."""

    envelope: Envelope
    leaf_hash: str
    payload: str
    withheld: bool


def find(seq: int) -> Target | None:
    sql = f"""
        SELECT {history.ENVELOPE}, e.leaf_hash, p.payload, w.seq
        FROM events e JOIN payloads p ON p.seq = e.seq LEFT JOIN withheld w ON w.seq = e.seq WHERE e.seq = ?"""  # noqa: S608
    row = db.first(sql, (seq,))
    return Target(Envelope(*row[:8]), row[8], row[9], row[10] is not None) if row else None


def let_stand(target: Target, stands: dict[str, Any]) -> dict[str, Any]:
    """Show the subject's later events, and lists of the past, as if the target had set what stands; gives what the
    fields hold then.

    What they show as `before` may be what is erased.
    """
    seq, fields = target.envelope.seq, dict[str, Any]()
    events = history.events_of(target.envelope.subject_id)
    erased = history.redactions([envelope.seq for envelope, _, _, payload, _ in events if not payload])
    for envelope, leaf_hash, salt, payload, item in events:
        if envelope.seq > seq and payload:
            shown = items.history_item(envelope, leaf_hash, salt or "", payload.encode(), fields)
            if shown != item:
                db.execute("UPDATE payloads SET item = ? WHERE seq = ?", (shown, envelope.seq))
        change = history.change_of(envelope, payload or "", erased.get(envelope.seq))
        values = stands if envelope.seq == seq else change.values
        fields |= values
        if envelope.seq >= seq and envelope.subject_type == Subject.CLAIM and "topics" in values:
            revisions.set_topics(envelope.subject_id, envelope.seq, fields["topics"])
    return fields


def erase(target: Target, redacted_by: int) -> None:
    """Remove payload and salt; the history shows what the redacting event, which is stored, says in their place."""
    seq = target.envelope.seq
    db.execute("INSERT INTO redactions (seq, redacted_by) VALUES (?, ?)", (seq, redacted_by))
    item = items.redacted_item(target.envelope, target.leaf_hash, history.redactions([seq])[seq].said())
    # The guards let this through because of the row above.
    db.execute("UPDATE payloads SET salt = '', payload = '', item = ? WHERE seq = ?", (item, seq))


def item(seq: int) -> dict[str, Any]:
    """An event as the history shows it to those who see all."""
    row = db.first("SELECT item FROM payloads WHERE seq = ?", (seq,))
    assert row is not None, "every event has its payload's row"
    found: dict[str, Any] = orjson.loads(bytes(row[0]))
    return found


def holding(target: Target, texts: Collection[str]) -> list[int]:
    """The other events of the target's subject, page or claim whose payloads have one of these texts."""
    envelope = target.envelope
    subjects = sorted({envelope.subject_id, *_of_the_same_page(envelope.subject_id)})
    sql = f"""
        SELECT e.seq, p.payload FROM events e JOIN payloads p ON p.seq = e.seq
        WHERE (e.subject_id IN ({db.marks(subjects)}) OR e.claim_id = ?) AND e.seq <> ? AND p.payload <> ''
        ORDER BY e.seq"""  # noqa: S608
    found = db.query(sql, (*subjects, envelope.claim_id, envelope.seq))
    return [seq for seq, payload in found if holds(orjson.loads(payload), texts)]


def _of_the_same_page(subject_id: str) -> list[str]:
    """A source with its snapshots and what they suggest, where the subject is one of these."""
    sql = """
        WITH page (id) AS (
            SELECT id FROM sources WHERE id = ? UNION SELECT source FROM snapshots WHERE id = ?
            UNION SELECT source FROM suggestions WHERE id = ?
        )
        SELECT id FROM page UNION SELECT id FROM snapshots WHERE source IN (SELECT id FROM page)
        UNION SELECT id FROM suggestions WHERE source IN (SELECT id FROM page)"""
    return [found for (found,) in db.query(sql, (subject_id,) * 3)]
