"""Errors: RFC 9457 problem details."""

from marshmallow import Schema, fields


class FieldError(Schema):
    pointer = fields.String(required=True)
    detail = fields.String(required=True)


class Problem(Schema):
    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True)
    errors = fields.List(fields.Nested(FieldError))
