"""flask import claims, flask import claimreview: files into the record, a row at a time, each once."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import click
import orjson
from flask.cli import AppGroup

from factcheck import clock
from factcheck.domain.actors import SERVICE, Actor
from factcheck.domain.errors import DomainError
from factcheck.domain.vocabulary import Role
from factcheck.formats import mapping, shapes
from factcheck.formats.entries import Place, Unreadable
from factcheck.formats.mapping import Given
from factcheck.services import accounts
from factcheck.services.verdicts import Rules
from factcheck.web.context import settings
from factcheck.work import importing
from factcheck.work.importing import Plan
from factcheck.work.tallies import Problem, Tally

group = AppGroup("import", help="Claims and reviews from files. Twice is once; what is wrong with a row is told.")

USUAL_ACCOUNT = "import"
"""Whose the imports are, unless the command names another account; it is made when it is needed first."""

_SOME_BAD, _UNREADABLE = 1, 2
_MOST_LABELS = 100
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(
        [
            click.option("--account", help=f"Who imports, by name.  [default: {USUAL_ACCOUNT}, made if missing]"),
            click.option("--map", "map_file", type=_FILE, help="JSON: our columns by theirs, ratings by labels."),
            click.option("--scale", help="The slug of the scale of this record that labels stand on."),
            click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing."),
            click.option("--report", type=click.File("wb"), help="Where rows that are not taken go, as JSON Lines."),
        ]
    ):
        command = option(command)
    return command


@group.command("claims")
@click.argument("file", type=_FILE)
@click.option("--format", "shape", type=click.Choice(shapes.CLAIMS), help="What the file is; else by its name.")
@_options
@click.pass_context
def claims_command(context: click.Context, /, file: Path, shape: str | None, **options: Any) -> None:
    """Import claims: JSON Lines, CSV, a JSON list, or AVeriTeC's JSON."""
    shape = shape or shapes.of_name(file.name)
    if shape is None:
        raise click.UsageError(f"--format: the name {file.name} does not tell what the file is")
    context.exit(_run([file], shape, **options))


@group.command("claimreview")
@click.argument("files", type=_FILE, nargs=-1, required=True, metavar="FILE...")
@_options
@click.pass_context
def claimreview_command(context: click.Context, /, files: tuple[Path, ...], **options: Any) -> None:
    """Import schema.org ClaimReviews: JSON-LD, a DataFeed, or HTML pages."""
    context.exit(_run(list(files), shapes.CLAIMREVIEW, **options))


@dataclass(slots=True)
class _Report:
    """Where rows that are not taken are told: in a file, or on standard error."""

    file: IO[bytes] | None

    def tell(self, name: str, problems: list[Problem]) -> None:
        for problem in problems:
            place, field, reason = problem.place, _shown(problem.field), _shown(problem.reason)
            if self.file is not None:
                line = {"file": name, "row": place.row, "line": place.line, "field": field, "reason": reason}
                self.file.write(orjson.dumps(line) + b"\n")
            else:
                at = f"line {place.line}" if place.line is not None else f"row {place.row}"
                click.echo(": ".join(part for part in (name, at, field, reason) if part), err=True)
        if self.file is not None:
            self.file.flush()


def _run(
    files: list[Path],
    shape: str,
    *,
    account: str | None,
    map_file: Path | None,
    scale: str | None,
    dry_run: bool,
    report: IO[bytes] | None,
) -> int:
    """Import the files; gives the exit code."""
    try:
        labels = importing.labels(given := _given(map_file, shape), scale)
        actor = _account(account, dry_run=dry_run)
    except DomainError as error:
        raise click.UsageError(error.detail) from None
    house = settings()
    plan = Plan(actor, "", shape, labels, Rules(house.approvals, house.min_origins), dry_run)
    whole, told, code = Tally(), _Report(report), 0
    for path in files:
        try:
            for done in _imported(path, replace(plan, file=_shown(path.name)), given):
                whole.add(done)
                told.tell(_shown(str(path)), done.problems)
        except (Unreadable, OSError) as error:
            line = error.line if isinstance(error, Unreadable) else None
            reason = error.reason if isinstance(error, Unreadable) else str(error.strerror)
            told.tell(_shown(str(path)), [Problem(Place(whole.rows, line), "", f"not read any further: {reason}")])
            code = _UNREADABLE
    _sum_up(whole, dry_run=dry_run)
    return code or (_SOME_BAD if whole.bad else 0)


