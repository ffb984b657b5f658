"""Snapshots: what a source's page said at a time."""

from marshmallow import Schema, fields

from schemas.fields import Id

_SHA256 = {"pattern": "^[0-9a-f]{64}$"}


class Snapshot(Schema):
    """What was read of a page; `title`, `author` and `published_at` are what the page said of itself."""

    id = Id(required=True)
    source = Id(required=True)
    fetched_at = fields.DateTime(required=True)
    http_status = fields.Integer(required=True)
    final_url = fields.String(required=True, allow_none=True)
    media_type = fields.String(required=True, allow_none=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes of the body."})
    sha256 = fields.String(
        required=True, allow_none=True, metadata={**_SHA256, "description": "Of the body; null where it was erased."}
    )
    text_sha256 = fields.String(
        required=True,
        allow_none=True,
        metadata={**_SHA256, "description": "Of the text read from it, in UTF-8; null where there is none."},
    )
    title = fields.String(required=True, allow_none=True)
    author = fields.String(required=True, allow_none=True)
    published_at = fields.String(required=True, allow_none=True)
    archive_urls = fields.List(fields.String(), required=True)
    pinned = fields.Boolean(
        required=True, metadata={"description": "Whether its files are kept for good: a published verdict rests on it."}
    )
    warc = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Path of the exchange's WARC file; null once it is gone."},
    )
    seq = fields.Integer(required=True)


class SnapshotText(Schema):
    """The text that was read from a page, a block of it a line."""

    id = Id(required=True)
    source = Id(required=True)
    text_sha256 = fields.String(required=True, metadata=_SHA256)
    text = fields.String(required=True)


class DiffQuery(Schema):
    with_ = Id(data_key="with", required=True, metadata={"description": "The snapshot to compare it with."})


class Hunk(Schema):
    """Lines that went, and those that came in their place."""

    removed = fields.List(fields.String(), required=True)
    added = fields.List(fields.String(), required=True)


class Diff(Schema):
    """How the text of one snapshot differs from another's.

    `substantive` leaves out what changes by itself: the order of blocks, labels, counters, dates of the day.
    """

    before = Id(required=True)
    after = Id(required=True)
    substantive = fields.Boolean(required=True)
    hunks = fields.List(fields.Nested(Hunk), required=True)
    more = fields.Boolean(required=True, metadata={"description": "Whether there is more than is shown."})
