"""Entity tags on the way in and out (RFC 9110, sections 8.8.3 and 13.1)."""

import re
from collections.abc import Mapping
from http import HTTPStatus

from flask import Response, request
from flask.globals import request_ctx

from factcheck.domain.versions import Precondition
from factcheck.web.problems import BadRequest

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"

_TAG = r'(W/)?"[!#-~]*"'
ENTITY_TAGS = rf"(\*|{_TAG}( *, *{_TAG})*)"
"""What If-Match may hold (RFC 9110, section 13.1.1), as a regular expression."""


def precondition() -> Precondition:
    """The request's If-Match; raises BadRequest (428) where there is none."""
    given = request.headers.get("If-Match")
    if given is None:
        raise BadRequest(
            HTTPStatus.PRECONDITION_REQUIRED, "If-Match is required: send the ETag of what this change is based on"
        )
    if not re.fullmatch(ENTITY_TAGS, given, re.ASCII):
        raise BadRequest(HTTPStatus.BAD_REQUEST, 'If-Match must be * or entity tags, such as "42.1"')
    # Weak tags never match here: If-Match compares strongly.
    found = request.if_match
    return Precondition(None if found.star_tag else frozenset(f'"{tag}"' for tag in found.as_set()))


def send(
    body: bytes, etag: str, *, status: int = 200, headers: Mapping[str, str] | None = None, media_type: str = JSON
) -> Response:
    """The answer, or 304 where the client has this version already."""
    shown = {"ETag": etag, **(headers or {})}
    if status == 200 and _known(etag):
        return Response(status=304, headers=shown)
    return Response(body, status=status, content_type=media_type, headers=shown)


def unchanged(etag: str) -> Response | None:
    """304 where the client has this version already, for an answer that costs more to make than to tell its tag."""
    return Response(status=304, headers={"ETag": etag}) if _known(etag) else None


def moved(location: str) -> Response:
    """308: what was asked for is, for good, found elsewhere."""
    response = Response(status=308, headers={"Location": location})
    del response.headers["Content-Type"]
    return response


def _known(etag: str) -> bool:
    """Whether the client has this version already."""
    given = request_ctx.request.environ.get("HTTP_IF_NONE_MATCH")
    if given is None or given == etag:
        return given is not None
    # Compared weakly, as RFC 9110 asks for If-None-Match.
    known = request.if_none_match
    return known.star_tag or known.contains_weak(etag.strip('"'))
