"""Claims: what was said, by whom, where and when, and how claims bear on one another."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from factcheck.domain.actors import Actor
from factcheck.domain.claim_changes import changed
from factcheck.domain.documents import claim_document, corroboration_document, status_document
from factcheck.domain.errors import (
    AlreadyTaken,
    AlreadyThere,
    ClaimMerged,
    Conflict,
    Invalid,
    NotFound,
    PreconditionFailed,
    UnknownReference,
)
from factcheck.domain.versions import Precondition, document_etag
from factcheck.domain.views import ClaimView
from factcheck.domain.vocabulary import ClaimKind, Role, Subject
from factcheck.storage import documents, history, journal, registry, rows
from factcheck.storage.documents import Document
from factcheck.storage.journal import Transaction
from factcheck.storage.models import Appearance, Evidence, Flag, Relation, Verdict
from factcheck.storage.open_claims import open_claim
from factcheck.storage.views import gather, with_markers

_SPOKEN = (
    "quote",
    "speaker_role",
    "speaker_affiliation",
    "claim_date",
    "event_date",
    "place",
    "language",
    "context",
)


def submit(actor: Actor, data: dict[str, Any]) -> str:
    """Store a claim with its speaker and source, made where the record has none; gives its id."""
    with journal.write(actor.id) as tx:
        speaker = data.get("speaker") or {}
        values = {
            "text": data["text"],
            "kind": data.get("kind") or ClaimKind.FACTUAL,
            "topics": data.get("topics") or [],
            **{name: data.get(name) for name in _SPOKEN},
            "speaker": registry.speaker(tx, data.get("speaker"), "/speaker/id"),
            "relayed_by": registry.speaker(tx, data.get("relayed_by"), "/relayed_by/id"),
            "source": registry.source(tx, data.get("source"), "/source/id"),
            "taken_by": None,
            "merged_into": None,
            "absorbed": [],
        }
        # The office that a speaker held when the words were said is the claim's to keep.
        values["speaker_role"] = values["speaker_role"] or speaker.get("role")
        values["speaker_affiliation"] = values["speaker_affiliation"] or speaker.get("affiliation")
        claim_id = tx.create("claim.submitted", Subject.CLAIM, values)
        if values["source"]:
            _add_appearance(tx, claim_id, values["source"])
        return claim_id


def amend(actor: Actor, claim_id: str, data: dict[str, Any], match: Precondition) -> None:
    """Change fields. Raises PreconditionFailed; Invalid where a published verdict asks for a reason."""
    with journal.write(actor.id) as tx:
        claim = open_claim(claim_id)
        current = documents.get(claim_id)
        assert current is not None, "every claim has its document"
        match.require(document_etag(current.seq))
        reason = data.pop("reason", None)
        if reason is None and _has_published_verdict(claim_id):
            raise Invalid("the claim has a published verdict: say why it changes", pointer="/reason")
        values = {name: data[name] for name in ("text", "kind", "topics", *_SPOKEN) if name in data}
        for name in ("speaker", "relayed_by"):
            if name in data:
                values[name] = registry.speaker(tx, data[name], f"/{name}/id")
        if "source" in data:
            values["source"] = registry.source(tx, data["source"], "/source/id")
            if values["source"]:
                _add_appearance(tx, claim_id, values["source"])
        tx.change("claim.amended", Subject.CLAIM, claim, values, reason=reason)


def take(actor: Actor, claim_id: str) -> None:
    """The reviewer works on it from now on; raises AlreadyTaken while another one does."""
    with journal.write(actor.id) as tx:
        claim = open_claim(claim_id)
        if claim["taken_by"] not in (None, actor.id):
            raise AlreadyTaken("another reviewer works on this claim", taken_by=claim["taken_by"])
        if claim["taken_by"] is None:
            tx.change("claim.taken", Subject.CLAIM, claim, {"taken_by": actor.id})


def release(actor: Actor, claim_id: str) -> None:
    """Nobody works on it any more; an editor may release what another reviewer took."""
    with journal.write(actor.id) as tx:
        claim = open_claim(claim_id)
        if claim["taken_by"] not in (None, actor.id):
            actor.require(Role.EDITOR, "releasing another reviewer's claim")
        if claim["taken_by"] is not None:
            tx.change("claim.released", Subject.CLAIM, claim, {"taken_by": None})


def add_appearance(actor: Actor, claim_id: str, data: dict[str, Any]) -> str:
    """Another source in which the claim was made; raises AlreadyThere."""
    with journal.write(actor.id) as tx:
        open_claim(claim_id)
        source = registry.source(tx, data["source"], "/source/id")
        assert source is not None, "the schema requires a source"
        appearance_id = _add_appearance(tx, claim_id, source)
        if appearance_id is None:
            raise AlreadyThere("the claim is known to appear in this source", pointer="/source")
        return appearance_id


def relate(actor: Actor, claim_id: str, data: dict[str, Any]) -> str:
    """Say how the claim bears on another; both histories show it. Raises Invalid, AlreadyThere."""
    with journal.write(actor.id) as tx:
        open_claim(claim_id)
        other = data["claim"]
        if other == claim_id:
            raise Invalid("a claim bears no relation to itself", pointer="/claim")
        _require_open_target(other, "/claim")
        if rows.where(Relation, "claim = ? AND other = ? AND kind = ?", [claim_id, other, data["kind"]]):
            raise AlreadyThere("this relation is in the record", pointer="/claim")
        values = {"claim": claim_id, "other": other, "kind": data["kind"], "note": data.get("note")}
        relation_id = tx.create("relation.added", Subject.RELATION, values, claim=claim_id)
        relation = rows.require(Relation, relation_id)
        tx.change("relation.received", Subject.RELATION, relation, {}, claim=other, always=True)
        return relation_id


def reply(actor: Actor, claim_id: str, data: dict[str, Any]) -> str:
    """The speaker's answer (right of reply)."""
    with journal.write(actor.id) as tx:
        open_claim(claim_id)
        source = registry.source(tx, data.get("source"), "/source/id")
        values = {"claim": claim_id, "text": data["text"], "source": source}
        return tx.create("reply.added", Subject.REPLY, values, claim=claim_id)


