"""Publishers over HTTP."""

from flask import Response

from factcheck.api import answers
from factcheck.api.answers import Json
from factcheck.domain.vocabulary import Role
from factcheck.services import publishers
from factcheck.web.auth import PUBLIC
from factcheck.web.conditional import precondition
from factcheck.web.context import actor
from factcheck.web.openapi import Blueprint
from schemas.paging import listing
from schemas.publishers import Publisher, PublisherIn, PublisherPatch, PublisherQuery

blueprint = Blueprint("publishers", __name__, description="Who puts sources out, and who owns them.")


@blueprint.endpoint("POST", "/v1/publishers", Role.CONTRIBUTOR, Publisher, body=PublisherIn, status=201)
def add(data: Json) -> Response:
    """Add a publisher."""
    made = publishers.add(actor(), data)
    return answers.created(made, f"/v1/publishers/{made['id']}")


@blueprint.endpoint("GET", "/v1/publishers", PUBLIC, Publisher, query=listing(PublisherQuery))
def page(query: Json) -> Response:
    """List publishers, newest first."""
    found = publishers.page(answers.after(query), query["limit"] + 1, query.get("name"))
    return answers.page(found, query["limit"])


@blueprint.endpoint("GET", "/v1/publishers/<publisher_id>", PUBLIC, Publisher)
def get(publisher_id: str) -> Response:
    """Read a publisher."""
    return answers.one(publishers.get(publisher_id))


@blueprint.endpoint("PATCH", "/v1/publishers/<publisher_id>", Role.CONTRIBUTOR, Publisher, body=PublisherPatch)
def amend(data: Json, publisher_id: str) -> Response:
    """Change a publisher."""
    return answers.one(publishers.amend(actor(), publisher_id, data, precondition()))
