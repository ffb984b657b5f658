"""flask db upgrade, flask db check."""

import itertools

import click
from flask.cli import AppGroup

from factcheck.cli.preparing import prepare
from factcheck.storage import check, journal

_SHOWN = 50

group = AppGroup("db", help="The database: its shape, and whether it agrees with the ledger.")


@group.command("upgrade")
def upgrade_command() -> None:
    """Run the migrations that are missing."""
    done = prepare()
    for name in done:
        click.echo(f"ran {name}")
    if not done:
        click.echo("up to date")


@group.command("check")
def check_command() -> None:
    """Fold the ledger and compare it with the tables and the stored documents."""
    found = list(itertools.islice(check.differences(), _SHOWN + 1))
    for line in found[:_SHOWN]:
        click.echo(line, err=True)
    if found:
        more = ", the first shown" if len(found) > _SHOWN else ""
        raise click.ClickException(f"tables and ledger differ{more}")
    click.echo(f"{journal.size()} events; tables and documents agree with them")
