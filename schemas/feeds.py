"""Pages of feeds."""

from marshmallow import Schema

from schemas.fields import Id


class FeedQuery(Schema):
    before = Id(metadata={"description": "The id of the last entry of the page before."})
