"""Flags: why a claim is to be looked at again."""

from marshmallow import Schema, fields

from factcheck.domain.vocabulary import FlagReason
from schemas.fields import Id, Text, Word


class Flag(Schema):
    """What changed: `diff` is the path of the difference between the snapshots `before` and `after`."""

    id = Id(required=True)
    claim = Id(required=True)
    reason = Word(FlagReason, required=True)
    source = Id(required=True)
    evidence = Id(required=True)
    before = Id(required=True)
    after = Id(required=True)
    diff = fields.String(required=True)
    resolved = fields.Boolean(required=True)
    note = fields.String(required=True, allow_none=True, metadata={"description": "What came of looking."})
    created_at = fields.DateTime(required=True)
    seq = fields.Integer(required=True)


class Resolution(Schema):
    """What came of looking at the claim again."""

    note = Text(longest=5000, lines=True, required=True)
