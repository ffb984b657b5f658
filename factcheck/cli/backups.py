"""flask backup, flask restore."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import IO

import click
from flask.cli import with_appcontext

from factcheck.cli.files import whole
from factcheck.cli.lines import one_line, telling_database
from factcheck.domain.errors import DomainError
from factcheck.ledger.note import BadNote
from factcheck.services import checkpoints, webhooks
from factcheck.services.checkpoints import ForkedLog
from factcheck.storage import backup, restore
from factcheck.storage.backup import Made, Places
from factcheck.storage.key_files import UnusableKey
from factcheck.web.context import settings

_REFUSED = 2
_COUNTED = ("claims", "evidence", "verdicts", "sources", "accounts")
_FILE = click.Path(dir_okay=False, allow_dash=True, path_type=Path)


class _Refusal(click.ClickException):
    """Nothing has happened, for a reason in one line, whatever a file has brought into it."""

    exit_code = _REFUSED

    def __init__(self, reason: str) -> None:
        super().__init__(one_line(reason))


@click.command("backup")
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Replace a file of that name.")
@click.option("--with-keys", is_flag=True, help="With the secret keys of the data directory: guard it like them.")
@with_appcontext
def backup_command(file: Path, force: bool, with_keys: bool) -> None:
    """Write the record, as it is at this moment, into one file (- for standard output), while it serves."""
    with _telling(file):
        if _is_standard(file):
            if sys.stdout.isatty():
                raise _Refusal("standard output is a terminal")
            made = _backup(sys.stdout.buffer, with_keys=with_keys)
            sys.stdout.flush()
        else:
            made = _backup_into(file, force=force, with_keys=with_keys)
    _say(f"{made.events} events, {_counts(made.rows)}, {made.files} files", f"root hash {made.root_hash}")
    _say(*(f"not there, and so not in the backup: {name}" for name in made.missing))
    left_out = [] if with_keys else [path.name for path in backup.key_files(settings().data_dir)]
    if left_out:
        _say(f"not in the backup, keep copies elsewhere: {', '.join(left_out)}")


@click.command("restore")
@click.argument("file", type=_FILE)
@click.option("--unchecked", is_flag=True, help="Do not compare tables and ledger: quicker, and takes what differs.")
@with_appcontext
def restore_command(file: Path, unchecked: bool) -> None:
    """Put a backup (- for standard input) into the empty database, all of it or nothing, and check it."""
    with _telling(file):
        try:
            with _opened(file) as opened:
                done = restore.restore(opened, _places(), unchecked=unchecked)
        except restore.Refused as error:
            raise _Refusal(f"{file}: {error}; nothing was restored") from None
    for step in done.upgraded:
        click.echo(f"ran {step}")
    click.echo(
        f"as of {one_line(done.first.made_at)}: {done.first.size} events, {_counts(done.rows)}, {done.files} files"
    )
    click.echo(f"root hash {done.first.root_hash}")
    if not unchecked:
        click.echo("tables and documents agree with the ledger")
    if done.missing:
        _say(f"{done.missing} files of pages were not in the backup, and are not kept any more")
    _say_what_keys_want()


@contextmanager
def _telling(file: Path) -> Iterator[None]:
    """What goes wrong around a file, in a line."""
    try:
        with telling_database():
            yield
    except OSError as error:
        raise _Refusal(f"{error.filename or file}: {error.strerror or error}") from None
    except (backup.NotPossible, EOFError) as error:
        raise click.ClickException(str(error)) from None


def _say_what_keys_want() -> None:
    wanted = (
        (checkpoints.require_usable, "no checkpoint can be signed yet"),
        (webhooks.require_usable, "no webhook can be told yet"),
    )
    for require, told in wanted:
        try:
            require(settings().data_dir)
        except (DomainError, UnusableKey, ForkedLog, BadNote) as error:
            _say(f"{told}: {one_line(str(error))}")


def _backup_into(file: Path, *, force: bool, with_keys: bool) -> Made:
    if file.exists() and not file.is_file():
        raise _Refusal(f"{file} is no file; - is standard output")
    taken = _Refusal(f"{file} is there already; --force replaces it")
    if not force and file.exists():
        raise taken
    try:
        with whole(file, mode=0o600, replace=force) as written:
            return _backup(written, with_keys=with_keys)
    except FileExistsError:
        raise taken from None


def _backup(file: IO[bytes], *, with_keys: bool) -> Made:
    return backup.write(file, _places(), with_keys=with_keys)


def _opened(file: Path) -> AbstractContextManager[IO[bytes]]:
    return nullcontext(sys.stdin.buffer) if _is_standard(file) else file.open("rb")


def _places() -> Places:
    house = settings()
    return Places(house.data_dir, house.snapshot_dir, house.import_dir)


def _is_standard(file: Path) -> bool:
    return str(file) == "-"


def _counts(rows: dict[str, int]) -> str:
    return ", ".join(f"{rows.get(name, 0)} {name}" for name in _COUNTED)


def _say(*lines: str) -> None:
    for line in lines:
        click.echo(line, err=True)
