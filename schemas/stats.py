"""The record in numbers. Claims that were merged into others are not counted again."""

from enum import StrEnum
from typing import Any

from marshmallow import Schema, fields

from factcheck.domain.stats import MOST, MOST_MONTHS
from factcheck.domain.vocabulary import ClaimKind, CorrectionType, LinkState, Rating, Status
from schemas.accounts import AccountShort
from schemas.fields import Word
from schemas.speakers import SpeakerShort


def _counts(vocabulary: type[StrEnum]) -> fields.Dict:
    return fields.Dict(keys=Word(vocabulary), values=fields.Integer(), required=True)


def _most(item: type[Schema]) -> fields.List[list[Any]]:
    return fields.List(
        fields.Nested(item), required=True, metadata={"description": f"Those with the most first, {MOST} at most."}
    )


class TopicCount(Schema):
    topic = fields.String(required=True)
    claims = fields.Integer(required=True)


class SpeakerCount(Schema):
    speaker = fields.Nested(SpeakerShort, required=True)
    claims = fields.Integer(required=True)


class MonthCount(Schema):
    month = fields.String(required=True, metadata={"examples": ["2024-10"]})
    claims = fields.Integer(required=True)


class ReviewerCount(Schema):
    reviewer = fields.Nested(AccountShort, required=True)
    corrections = fields.Integer(required=True)


class ClaimStats(Schema):
    total = fields.Integer(required=True)
    by_status = _counts(Status)
    by_kind = _counts(ClaimKind)
    by_topic = _most(TopicCount)
    by_speaker = _most(SpeakerCount)
    by_month = fields.List(
        fields.Nested(MonthCount),
        required=True,
        metadata={
            "description": "By the first day that the claim's date may mean; "
            f"newest first, the {MOST_MONTHS} newest months that have any."
        },
    )
    undated = fields.Integer(required=True, metadata={"description": "Claims whose month is not known."})


class AgreementStats(Schema):
    """Krippendorff's alpha (nominal) over published verdicts, and what it rests on."""

    alpha = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "1: all agree; 0: as by chance; null: no pairs of verdicts, or one rating alone."},
    )
    claims = fields.Integer(required=True, metadata={"description": "Claims with verdicts of two reviewers or more."})
    reviewers = fields.Integer(required=True)
    pairs = fields.Integer(required=True)


class CorrectionStats(Schema):
    """Corrections by type, by whose verdict they corrected, and by the rating that stood before."""

    total = fields.Integer(required=True)
    by_type = _counts(CorrectionType)
    by_reviewer = _most(ReviewerCount)
    by_rating = _counts(Rating)


class Stats(Schema):
    """The numbers after event `seq`; `links` counts standing evidence by the state of its source."""

    seq = fields.Integer(required=True)
    claims = fields.Nested(ClaimStats, required=True)
    agreement = fields.Nested(AgreementStats, required=True)
    links = _counts(LinkState)
    corrections = fields.Nested(CorrectionStats, required=True)
