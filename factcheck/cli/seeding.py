"""flask seed."""

import click
from flask.cli import with_appcontext


@click.command("seed")
@with_appcontext
def seed() -> None:
    """Load seeds/ through the services; what is there already is left alone."""
