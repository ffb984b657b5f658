"""Matching: a text, and the earlier claims that may say the same."""

from marshmallow import Schema, fields, validate

from factcheck.domain.claims_text import MAX_TEXT
from schemas.claims import Claim, ClaimFilters
from schemas.fields import Flag, Number, Text, Whole
from schemas.reasons import Why


class MatchQuery(Schema):
    """How many claims are wanted, and from which score on."""

    limit = fields.Integer(validate=validate.Range(1, 50), load_default=10)
    min_score = fields.Float(validate=validate.Range(0, 1), load_default=0.0)


class MatchFilters(ClaimFilters):
    """Which claims are looked at: the filters of lists of claims."""

    needs_review = Flag()


class MatchIn(Schema):
    text = Text(
        longest=MAX_TEXT,
        lines=True,
        required=True,
        metadata={"description": "A sentence, a post, or a longer text, which is looked up sentence by sentence."},
    )
    limit = Whole(1, 50, load_default=10)
    min_score = Number(0, 1, load_default=0.0)
    filters = fields.Nested(MatchFilters)


class Match(Schema):
    """An earlier claim; of ten with a score of 0.9, nine say the same."""

    claim = fields.Nested(Claim, required=True)
    score = fields.Float(required=True)
    why = fields.Nested(Why, required=True)


class Matches(Schema):
    items = fields.List(fields.Nested(Match), required=True)
