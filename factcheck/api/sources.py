"""Sources and citations over HTTP."""

from flask import Response

from factcheck.api import answers
from factcheck.api.answers import Json
from factcheck.domain.vocabulary import Role
from factcheck.services import links, sources
from factcheck.web.auth import PUBLIC
from factcheck.web.conditional import precondition
from factcheck.web.context import actor
from factcheck.web.openapi import Blueprint
from schemas.paging import PageQuery, listing
from schemas.sources import Citation, CitationIn, Source, SourceIn, SourcePatch, SourceQuery

blueprint = Blueprint("sources", __name__, description="Cited documents, and which of them rely on which.")


@blueprint.endpoint("POST", "/v1/sources", Role.CONTRIBUTOR, Source, body=SourceIn, status=201)
def add(data: Json) -> Response:
    """Add a source."""
    made = sources.add(actor(), data)
    return answers.created(made, f"/v1/sources/{made['id']}")


@blueprint.endpoint("GET", "/v1/sources", PUBLIC, Source, query=listing(SourceQuery))
def page(query: Json) -> Response:
    """List sources, newest first; `url` finds a page under any of its spellings."""
    found = sources.page(answers.after(query), query["limit"] + 1, query.get("url"))
    return answers.page(found, query["limit"])


@blueprint.endpoint("GET", "/v1/sources/<source_id>", PUBLIC, Source)
def get(source_id: str) -> Response:
    """Read a source."""
    return answers.one(sources.get(source_id))


@blueprint.endpoint("PATCH", "/v1/sources/<source_id>", Role.CONTRIBUTOR, Source, body=SourcePatch)
def amend(data: Json, source_id: str) -> Response:
    """Change a source; whether it is an origin, a reviewer says."""
    return answers.one(sources.amend(actor(), source_id, data, precondition()))


@blueprint.endpoint("POST", "/v1/sources/<source_id>/check", Role.REVIEWER, Source, status=202)
def check(source_id: str) -> Response:
    """Have the worker look at the source's link soon."""
    links.ask(actor(), source_id)
    return answers.accepted(sources.get(source_id))


@blueprint.endpoint("POST", "/v1/sources/<source_id>/citations", Role.REVIEWER, Citation, body=CitationIn, status=201)
def cite(data: Json, source_id: str) -> Response:
    """Say that the source relies on another."""
    made = sources.cite(actor(), source_id, data)
    return answers.created(made, f"/v1/sources/{source_id}/citations")


@blueprint.endpoint("GET", "/v1/sources/<source_id>/citations", PUBLIC, Citation, query=PageQuery)
def citations(query: Json, source_id: str) -> Response:
    """List what the source relies on, newest first."""
    found = sources.citations(source_id, answers.after(query), query["limit"] + 1)
    return answers.page(found, query["limit"])
