"""Holds the rows of each table of entities against the fold of the ledger."""

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import peewee

from factcheck.domain.projections import State
from factcheck.domain.vocabulary import Subject
from factcheck.ledger.canonical import canonical
from factcheck.storage import db, rows
from factcheck.storage.models import ENTITIES, SECRET_COLUMNS, EntityModel, Json
from factcheck.storage.unreadable import UNREADABLE

_Values = dict[str, Any]


def problems(subject: Subject, state: State) -> Iterator[str]:
    model, folded, matched = ENTITIES[subject], state.entities[subject], 0
    convert = _conversions(model)
    for row in rows.stream_raw(model):
        for name, python_value in convert:
            row[name] = python_value(row[name])
        entity = folded.get(row["id"])
        if entity is None:
            yield f"{subject} {row['id']} stands in the tables and not in the ledger"
        else:
            matched += 1
            yield from _field_problems(subject, row, entity)
    # Ids are unique, so that there is nothing to be looked for where all have been met.
    if matched != len(folded):
        yield from _missing(subject, model, state)


def _missing(subject: Subject, model: type[EntityModel], state: State) -> Iterator[str]:
    for ids in db.chunks(state.entities[subject]):
        there = rows.which_exist(model, ids)
        for missing in ids:
            if missing not in there:
                yield f"{subject} {missing} stands in the ledger and not in the tables"


def _field_problems(subject: Subject, row: _Values, entity: _Values) -> Iterator[str]:
    names = row.keys() | entity.keys() - SECRET_COLUMNS
    for name in sorted(name for name in names if not _is_same(row.get(name), entity.get(name))):
        here, there = row.get(name), entity.get(name)
        yield f"{subject} {row['id']}: {name} is {here!r} in the tables, {there!r} in the ledger"


def _is_same(here: Any, there: Any) -> bool:
    """Whether the ledger would write both alike; what it cannot write at all is like nothing."""
    if type(here) is type(there) and isinstance(here, str | int | None) and here == there:
        return True
    try:
        return canonical(here) == canonical(there)
    except UNREADABLE:
        return False


class _NotOfItsKind:
    """What stands in a column and is no value of it."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __repr__(self) -> str:
        return repr(self._value)


def _conversions(model: type[EntityModel]) -> list[tuple[str, Callable[[Any], Any]]]:
    """The columns whose stored value is not the entity's own."""
    kinds = {name: _CONVERSIONS.get(type(field)) for name, field in model._meta.fields.items()}
    return [(name, convert) for name, convert in kinds.items() if convert is not None]


def _json(value: Any) -> Any:
    if value is None:
        return None
    try:
        return orjson.loads(value)
    except UNREADABLE:
        return _NotOfItsKind(value)


def _boolean(value: Any) -> Any:
    if value is None:
        return None
    # SQLite has numbers for them.
    return bool(value) if isinstance(value, int) and value in (0, 1) else _NotOfItsKind(value)


_CONVERSIONS: dict[type, Callable[[Any], Any]] = {Json: _json, peewee.BooleanField: _boolean}
