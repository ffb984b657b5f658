"""Accounts and tokens over HTTP."""

from flask import Response

from factcheck.api import answers
from factcheck.api.answers import Json
from factcheck.domain.vocabulary import Role
from factcheck.services import accounts
from factcheck.web.conditional import precondition
from factcheck.web.context import actor
from factcheck.web.openapi import Blueprint
from schemas.accounts import Account, AccountIn, AccountPatch, Me, NewToken, Token, TokenIn
from schemas.paging import PageQuery

blueprint = Blueprint("accounts", __name__, description="Who works in the record, and their tokens.")

_TOKENS = "/v1/accounts/<account_id>/tokens"


@blueprint.endpoint("POST", "/v1/accounts", Role.ADMIN, Account, body=AccountIn, status=201)
def add(data: Json) -> Response:
    """Add an account."""
    made = accounts.add(actor(), data)
    return answers.created(made, f"/v1/accounts/{made['id']}")


@blueprint.endpoint("GET", "/v1/accounts", Role.ADMIN, Account, query=PageQuery)
def page(query: Json) -> Response:
    """List accounts, newest first."""
    return answers.page(accounts.page(answers.after(query), query["limit"] + 1), query["limit"])


@blueprint.endpoint("GET", "/v1/accounts/<account_id>", Role.ADMIN, Account)
def get(account_id: str) -> Response:
    """Read an account."""
    return answers.one(accounts.get(account_id))


@blueprint.endpoint("PATCH", "/v1/accounts/<account_id>", Role.ADMIN, Account, body=AccountPatch)
def amend(data: Json, account_id: str) -> Response:
    """Change an account's role, or switch it off or on."""
    return answers.one(accounts.amend(actor(), account_id, data, precondition()))


@blueprint.endpoint("POST", _TOKENS, Role.READER, NewToken, body=TokenIn, status=201)
def add_token(data: Json, account_id: str) -> Response:
    """Make a token for the account; this answer alone shows it."""
    made = accounts.add_token(actor(), account_id, data)
    return answers.created(made, f"/v1/accounts/{account_id}/tokens/{made['id']}")


@blueprint.endpoint("GET", _TOKENS, Role.READER, Token, query=PageQuery)
def tokens(query: Json, account_id: str) -> Response:
    """List the account's tokens, newest first, without the tokens themselves."""
    found = accounts.tokens(actor(), account_id, answers.after(query), query["limit"] + 1)
    return answers.page(found, query["limit"])


@blueprint.endpoint("GET", f"{_TOKENS}/<token_id>", Role.READER, Token)
def get_token(account_id: str, token_id: str) -> Response:
    """Read about a token."""
    return answers.one(accounts.read_token(actor(), account_id, token_id))


@blueprint.endpoint("DELETE", f"{_TOKENS}/<token_id>", Role.READER, status=204)
def revoke_token(account_id: str, token_id: str) -> Response:
    """Revoke a token."""
    accounts.revoke_token(actor(), account_id, token_id, precondition())
    return answers.gone()


@blueprint.endpoint("GET", "/v1/me", Role.READER, Me)
def me() -> Response:
    """Tell who the token is."""
    return answers.one({"id": actor().id, "name": actor().name, "role": actor().role})
