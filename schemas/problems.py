"""Errors: RFC 9457 problem details."""

from marshmallow import INCLUDE, Schema, fields


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
