"""Publishers and who owns them."""

from typing import Any

from marshmallow import Schema, fields, validates_schema

from schemas.fields import HttpUrl, Id, Text
from schemas.shapes import Way, require_one


class PublisherIn(Schema):
    name = Text(longest=300, required=True)
    url = HttpUrl(allow_none=True)
    owner = Id(allow_none=True, metadata={"description": "The publisher that owns this one."})


class PublisherPatch(PublisherIn):
    name = Text(longest=300)


class PublisherRef(Schema):
    """A publisher by name, or by id alone."""

    ways = (Way("id", alone=True), Way("name", without="id"))

    id = Id()
    name = Text(longest=300)
    url = HttpUrl(allow_none=True)

    @validates_schema
    def complete(self, data: dict[str, Any], **kwargs: Any) -> None:
        require_one(data, self.ways)


class PublisherShort(Schema):
    id = Id(required=True)
    name = fields.String(required=True)


class Publisher(PublisherShort):
    url = fields.String(required=True, allow_none=True)
    owner = Id(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)
    updated_at = fields.DateTime(required=True)
    seq = fields.Integer(required=True)


class PublisherQuery(Schema):
    name = Text(longest=300)
