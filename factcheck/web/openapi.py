"""The OpenAPI document, made from the routes, and the blueprint on which routes are declared."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import flask_smorest
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls
from flask_smorest.utils import prepare_response
from marshmallow import Schema

from factcheck import __version__
from factcheck.domain.vocabulary import Role
from factcheck.web import event_stream, idempotency
from factcheck.web.auth import ALWAYS, PUBLIC, Permission, View, permit
from factcheck.web.conditional import ENTITY_TAGS, JSON
from factcheck.web.parsing import takes, takes_file
from factcheck.web.problems import MEDIA_TYPE
from schemas.paging import AsOfQuery, PageQuery, page_of
from schemas.problems import Problem
from schemas.shapes import describe

_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the version that the change is based on, or *.",
    "schema": {"type": "string", "pattern": f"^{ENTITY_TAGS}$"},
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag of the version that the client has: 304 where it is still the present one.",
    "schema": {"type": "string"},
}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Sent again within 24 hours with the same body, it gets the first answer again.",
    "schema": {"type": "string", "pattern": f"^{idempotency.KEY}$"},
}
_ACCEPT_DATETIME = {
    "name": "Accept-Datetime",
    "in": "header",
    "description": "The time to read it as of, where `as_of` is left out (RFC 7089).",
    "schema": {
        "type": "string",
        "pattern": r"^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$",
        "examples": ["Wed, 23 Oct 2024 12:00:00 GMT"],
    },
}
_LAST_EVENT_ID = {
    "name": event_stream.LAST_ID,
    "in": "header",
    "description": "The number of the last event that the client has; it goes before `after`.",
    "schema": {"type": "string", "pattern": f"^({event_stream.ID})$"},
}
_EACH_EVENT = {
    "type": "object",
    "description": "Each event of the stream; `data` is an Event as JSON.",
    "properties": {"id": {"type": "string"}, "data": {"type": "string", "contentMediaType": JSON}},
}
_HEADERS = {
    "As-Of-Seq": {
        "description": "The event after which this was so, where a moment was asked for.",
        "schema": {"type": "integer"},
    },
    "ETag": {"description": "The version of this representation.", "schema": {"type": "string"}},
    "Link": {
        "description": 'The next page, as rel="next"; of a past state the present one, as rel="original timegate".',
        "schema": {"type": "string"},
    },
    "Memento-Datetime": {
        "description": "When this was so, where a moment was asked for (RFC 7089).",
        "schema": {"type": "string"},
    },
    "Location": {"description": "Where to read what was made.", "schema": {"type": "string"}},
}


_OBJECT = {"type": "object"}
_OF_FILES = {int(HTTPStatus.REQUEST_ENTITY_TOO_LARGE), int(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)}


@dataclass(frozen=True, slots=True)
class File:
    """A body that is a file: bytes at most, and its media types with what each is here."""

    largest: int
    media_types: Mapping[str, str]

    def described(self) -> dict[str, Any]:
        """As OpenAPI says it."""
        text = {"type": "string", "minLength": 1}
        shapes = {name: {} if name.endswith("json") else text for name in self.media_types}
        content = {name: {"schema": shape} for name, shape in shapes.items()}
        return {"required": True, "description": f"At most {self.largest // 1024 // 1024} MiB.", "content": content}


class Blueprint(flask_smorest.Blueprint):
    """flask-smorest's blueprint, with routes declared in one sentence."""

    def endpoint(
        self,
        method: str,
        rule: str,
        permission: Permission,
        answer: type[Schema] | None = None,
        *,
        body: type[Schema] | None = None,
        query: type[Schema] | None = None,
        status: int = HTTPStatus.OK,
        also: Iterable[int] = (),
        media_type: str = JSON,
        timegate: bool = False,
        negotiated: Iterable[str] = (),
        errors: type[Schema] | None = None,
        file: File | None = None,
    ) -> Callable[[View], View]:
        """Declare a route: who may use it, what it takes (as `data` and `query`) and what it answers.

        A query with a cursor makes the answer a page of `answer`, one with `as_of` an answer of any moment; a
        `timegate` takes Accept-Datetime too. `also` are further statuses. Without `answer`, another media type than
        JSON is text; one of events has no version, and takes the number that the client has instead. `negotiated` are
        media types that Accept can ask for in its place. `errors` is the form of errors where they are no problem
        details; invalid arguments are then 400. With `file` the body is one, which the view gets as `body`.
        """
        goes_on = media_type == event_stream.MEDIA_TYPE
        paged = query is not None and issubclass(query, PageQuery)
        of_moments = query is not None and issubclass(query, AsOfQuery)
        also = {*also, HTTPStatus.BAD_REQUEST} if of_moments else also
        statuses = {*also, *_statuses(method, rule, permission, body, query, paged=paged)}
        statuses -= {HTTPStatus.NOT_MODIFIED} if goes_on else set()
        statuses |= _OF_FILES if file else set()
        headers = {"ETag"} if status != HTTPStatus.NO_CONTENT and not goes_on else set()
        headers |= {"Location"} if status == HTTPStatus.CREATED else set()
        headers |= {"Link"} if paged or timegate else set()
        headers |= {"As-Of-Seq", "Memento-Datetime"} if of_moments else set()

        def declare(view: View) -> View:
            shown: Any = page_of(answer) if answer is not None and paged else answer
            if media_type != JSON:
                text = _OBJECT if media_type.endswith("+json") else {"type": "string"}
                shown = _EACH_EVENT if goes_on else text
            described = {name: _HEADERS[name] for name in sorted(headers)}
            # flask-smorest wraps a view once for each thing that it says of it. Described is a stand-in, so
            # that a request does not pass through a dozen wrappers that have nothing to do.
            stand_in = self.alt_response(
                status, schema=shown, headers=described, content_type=media_type.partition(";")[0], success=True
            )(_stand_in)
            stand_in = self._others(stand_in, statuses, errors)
            for other_type in negotiated:
                other_shape = {"type": "string"} if other_type.startswith("text/") else _OBJECT
                stand_in = self.alt_response(status, schema=other_shape, headers=described, content_type=other_type)(
                    stand_in
                )
            for schema, location in ((query, "query"), (body, "json")):
                if schema is not None:
                    stand_in = self.arguments(schema, location=location)(stand_in)
            more = {"requestBody": file.described()} if file else {}
            documentation = self.doc(security=_security(permission), **more)(stand_in)._apidoc
            # flask-smorest says 422 of whatever takes arguments; it is among the statuses where it is right.
            documentation.get("arguments", {}).pop("responses", None)
            parameters = documentation.setdefault("arguments", {}).setdefault("parameters", [])
            parameters += [_LAST_EVENT_ID if goes_on else _header(method), *([_ACCEPT_DATETIME] if timegate else [])]

            view = permit(permission)(view)
            if query is not None:
                view = takes(query, "query", "query")(view)
            if body is not None:
                view = takes(body, "json", "data")(view)
            if file is not None:
                view = takes_file(file.largest, file.media_types)(view)
            view._apidoc = documentation  # type: ignore[attr-defined]
            self.add_url_rule(rule, view_func=view, methods=[method])
            return view

        return declare

    def refusal(self, method: str, rule: str, name: str, view: View, status: int, *, errors: type[Schema]) -> None:
        """Declare a route that anyone may ask and that refuses everyone, with this status."""
        statuses = {status, *_statuses("", "", PUBLIC, None, None, paged=False)}
        stand_in = self._others(_stand_in, statuses, errors)
        documentation = self.doc(security=_security(PUBLIC), summary="Not implemented here.")(stand_in)._apidoc
        refusing = permit(PUBLIC)(view)
        refusing._apidoc = documentation  # type: ignore[attr-defined]
        self.add_url_rule(rule, name, view_func=refusing, methods=[method])

    def _others(self, stand_in: Any, statuses: set[int], errors: type[Schema] | None) -> Any:
        """Describe the answers that are none of what was asked for."""
        if errors is not None:
            statuses = {400 if status == 422 else status for status in statuses}
        for status in sorted(statuses):
            if errors is None or status < HTTPStatus.BAD_REQUEST:
                stand_in = self.alt_response(status, HTTPStatus(status).name)(stand_in)
            else:
                said = HTTPStatus(status).phrase
                stand_in = self.alt_response(status, schema=errors, content_type=JSON, description=said)(stand_in)
        return stand_in