def _imported(path: Path, plan: Plan, given: Given) -> Iterator[Tally]:
    """What became of the rows of a file, batch by batch; raises Unreadable, and then what came before stands."""
    with path.open("rb") as file, _bar(file, path.name) as step:
        rows = shapes.rows(plan.shape, file, given, name=path.name)
        unreadable: list[Unreadable] = []
        for batch in importing.batches(_until_unreadable(rows, unreadable)):
            done: list[Tally] = []
            importing.together(batch, lambda rows, done=done: done.append(importing.take(plan, rows)))  # type: ignore[misc]
            yield from done
            step()
        if unreadable:
            raise unreadable[0]


def _until_unreadable(rows: Iterator[Any], wrong: list[Unreadable]) -> Iterator[Any]:
    try:
        yield from rows
    except Unreadable as error:
        wrong.append(error)


@contextmanager
def _bar(file: IO[bytes], name: str) -> Iterator[Callable[[], None]]:
    """A bar on a terminal that says how much of the file is in."""
    size = os.fstat(file.fileno()).st_size
    with click.progressbar(length=size, label=_shown(name), file=sys.stderr, hidden=not _terminal()) as bar:
        yield lambda: bar.update(max(file.tell() - bar.pos, 0))


def _terminal() -> bool:
    return sys.stderr.isatty()


def _given(path: Path | None, shape: str) -> Given:
    """Raises Invalid."""
    if path is None:
        return Given()
    try:
        given = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise click.UsageError(f"--map: {path.name}: {error}") from None
    try:
        return mapping.read(given, short_for=shapes.short_for(shape))
    except DomainError as error:
        raise click.UsageError(f"--map: {path.name}: {_shown(error.pointer or '')} {error.detail}") from None


def _account(name: str | None, *, dry_run: bool) -> Actor:
    """Who imports: somebody who may judge, and is active."""
    found = accounts.by_name(name or USUAL_ACCOUNT)
    if found is None and name is None:
        if dry_run:
            return Actor(clock.new_id(), USUAL_ACCOUNT, Role.EDITOR)
        made = accounts.add(SERVICE, {"name": USUAL_ACCOUNT, "role": Role.EDITOR})
        return Actor(made["id"], made["name"], Role.EDITOR)
    if found is None:
        raise click.UsageError(f"--account: there is no account {name}")
    if not accounts.get(found.id)["active"]:
        raise click.UsageError(f"--account: {found.name} is switched off")
    found.require(Role.REVIEWER, "importing")
    return found


def _sum_up(tally: Tally, *, dry_run: bool) -> None:
    click.echo(f"{tally.made:>6}  claims {'would be ' if dry_run else ''}imported")
    click.echo(f"{tally.known:>6}  there already")
    click.echo(f"{tally.bad:>6}  rows not taken")
    if tally.waiting:
        tally.left["relations (with claims that are not here)"] = len(tally.waiting)
    if tally.left:
        click.echo("fields that have no place here:")
        for name, count in tally.left.most_common():
            click.echo(f"{count:>6}  {_shown(name)}")
    if tally.labels:
        click.echo("labels that nobody has said the rating of; fill in what they mean, for --map:")
        click.echo(orjson.dumps({"labels": _to_fill_in(tally.labels)}, option=orjson.OPT_INDENT_2).decode())


def _to_fill_in(labels: Counter[tuple[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for (label, publisher), _ in labels.most_common(_MOST_LABELS):
        inner = found.setdefault(_shown(publisher), {}) if publisher else found
        if isinstance(inner, dict):
            inner[_shown(label)] = ""
    return found


def _shown(text: str) -> str:
    """A text as a terminal may have it, whatever a file brings along."""
    return "".join(one if one.isprintable() else "\ufffd" for one in os.fsencode(text).decode("utf-8", "replace"))
