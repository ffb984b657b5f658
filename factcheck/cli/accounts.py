"""flask accounts add, flask accounts list, flask tokens revoke."""

import click
from flask.cli import AppGroup

from factcheck.domain.actors import SERVICE
from factcheck.domain.errors import DomainError
from factcheck.domain.versions import Precondition
from factcheck.domain.vocabulary import Role
from factcheck.services import accounts as service

group = AppGroup("accounts", help="Who works in the record.")
tokens = AppGroup("tokens", help="What accounts sign in with.")

_PAGE = 200


@group.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice([str(role) for role in Role]), required=True)
def add(name: str, role: str) -> None:
    """Make an account and print its token, once."""
    try:
        account = service.add(SERVICE, {"name": name, "role": role})
        token = service.add_token(SERVICE, account["id"], {"label": "command line"})
    except DomainError as error:
        raise click.ClickException(error.detail) from None
    click.echo(f"{account['id']}  {account['role']}  {account['name']}", err=True)
    click.echo(token["token"])


@group.command("list")
def list_command() -> None:
    """Print every account: id, role, whether it is active, name."""
    after: str | None = None
    while found := service.page(after, _PAGE):
        for account in found:
            state = "active" if account["active"] else "off"
            click.echo(f"{account['id']}  {account['role']:<11}  {state:<6}  {account['name']}")
        after = found[-1]["id"]


@tokens.command("list")
@click.argument("account_id")
def list_tokens(account_id: str) -> None:
    """Print an account's tokens: id, when it was made, until when it counts, label."""
    try:
        for token in service.tokens(SERVICE, account_id, None, _PAGE):
            click.echo(f"{token['id']}  {token['created_at']}  {token['expires_at'] or '-'}  {token['label'] or ''}")
    except DomainError as error:
        raise click.ClickException(error.detail) from None


@tokens.command("revoke")
@click.argument("token_id")
def revoke(token_id: str) -> None:
    """Revoke a token by its id."""
    try:
        service.revoke_token(SERVICE, service.account_of_token(token_id), token_id, Precondition(None))
    except DomainError as error:
        raise click.ClickException(error.detail) from None
    click.echo(f"revoked {token_id}")
