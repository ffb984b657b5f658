"""Flags over HTTP: claims to be looked at again. A claim's open ones stand in its document."""

from flask import Response

from factcheck.api import answers
from factcheck.api.answers import Json
from factcheck.domain.vocabulary import Role
from factcheck.services import flags
from factcheck.web.auth import PUBLIC
from factcheck.web.context import actor
from factcheck.web.openapi import Blueprint
from schemas.flags import Flag, Resolution

blueprint = Blueprint("flags", __name__, description="Claims to be looked at again, since a page has changed.")


@blueprint.endpoint("GET", "/v1/flags/<flag_id>", PUBLIC, Flag)
def get(flag_id: str) -> Response:
    """Read why a claim is, or was, to be looked at again."""
    return answers.one(flags.get(flag_id))


@blueprint.endpoint("POST", "/v1/flags/<flag_id>/resolve", Role.REVIEWER, Flag, body=Resolution)
def resolve(data: Json, flag_id: str) -> Response:
    """Say that somebody has looked, and what came of it."""
    return answers.one(flags.resolve(actor(), flag_id, data["note"]))
