"""Redactions: which event's payload is erased, why, and on whose authority."""

from marshmallow import Schema, fields

from schemas.fields import Seq, Text
from schemas.history import Event


class RedactionIn(Schema):
    """`authority` is what asks for it: a court's order, a data protection request, a rule of the house."""

    seq = Seq(required=True)
    reason = Text(longest=5000, lines=True, required=True)
    authority = Text(longest=1000, lines=True, required=True)


class Redaction(Event):
    """The redacting event, and the other events of the subject or its claim that still hold erased words."""

    also_holding = fields.List(fields.Integer(), required=True)
