"""For administrators: accounts and their tokens, what the worker has to do, and the settings in force."""

from typing import Any

from flask import Flask, Response, request

from factcheck.desk.reviewing import forms, frame
from factcheck.desk.telling import administering as telling
from factcheck.domain.versions import Precondition, represent
from factcheck.domain.vocabulary import Role
from factcheck.services import accounts, checkpoints, copies, links, matching, snapshots, suggestions, webhooks
from factcheck.web.context import actor, settings
from factcheck.web.pagination import following_page, position
from factcheck.web.parsing import checked
from schemas.accounts import AccountIn, AccountPatch, TokenIn

Json = dict[str, Any]

_SIZE = 50


def register(app: Flask) -> None:
    frame.add(app, "/desk/admin", "desk_admin", Role.ADMIN, show, "GET", "POST")
    at = "/desk/admin/accounts/<account_id>"
    frame.add(app, at, "desk_account", Role.ADMIN, change, "GET", "POST")
    frame.add(app, f"{at}/tokens", "desk_token", Role.ADMIN, add_token, "POST")
    frame.add(app, f"{at}/tokens/<token_id>/revoke", "desk_revoke", Role.ADMIN, revoke, "POST")


def show() -> Response:
    """Accounts, with a form for another; backlog and settings."""
    form = forms.Form({"role": Role.REVIEWER})
    if request.method == "POST":
        form = forms.sent("name", "role")
        made = forms.attempt(form, lambda: accounts.add(actor(), checked(AccountIn, form.given("name", "role"))))
        if made:
            return frame.see(f"/desk/admin/accounts/{made['id']}", "account")
    after = position(request.args.get("cursor") or None)
    found = accounts.page(after[0] if after else None, _SIZE + 1)
    return frame.page(
        "admin.html",
        title="Administration – Desk",
        status=form.status,
        form=form,
        accounts=found[:_SIZE],
        following=following_page(found, _SIZE),
        roles=list(Role),
        backlog=_backlog(),
        settings=telling.in_force(settings()),
    )


def change(account_id: str) -> Response:
    """An account: its role, whether it is open, its tokens."""
    form = forms.Form()
    if request.method == "POST":
        form = forms.sent("role", "active", "version")
        data = {"role": form.value("role"), "active": form.value("active") == "yes"}
        match = Precondition({form.value("version")})
        if forms.attempt(form, lambda: accounts.amend(actor(), account_id, checked(AccountPatch, data), match)):
            return frame.see(f"/desk/admin/accounts/{account_id}", "account")
    return _account_page(account_id, form)


def add_token(account_id: str) -> Response:
    """Make a token. It stands in this one answer and nowhere else, so this form alone leads to no other page."""
    form = forms.sent("label", "expires_at")
    made = forms.attempt(
        form,
        lambda: accounts.add_token(actor(), account_id, checked(TokenIn, form.given("label", "expires_at"))),
    )
    if made is None:
        return _account_page(account_id, form)
    return frame.once(_account_page(account_id, forms.Form(), token=made["token"]))


def revoke(account_id: str, token_id: str) -> Response:
    """Revoke a token, and end what was begun with it."""
    form = forms.sent("version")
    match = Precondition({form.value("version")})
    forms.attempt(form, lambda: accounts.revoke_token(actor(), account_id, token_id, match))
    if form.faults or form.conflict:
        return _account_page(account_id, form)
    return frame.see(f"/desk/admin/accounts/{account_id}", "revoked")


def _account_page(account_id: str, form: forms.Form, *, token: str = "") -> Response:
    account = accounts.get(account_id)
    form.tell_conflict()
    found = accounts.tokens(actor(), account_id, None, _SIZE)
    return frame.page(
        "account.html",
        title="An account – Desk",
        status=form.status,
        form=form,
        account=account,
        version=represent(account).etag,
        tokens=[telling.token(one, represent(one).etag) for one in found],
        token=token,
        roles=list(Role),
    )


def _backlog() -> list[tuple[str, str]]:
    """What the worker has to do, as `flask worker --status` says it."""
    due, kept, (signed, size) = links.backlog(), snapshots.space(), checkpoints.covered()
    told = webhooks.backlog()
    return [
        ("Links due", f"{due.due:,}"),
        ("Links being looked at", f"{due.leased:,}"),
        ("Snapshots kept", f"{kept.files:,} files, {kept.size / 2**20:,.1f} of {settings().snapshot_mib:,} MiB"),
        ("Claims to encode", f"{matching.backlog():,}"),
        ("Pages to compare", f"{suggestions.backlog():,}"),
        ("Copies to ask for", f"{copies.backlog():,}"),
        ("Webhooks", f"{told.active:,} active, {told.paused:,} paused; {told.behind:,} events to go through"),
        ("Signed by a checkpoint", f"{signed:,} of {size:,} events"),
    ]
