"""Webhooks and what was sent to them."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from factcheck.domain.event_types import SELECTORS
from factcheck.domain.vocabulary import DeliveryState
from schemas.fields import Flag, HttpUrl, Id, Some, Whole, Word

MOST_TYPES = 100
LONGEST_OVERLAP_HOURS = 168
_SHOWN = 60


class Selector(fields.String):
    """A type of events, or all that begin with a word: verdict.*."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"enum": list(SELECTORS)}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text not in SELECTORS:
            raise ValidationError(f"{text[:_SHOWN]!r} is no type of events.")
        return text


def _types(**options: Any) -> Some:
    described = {"description": "The events that it is told of; of none named: of all."}
    return Some(Selector(), most=MOST_TYPES, unique=True, metadata=described, **options)


class WebhookIn(Schema):
    url = HttpUrl(required=True)
    types = _types(load_default=list)


class WebhookPatch(Schema):
    url = HttpUrl()
    types = _types()
    active = Flag(metadata={"description": "false pauses it; true has it go on from where it was."})


class Rotation(Schema):
    overlap_hours = Whole(
        0,
        LONGEST_OVERLAP_HOURS,
        load_default=24,
        metadata={"description": "For how many hours the former secret signs too; 0: not at all any more."},
    )


class Webhook(Schema):
    id = Id(required=True)
    url = fields.String(required=True)
    types = fields.List(fields.String(), required=True)
    active = fields.Boolean(required=True)
    paused_at = fields.DateTime(required=True, allow_none=True)
    paused_reason = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Why it was paused; null where an administrator did that."},
    )
    former_secret_until = fields.DateTime(
        required=True, allow_none=True, metadata={"description": "Until when the secret before this one signs too."}
    )
    created_at = fields.DateTime(required=True)
    updated_at = fields.DateTime(required=True)
    seq = fields.Integer(required=True)


class NewWebhook(Webhook):
    """A webhook with its secret, at the one time that it is shown."""

    secret = fields.String(required=True)


class Delivery(Schema):
    """An event that was sent, or is being tried."""

    id = fields.String(required=True, metadata={"description": "Its webhook-id header."})
    seq = fields.Integer(required=True, metadata={"description": "The number of the event."})
    type = fields.String(required=True)
    state = Word(DeliveryState, required=True)
    attempts = fields.Integer(required=True)
    response_status = fields.Integer(required=True, allow_none=True)
    error = fields.String(
        required=True, allow_none=True, metadata={"description": "Why the last attempt was not taken."}
    )
    last_attempt_at = fields.DateTime(required=True)
    next_attempt_at = fields.DateTime(
        required=True,
        allow_none=True,
        metadata={"description": "null where there is none, or none while it is paused."},
    )
    delivered_at = fields.DateTime(required=True, allow_none=True)


class DeliveryQuery(Schema):
    state = fields.List(Word(DeliveryState))
