"""Every error as RFC 9457 problem details, from one table; under Google's paths in the form that its clients read."""

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from itertools import islice
from typing import Any

import orjson
import structlog
from flask import Flask, Response, request
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from factcheck.domain import errors
from factcheck.formats import factchecktools
from factcheck.storage.db import Unavailable
from factcheck.storage.key_files import UnusableKey
from factcheck.web.context import request_id
from schemas.problems import flattened

MEDIA_TYPE = "application/problem+json"
TYPES = "/problems/"

_DETAILS: dict[int, str] = {
    HTTPStatus.NOT_FOUND: "there is nothing at this path",
    HTTPStatus.METHOD_NOT_ALLOWED: "this path does not take this method; Allow says which it takes",
}
_MOST_FIELDS = 50
_WORDS = re.compile("[A-Z][a-z]*")

_STATUS: dict[type[errors.DomainError], HTTPStatus] = {
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Gone: HTTPStatus.GONE,
    errors.NotPermitted: HTTPStatus.FORBIDDEN,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    errors.NotYet: HTTPStatus.BAD_REQUEST,
}
"""The status of each kind of error; a subclass has its nearest ancestor's."""

_log = structlog.get_logger("factcheck.problems")


class BadRequest(Exception):
    """What HTTP alone can tell is wrong; `pointer` names the part of the request, if one is at fault."""

    def __init__(self, status: HTTPStatus, detail: str, pointer: str | None = None, **headers: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.pointer = pointer
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class BadCursor(BadRequest):
    """A cursor that this service has not made, made for another list, or made too long ago."""

    def __init__(self, detail: str) -> None:
        super().__init__(HTTPStatus.BAD_REQUEST, detail, "/cursor")


class BadDatetime(BadRequest):
    """An Accept-Datetime that is no HTTP-date."""

    def __init__(self, given: str) -> None:
        said = f"{given!r} is no HTTP-date, such as Wed, 23 Oct 2024 12:00:00 GMT"
        super().__init__(HTTPStatus.BAD_REQUEST, said, "/Accept-Datetime")


class BadLastEventId(BadRequest):
    """A Last-Event-ID that is no number of an event."""

    def __init__(self, given: str) -> None:
        super().__init__(HTTPStatus.BAD_REQUEST, f"{given!r} is no number of an event", "/Last-Event-ID")


class KeyReused(BadRequest):
    """An Idempotency-Key came with another request than the first one that it named."""


class AnswerErased(BadRequest):
    """The request was done, and a redaction has erased what it was answered."""


def problem(
    status: int,
    detail: str,
    *,
    kind: type[Exception] | None = None,
    fields: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
    extra: Mapping[str, object] | None = None,
) -> Response:
    """The answer for an error; `fields` are pairs of pointer and detail, `extra` are members of its own.

    `kind` gives the problem a type that clients can tell it by; without one its status says it all.
    """
    if factchecktools.serves(request.path):
        return _as_googles(status, detail, fields or (), headers or {})
    body: dict[str, Any] = {
        "type": TYPES + slug_of(kind) if kind else "about:blank",
        "title": slug_of(kind).replace("-", " ").capitalize() if kind else HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "instance": request_id(),
        **(extra or {}),
    }
    if fields:
        body["errors"] = fields
    response = Response(orjson.dumps(body), status=status, content_type=MEDIA_TYPE)
    response.headers.update(headers or {})
    return response


def _as_googles(status: int, detail: str, fields: Iterable[Mapping[str, str]], headers: Mapping[str, str]) -> Response:
    named = [(field["pointer"].removeprefix("/"), field["detail"]) for field in fields]
    code, body = factchecktools.error(status, detail, named)
    return Response(body, status=code, content_type="application/json", headers=dict(headers))


def slug_of(kind: type[Exception]) -> str:
    """The name of a kind of problem, as its type ends: TooFewOrigins is too-few-origins."""
    return "-".join(_WORDS.findall(kind.__name__)).lower()


def kinds() -> dict[str, type[Exception]]:
    """Every kind of problem that has a type of its own, by the type's last part."""
    found: dict[str, type[Exception]] = {}
    waiting: list[type[Exception]] = [*errors.DomainError.__subclasses__(), *BadRequest.__subclasses__()]
    while waiting:
        kind = waiting.pop()
        found[slug_of(kind)] = kind
        waiting += kind.__subclasses__()
    return found


def register(app: Flask) -> None:
    app.register_error_handler(errors.DomainError, _domain_error)
    app.register_error_handler(ValidationError, _validation_error)
    app.register_error_handler(BadRequest, _bad_request)
    app.register_error_handler(HTTPException, _http_exception)
    app.register_error_handler(Unavailable, _unavailable)
    app.register_error_handler(UnusableKey, _unusable_key)
    app.register_error_handler(Exception, _unexpected)


def _domain_error(error: errors.DomainError) -> Response:
    status = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
    fields = [{"pointer": error.pointer, "detail": error.detail}] if error.pointer is not None else None
    return problem(status, error.detail, kind=type(error), fields=fields, extra=error.extra)


def _validation_error(error: ValidationError) -> Response:
    found = named(error, _MOST_FIELDS + 1)
    fields = [{"pointer": pointer, "detail": said} for pointer, said in found[:_MOST_FIELDS]]
    count = f"more than {_MOST_FIELDS}" if len(found) > _MOST_FIELDS else str(len(found))
    detail = f"{count} field{'s' if count != '1' else ''} cannot be taken as given"
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, fields=fields)


def named(error: ValidationError, most: int) -> list[tuple[str, str]]:
    """Up to so many of the fields that were refused, as pairs of JSON pointer and what is wrong."""
    found = islice(flattened(error.messages), most)
    return [(_readable(pointer), _readable(said)) for pointer, said in found]


def _readable(text: str) -> str:
    """The text without halves of surrogate pairs, which a client's own field names can bring along."""
    return text.encode("utf-8", "replace").decode()


def _bad_request(error: BadRequest) -> Response:
    fields = [{"pointer": error.pointer, "detail": error.detail}] if error.pointer is not None else None
    kind = None if type(error) is BadRequest else type(error)
    return problem(error.status, error.detail, kind=kind, fields=fields, headers=error.headers)


def _http_exception(error: HTTPException) -> Response:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    # The exception's own headers hold what the answer must keep: Allow on a 405, Retry-After on a 429.
    headers = {name: value for name, value in error.get_headers() if name.lower() != "content-type"}
    if 300 <= status < 400:
        return Response(status=status, headers=headers)
    detail = _DETAILS.get(status) or _limit_of(status) or error.description or HTTPStatus(status).phrase
    return problem(status, detail, headers=headers)


def _limit_of(status: int) -> str | None:
    most = request.max_content_length
    if status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE or most is None:
        return None
    return f"the body is larger than {most // 1024 // 1024} MiB"


def _unavailable(error: Unavailable) -> Response:
    _log.error("database_unavailable", error=str(error))
    detail = "the database does not answer; try again in a moment"
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": "5"})


def _unusable_key(error: UnusableKey) -> Response:
    _log.error("unusable_key", error=str(error))
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, "a key that this takes cannot be used; our logs say why")


def _unexpected(error: Exception) -> Response:
    _log.error("unexpected_error", request_id=request_id(), exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "something went wrong here; the instance is its name in our logs")
