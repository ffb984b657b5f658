"""Events for those who follow the record."""

from marshmallow import Schema, fields, validate

from schemas.fields import EventType, Id
from schemas.history import Event
from schemas.paging import DEFAULT_LIMIT, MAX_LIMIT

LONGEST_WAIT = 30
"""Seconds."""

_MOST = 2**53 - 1


class StreamQuery(Schema):
    """Where to begin, and filters; a repeated one means any of its values."""

    after = fields.Integer(
        validate=validate.Range(0, _MOST),
        load_default=0,
        metadata={"description": "The number of the last event that the client has; 0: none."},
    )
    claim = fields.List(Id(), metadata={"description": "Of these claims, and of those that were merged into them."})
    speaker = fields.List(Id(), metadata={"description": "Of these speakers, and of claims that are now theirs."})
    type = fields.List(EventType())


class ChangesQuery(StreamQuery):
    limit = fields.Integer(validate=validate.Range(1, MAX_LIMIT), load_default=DEFAULT_LIMIT)
    wait = fields.Integer(
        validate=validate.Range(0, LONGEST_WAIT),
        load_default=0,
        metadata={"description": "For how many seconds the answer may be held where there is no event yet."},
    )


class Changes(Schema):
    """Events, oldest first; `after` is what to ask with for the next ones."""

    items = fields.List(fields.Nested(Event), required=True)
    after = fields.Integer(required=True)
