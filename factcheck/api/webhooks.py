"""Webhooks and their deliveries over HTTP."""

from flask import Response

from factcheck.api import answers
from factcheck.api.answers import Json
from factcheck.domain.versions import represent
from factcheck.domain.vocabulary import Role
from factcheck.services import webhooks
from factcheck.services.webhooks import House
from factcheck.web.conditional import precondition, send
from factcheck.web.context import actor, settings
from factcheck.web.openapi import Blueprint
from schemas.paging import PageQuery, listing
from schemas.webhooks import Delivery, DeliveryQuery, NewWebhook, Rotation, Webhook, WebhookIn, WebhookPatch

blueprint = Blueprint("webhooks", __name__, description="Who is told of what happens.")

_ONE = "/v1/webhooks/<webhook_id>"
_DELIVERY = f"{_ONE}/deliveries/<delivery_id>"


@blueprint.endpoint("POST", "/v1/webhooks", Role.ADMIN, NewWebhook, body=WebhookIn, status=201)
def add(data: Json) -> Response:
    """Have a URL told of what happens from now on; this answer alone shows the secret that signs."""
    return _with_secret(webhooks.add(actor(), data, _house()))


@blueprint.endpoint("GET", "/v1/webhooks", Role.ADMIN, Webhook, query=PageQuery)
def page(query: Json) -> Response:
    """List webhooks, newest first."""
    return answers.page(webhooks.page(answers.after(query), query["limit"] + 1), query["limit"])


@blueprint.endpoint("GET", _ONE, Role.ADMIN, Webhook)
def get(webhook_id: str) -> Response:
    """Read a webhook, without its secret."""
    return answers.one(webhooks.get(webhook_id))


@blueprint.endpoint("PATCH", _ONE, Role.ADMIN, Webhook, body=WebhookPatch)
def amend(data: Json, webhook_id: str) -> Response:
    """Change where it leads or what it is told of, pause it, or let it go on from where it was."""
    return answers.one(webhooks.amend(actor(), webhook_id, data, precondition(), _house()))


@blueprint.endpoint("DELETE", _ONE, Role.ADMIN, status=204)
def remove(webhook_id: str) -> Response:
    """Tell it no more."""
    webhooks.remove(actor(), webhook_id, precondition())
    return answers.gone()


@blueprint.endpoint("POST", f"{_ONE}/rotate", Role.ADMIN, NewWebhook, body=Rotation, status=201)
def rotate(data: Json, webhook_id: str) -> Response:
    """Make a new secret, which this answer alone shows; the former one signs too for a while."""
    return _with_secret(webhooks.rotate(actor(), webhook_id, data["overlap_hours"], _house()))


@blueprint.endpoint("GET", f"{_ONE}/deliveries", Role.ADMIN, Delivery, query=listing(DeliveryQuery))
def deliveries(query: Json, webhook_id: str) -> Response:
    """List what was sent or is being tried, the newest event first."""
    limit = query["limit"]
    found = webhooks.sent(webhook_id, answers.after(query), limit + 1, query.get("state", ()))
    return answers.page(found, limit, by="seq")


@blueprint.endpoint("GET", _DELIVERY, Role.ADMIN, Delivery)
def delivery(webhook_id: str, delivery_id: str) -> Response:
    """Read what became of an event."""
    return answers.one(webhooks.delivery(webhook_id, delivery_id))


@blueprint.endpoint("POST", f"{_DELIVERY}/resend", Role.ADMIN, Delivery, status=202)
def resend(webhook_id: str, delivery_id: str) -> Response:
    """Have an event sent again, or now where it waits for its next attempt."""
    return answers.accepted(webhooks.resend(actor(), webhook_id, delivery_id))


def _with_secret(made: Json) -> Response:
    """The tag is that of the webhook as it is read from now on, without the secret."""
    shown = {name: value for name, value in made.items() if name != "secret"}
    location = f"/v1/webhooks/{made['id']}"
    return send(represent(made).body, represent(shown).etag, status=201, headers={"Location": location})


def _house() -> House:
    return House(settings().data_dir, settings().fetch_allow)
