"""Evidence: links that reviewers attach to a claim, each with its stance."""

from typing import Any

from factcheck.domain.actors import Actor
from factcheck.domain.documents import evidence_document, standing_evidence
from factcheck.domain.errors import AlreadyThere, NotFound
from factcheck.domain.versions import Precondition, represent
from factcheck.domain.vocabulary import QuoteState, Role, Subject
from factcheck.storage import history, journal, registry, rows, views
from factcheck.storage.journal import Transaction
from factcheck.storage.models import Evidence
from factcheck.storage.open_claims import open_claim


def attach(actor: Actor, claim_id: str, data: dict[str, Any]) -> dict[str, Any]:
    """Raises AlreadyThere for the same source with the same stance; the link is checked afterwards."""
    with journal.write(actor.id) as tx:
        open_claim(claim_id)
        evidence_id = _attach(tx, claim_id, data, "")
    return get(evidence_id)


def attach_all(actor: Actor, claim_id: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Attach all of them or, where one cannot be, none."""
    with journal.write(actor.id) as tx:
        open_claim(claim_id)
        ids = [_attach(tx, claim_id, data, f"/items/{position}") for position, data in enumerate(items)]
    view = views.gather([claim_id])[claim_id]
    by_id = {link["id"]: link for link in view.parts[Subject.EVIDENCE]}
    return [evidence_document(view, by_id[evidence_id]) for evidence_id in ids]


def retract(actor: Actor, evidence_id: str, reason: str, match: Precondition) -> None:
    """Take a link back; it stays in the history. An editor may retract what another reviewer attached."""
    with journal.write(actor.id) as tx:
        link = _standing(evidence_id)
        open_claim(link["claim"])
        match.require(represent(get(evidence_id)).etag)
        if link["created_by"] != actor.id:
            actor.require(Role.EDITOR, "retracting another reviewer's evidence")
        tx.change("evidence.retracted", Subject.EVIDENCE, link, {"retracted": True}, claim=link["claim"], reason=reason)


def get(evidence_id: str) -> dict[str, Any]:
    """Raises NotFound, also for what was retracted."""
    link = _standing(evidence_id)
    return evidence_document(views.gather([link["claim"]])[link["claim"]], link)


def as_of(evidence_id: str, seq: int) -> dict[str, Any]:
    """The link as it stood after event `seq`; raises NotFound where it did not."""
    claim_id = history.claim_as_of(Subject.EVIDENCE, evidence_id, seq)
    view = history.view_as_of(claim_id, seq) if claim_id else None
    link = next((link for link in standing_evidence(view) if link["id"] == evidence_id), None) if view else None
    if view is None or link is None:
        raise NotFound(f"there was no evidence {evidence_id} then")
    return evidence_document(view, link)


def _standing(evidence_id: str) -> dict[str, Any]:
    link = rows.require(Evidence, evidence_id)
    if link["retracted"]:
        raise NotFound(f"evidence {evidence_id} was retracted; the claim's history has it")
    return link


def _attach(tx: Transaction, claim_id: str, data: dict[str, Any], pointer: str) -> str:
    given, at = ({"url": data["url"]}, "/url") if data.get("url") else (data["source"], "/source")
    source = registry.source(tx, given, f"{pointer}/source/id")
    stance = data["stance"]
    if rows.where(Evidence, "claim = ? AND source = ? AND stance = ? AND NOT retracted", [claim_id, source, stance]):
        raise AlreadyThere("this source is attached with this stance already", pointer=pointer + at)
    values = {
        "claim": claim_id,
        "source": source,
        "stance": stance,
        "quote": data.get("quote"),
        "note": data.get("note"),
        "quote_state": QuoteState.UNCHECKED if data.get("quote") else None,
        "retracted": False,
    }
    return tx.create("evidence.attached", Subject.EVIDENCE, values, claim=claim_id)
