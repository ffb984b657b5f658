"""Verdicts and corrections."""

from marshmallow import Schema, fields

from factcheck.domain.vocabulary import CorrectionType, Rating, VerdictState
from schemas.accounts import AccountShort
from schemas.fields import EdtfDate, Flag, HttpUrl, Id, Slug, Some, Text, Word


class VerdictChanges(Schema):
    """What a correction may set."""

    rating = Word(Rating)
    label = Text(longest=100, allow_none=True)
    scale = Slug(allow_none=True)
    justification = Text(longest=20_000, lines=True, allow_none=True)
    evidence = Some(Id(), most=200, unique=True)
    review_url = HttpUrl(allow_none=True)
    valid_from = EdtfDate(allow_none=True)
    valid_until = EdtfDate(allow_none=True)
    override_reason = Text(
        longest=5000,
        lines=True,
        allow_none=True,
        metadata={"description": "Why it stands on fewer independent origins than it needs: an editor's to say."},
    )


class VerdictIn(VerdictChanges):
    rating = Word(Rating, required=True)
    final = Flag(metadata={"description": "An editor's ruling, which decides where reviewers differ."})


class CorrectionIn(Schema):
    type = Word(CorrectionType, required=True)
    reason = Text(longest=5000, lines=True, required=True)
    changes = fields.Nested(VerdictChanges)


class Change(Schema):
    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)


class RatingChange(Schema):
    """The verdict's rating before and after; after a void there is none."""

    before = Word(Rating, required=True)
    after = Word(Rating, required=True, allow_none=True)


class EvidenceChange(Schema):
    """The links that the verdict rests on since then, and those that it no longer does."""

    added = fields.List(Id(), required=True)
    removed = fields.List(Id(), required=True)


class CorrectionQuery(Schema):
    """Filters of the list of corrections; `reviewer` is whose verdict was corrected."""

    type = Word(CorrectionType)
    claim = Id()
    reviewer = Id()


class Correction(Schema):
    """A correction; `reviewer` is the verdict's, `created_by` who made the correction."""

    id = Id(required=True)
    claim = Id(required=True)
    verdict = Id(required=True)
    type = Word(CorrectionType, required=True)
    reason = fields.String(required=True)
    changes = fields.Dict(keys=fields.String(), values=fields.Nested(Change), required=True)
    reviewer = fields.Nested(AccountShort, required=True)
    rating = fields.Nested(RatingChange, required=True)
    evidence = fields.Nested(EvidenceChange, required=True)
    created_at = fields.DateTime(required=True)
    created_by = fields.String(required=True)


class Verdict(Schema):
    id = Id(required=True)
    claim = Id(required=True)
    reviewer = fields.Nested(AccountShort, required=True)
    rating = Word(Rating, required=True)
    label = fields.String(required=True, allow_none=True)
    scale = fields.String(required=True, allow_none=True)
    scale_version = fields.Integer(required=True, allow_none=True)
    value = fields.Float(required=True, allow_none=True)
    justification = fields.String(required=True, allow_none=True)
    evidence = fields.List(Id(), required=True)
    review_url = fields.String(required=True, allow_none=True)
    valid_from = fields.String(required=True, allow_none=True)
    valid_until = fields.String(required=True, allow_none=True)
    final = fields.Boolean(required=True)
    override_reason = fields.String(required=True, allow_none=True)
    state = Word(VerdictState, required=True)
    approvals = fields.Integer(required=True)
    supersedes = Id(required=True, allow_none=True)
    corrections = fields.List(fields.Nested(Correction), required=True)
    published_at = fields.DateTime(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)
    updated_at = fields.DateTime(required=True)
    seq = fields.Integer(required=True)
