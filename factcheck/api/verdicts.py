"""Verdicts and corrections over HTTP."""

from flask import Response

from factcheck.api import answers
from factcheck.api.answers import Json
from factcheck.domain.vocabulary import Role
from factcheck.services import verdicts
from factcheck.services.verdicts import Rules
from factcheck.web.auth import PUBLIC
from factcheck.web.context import actor, sees_withheld, settings
from factcheck.web.openapi import Blueprint
from schemas.evidence import Reason
from schemas.paging import PageQuery
from schemas.verdicts import Correction, CorrectionIn, Verdict, VerdictIn

blueprint = Blueprint("verdicts", __name__, description="What reviewers concluded, and corrections in the open.")

_OF_CLAIM = "/v1/claims/<claim_id>/verdicts"


@blueprint.endpoint("POST", _OF_CLAIM, Role.REVIEWER, Verdict, body=VerdictIn, status=201)
def post(data: Json, claim_id: str) -> Response:
    """Publish a verdict, or propose it where approvals are asked for."""
    made = verdicts.post(actor(), claim_id, data, _rules())
    return answers.created(made, f"/v1/verdicts/{made['id']}")


@blueprint.endpoint("GET", _OF_CLAIM, PUBLIC, Verdict, query=PageQuery)
def page(query: Json, claim_id: str) -> Response:
    """List a claim's verdicts, newest first; reviewers see proposals too."""
    after, limit = answers.after(query), query["limit"]
    return answers.page(verdicts.of_claim(claim_id, after, limit + 1, see_withheld=sees_withheld()), limit)


@blueprint.endpoint("GET", "/v1/verdicts/<verdict_id>", PUBLIC, Verdict)
def get(verdict_id: str) -> Response:
    """Read a verdict."""
    return answers.one(verdicts.get(verdict_id, see_withheld=sees_withheld()))


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


@blueprint.endpoint("GET", "/v1/corrections", PUBLIC, Correction, query=PageQuery)
def corrections(query: Json) -> Response:
    """List all corrections, newest first."""
    return answers.page(verdicts.corrections(answers.after(query), query["limit"] + 1), query["limit"])


def _rules() -> Rules:
    return Rules(settings().approvals, settings().min_origins)
