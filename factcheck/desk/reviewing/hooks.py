"""Webhooks, for administrators: where they lead, what became of what was sent, and their secrets, each shown once."""

from typing import Any

from flask import Flask, Response, request

from factcheck.desk.reviewing import forms, frame
from factcheck.domain.event_types import SELECTORS
from factcheck.domain.versions import Precondition, represent
from factcheck.domain.vocabulary import Role
from factcheck.services import webhooks
from factcheck.services.webhooks import House
from factcheck.web.context import actor, settings
from factcheck.web.pagination import following_page, position
from factcheck.web.parsing import checked
from schemas.webhooks import Rotation, WebhookIn, WebhookPatch

Json = dict[str, Any]

_SIZE = 50


def register(app: Flask) -> None:
    one = "/desk/admin/webhooks/<webhook_id>"
    frame.add(app, "/desk/admin/webhooks", "desk_webhooks", Role.ADMIN, show, "GET", "POST")
    frame.add(app, one, "desk_webhook", Role.ADMIN, show_one)
    frame.add(app, f"{one}/switch", "desk_switch_webhook", Role.ADMIN, switch, "POST")
    frame.add(app, f"{one}/rotate", "desk_rotate_webhook", Role.ADMIN, rotate, "POST")
    frame.add(app, f"{one}/remove", "desk_remove_webhook", Role.ADMIN, remove, "POST")
    frame.add(app, f"{one}/deliveries/<delivery_id>/resend", "desk_resend", Role.ADMIN, resend, "POST")


def show() -> Response:
    """Webhooks, with a form for another."""
    form = forms.Form()
    if request.method == "POST":
        form = forms.sent("url", "types")
        given = {**form.given("url"), "types": forms.words(form.value("types").replace("\n", ","))}
        made = forms.attempt(form, lambda: webhooks.add(actor(), checked(WebhookIn, given), _house()))
        if made:
            return frame.once(_one_page(made["id"], forms.Form(), secret=made["secret"]))
    after = position(request.args.get("cursor") or None)
    found = webhooks.page(after[0] if after else None, _SIZE + 1)
    return frame.page(
        "webhooks.html",
        title="Webhooks – Desk",
        status=form.status,
        form=form,
        webhooks=found[:_SIZE],
        following=following_page(found, _SIZE),
        selectors=SELECTORS,
    )


def show_one(webhook_id: str) -> Response:
    """A webhook, and what became of what was sent to it."""
    return _one_page(webhook_id, forms.Form())


def switch(webhook_id: str) -> Response:
    """Pause it, or let it go on from where it was."""
    form = forms.sent("active", "version")
    data = {"active": form.value("active") == "yes"}
    match = Precondition({form.value("version")})
    made = forms.attempt(
        form, lambda: webhooks.amend(actor(), webhook_id, checked(WebhookPatch, data), match, _house())
    )
    return frame.see(f"/desk/admin/webhooks/{webhook_id}", "webhook") if made else _one_page(webhook_id, form)


def rotate(webhook_id: str) -> Response:
    """Make a new secret; the former one signs too for a day."""
    form = forms.sent()
    hours = checked(Rotation, {})["overlap_hours"]
    made = forms.attempt(form, lambda: webhooks.rotate(actor(), webhook_id, hours, _house()))
    if made is None:
        return _one_page(webhook_id, form)
    return frame.once(_one_page(webhook_id, form, secret=made["secret"]))


def remove(webhook_id: str) -> Response:
    """Tell it no more."""
    form = forms.sent("version")
    forms.attempt(form, lambda: webhooks.remove(actor(), webhook_id, Precondition({form.value("version")})))
    if form.faults or form.conflict:
        return _one_page(webhook_id, form)
    return frame.see("/desk/admin/webhooks", "webhook-removed")


def resend(webhook_id: str, delivery_id: str) -> Response:
    """Have an event sent again."""
    form = forms.sent()
    made = forms.attempt(form, lambda: webhooks.resend(actor(), webhook_id, delivery_id))
    return frame.see(f"/desk/admin/webhooks/{webhook_id}", "resent") if made else _one_page(webhook_id, form)


def _one_page(webhook_id: str, form: forms.Form, *, secret: str = "") -> Response:
    webhook = webhooks.get(webhook_id)
    form.tell_conflict()
    # Cursors are of the page itself; what a form is sent to shows the first one.
    after = position(request.args.get("cursor") or None) if request.method != "POST" else None
    found = webhooks.sent(webhook_id, after[0] if after else None, _SIZE + 1, ())
    return frame.page(
        "webhook.html",
        title="A webhook – Desk",
        status=form.status,
        form=form,
        webhook=webhook,
        version=represent(webhook).etag,
        deliveries=found[:_SIZE],
        following=following_page(found, _SIZE, "seq") if request.method != "POST" else None,
        secret=secret,
    )


def _house() -> House:
    return House(settings().data_dir, settings().fetch_allow)
