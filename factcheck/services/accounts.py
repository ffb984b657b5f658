"""Accounts, their roles and tokens. A token is shown once; only its digest is kept."""

import base64
import hashlib
from typing import Any

from factcheck import clock
from factcheck.domain.actors import SERVICE, Actor
from factcheck.domain.errors import AlreadyThere, Conflict, Invalid, NotFound, NotPermitted
from factcheck.domain.versions import Precondition, represent
from factcheck.domain.vocabulary import Role, Subject
from factcheck.storage import db, journal, rows
from factcheck.storage.models import Account, Token

TOKEN_PREFIX = "fct_"  # noqa: S105 - what a token begins with, not one
ENVIRONMENT_LABEL = "environment"

_ADMIN = "admin"

_TOKEN_BYTES = 32
_ACCOUNT_OF = """
    SELECT a.id, a.name, a.role FROM tokens t JOIN accounts a ON a.id = t.account
    WHERE t.digest = ? AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ?) AND a.active"""


def authenticate(token: str) -> Actor | None:
    """The account that a token speaks for; None for one that is unknown, revoked, expired or switched off."""
    row = db.first(_ACCOUNT_OF, (_digest(token), clock.timestamp(clock.now())))
    return Actor(row[0], row[1], Role(row[2])) if row else None


def add(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Make an account from `name` and `role`; raises AlreadyThere for a name in use."""
    with journal.write(actor.id) as tx:
        if rows.where(Account, "name = ?", [data["name"]]):
            raise AlreadyThere("an account of this name exists", pointer="/name")
        values = {"name": data["name"], "role": data["role"], "active": True}
        return get(tx.create("account.added", Subject.ACCOUNT, values))


def amend(actor: Actor, account_id: str, data: dict[str, Any], match: Precondition) -> dict[str, Any]:
    """Set role or active; the last active administrator stays one, so that somebody can undo a mistake."""
    with journal.write(actor.id) as tx:
        account = rows.require(Account, account_id)
        match.require(represent(document(account)).etag)
        changed = {**account, **data}
        if _is_admin(account) and not _is_admin(changed) and _active_admins() == 1:
            raise Conflict("this is the last active administrator")
        tx.change("account.amended", Subject.ACCOUNT, account, data)
        return get(account_id)


def get(account_id: str) -> dict[str, Any]:
    """Raises NotFound."""
    return document(rows.require(Account, account_id))


def by_name(name: str) -> Actor | None:
    found = rows.where(Account, "name = ?", [name])
    return Actor(found[0]["id"], found[0]["name"], Role(found[0]["role"])) if found else None


def page(after: str | None, limit: int) -> list[dict[str, Any]]:
    """Accounts, newest first, before the id `after`."""
    return [document(account) for account in rows.newest_first(Account, after, limit)]


def add_token(actor: Actor, account_id: str, data: dict[str, Any]) -> dict[str, Any]:
    """Make a token; the answer alone holds it. Raises NotFound, NotPermitted."""
    _require_self_or_admin(actor, account_id)
    token = TOKEN_PREFIX + base64.urlsafe_b64encode(clock.random_bytes(_TOKEN_BYTES)).decode().rstrip("=")
    with journal.write(actor.id) as tx:
        rows.require(Account, account_id)
        if data.get("expires_at") and data["expires_at"] <= tx.now:
            raise Invalid("the token would have expired already", pointer="/expires_at")
        token_id = _store_token(tx, account_id, token, data.get("label"), data.get("expires_at"))
        return {**token_document(rows.require(Token, token_id)), "token": token}


def revoke_token(actor: Actor, account_id: str, token_id: str, match: Precondition) -> None:
    """Raises NotFound, NotPermitted; a token that is revoked already is not found."""
    _require_self_or_admin(actor, account_id)
    with journal.write(actor.id) as tx:
        token = get_token(account_id, token_id)
        match.require(represent(token_document(token)).etag)
        tx.change("token.revoked", Subject.TOKEN, token, {"revoked_at": tx.now})


def get_token(account_id: str, token_id: str) -> dict[str, Any]:
    token = rows.get(Token, token_id)
    if token is None or token["account"] != account_id or token["revoked_at"]:
        raise NotFound(f"there is no token {token_id} of this account")
    return token


def account_of_token(token_id: str) -> str:
    """Whose a token is; raises NotFound."""
    return str(rows.require(Token, token_id)["account"])


def read_token(actor: Actor, account_id: str, token_id: str) -> dict[str, Any]:
    _require_self_or_admin(actor, account_id)
    return token_document(get_token(account_id, token_id))


def tokens(actor: Actor, account_id: str, after: str | None, limit: int) -> list[dict[str, Any]]:
    """The account's tokens, newest first, without the tokens themselves."""
    _require_self_or_admin(actor, account_id)
    rows.require(Account, account_id)
    found = rows.newest_first(Token, after, limit, "account = ? AND revoked_at IS NULL", [account_id])
    return [token_document(token) for token in found]


def follow_environment(token: str) -> None:
    """Let the token from the settings, and none that stood there before, speak for the account "admin".

    An account of that name keeps the role that administrators gave it. Empty, it changes nothing: a command or a worker
    that was started without the setting takes no token from the service.
    """
    if not token:
        return
    with journal.write(SERVICE.id) as tx:
        admin = by_name(_ADMIN)
        account_id = admin.id if admin else add(SERVICE, {"name": _ADMIN, "role": Role.ADMIN})["id"]
        # Labels are free text: only tokens that the service itself made count.
        ours = "account = ? AND label = ? AND created_by = ? AND revoked_at IS NULL AND digest"
        params = [account_id, ENVIRONMENT_LABEL, SERVICE.id, _digest(token)]
        for old in rows.where(Token, f"{ours} <> ?", params):
            tx.change("token.revoked", Subject.TOKEN, old, {"revoked_at": tx.now})
        if not rows.where(Token, f"{ours} = ?", params):
            _store_token(tx, account_id, token, ENVIRONMENT_LABEL, None)


def document(account: dict[str, Any]) -> dict[str, Any]:
    return {name: account[name] for name in ("id", "name", "role", "active", "created_at", "updated_at", "seq")}


def token_document(token: dict[str, Any]) -> dict[str, Any]:
    return {name: token[name] for name in ("id", "account", "label", "expires_at", "created_at")}


def _store_token(
    tx: journal.Transaction, account_id: str, token: str, label: str | None, expires_at: str | None
) -> str:
    values = {"account": account_id, "label": label, "expires_at": expires_at, "revoked_at": None}
    return tx.create("token.added", Subject.TOKEN, values, secret={"digest": _digest(token)})


def _digest(token: str) -> str:
    # A token is 256 random bits, so one round of SHA-256 is enough: there is nothing to guess.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _require_self_or_admin(actor: Actor, account_id: str) -> None:
    if actor.id != account_id and not actor.role.may(Role.ADMIN):
        raise NotPermitted("these are another account's tokens")


def _is_admin(account: dict[str, Any]) -> bool:
    return bool(account["active"]) and account["role"] == Role.ADMIN


def _active_admins() -> int:
    return len(rows.where(Account, "role = ? AND active", [Role.ADMIN]))
