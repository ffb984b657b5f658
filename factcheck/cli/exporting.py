"""flask export log, flask verify."""

import os
import sys
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

import click
from flask.cli import AppGroup

from factcheck.ledger import verify
from factcheck.storage import export

group = AppGroup("export", help="What the record holds, in files.")


@group.command("log")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; else standard output.")
@click.option("--everything", is_flag=True, help="With the payloads that are not public yet: not for publication.")
def log_command(output: Path | None, everything: bool) -> None:
    """Write the whole ledger with all that a verifier needs, as it is at this moment."""
    try:
        with closing(export.lines(everything=everything)) as lines:
            if output is None:
                sys.stdout.buffer.writelines(lines)
            else:
                # Whoever may read the file may read what is not public in it.
                _write(output, lines, mode=0o600 if everything else 0o666)
    except export.Damaged as error:
        raise click.ClickException(f"{error}; flask db check says more") from None
    except OSError as error:
        raise click.ClickException(f"{output or 'standard output'}: {error.strerror}") from None


@click.command("verify")
@click.argument("file")
@click.option("--checkpoint", "checkpoints", multiple=True, help="A checkpoint kept from earlier; repeatable.")
@click.option("--key", "keys", help="A file of verifier keys, one a line: the only ones whose signatures count.")
@click.pass_context
def verify_command(context: click.Context, file: str, checkpoints: tuple[str, ...], keys: str | None) -> None:
    """Check an exported log (- for standard input) without a database."""
    report = verify.run(file, checkpoints, keys)
    for line in report.lines():
        click.echo(line)
    context.exit(report.exit_code)


def _write(path: Path, lines: Iterable[bytes], *, mode: int) -> None:
    """Write a file that is there whole or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()
