"""Imports over HTTP: a file is taken, and a worker does the rest."""

from typing import Any

import orjson
from flask import Response, request

from factcheck.api import answers
from factcheck.api.answers import Json
from factcheck.domain.errors import DomainError, Invalid, NotFound, UnknownReference
from factcheck.domain.vocabulary import Role
from factcheck.formats import mapping, shapes
from factcheck.services import imports, scales
from factcheck.web.context import actor, upload_store
from factcheck.web.openapi import Blueprint, File
from schemas.imports import Import, ImportQuery, ImportWithProblems
from schemas.paging import PageQuery

LARGEST = 16 * 1024 * 1024
"""Bytes that a file may have; larger ones are for the command line."""

blueprint = Blueprint("imports", __name__, description="Claims and reviews from files, in the background.")


@blueprint.endpoint(
    "POST", "/v1/import", Role.EDITOR, ImportWithProblems, query=ImportQuery, status=202,
    file=File(LARGEST, shapes.MEDIA_TYPES),
)  # fmt: skip
def post(query: Json, body: bytes) -> Response:
    """Import a file, in the background: JSON Lines, CSV, a JSON list, AVeriTeC, ClaimReviews as JSON-LD or HTML."""
    shape = query.get("format") or shapes.MEDIA_TYPES[request.mimetype]
    given = _map(query.get("map"), shape)
    if "scale" in query:
        try:
            scales.get(query["scale"])
        except NotFound as error:
            raise UnknownReference(error.detail, pointer="/scale") from None
    options = {"map": given, "scale": query.get("scale")}
    data = {"name": query["name"], "shape": shape, "dry_run": query["dry_run"], "options": options}
    made = imports.post(actor(), data, body, upload_store())
    answer = answers.accepted(made)
    answer.headers["Location"] = f"/v1/import/{made['id']}"
    return answer


@blueprint.endpoint("GET", "/v1/import", Role.EDITOR, Import, query=PageQuery)
def page(query: Json) -> Response:
    """List imports, newest first."""
    after, limit = answers.after(query), query["limit"]
    return answers.page(imports.page(after, limit + 1), limit)


@blueprint.endpoint("GET", "/v1/import/<import_id>", Role.EDITOR, ImportWithProblems)
def get(import_id: str) -> Response:
    """Read how far an import is, and what was wrong with its rows."""
    return answers.one(imports.get(import_id))


def _map(text: str | None, shape: str) -> Any:
    """The mapping as JSON, once it is sure that it is one; raises Invalid."""
    if text is None:
        return None
    try:
        given = orjson.loads(text)
        mapping.read(given, short_for=shapes.short_for(shape))
    except orjson.JSONDecodeError as error:
        raise Invalid(f"is no JSON: {error.msg}", pointer="/map") from None
    except DomainError as error:
        raise Invalid(error.detail, pointer=f"/map{error.pointer or ''}") from None
    return given
