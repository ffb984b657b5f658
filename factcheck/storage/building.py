"""A whole database made at once, in the place of an empty one: there when all of it is done, or nothing of it."""

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from factcheck.storage import catalogue, db
from factcheck.storage.catalogue import Table

# Nobody else sees the file before it is done, and one that is not done is thrown away: no journal, no waiting for the
# disk. What is sorted goes to the disk where it is much.
_ASIDE: dict[str, str | int] = {
    "journal_mode": "off",
    "synchronous": "off",
    "foreign_keys": 0,
    "cache_size": -65_536,
    "mmap_size": 256 * 1024 * 1024,
    "temp_store": "file",
}

_SQLITE_INDEXES = """
    SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name != ? ORDER BY name"""
_POSTGRESQL_INDEXES = """
    SELECT quote_ident(indexname), indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename != ?
    AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = CAST(quote_ident(indexname) AS regclass))
    ORDER BY indexname"""
_POSTGRESQL_REFERENCES = """
    SELECT CAST(CAST(conrelid AS regclass) AS text), quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype = 'f' AND connamespace = CAST(quote_ident(current_schema()) AS regnamespace)
    ORDER BY 1, 2"""
_POSTGRESQL_NUMBERED = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND is_identity = 'YES'"""


class NotEmpty(Exception):
    """The database has tables already."""


@contextmanager
def in_place_of_nothing() -> Iterator[None]:
    """An empty database, to be filled; an exception leaves it as empty as it was. Raises NotEmpty.

    On PostgreSQL all of it is one transaction. On SQLite it is a file that takes its place at the end: a transaction
    would write everything twice.
    """
    with db.migration_lock():
        if catalogue.names():
            raise NotEmpty
        if db.is_postgresql():
            with db.database.atomic():
                yield
        else:
            # Where a link leads, as SQLite itself goes: the disk that was meant.
            with _file_aside(Path(db.database.database).resolve()):
                yield


@contextmanager
def _file_aside(target: Path) -> Iterator[None]:
    folder = target.with_name(f"{target.name}.restoring")
    shutil.rmtree(folder, ignore_errors=True)  # of one that was killed
    folder.mkdir(mode=0o700)
    db.database.close()
    usual, file = db.database.obj, folder / "record.db"
    aside = db.open_sqlite(file, _ASIDE)
    db.database.initialize(aside)
    try:
        yield
        db.query("PRAGMA journal_mode = wal")
        aside.close()
        _put_in_place(file, target)
    finally:
        aside.close()
        db.database.initialize(usual)
        shutil.rmtree(folder, ignore_errors=True)


def _put_in_place(file: Path, target: Path) -> None:
    # Of the empty one; SQLite would take them for the new one's.
    for end in ("-wal", "-shm"):
        target.with_name(f"{target.name}{end}").unlink(missing_ok=True)
    _to_disk(file)
    file.replace(target)
    _to_disk(target.parent)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def without_indexes() -> Iterator[None]:
    """Indexes and references are made again at the end, over all rows at once; raises db.Unfit where that fails.

    Keys and guards stay in force.
    """
    references = db.query(_POSTGRESQL_REFERENCES) if db.is_postgresql() else []
    indexes = db.query(_POSTGRESQL_INDEXES if db.is_postgresql() else _SQLITE_INDEXES, (catalogue.HISTORY,))
    for table, name, _ in references:
        db.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        db.execute(f"DROP INDEX {name}")
    with db.telling_unfit():
        yield
        for _, statement in indexes:
            db.execute(statement)
        for table, name, definition in references:
            db.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        if db.is_postgresql():
            _go_on_counting()
            # The rest of the transaction asks questions, and so does the first start.
            db.execute("ANALYZE")
        elif broken := db.first('SELECT "table", parent FROM pragma_foreign_key_check'):
            raise db.Unfit(f"a row of {broken[0]} refers to one of {broken[1]} that is not there")


def _go_on_counting() -> None:
    for table, column in db.query(_POSTGRESQL_NUMBERED):
        db.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), COALESCE(MAX(\"{column}\"), 0) + 1, FALSE) "  # noqa: S608
            f"FROM {catalogue.quoted([table])}"
        )


def empty(table: Table) -> None:
    """Remove what migrations have put into a table. A guarded one, where nobody may, has nothing."""
    name = catalogue.quoted([table.name])
    if db.first(f"SELECT 1 FROM {name} LIMIT 1"):  # noqa: S608
        db.execute(f"DELETE FROM {name}")  # noqa: S608


def fill(table: Table, columns: Sequence[str], rows: Iterable[list[Any]]) -> None:
    """Add rows, as they come; raises db.Unfit."""
    into = f"{catalogue.quoted([table.name])} ({catalogue.quoted(columns)})"
    with db.telling_unfit():
        if db.is_postgresql():
            with db.database.connection().cursor().copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            with db.database.atomic():
                db.database.cursor().executemany(f"INSERT INTO {into} VALUES ({db.marks(columns)})", rows)  # noqa: S608
