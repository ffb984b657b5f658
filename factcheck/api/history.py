"""Histories over HTTP."""

from flask import Response

from factcheck.api.answers import Json
from factcheck.services import history
from factcheck.web.auth import PUBLIC
from factcheck.web.context import sees_withheld
from factcheck.web.openapi import Blueprint
from factcheck.web.pagination import position, send_page
from schemas.history import Event
from schemas.paging import PageQuery

blueprint = Blueprint("history", __name__, description="Every change, in order, with what it changed.")


@blueprint.endpoint("GET", "/v1/claims/<claim_id>/history", PUBLIC, Event, query=PageQuery)
def page(query: Json, claim_id: str) -> Response:
    """List a claim's events, oldest first."""
    after = (position(query.get("cursor")) or [0])[0]
    see_withheld = sees_withheld()
    items, more, found = history.page(claim_id, after, query["limit"], see_withheld=see_withheld)
    version = None if found is None else f"{found}/{after}/{query['limit']}/{see_withheld}".encode()
    return send_page(items, [more] if more else None, version=version)
