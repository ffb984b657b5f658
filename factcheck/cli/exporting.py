"""flask export log, flask export claims, flask verify."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import click
from flask.cli import AppGroup

from factcheck.cli.files import whole
from factcheck.formats import export as shapes
from factcheck.formats.export import Documents
from factcheck.ledger import verify
from factcheck.storage import db, documents, export
from factcheck.web.context import house

group = AppGroup("export", help="What the record holds, in files.")


@group.command("log")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; else standard output.")
@click.option("--everything", is_flag=True, help="With the payloads that are not public yet: not for publication.")
def log_command(output: Path | None, everything: bool) -> None:
    """Write the whole ledger with all that a verifier needs, as it is at this moment."""
    try:
        with closing(export.lines(everything=everything)) as lines:
            # Whoever may read the file may read what is not public in it.
            _put(output, lines, mode=0o600 if everything else 0o666)
    except export.Damaged as error:
        raise click.ClickException(f"{error}; flask db check says more") from None


@group.command("claims")
@click.option("--format", "shape", type=click.Choice(list(shapes.WRITERS)), default=shapes.JSONL, show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; else standard output.")
def claims_command(shape: str, output: Path | None) -> None:
    """Write every claim with every field, merged ones too, as they are at this moment."""
    with db.snapshot():
        _put(output, shapes.WRITERS[shape](_counted(documents.walk(), documents.count()), house()), mode=0o666)


def _counted(pages: Iterable[Documents], total: int) -> Iterator[Documents]:
    """The same pages, with a bar on a terminal that says how far they are."""
    # Standard output may be the export itself.
    with click.progressbar(length=total, label="claims", file=sys.stderr, hidden=not _terminal()) as bar:
        for page in pages:
            yield page
            bar.update(len(page))


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


def _terminal() -> bool:
    return sys.stderr.isatty()


def _put(output: Path | None, lines: Iterable[bytes], *, mode: int) -> None:
    try:
        if output is None:
            sys.stdout.buffer.writelines(lines)
        else:
            with whole(output, mode=mode) as file:
                file.writelines(lines)
    except OSError as error:
        raise click.ClickException(f"{output or 'standard output'}: {error.strerror}") from None
