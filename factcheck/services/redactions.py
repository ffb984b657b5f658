"""Redaction: an event's payload is erased where the law asks for it, while every proof still holds.

A place that will hold words of the record as well has to erase them here: keys of imports that are more than numbers.
Webhooks keep no bodies: what they send, or send again, is read from the ledger then. What a page said goes with the
event that tells of its snapshot. The search index follows the documents, with the words that stand nowhere else any
more.
"""

from typing import Any

import orjson

from factcheck.domain import redaction
from factcheck.domain.actors import Actor
from factcheck.domain.errors import AlreadyRedacted, Conflict, Invalid, NotFound, NotRedactable
from factcheck.domain.vocabulary import Subject
from factcheck.storage import (
    copies,
    db,
    idempotency,
    journal,
    link_checks,
    meanings,
    redactions,
    rows,
    snapshots,
    texts,
)
from factcheck.storage.journal import Transaction
from factcheck.storage.models import ENTITIES, Publisher
from factcheck.storage.redactions import Target
from factcheck.storage.snapshot_files import Store

Values = dict[str, Any]


def redact(actor: Actor, seq: int, reason: str, authority: str, store: Store) -> Values:
    """Erase the payload of event `seq`; gives the event that says so, and which others still hold the words.

    Raises NotFound, AlreadyRedacted, NotRedactable; Invalid where reason or authority repeat what is erased.
    """
    with journal.write(actor.id) as tx:
        target = _require_redactable(seq)
        subject, payload = Subject(target.envelope.subject_type), orjson.loads(target.payload)
        stands = redaction.standing(subject, seq, payload["set"])
        texts = redaction.telling_texts(payload, stands)
        _require_silent(texts, reason=reason, authority=authority)
        with db.overwriting():
            said = {"redacts": seq, "stands": stands, "reason": reason, "authority": authority}
            redacted_by, files = _record(actor, target, payload["set"], said)
            redactions.erase(target, redacted_by)
            # They are sealed under the callers' tokens, so nobody can tell which have the words.
            idempotency.erase_answers(target.envelope.recorded_at)
        tx.after_commit += [db.forget_log, lambda: snapshots.remove(store, files)]
        return {**redactions.item(redacted_by), "also_holding": redactions.holding(target, texts)}


def _require_redactable(seq: int) -> Target:
    target = redactions.find(seq)
    if target is None:
        raise NotFound(f"there is no event {seq}")
    envelope = target.envelope
    if envelope.type == redaction.EVENT:
        raise NotRedactable("an event that says what was redacted, by whom and why stays")
    if envelope.subject_type in redaction.REFUSED:
        raise NotRedactable(f"the record cannot do without what this event says of a {envelope.subject_type}")
    if not target.payload:
        raise AlreadyRedacted(f"the payload of event {seq} was erased before")
    return target


def _require_silent(texts: set[str], **said: str) -> None:
    """What a redaction says can never be erased itself."""
    for name, text in said.items():
        if redaction.holds(text, texts):
            raise Invalid("this repeats words that are to be erased, and would itself stay", pointer=f"/{name}")


def _record(actor: Actor, target: Target, values: Values, said: Values) -> tuple[int, set[str]]:
    """Append the redacting event, with what it says, and overwrite the row's fields; gives the event's number, and the
    names of files that are to go."""
    envelope, stands = target.envelope, said["stands"]
    subject = Subject(envelope.subject_type)
    row = rows.require(ENTITIES[subject], envelope.subject_id)
    overwritten = redaction.overwriting(values, stands, row)
    if subject == Subject.PUBLISHER and "name" in overwritten:
        _require_free(overwritten["name"])
    fields = redactions.let_stand(target, stands)
    files = _forget_beside(subject, row, overwritten)
    # A write of its own, so that the event is stored when it ends.
    with journal.write(actor.id) as tx:
        return _append(tx, target, row, overwritten, fields, said), files


def _forget_beside(subject: Subject, row: Values, overwritten: Values) -> set[str]:
    """Erase what stands beside the ledger because of these fields; gives the names of the files that go."""
    if subject == Subject.SOURCE and "url" in overwritten:
        link_checks.forget(row["id"])
        copies.forget_source(row["id"])
    if subject == Subject.CLAIM and "text" in overwritten:
        meanings.forget(row["id"])
    if subject != Subject.SNAPSHOT or "sha256" not in overwritten:
        return set()
    files = snapshots.files_of(row)
    snapshots.drop(files)
    copies.forget(row["id"])
    texts.forget(row["id"])
    return files


def _append(tx: Transaction, target: Target, row: Values, values: Values, held: Values, said: Values) -> int:
    envelope = target.envelope
    seq = tx.change(
        redaction.EVENT, Subject(envelope.subject_type), row, values,
        claim=envelope.claim_id, withheld=target.withheld, always=True, held=held, **said,
    )  # fmt: skip
    assert seq is not None, "it is always recorded"
    return seq


def _require_free(name: str) -> None:
    if rows.where(Publisher, "name = ?", [name]):
        raise Conflict(f"a publisher is called {name}, as this one would be: rename it first")
