"""Rating scales."""

from marshmallow import Schema, fields, validate

from factcheck.domain.vocabulary import Rating
from schemas.fields import Id, Number, Slug, Some, Text, Word


class Label(Schema):
    """The wording for a rating; `value` is its number on the scale, null where it lies on no line."""

    label = Text(longest=100, required=True)
    rating = Word(Rating, required=True)
    value = Number(required=True, allow_none=True)


def _labels(*, required: bool = False) -> Some:
    return Some(fields.Nested(Label), least=1, most=50, required=required)


class ScaleIn(Schema):
    slug = Slug(required=True)
    title = Text(longest=300, required=True)
    labels = _labels(required=True)


class ScalePatch(Schema):
    title = Text(longest=300)
    labels = _labels()


class Scale(Schema):
    """One version of a scale; a version never changes."""

    id = Id(required=True)
    slug = fields.String(required=True)
    version = fields.Integer(required=True)
    title = fields.String(required=True)
    labels = fields.List(fields.Nested(Label), required=True)
    created_at = fields.DateTime(required=True)
    seq = fields.Integer(required=True)


class ScaleQuery(Schema):
    version = fields.Integer(validate=validate.Range(1, 2**31 - 1))
