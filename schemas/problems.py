"""Errors: RFC 9457 problem details."""

from collections.abc import Iterator
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields


class FieldError(Schema):
    pointer = fields.String(required=True)
    detail = fields.String(required=True)


class Problem(Schema):
    """Some kinds of problem have members of their own."""

    class Meta:
        unknown = INCLUDE

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True)
    errors = fields.List(fields.Nested(FieldError))


def flattened(messages: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """marshmallow's nested messages as JSON pointers (RFC 6901)."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            if name == "_schema":
                yield from flattened(inner, pointer)
            else:
                token = str(name).replace("~", "~0").replace("/", "~1")
                yield from flattened(inner, f"{pointer}/{token}")
    elif isinstance(messages, list):
        for inner in messages:
            yield from flattened(inner, pointer)
    else:
        yield pointer, str(messages)


def checked(schema: Schema, data: Any) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """An object as the schema loads it, and what is wrong with it: pairs of pointer and reason."""
    if not isinstance(data, dict):
        return {}, [("", "is no object.")]
    try:
        loaded: dict[str, Any] = schema.load(data)
    except ValidationError as error:
        return {}, list(flattened(error.messages))
    return loaded, []
