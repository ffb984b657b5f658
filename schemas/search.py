"""Searching: the query, and what it finds."""

from marshmallow import Schema, fields, validate

from factcheck.domain.search_entries import Field
from factcheck.domain.search_queries import LONGEST
from schemas.claims import Claim, ClaimFilters
from schemas.fields import Word


class SearchQuery(ClaimFilters):
    """What is searched for, and the filters of lists of claims."""

    q = fields.String(
        required=True,
        validate=validate.Length(1, LONGEST),
        metadata={
            "description": 'Words that a claim must have, in any of their forms; a "quoted phrase" as it stands; '
            "beginnings of words, `nucl*`; without what a hyphen stands before, `-word`. Any text will do."
        },
    )


class Highlight(Schema):
    """A part of a claim's text in which words of the query stand."""

    field = Word(Field, required=True)
    fragment = fields.String(required=True)
    marks = fields.List(
        fields.List(fields.Integer(), validate=validate.Length(equal=2)),
        required=True,
        metadata={"description": "Of each word its beginning and its end in the fragment, in Unicode code points."},
    )


class Found(Schema):
    """A claim that was found; of two, the one with the higher score answers better."""

    claim = fields.Nested(Claim, required=True)
    score = fields.Float(required=True)
    highlights = fields.List(fields.Nested(Highlight), required=True)
