"""Evidence: a source attached to a claim, with its stance."""

from typing import Any

from marshmallow import Schema, fields, validates_schema

from factcheck.domain.vocabulary import LinkState, QuoteState, Stance
from schemas.accounts import AccountShort
from schemas.fields import HttpUrl, Id, Some, Text, Word
from schemas.shapes import Way, require_one
from schemas.sources import SourceRef, SourceShort

LONGEST_NOTE = 5000


class Quote(Schema):
    """A passage of the source (W3C Web Annotation, TextQuoteSelector)."""

    exact = Text(longest=5000, lines=True, required=True)
    prefix = Text(longest=500, lines=True, allow_none=True)
    suffix = Text(longest=500, lines=True, allow_none=True)


class EvidenceIn(Schema):
    """A link by its address, or a source by description or id."""

    ways = (Way("url", without="source"), Way("source", without="url"))

    url = HttpUrl()
    source = fields.Nested(SourceRef)
    stance = Word(Stance, required=True)
    quote = fields.Nested(Quote, allow_none=True)
    note = Text(longest=LONGEST_NOTE, lines=True, allow_none=True)

    @validates_schema
    def complete(self, data: dict[str, Any], **kwargs: Any) -> None:
        require_one(data, self.ways)


class EvidenceBatch(Schema):
    items = Some(fields.Nested(EvidenceIn), least=1, most=100, required=True)


class Evidence(Schema):
    id = Id(required=True)
    claim = Id(required=True)
    source = fields.Nested(SourceShort, required=True)
    stance = Word(Stance, required=True)
    quote = fields.Nested(Quote, required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    link_state = Word(LinkState, required=True)
    archive_url = fields.String(
        required=True, allow_none=True, metadata={"description": "A public copy of the page, for when it is gone."}
    )
    quote_state = Word(QuoteState, required=True, allow_none=True)
    snapshot = Id(
        required=True,
        allow_none=True,
        metadata={"description": "What the page said when it was first read for this link; null until then."},
    )
    attached_by = fields.Nested(AccountShort, required=True)
    attached_at = fields.DateTime(required=True)


class EvidenceList(Schema):
    items = fields.List(fields.Nested(Evidence), required=True)


class Reason(Schema):
    """Why something is taken back or turned down."""

    reason = Text(longest=5000, lines=True, required=True)
