"""Redactions over HTTP."""

from flask import Response

from factcheck.api import answers
from factcheck.api.answers import Json
from factcheck.domain.vocabulary import Role
from factcheck.services import redactions
from factcheck.web.context import actor, snapshot_store
from factcheck.web.openapi import Blueprint
from schemas.redactions import Redaction, RedactionIn

blueprint = Blueprint("redactions", __name__, description="Erasing what the law does not let stand, in the open.")


@blueprint.endpoint("POST", "/v1/log/redactions", Role.EDITOR, Redaction, body=RedactionIn, status=201, also=(404,))
def post(data: Json) -> Response:
    """Erase an event's payload for good; its commitment and every proof still hold."""
    made = redactions.redact(actor(), data["seq"], data["reason"], data["authority"], snapshot_store())
    return answers.created(made, f"/v1/log/entries?from={made['seq']}&limit=1")
