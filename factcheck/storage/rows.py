"""Entities in and out of their tables, by SQL text that is built once per table.

peewee's query builder takes some 140 microseconds a query, most of what a small read costs.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import peewee

from factcheck.domain.errors import NotFound
from factcheck.storage import db
from factcheck.storage.models import SECRET_COLUMNS, EntityModel, Json

Values = dict[str, Any]

# SQLite takes 32,766 parameters at most.
_MOST_VALUES = 10_000


def insert(model: type[EntityModel], values: Mapping[str, Any]) -> None:
    sql, columns = _insertion(model)
    db.execute(sql, [db_value(values.get(name)) for name, db_value in columns])


def update(model: type[EntityModel], row_id: str, values: Mapping[str, Any]) -> None:
    assignments = ", ".join(f'"{name}" = ?' for name in values)
    sql = f"UPDATE {_table(model)} SET {assignments} WHERE id = ?"  # noqa: S608
    db.execute(sql, [*(_to_column(model, name, value) for name, value in values.items()), row_id])


def get(model: type[EntityModel], row_id: str | None) -> Values | None:
    """One entity by id, or None."""
    return next(iter(where(model, "id = ?", [row_id])), None)


def by_ids(model: type[EntityModel], ids: Iterable[str | None]) -> dict[str, Values]:
    """Entities by their ids, those that exist."""
    return by_id(where_in_all([(model, "id IN ({})", ids)])[0])


def by_id(entities: Iterable[Values]) -> dict[str, Values]:
    return {entity["id"]: entity for entity in entities}


def where_in_all(asked: Sequence[tuple[type[EntityModel], str, Iterable[str | None]]]) -> list[list[Values]]:
    """Entities of several kinds at once, each that meet a condition with these values in place of its `{}`."""
    found: list[list[Values]] = [[] for _ in asked]
    places, queries = [], []
    for place, (model, condition, values) in enumerate(asked):
        wanted = sorted({one for one in values if one is not None})
        for start in range(0, len(wanted), _MOST_VALUES):
            part = wanted[start : start + _MOST_VALUES]
            places.append(place)
            queries.append((model, condition.format(db.marks(part)), part))
    for place, entities in zip(places, where_all(queries), strict=True):
        found[place] += entities
    return found


def where(model: type[EntityModel], condition: str, params: Sequence[object]) -> list[Values]:
    """Entities that meet a constant condition with `?` marks (it may end in ORDER BY and LIMIT)."""
    return _entities(model, db.query(*_selection(model, condition, params)))


def stream(model: type[EntityModel], condition: str) -> Iterator[Values]:
    """Entities that meet a constant condition, by id, without holding them all."""
    # Ids are lower-case UUIDs, which every collation sorts as their bytes.
    for row in db.stream(*_selection(model, f"{condition} ORDER BY id", ())):
        yield from _entities(model, [row])


def stream_raw(model: type[EntityModel]) -> Iterator[Values]:
    """All entities in any order, without holding them all, each value as the database has it."""
    names = _public_names(model)
    for row in db.stream(f"SELECT {_columns(model)} FROM {_table(model)}"):  # noqa: S608
        yield dict(zip(names, row, strict=True))


def which_exist(model: type[EntityModel], ids: Sequence[str]) -> set[str]:
    """Those of some ids that the table has."""
    return {one for (one,) in db.query(f"SELECT id FROM {_table(model)} WHERE id IN ({db.marks(ids)})", ids)}  # noqa: S608


def where_all(asked: Sequence[tuple[type[EntityModel], str, Sequence[object]]]) -> list[list[Values]]:
    """Several of these at once."""
    found = db.query_all([_selection(*one) for one in asked])
    return [_entities(model, some) for (model, _, _), some in zip(asked, found, strict=True)]


def require(model: type[EntityModel], row_id: str) -> Values:
    """One entity by id; raises NotFound."""
    found = get(model, row_id)
    if found is None:
        raise NotFound(f"there is no {model.__name__.lower()} {row_id}")
    return found


def newest_first(
    model: type[EntityModel],
    after: str | None,
    limit: int,
    condition: str = "1 = 1",
    params: Sequence[object] = (),
) -> list[Values]:
    """Up to `limit` entities that meet the condition, by falling id, from below the id `after`."""
    if after is not None:
        condition, params = f"{condition} AND id < ?", [*params, after]
    return where(model, f"{condition} ORDER BY id DESC LIMIT ?", [*params, limit])


def _selection(model: type[EntityModel], condition: str, params: Sequence[object]) -> tuple[str, Sequence[object]]:
    return f"SELECT {_columns(model)} FROM {_table(model)} WHERE {condition}", params  # noqa: S608


def _entities(model: type[EntityModel], found: Iterable[db.Row]) -> list[Values]:
    names, convert = _public_names(model), _converters(model)
    entities = []
    for row in found:
        values = dict(zip(names, row, strict=True))
        for name, python_value in convert:
            values[name] = python_value(values[name])
        entities.append(values)
    return entities


@cache
def _insertion(model: type[EntityModel]) -> tuple[str, list[tuple[str, Callable[[Any], Any]]]]:
    """The INSERT of a whole row, and each column with what turns a value into the stored one."""
    names = _names(model)
    columns = ", ".join(f'"{name}"' for name in names)
    sql = f"INSERT INTO {_table(model)} ({columns}) VALUES ({db.marks(names)})"  # noqa: S608
    return sql, [(name, model._meta.fields[name].db_value) for name in names]


@cache
def _table(model: type[EntityModel]) -> str:
    return str(model._meta.table_name)


@cache
def _names(model: type[EntityModel]) -> list[str]:
    return list(model._meta.sorted_field_names)


@cache
def _public_names(model: type[EntityModel]) -> list[str]:
    return [name for name in _names(model) if name not in SECRET_COLUMNS]


@cache
def _columns(model: type[EntityModel]) -> str:
    return ", ".join(f'"{name}"' for name in _public_names(model))


@cache
def _converters(model: type[EntityModel]) -> list[tuple[str, Callable[[Any], Any]]]:
    """The columns whose stored value is not the entity's own."""
    fields = model._meta.fields
    wanted = (Json, peewee.BooleanField)
    return [(name, fields[name].python_value) for name in _public_names(model) if isinstance(fields[name], wanted)]


def _to_column(model: type[EntityModel], name: str, value: Any) -> Any:
    return model._meta.fields[name].db_value(value)
