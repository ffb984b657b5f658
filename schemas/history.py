"""Events as histories show them."""

from marshmallow import Schema, fields

from schemas.fields import Id
from schemas.verdicts import Change


class Subject(Schema):
    type = fields.String(required=True)
    id = Id(required=True)


class Redacted(Schema):
    """That a payload was erased, and the event that says so."""

    seq = fields.Integer(required=True)
    recorded_at = fields.DateTime(required=True)
    actor = fields.String(required=True)
    reason = fields.String(required=True)
    authority = fields.String(required=True)


class Event(Schema):
    """One event; payload, changes and salt are null where this reader may not see them, or they are erased."""

    seq = fields.Integer(required=True)
    type = fields.String(required=True)
    recorded_at = fields.DateTime(required=True)
    actor = fields.String(required=True)
    subject = fields.Nested(Subject, required=True)
    claim_id = Id(required=True, allow_none=True)
    payload = fields.Dict(required=True, allow_none=True)
    changes = fields.Dict(keys=fields.String(), values=fields.Nested(Change), required=True, allow_none=True)
    salt = fields.String(required=True, allow_none=True)
    commitment = fields.String(required=True)
    leaf_hash = fields.String(required=True)
    redacted = fields.Nested(Redacted)
