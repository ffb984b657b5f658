"""flask checkpoint, flask log-keys: what the log signs, and with what."""

import click
from flask.cli import AppGroup, with_appcontext

from factcheck.domain.errors import DomainError
from factcheck.services import checkpoints
from factcheck.services.checkpoints import ForkedLog
from factcheck.storage.key_files import UnusableKey
from factcheck.web.context import settings

keys = AppGroup("log-keys", help="The keys that checkpoints are signed with.")

_PAGE = 200
_WRONG = (DomainError, UnusableKey, ForkedLog)


@click.command("checkpoint")
@with_appcontext
def checkpoint() -> None:
    """Sign a checkpoint now, if anything has come since the newest, and print the newest."""
    try:
        checkpoints.sign(settings().data_dir)
        click.echo(checkpoints.newest()["note"], nl=False)
    except _WRONG as error:
        raise click.ClickException(str(error)) from None


@keys.command("list")
def list_command() -> None:
    """Print every key: since when, the event that announced it, the verifier key. The newest is in use."""
    after: str | None = None
    while found := checkpoints.keys(after, _PAGE):
        for key in found:
            click.echo(f"{key['added_at']}  {key['seq']}  {key['key']}")
        after = found[-1]["id"]


@keys.command("rotate")
def rotate() -> None:
    """Go on with another key: one put into the data directory as log-ID.key, or a fresh one."""
    try:
        click.echo(checkpoints.rotate(settings().data_dir))
    except _WRONG as error:
        raise click.ClickException(str(error)) from None
