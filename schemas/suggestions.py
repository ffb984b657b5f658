"""Suggestions: that a source relies on another, from what its page says."""

from marshmallow import Schema, fields

from factcheck.domain.suggestions import Basis
from factcheck.domain.vocabulary import CitationKind, SuggestionState
from schemas.fields import Id, Text, Word
from schemas.sources import SourceRef


class Suggestion(Schema):
    """That `source` relies on `origin`, or on something of `publisher` or at `url` that is no source yet."""

    id = Id(required=True)
    source = Id(required=True)
    kind = Word(CitationKind, required=True)
    basis = Word(Basis, required=True)
    origin = Id(required=True, allow_none=True)
    publisher = Id(required=True, allow_none=True)
    url = fields.String(required=True, allow_none=True)
    score = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "How much of the shorter text is in the other, 0 to 1."},
    )
    detail = fields.String(required=True, allow_none=True, metadata={"description": "What was found, in words."})
    state = Word(SuggestionState, required=True)
    citation = Id(required=True, allow_none=True, metadata={"description": "What came of it once it was accepted."})
    reason = fields.String(required=True, allow_none=True, metadata={"description": "Why it was turned down."})
    created_at = fields.DateTime(required=True)
    seq = fields.Integer(required=True)


class SuggestionQuery(Schema):
    state = fields.List(Word(SuggestionState))


class Acceptance(Schema):
    """`origin` is needed where the suggestion knows a publisher alone; it takes the place of the suggested one."""

    origin = fields.Nested(SourceRef)
    reason = Text(longest=5000, lines=True)


class Rejection(Schema):
    reason = Text(longest=5000, lines=True)
