"""Speakers: persons, organisations, groups, anonymous."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from factcheck.domain.vocabulary import SpeakerKind, Status
from schemas.fields import Id, Text, WikidataId, Word, distinct


class SpeakerIn(Schema):
    """A speaker as described by a client."""

    name = Text(longest=300, required=True)
    kind = Word(SpeakerKind)
    role = Text(longest=300, allow_none=True)
    affiliation = Text(longest=300, allow_none=True)
    wikidata_id = WikidataId(allow_none=True)
    aliases = fields.List(Text(longest=300), validate=[validate.Length(max=50), distinct])


class SpeakerPatch(SpeakerIn):
    name = Text(longest=300)


class SpeakerRef(SpeakerIn):
    """A speaker by description, or by id alone."""

    id = Id()
    name = Text(longest=300)

    @validates_schema
    def one_way(self, data: dict[str, Any], **kwargs: Any) -> None:
        name_or_id(data)


def name_or_id(data: dict[str, Any], name: str = "name") -> None:
    """A reference has an id alone, or a description with what the record matches it by."""
    if "id" in data and len(data) > 1:
        raise ValidationError("goes alone: with an id nothing else is taken.", "id")
    if "id" not in data and not data.get(name):
        raise ValidationError("is required where there is no id.", name)


class SpeakerShort(Schema):
    id = Id(required=True)
    name = fields.String(required=True)
    kind = Word(SpeakerKind, required=True)


class Speaker(SpeakerShort):
    role = fields.String(required=True, allow_none=True)
    affiliation = fields.String(required=True, allow_none=True)
    wikidata_id = fields.String(required=True, allow_none=True)
    aliases = fields.List(fields.String(), required=True)
    created_at = fields.DateTime(required=True)
    updated_at = fields.DateTime(required=True)
    seq = fields.Integer(required=True)


class SpeakerWithTally(Speaker):
    """A speaker with the number of their claims by status."""

    tally = fields.Dict(keys=Word(Status), values=fields.Integer(), required=True)


class SpeakerQuery(Schema):
    name = Text(longest=300)
    wikidata_id = WikidataId()
