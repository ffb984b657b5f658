"""Request bodies and queries in: strict JSON, unknown names refused, one error for all that is wrong."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, NoReturn

import orjson
from flask import Request, Response, request
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from factcheck.web.arrival import Own
from factcheck.web.problems import BadRequest, named

View = Callable[..., Response]


def refuse_odd_path(asked: Request, _: Own) -> None:
    # Nothing is named so, and PostgreSQL cannot even be asked for it.
    if "\0" in asked.path:
        raise NotFound


class Parser(FlaskParser):
    """webargs' parser, with our errors in place of its aborts."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": RAISE, "query": RAISE}  # noqa: RUF012 - as the base class declares it

    def load_json(self, req: Request, schema: Schema) -> Any:
        return body(req)

    def handle_error(
        self, error: ValidationError, req: Request, schema: Schema, *, error_status_code: Any, error_headers: Any
    ) -> NoReturn:
        # webargs puts the messages under the location's name.
        messages = error.messages
        if isinstance(messages, dict) and len(messages) == 1:
            messages = next(iter(messages.values()))
        raise ValidationError(messages)


_parser = Parser()
_MOST_FAULTS = 100


class Refused(Exception):
    """What a form says cannot be taken; `faults` are pairs of JSON pointer and what is wrong."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__(f"{len(faults)} fields cannot be taken as given")
        self.faults = faults


def checked(schema: type[Schema], given: dict[str, Any], *, beside: Refused | None = None) -> dict[str, Any]:
    """What a form says, held against the same schema as a body of JSON; raises Refused.

    `beside` is what was found to be wrong with it before: it is told with the rest.
    """
    try:
        loaded: dict[str, Any] = schema().load(given, unknown=RAISE)
    except ValidationError as error:
        raise Refused([*(beside.faults if beside else ()), *named(error, _MOST_FAULTS)]) from None
    return loaded


def takes(schema: type[Schema], location: str, name: str) -> Callable[[View], View]:
    """A decorator: the request's body ("json") or "query", validated, is the view's keyword `name`."""
    # One schema for all requests: to make one takes longer than a small read.
    loader = schema()
    defaults = _defaults(loader) if location == "query" else None

    def decorate(view: View) -> View:
        @wraps(view)
        def taking(*args: Any, **kwargs: Any) -> Response:
            if defaults is not None and not request.query_string:
                kwargs[name] = dict(defaults)
            else:
                kwargs[name] = _parser.parse(loader, request, location=location)
            return view(*args, **kwargs)

        return taking

    return decorate


def takes_file(largest: int, media_types: Mapping[str, str]) -> Callable[[View], View]:
    """A decorator: the request's body is a file of at most so many bytes, and of one of these media types. The view
    gets it as the keyword `body`.

    A body that says beforehand that it is longer is not read; one that does not is read up to there.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def taking(*args: Any, **kwargs: Any) -> Response:
            request.max_content_length = read_up_to(largest)
            if request.mimetype not in media_types:
                accepted = ", ".join(media_types)
                said = f"the body must be one of {accepted}"
                raise BadRequest(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, said, Accept_Post=accepted)
            kwargs["body"] = _whole(request)
            if not kwargs["body"]:
                raise BadRequest(HTTPStatus.BAD_REQUEST, "the file is empty", "")
            return view(*args, **kwargs)

        return taking

    return decorate


def read_up_to(largest: int) -> int:
    """How much of a body is read at most, where it may have so many bytes: one more. Of a body that does not say its
    length, what is too much would else be left out in silence."""
    return largest + 1


def _whole(sent: Request) -> bytes:
    """The body; raises RequestEntityTooLarge where it is longer than it may be, BadRequest for one that is packed."""
    if sent.headers.get("Content-Encoding", "identity").lower() != "identity":
        said = "the body must come as it is, without a Content-Encoding"
        raise BadRequest(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, said, Accept_Encoding="identity")
    raw, most = sent.get_data(), sent.max_content_length
    if most is not None and len(raw) >= most:
        raise RequestEntityTooLarge
    return raw


def _defaults(loader: Schema) -> dict[str, Any] | None:
    """What an empty query means; None where it lacks something."""
    try:
        loaded: dict[str, Any] = loader.load({})
    except ValidationError:
        return None
    return loaded


def body(sent: Request) -> Any:
    """The request's JSON value; raises BadRequest for another media type or what is no JSON."""
    if sent.mimetype != "application/json":
        raise BadRequest(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "the body must be application/json", Accept_Post="application/json"
        )
    raw = _whole(sent)
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        return _with_surrogates(raw, str(error))


def _with_surrogates(raw: bytes, said: str) -> Any:
    """JSON that orjson refuses for a lone surrogate alone goes on, so that the field can be named."""
    try:
        return json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise BadRequest(HTTPStatus.BAD_REQUEST, f"the body is no JSON: {said}", "") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