def _stand_in() -> None:
    """Described in place of a view, and never called."""


class _Shapes(MarshmallowPlugin):
    """Describes objects that can be complete in several ways as what they are."""

    def schema_helper(  # type: ignore[override]  # as MarshmallowPlugin has it; its own base class disagrees
        self, name: Any, _: Any, schema: Any = None, **kwargs: Any
    ) -> Any:
        whole = super().schema_helper(name, _, schema=schema, **kwargs)  # type: ignore[no-untyped-call]
        return describe(resolve_schema_cls(schema), whole)


class Api(flask_smorest.Api):
    """flask-smorest's Api, with problem details for every error and no error handler of its own."""

    DEFAULT_ERROR_RESPONSE_NAME = None
    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        """`web.problems` has them."""

    def _register_pagination_header(self) -> None:
        """Pages have a Link of their own."""

    def _register_responses(self) -> None:
        for status in HTTPStatus:
            response: dict[str, Any] = {"description": status.phrase}
            if status >= HTTPStatus.BAD_REQUEST:
                response["schema"] = Problem
            prepare_response(response, self.spec, MEDIA_TYPE)
            self.spec.components.response(status.name, response, lazy=True)


def specification(organisation: str, public_url: str) -> dict[str, Any]:
    """The parts of the document that no route brings along."""
    return {
        "title": "factcheck",
        "version": __version__,
        "openapi_version": "3.1.0",
        "info": {"description": f"The record of claims, evidence and verdicts that {organisation} keeps."},
        "servers": [{"url": public_url}],
        "marshmallow_plugin": _Shapes(),
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def _statuses(
    method: str,
    rule: str,
    permission: Permission,
    body: type[Schema] | None,
    query: type[Schema] | None,
    *,
    paged: bool,
) -> set[int]:
    """The errors, and the 304, that routes of this kind can answer."""
    found = {HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS} if permission != ALWAYS else set()
    if isinstance(permission, Role):
        found |= {HTTPStatus.FORBIDDEN}
    if "<" in rule:
        found |= {HTTPStatus.NOT_FOUND}
    if method == "GET":
        found |= {HTTPStatus.NOT_MODIFIED}
    if method in ("PATCH", "DELETE"):
        found |= {
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.CONFLICT,
            HTTPStatus.PRECONDITION_FAILED,
            HTTPStatus.PRECONDITION_REQUIRED,
        }
    if method == "POST":
        found |= {HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}
    if body is not None:
        found |= {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE}
    if body is not None or query is not None:
        found |= {HTTPStatus.UNPROCESSABLE_ENTITY}
    if paged:
        found |= {HTTPStatus.BAD_REQUEST}
    return {int(status) for status in found}


def _header(method: str) -> dict[str, Any]:
    """The request header that routes of a method take."""
    return {"GET": _IF_NONE_MATCH, "POST": _IDEMPOTENCY_KEY}.get(method, _IF_MATCH)


def _security(permission: Permission) -> list[dict[str, list[str]]]:
    if permission == ALWAYS:
        return []
    return [{}, {"token": []}] if permission == PUBLIC else [{"token": []}]