def merge(actor: Actor, claim_id: str, into: str) -> None:
    """Move evidence and appearances to another claim; what that one has already stays behind.

    The verdicts stay with the words that they were given on. Raises Invalid, ClaimMerged, UnknownReference.
    """
    with journal.write(actor.id) as tx:
        claim = open_claim(claim_id)
        if into == claim_id:
            raise Invalid("a claim cannot be merged into itself", pointer="/into")
        survivor = _require_open_target(into, "/into")
        _move_parts(tx, claim_id, into)
        tx.change("claim.merged", Subject.CLAIM, claim, {"merged_into": into, "taken_by": None})
        absorbed = [*survivor["absorbed"], *claim["absorbed"], claim_id]
        tx.change("claim.absorbed", Subject.CLAIM, survivor, {"absorbed": absorbed})


@contextmanager
def based_on(actor: Actor, claim_id: str, seq: int) -> Iterator[None]:
    """Around writes of this actor: they are for the claim as it stood after event `seq`.

    Raises PreconditionFailed where anything that a reviewer weighs is otherwise by now (a link that was looked at in
    between is not).
    """
    with journal.write(actor.id):
        found = document(claim_id)
        if found.seq > seq:
            then = history.view_as_of(claim_id, seq)
            if then is None or changed(claim_document(then), orjson.loads(found.body)):
                raise PreconditionFailed("the claim was changed since this form was opened")
        yield


def document(claim_id: str) -> Document:
    """Raises NotFound."""
    return _found(documents.get(claim_id), claim_id)


def status(claim_id: str) -> Document:
    """Raises NotFound."""
    return _found(documents.get_status(claim_id), claim_id)


def statuses(claim_ids: list[str]) -> tuple[list[bytes], list[str]]:
    """The small documents of these claims in the order asked, and the ids that the record does not have."""
    found = documents.get_statuses(claim_ids)
    return [found[one] for one in claim_ids if one in found], [one for one in claim_ids if one not in found]


def corroboration(claim_id: str) -> dict[str, Any]:
    """The counts by stance with groups and reasons, and the graph of sources; raises NotFound."""
    found = gather([claim_id])
    if claim_id not in found:
        raise NotFound(f"there is no claim {claim_id}")
    return corroboration_document(with_markers(found[claim_id]))


def as_of(claim_id: str, seq: int) -> dict[str, Any]:
    """The claim as it stood after event `seq`; raises NotFound before it existed."""
    return claim_document(_view_as_of(claim_id, seq))


def status_as_of(claim_id: str, seq: int) -> dict[str, Any]:
    """The small document of then; raises NotFound."""
    return status_document(_view_as_of(claim_id, seq))


def corroboration_as_of(claim_id: str, seq: int) -> dict[str, Any]:
    """As `corroboration`, of then; raises NotFound."""
    return corroboration_document(_view_as_of(claim_id, seq))


def _view_as_of(claim_id: str, seq: int) -> ClaimView:
    view = history.view_as_of(claim_id, seq)
    if view is None:
        raise NotFound(f"there was no claim {claim_id} then")
    return view


def _found(document: Document | None, claim_id: str) -> Document:
    if document is None:
        raise NotFound(f"there is no claim {claim_id}")
    return document


def _add_appearance(tx: Transaction, claim_id: str, source: str) -> str | None:
    """The new appearance's id, or None where the claim has it already."""
    if rows.where(Appearance, "claim = ? AND source = ?", [claim_id, source]):
        return None
    values = {"claim": claim_id, "source": source}
    return tx.create("appearance.added", Subject.APPEARANCE, values, claim=claim_id)


def _require_open_target(claim_id: str, pointer: str) -> dict[str, Any]:
    try:
        return open_claim(claim_id)
    except NotFound as error:
        raise UnknownReference(error.detail, pointer=pointer) from None
    except ClaimMerged as error:
        raise Conflict(error.detail, pointer=pointer, **error.extra) from None


def _has_published_verdict(claim_id: str) -> bool:
    return bool(rows.where(Verdict, "claim = ? AND state = 'published' LIMIT 1", [claim_id]))


def _move_parts(tx: Transaction, claim_id: str, into: str) -> None:
    there = {appearance["source"] for appearance in rows.where(Appearance, "claim = ?", [into])}
    for appearance in rows.where(Appearance, "claim = ? ORDER BY id", [claim_id]):
        if appearance["source"] not in there:
            tx.change("appearance.moved", Subject.APPEARANCE, appearance, {"claim": into}, claim=into)
    known = {(link["source"], link["stance"]) for link in rows.where(Evidence, "claim = ? AND NOT retracted", [into])}
    for link in rows.where(Evidence, "claim = ? AND NOT retracted ORDER BY id", [claim_id]):
        if (link["source"], link["stance"]) not in known:
            tx.change("evidence.moved", Subject.EVIDENCE, link, {"claim": into}, claim=into)
            for flag in rows.where(Flag, "evidence = ? AND NOT resolved", [link["id"]]):
                tx.change("flag.moved", Subject.FLAG, flag, {"claim": into}, claim=into)
