"""Evidence over HTTP."""

from flask import Response

from factcheck.api import answers
from factcheck.api.answers import Json
from factcheck.domain.vocabulary import Role
from factcheck.services import evidence
from factcheck.web import mementos
from factcheck.web.auth import PUBLIC
from factcheck.web.conditional import precondition
from factcheck.web.context import actor
from factcheck.web.openapi import Blueprint
from schemas.evidence import Evidence, EvidenceBatch, EvidenceIn, EvidenceList, Reason
from schemas.paging import AsOfQuery

blueprint = Blueprint("evidence", __name__, description="Links attached to claims, each with its stance.")


@blueprint.endpoint("POST", "/v1/claims/<claim_id>/evidence", Role.REVIEWER, Evidence, body=EvidenceIn, status=201)
def attach(data: Json, claim_id: str) -> Response:
    """Attach a link to a claim."""
    made = evidence.attach(actor(), claim_id, data)
    return answers.created(made, f"/v1/evidence/{made['id']}")


@blueprint.endpoint(
    "POST", "/v1/claims/<claim_id>/evidence:batch", Role.REVIEWER, EvidenceList, body=EvidenceBatch, status=201
)
def attach_all(data: Json, claim_id: str) -> Response:
    """Attach up to 100 links, all or none."""
    made = evidence.attach_all(actor(), claim_id, data["items"])
    return answers.created({"items": made}, f"/v1/claims/{claim_id}")


@blueprint.endpoint("GET", "/v1/evidence/<evidence_id>", PUBLIC, Evidence, query=AsOfQuery)
def get(query: Json, evidence_id: str) -> Response:
    """Read a link that stands, or stood as of a seq or a time."""
    at = mementos.asked(query)
    return answers.then(evidence.as_of(evidence_id, at.seq), at) if at else answers.one(evidence.get(evidence_id))


@blueprint.endpoint("DELETE", "/v1/evidence/<evidence_id>", Role.REVIEWER, body=Reason, status=204)
def retract(data: Json, evidence_id: str) -> Response:
    """Retract a link, with a reason; it stays in the history."""
    evidence.retract(actor(), evidence_id, data["reason"], precondition())
    return answers.gone()
