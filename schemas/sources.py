"""Sources, and citations between them."""

from typing import Any

from marshmallow import Schema, fields, validates_schema

from factcheck.domain.vocabulary import Access, CitationKind, LinkReason, LinkState, SourceKind
from schemas.accounts import AccountShort
from schemas.fields import EdtfDate, Flag, HttpUrl, Id, Language, Text, Word
from schemas.publishers import PublisherRef, PublisherShort
from schemas.shapes import Way, require_one


class SourcePatch(Schema):
    """Fields of a source to change."""

    url = HttpUrl(allow_none=True)
    title = Text(longest=1000, allow_none=True)
    kind = Word(SourceKind)
    publisher = fields.Nested(PublisherRef, allow_none=True)
    published_at = EdtfDate(allow_none=True)
    language = Language(allow_none=True)
    access = Word(Access, allow_none=True)
    is_origin = Flag(allow_none=True)


class SourceIn(SourcePatch):
    """A cited document; it has a URL, a title or both."""

    ways = (Way("url"), Way("title"))

    @validates_schema
    def complete(self, data: dict[str, Any], **kwargs: Any) -> None:
        require_one(data, self.ways)


class SourceRef(SourcePatch):
    """A source by description, or by id alone. Whether it is an origin, a reviewer says on the source."""

    ways = (Way("id", alone=True), Way("url", without="id"), Way("title", without="id"))

    class Meta:
        exclude = ("is_origin",)

    id = Id()

    @validates_schema
    def complete(self, data: dict[str, Any], **kwargs: Any) -> None:
        require_one(data, self.ways)


class SourceShort(Schema):
    id = Id(required=True)
    title = fields.String(required=True, allow_none=True)
    url = fields.String(required=True, allow_none=True)
    kind = Word(SourceKind, required=True)
    publisher = fields.Nested(PublisherShort, required=True, allow_none=True)
    published_at = fields.String(required=True, allow_none=True)


class Says(Schema):
    """What the page said of itself when it was read last."""

    snapshot = Id(required=True)
    title = fields.String(required=True, allow_none=True)
    author = fields.String(required=True, allow_none=True)
    published_at = fields.String(required=True, allow_none=True)


class Marked(SourceShort):
    """A source with what reviewers say of it; who said so last also where the mark was taken back."""

    is_origin = fields.Boolean(required=True, allow_none=True)
    origin_marked_by = fields.Nested(AccountShort, required=True, allow_none=True)
    origin_marked_at = fields.DateTime(required=True, allow_none=True)


class Source(Marked):
    canonical_url = fields.String(required=True, allow_none=True)
    language = fields.String(required=True, allow_none=True)
    access = Word(Access, required=True, allow_none=True)
    link_state = Word(LinkState, required=True)
    link_reason = Word(
        LinkReason,
        required=True,
        allow_none=True,
        metadata={"description": "Why the last look did not show the page; null where it did, or where nobody looked."},
    )
    moved_to = fields.String(
        required=True, allow_none=True, metadata={"description": "Where the page says that it is for good."}
    )
    checked_at = fields.DateTime(required=True, allow_none=True)
    archive_url = fields.String(
        required=True, allow_none=True, metadata={"description": "A public copy that says what was read of the page."}
    )
    says = fields.Nested(
        Says,
        required=True,
        allow_none=True,
        metadata={"description": "Offered, and never written over what somebody has recorded; null until it was read."},
    )
    created_at = fields.DateTime(required=True)
    updated_at = fields.DateTime(required=True)
    seq = fields.Integer(required=True)


class SourceQuery(Schema):
    url = HttpUrl()


class CitationIn(Schema):
    origin = fields.Nested(SourceRef, required=True, metadata={"description": "The source that is relied on."})
    kind = Word(CitationKind, required=True)
    reason = Text(longest=5000, lines=True, allow_none=True)


class Citation(Schema):
    id = Id(required=True)
    source = Id(required=True)
    origin = Id(required=True)
    kind = Word(CitationKind, required=True)
    reason = fields.String(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)
    created_by = fields.String(required=True)
    seq = fields.Integer(required=True)
