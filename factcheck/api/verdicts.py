"""Verdicts and corrections over HTTP."""

from flask import Response

from factcheck.api import answers
from factcheck.api.answers import Json
from factcheck.domain.vocabulary import Role
from factcheck.services import verdicts
from factcheck.services.verdicts import Rules
from factcheck.web import mementos
from factcheck.web.auth import PUBLIC
from factcheck.web.context import actor, sees_withheld, settings
from factcheck.web.openapi import Blueprint
from schemas.evidence import Reason
from schemas.paging import AsOfQuery, listing
from schemas.verdicts import Correction, CorrectionIn, CorrectionQuery, Verdict, VerdictIn

blueprint = Blueprint("verdicts", __name__, description="What reviewers concluded, and corrections in the open.")

_OF_CLAIM = "/v1/claims/<claim_id>/verdicts"


@blueprint.endpoint("POST", _OF_CLAIM, Role.REVIEWER, Verdict, body=VerdictIn, status=201)
def post(data: Json, claim_id: str) -> Response:
    """Publish a verdict, or propose it where approvals are asked for."""
    made = verdicts.post(actor(), claim_id, data, _rules())
    return answers.created(made, f"/v1/verdicts/{made['id']}")


@blueprint.endpoint("GET", _OF_CLAIM, PUBLIC, Verdict, query=listing(AsOfQuery))
def page(query: Json, claim_id: str) -> Response:
    """List a claim's verdicts, newest first, as of a seq or a time too; reviewers see proposals."""
    at, after, limit, see = mementos.asked(query), answers.after(query), query["limit"], sees_withheld()
    if at is None:
        return answers.page(verdicts.of_claim(claim_id, after, limit + 1, see_withheld=see), limit)
    found = verdicts.of_claim_as_of(claim_id, at.seq, after, limit + 1, see_withheld=see)
    return answers.page(found, limit, at=at)


@blueprint.endpoint("GET", "/v1/verdicts/<verdict_id>", PUBLIC, Verdict, query=AsOfQuery)
def get(query: Json, verdict_id: str) -> Response:
    """Read a verdict, as it is or as of a seq or a time."""
    at, see = mementos.asked(query), sees_withheld()
    if at is None:
        return answers.one(verdicts.get(verdict_id, see_withheld=see))
    return answers.then(verdicts.as_of(verdict_id, at.seq, see_withheld=see), at)


@blueprint.endpoint("POST", "/v1/verdicts/<verdict_id>/approve", Role.EDITOR, Verdict)
def approve(verdict_id: str) -> Response:
    """Approve another reviewer's proposal; the last approval that is asked for publishes it."""
    return answers.one(verdicts.approve(actor(), verdict_id, _rules()))


@blueprint.endpoint("POST", "/v1/verdicts/<verdict_id>/reject", Role.EDITOR, Verdict, body=Reason)
def reject(data: Json, verdict_id: str) -> Response:
    """Turn another reviewer's proposal down."""
    return answers.one(verdicts.reject(actor(), verdict_id, data["reason"]))


@blueprint.endpoint(
    "POST", "/v1/verdicts/<verdict_id>/corrections", Role.REVIEWER, Correction, body=CorrectionIn, status=201
)
def correct(data: Json, verdict_id: str) -> Response:
    """Correct a published verdict; old and new stay readable."""
    made = verdicts.correct(actor(), verdict_id, data, _rules())
    return answers.created(made, f"/v1/verdicts/{verdict_id}")


@blueprint.endpoint("GET", "/v1/corrections", PUBLIC, Correction, query=listing(CorrectionQuery))
def corrections(query: Json) -> Response:
    """List corrections, newest first: all, or those of a type, a claim, or a reviewer's verdicts."""
    return answers.page(verdicts.corrections(answers.after(query), query["limit"] + 1, query), query["limit"])


def _rules() -> Rules:
    return Rules(settings().approvals, settings().min_origins)
