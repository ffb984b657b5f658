"""flask seed: the steps of seeds/*.jsonl, in order, each once. seeds/README.md says what a step looks like."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import orjson
from flask.cli import with_appcontext

from factcheck.cli.seed_steps import ALONE, RUN, SCHEMAS, Json
from factcheck.domain.actors import SERVICE, Actor
from factcheck.domain.errors import DomainError
from factcheck.domain.vocabulary import Role
from factcheck.services import accounts
from factcheck.storage import imports, journal

SEEDS = Path(__file__).parents[2] / "seeds"

_KEYS = "seed:"
"""What the seeds' keys begin with among those of other imports."""
_REFERENCE = "@"
_REQUIRED = {"key", "do"}
_MEMBERS = _REQUIRED | {"as", "on", "data"}


class WrongSeed(Exception):
    """A line that cannot be loaded: its file, its number and the reason."""


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the seeds; `by` is empty where the service itself acts, `on` where nothing is acted on."""

    place: str
    key: str
    kind: str
    by: str
    on: str
    data: Json


def load(directory: Path = SEEDS) -> int:
    """Do the steps that were not done before; gives how many.

    Every step is a transaction of its own with its key in it: what a broken load did stays, the next one
    goes on from there. Raises WrongSeed.
    """
    return sum(new for _, new in _load(read(directory)))


@click.command("seed")
@with_appcontext
def seed() -> None:
    """Load seeds/ through the services; what is there already is left alone."""
    try:
        steps = read(SEEDS)
        done = Counter(step.kind for step, new in _load(steps) if new)
    except WrongSeed as error:
        raise click.ClickException(str(error)) from None
    for kind, count in done.items():
        click.echo(f"{count:>4}  {kind.replace('_', ' ')}")
    click.echo(f"{done.total()} of {len(steps)} steps done now, the others before")


def read(directory: Path) -> list[Step]:
    """The steps of all files, by name and line; raises WrongSeed before anything is loaded."""
    steps: dict[str, Step] = {}
    for path in sorted(directory.glob("*.jsonl")):
        for number, line in enumerate(path.read_bytes().splitlines(), start=1):
            step = _parsed(line, f"{path.name}, line {number}")
            if step.key in steps:
                raise WrongSeed(f"{step.place}: the key {step.key} is that of {steps[step.key].place}")
            steps[step.key] = step
    if not steps:
        raise WrongSeed(f"there are no seeds in {directory}")
    return list(steps.values())


def _parsed(line: bytes, place: str) -> Step:
    try:
        given = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise WrongSeed(f"{place}: no JSON: {error}") from None
    if not isinstance(given, dict) or not _REQUIRED <= given.keys() <= _MEMBERS:
        raise WrongSeed(f"{place}: a step has key and do, and may have as, on and data")
    by, on, data = given.get("as", ""), given.get("on", ""), given.get("data", {})
    if not all(isinstance(text, str) for text in (given["key"], given["do"], by, on)) or not isinstance(data, dict):
        raise WrongSeed(f"{place}: key, do, as and on are text, data is an object")
    if given["do"] not in RUN:
        raise WrongSeed(f"{place}: do is one of {', '.join(RUN)}")
    if bool(on) == (given["do"] in ALONE):
        raise WrongSeed(f"{place}: {given['do']} is done {'on nothing' if on else 'on something: say what'}")
    return Step(place, given["key"], given["do"], by, on, data)


def _load(steps: list[Step]) -> Iterator[tuple[Step, bool]]:
    """Each step, and whether it was done now."""
    ids: dict[str, str] = {}
    for step in steps:
        found = imports.find(_KEYS + step.key)
        try:
            ids[step.key], new = (found, False) if found else _do(step, ids)
        except DomainError as error:
            at = f"{error.pointer}: " if error.pointer else ""
            raise WrongSeed(f"{step.place}: {at}{error.detail}") from None
        yield step, new


def _do(step: Step, ids: Mapping[str, str]) -> tuple[str, bool]:
    actor, on = _actor(step, ids), str(_resolved(step.on, step, ids))
    data = _validated(step, ids)
    with journal.write(actor.id):
        # Asked again now that no other writer is at work: two loads at once do a step once.
        found = imports.find(_KEYS + step.key)
        if found:
            return found, False
        made = RUN[step.kind](actor, on, data)
        imports.keep(_KEYS + step.key, made)
    return made, True


def _actor(step: Step, ids: Mapping[str, str]) -> Actor:
    if not step.by:
        return SERVICE
    account = accounts.get(str(_resolved(step.by, step, ids)))
    return Actor(account["id"], account["name"], Role(account["role"]))


def _validated(step: Step, ids: Mapping[str, str]) -> Json:
    """The data as the service takes it, once the schema of the same call over HTTP has nothing against it."""
    data, schema = _resolved(step.data, step, ids), SCHEMAS[step.kind]
    if schema is None:
        wrong: Any = "it takes no data" if data else None
    else:
        wrong = schema.validate(data)
    if wrong:
        raise WrongSeed(f"{step.place}: {wrong}")
    loaded: Json = schema.load(data) if schema else {}
    return loaded


def _resolved(value: Any, step: Step, ids: Mapping[str, str]) -> Any:
    """The value with an id in place of every `@key`."""
    if isinstance(value, dict):
        return {name: _resolved(inner, step, ids) for name, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner, step, ids) for inner in value]
    if not isinstance(value, str) or not value.startswith(_REFERENCE):
        return value
    key = value.removeprefix(_REFERENCE)
    if key not in ids:
        raise WrongSeed(f"{step.place}: no earlier step has the key {key}")
    return ids[key]
