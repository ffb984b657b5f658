"""Which tables and columns there are, as the database itself says, and their values as JSON: one form for both
databases."""

import base64
import binascii
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from factcheck.storage import db

HISTORY = "schema_migration"
"""Where `playhouse.migrations` keeps which steps were taken."""

_SQLITE_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite#_%' ESCAPE '#'"
_SQLITE_COLUMNS = "SELECT name, type FROM pragma_table_info(?) ORDER BY cid"
_POSTGRESQL_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
_POSTGRESQL_COLUMNS = """
    SELECT column_name, data_type FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position"""
_POSTGRESQL_KEY = """
    SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = CAST(quote_ident(?) AS regclass) AND i.indisprimary
    ORDER BY array_position(CAST(i.indkey AS smallint[]), a.attnum)"""

_INT64 = range(-(2**63), 2**63)


class Unfitting(Exception):
    """A value that is none of its column's."""


class Kind(Enum):
    """What a column holds, beside NULL."""

    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    BYTES = "bytes"


_KINDS = {
    "text": Kind.TEXT,
    "integer": Kind.INTEGER,
    "bigint": Kind.INTEGER,
    "boolean": Kind.BOOLEAN,
    "blob": Kind.BYTES,
    "bytea": Kind.BYTES,
}


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    columns: dict[str, Kind]

    def select(self) -> str:
        """All rows; on PostgreSQL by their key, since SQLite has a table that is best filled in that order."""
        order = ""
        if db.is_postgresql() and (key := [name for (name,) in db.query(_POSTGRESQL_KEY, (self.name,))]):
            order = f" ORDER BY {quoted(key)}"
        return f"SELECT {quoted(self.columns)} FROM {quoted([self.name])}{order}"  # noqa: S608


def names() -> set[str]:
    """Every table that there is."""
    return {name for (name,) in db.query(_POSTGRESQL_TABLES if db.is_postgresql() else _SQLITE_TABLES)}


def tables(those: Collection[str]) -> list[Table]:
    """Those of some tables that there are, by name."""
    sql = _POSTGRESQL_COLUMNS if db.is_postgresql() else _SQLITE_COLUMNS
    return [
        Table(name, {column: _KINDS[kind.lower()] for column, kind in db.query(sql, (name,))})
        for name in sorted(names() & set(those))
    ]


def steps() -> list[str]:
    """The migrations that have run, in order."""
    return [name for (name,) in db.query(f"SELECT name FROM {HISTORY} ORDER BY name")]  # noqa: S608


def quoted(columns: Sequence[str] | dict[str, Kind]) -> str:
    """Names for SQL."""
    return ", ".join(f'"{name}"' for name in columns)


def packer(kinds: Sequence[Kind]) -> Callable[[db.Row], Sequence[Any]]:
    """What makes a row of the database into one for JSON."""
    if not {Kind.BOOLEAN, Kind.BYTES} & set(kinds):
        return lambda row: row
    steps = [_PACKING.get(kind, _same) for kind in kinds]
    return lambda row: [None if value is None else step(value) for step, value in zip(steps, row, strict=True)]


def unpacker(kinds: Sequence[Kind]) -> Callable[[Any], list[Any]]:
    """What makes the row of a file into one for the database; raises Unfitting."""
    steps = [_UNPACKING[kind] for kind in kinds]

    def unpack(row: Any) -> list[Any]:
        if not isinstance(row, list) or len(row) != len(steps):
            raise Unfitting
        return [None if value is None else step(value) for step, value in zip(steps, row, strict=True)]

    return unpack


def _same(value: Any) -> Any:
    return value


def _packed_bytes(value: bytes) -> str | list[str]:
    """Most are JSON: as text they can be read, and become much smaller."""
    content = bytes(value)
    try:
        return content.decode()
    except UnicodeDecodeError:
        return [base64.b64encode(content).decode()]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Unfitting
    return value


def _integer(value: Any) -> int:
    if type(value) is not int or value not in _INT64:
        raise Unfitting
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfitting
    return value


def _bytes(value: Any) -> bytes:
    if isinstance(value, str):
        return value.encode()
    try:
        (content,) = value
        return base64.b64decode(content, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise Unfitting from None


_PACKING: dict[Kind, Callable[[Any], Any]] = {Kind.BOOLEAN: bool, Kind.BYTES: _packed_bytes}
_UNPACKING: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.BOOLEAN: _boolean,
    Kind.BYTES: _bytes,
}
