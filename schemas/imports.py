"""Imports over HTTP."""

from marshmallow import Schema, fields, validate

from factcheck.domain.vocabulary import ImportState
from schemas.accounts import AccountShort
from schemas.fields import Id, Slug, Text, Word

LONGEST_MAP = 20_000


class ImportQuery(Schema):
    """What the file is, and how it is to be read."""

    format = fields.String(
        validate=validate.OneOf(["jsonl", "csv", "json", "averitec", "claimreview"]),
        metadata={"description": "What the file is, where its media type does not tell."},
    )
    name = Text(
        longest=200, load_default="upload", metadata={"description": "The file's name, for the events of its rows."}
    )
    dry_run = fields.Boolean(
        truthy={"true"},
        falsy={"false"},
        load_default=False,
        metadata={"description": "Whether to say what would happen, and change nothing."},
    )
    scale = Slug(metadata={"description": "The scale of this record that the file's labels stand on."})
    map = Text(
        longest=LONGEST_MAP,
        lines=True,
        metadata={"description": "JSON: our columns by the file's (`columns`), ratings by labels (`labels`)."},
    )


class RowProblem(Schema):
    """What is wrong with a row; `field` is "" where that is the row as a whole."""

    row = fields.Integer(required=True)
    line = fields.Integer(required=True, allow_none=True)
    field = fields.String(required=True)
    reason = fields.String(required=True)


class UnknownLabel(Schema):
    """A label that nobody has said the rating of."""

    label = fields.String(required=True)
    publisher = fields.String(required=True, allow_none=True)
    rows = fields.Integer(required=True)


class Import(Schema):
    """An import; `rows` are done, of which so many were `imported`, `known` before and `bad`."""

    id = Id(required=True)
    name = fields.String(required=True)
    format = fields.String(required=True)
    dry_run = fields.Boolean(required=True)
    scale = fields.String(required=True, allow_none=True)
    map = fields.Raw(required=True, allow_none=True)
    size = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    state = Word(ImportState, required=True)
    rows = fields.Integer(required=True)
    imported = fields.Integer(required=True)
    known = fields.Integer(required=True)
    bad = fields.Integer(required=True)
    left_out = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "Fields that have no place here, each with the number of rows that have it."},
    )
    unknown_labels = fields.List(fields.Nested(UnknownLabel), required=True)
    error = fields.String(required=True, allow_none=True, metadata={"description": "Why no further row could be read."})
    created_at = fields.DateTime(required=True)
    created_by = fields.Nested(AccountShort, required=True)
    finished_at = fields.DateTime(required=True, allow_none=True)


class ImportWithProblems(Import):
    problems = fields.List(
        fields.Nested(RowProblem), required=True, metadata={"description": "The first thousand; `bad` counts all."}
    )
