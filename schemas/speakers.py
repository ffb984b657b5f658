"""Speakers: persons, organisations, groups, anonymous."""

from typing import Any

from marshmallow import Schema, fields, validates_schema

from factcheck.domain.vocabulary import SpeakerKind, Status
from schemas.fields import Id, Some, Text, WikidataId, Word
from schemas.shapes import Way, require_one


class SpeakerIn(Schema):
    """A speaker as described by a client."""

    name = Text(longest=300, required=True)
    kind = Word(SpeakerKind)
    role = Text(longest=300, allow_none=True)
    affiliation = Text(longest=300, allow_none=True)
    wikidata_id = WikidataId(allow_none=True)
    aliases = Some(Text(longest=300), most=50, unique=True)


class SpeakerPatch(SpeakerIn):
    name = Text(longest=300)


class SpeakerRef(SpeakerIn):
    """A speaker by description, or by id alone."""

    ways = (Way("id", alone=True), Way("name", without="id"))

    id = Id()
    name = Text(longest=300)

    @validates_schema
    def complete(self, data: dict[str, Any], **kwargs: Any) -> None:
        require_one(data, self.ways)


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
