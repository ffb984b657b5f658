"""Rating scales over HTTP."""

from flask import Response

from factcheck.api import answers
from factcheck.api.answers import Json
from factcheck.domain.vocabulary import Role
from factcheck.services import scales
from factcheck.web.auth import PUBLIC
from factcheck.web.conditional import precondition
from factcheck.web.context import actor
from factcheck.web.openapi import Blueprint
from schemas.paging import PageQuery
from schemas.scales import Scale, ScaleIn, ScalePatch, ScaleQuery

blueprint = Blueprint("scales", __name__, description="The wordings that organisations put on ratings.")


@blueprint.endpoint("POST", "/v1/scales", Role.EDITOR, Scale, body=ScaleIn, status=201)
def add(data: Json) -> Response:
    """Add a scale."""
    made = scales.add(actor(), data)
    return answers.created(made, f"/v1/scales/{made['slug']}")


@blueprint.endpoint("GET", "/v1/scales", PUBLIC, Scale, query=PageQuery)
def page(query: Json) -> Response:
    """List the scales in their newest versions."""
    found = scales.page(answers.after(query), query["limit"] + 1)
    return answers.page(found, query["limit"], by="slug")


@blueprint.endpoint("GET", "/v1/scales/<slug>", PUBLIC, Scale, query=ScaleQuery)
def get(query: Json, slug: str) -> Response:
    """Read a scale, in its newest version or the one asked for."""
    return answers.one(scales.get(slug, query.get("version")))


@blueprint.endpoint("PATCH", "/v1/scales/<slug>", Role.EDITOR, Scale, body=ScalePatch)
def amend(data: Json, slug: str) -> Response:
    """Make the scale's next version; verdicts keep theirs."""
    return answers.one(scales.amend(actor(), slug, data, precondition()))
