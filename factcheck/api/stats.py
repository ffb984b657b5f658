"""The record in numbers over HTTP."""

import orjson
from flask import Response

from factcheck.api import answers
from factcheck.api.answers import Json
from factcheck.domain.versions import document_etag
from factcheck.services import stats
from factcheck.web import mementos
from factcheck.web.auth import PUBLIC
from factcheck.web.conditional import send, unchanged
from factcheck.web.openapi import Blueprint
from schemas.paging import AsOfQuery
from schemas.stats import Stats

blueprint = Blueprint("stats", __name__, description="The record in numbers.")


@blueprint.endpoint("GET", "/v1/stats", PUBLIC, Stats, query=AsOfQuery)
def get(query: Json) -> Response:
    """Count claims, links and corrections, and say how far reviewers agree, as of a seq or a time too."""
    at = mementos.asked(query)
    if at is not None:
        return answers.then(stats.as_of(at.seq), at)
    # Until the next event nothing is counted again for a client that has the numbers.
    known = unchanged(document_etag(stats.version()))
    if known is not None:
        return known
    found = stats.now()
    return send(orjson.dumps(found), document_etag(found["seq"]))
