"""Pages of lists, and moments to read as of."""

from functools import cache
from typing import Any

from marshmallow import Schema, fields, validate

from schemas.fields import AsOf

MAX_LIMIT = 200
DEFAULT_LIMIT = 50


class PageQuery(Schema):
    limit = fields.Integer(validate=validate.Range(1, MAX_LIMIT), load_default=DEFAULT_LIMIT)
    cursor = fields.String(validate=validate.Length(1, 2000))


class AsOfQuery(Schema):
    as_of = AsOf()


@cache
def page_of(item: type[Schema]) -> type[Schema]:
    """The schema of a page of these."""
    members: dict[str, Any] = {
        "items": fields.List(fields.Nested(item), required=True),
        "next": fields.String(required=True, allow_none=True),
    }
    return type(f"{item.__name__}Page", (Schema,), members)


@cache
def listing(query: type[Schema]) -> type[Schema]:
    """The filters of a list with the page's own parameters."""
    return type(f"{query.__name__}Page", (PageQuery, query), {})
