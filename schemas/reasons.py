"""Why two statements are taken for one: what they share, and what they say otherwise."""

from marshmallow import Schema, fields


class Pair(Schema):
    """What the text says, and what the claim says in its place."""

    asked = fields.String(required=True)
    claim = fields.String(required=True)


class Word(Schema):
    text = fields.String(required=True)
    rarity = fields.Float(required=True)


class Shared(Schema):
    numbers = fields.List(fields.String(), required=True)
    dates = fields.List(fields.String(), required=True)
    names = fields.List(fields.String(), required=True)


class Differs(Schema):
    numbers = fields.List(fields.Nested(Pair), required=True)
    dates = fields.List(fields.Nested(Pair), required=True)
    opposites = fields.List(fields.Nested(Pair), required=True)
    negation = fields.Boolean(required=True)


class Why(Schema):
    """What a score rests on: the sentence that was compared, what both have, and what the claim says otherwise."""

    sentence = fields.String(required=True)
    similarity = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "Of meaning, with the claim; up to 1; null where nobody measured."},
    )
    title_similarity = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "The same with the title of its source, where that is nearer."},
    )
    words = fields.List(fields.Nested(Word), required=True)
    shared = fields.Nested(Shared, required=True)
    differs = fields.Nested(Differs, required=True)
