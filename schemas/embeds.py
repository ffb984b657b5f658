"""What oEmbed asks and answers (https://oembed.com)."""

from marshmallow import Schema, fields, validate

from schemas.fields import Text

_MOST_PIXELS = 100_000


class EmbedQuery(Schema):
    url = Text(longest=2000, required=True, metadata={"description": "The address of a claim's public page."})
    format = fields.String(validate=validate.OneOf(["json"]), load_default="json")
    maxwidth = fields.Integer(validate=validate.Range(1, _MOST_PIXELS))
    maxheight = fields.Integer(validate=validate.Range(1, _MOST_PIXELS))


class Embed(Schema):
    """`html`, `width` and `height` are there where `type` is `rich`."""

    type = fields.String(required=True, validate=validate.OneOf(["rich", "link"]))
    version = fields.String(required=True)
    title = fields.String(required=True)
    author_name = fields.String(required=True)
    author_url = fields.String(required=True)
    provider_name = fields.String(required=True)
    provider_url = fields.String(required=True)
    cache_age = fields.Integer(required=True)
    html = fields.String()
    width = fields.Integer()
    height = fields.Integer()
