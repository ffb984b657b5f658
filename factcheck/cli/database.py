"""flask db upgrade, flask db check."""

import itertools
from contextlib import closing

import click
from flask.cli import AppGroup

from factcheck.cli.lines import printable, telling_database
from factcheck.cli.preparing import prepare
from factcheck.storage import check, db, journal
from factcheck.web.context import settings

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
    """Fold the ledger and compare it with the tables and the stored documents, as of one moment."""
    folder = settings().data_dir
    try:
        with telling_database(), db.snapshot(), closing(check.differences_within(folder)) as differences:
            found = list(itertools.islice(differences, _SHOWN + 1))
            size = journal.size()
    except OSError as error:
        raise click.ClickException(f"the temporary file in {folder}: {error.strerror}") from None
    for line in found[:_SHOWN]:
        click.echo(printable(line), err=True)
    if found:
        more = ", the first shown" if len(found) > _SHOWN else ""
        raise click.ClickException(f"tables and ledger differ{more}")
    click.echo(f"{size} events; tables and documents agree with them")
