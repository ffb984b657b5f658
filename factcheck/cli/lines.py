"""What the command line says of files and rows that can be anybody's, and of a database that fails."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from factcheck.storage import db


def printable(text: str) -> str:
    """A text without what a terminal would obey, a line's end among that."""
    return "".join(one if one.isprintable() else "\ufffd" for one in text)


def one_line(text: str) -> str:
    """A text of several lines as one that a terminal may have."""
    return printable(" ".join(text.split()))


@contextmanager
def telling_database() -> Iterator[None]:
    """What goes wrong with the database, in a line."""
    try:
        yield
    except (db.Unavailable, *db.FAILURES) as error:
        raise click.ClickException(f"the database: {one_line(str(_first_of(error)))}") from None


def _first_of(error: BaseException) -> BaseException:
    """What went wrong, and not what then could not be taken back any more."""
    while isinstance(error.__context__, db.FAILURES):
        error = error.__context__
    return error
