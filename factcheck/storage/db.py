"""The connection to SQLite or PostgreSQL, and constant SQL that runs on both.

A connection belongs to a thread and stays open between requests: opening one per request costs a factor
of four (docs/performance.md).
"""

import fcntl
import itertools
import os
import sqlite3
import threading
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import peewee
import psycopg
from psycopg.errors import ProgramLimitExceeded
from psycopg.pq import PipelineStatus

from factcheck.storage.chosen import Chosen

database = Chosen()

Row = tuple[Any, ...]
_T = TypeVar("_T")

_SQLITE_PRAGMAS: dict[str, str | int] = {
    "journal_mode": "wal",
    # FULL: a verdict that was answered with 201 is still there after a power cut.
    "synchronous": "full",
    "foreign_keys": 1,
    "busy_timeout": 15_000,
    # Pages of the log before they go into the file, 32 MB: a page that many writes touch then goes there once.
    "wal_autocheckpoint": 8_000,
    "cache_size": -8_192,
    "mmap_size": 256 * 1024 * 1024,
    "temp_store": "memory",
}

# What `PRAGMA secure_delete` answers, in the words that set it.
_SECURE_DELETE = ("OFF", "ON", "FAST")

# Milliseconds for which emptying the log waits for readers.
_MOMENT = 1_000

LOST = (peewee.OperationalError, peewee.InterfaceError)
"""What a connection raises that cannot be asked now, be it gone or told to wait for too long."""

# Names of server-side cursors: several can be open at once.
_streams = itertools.count()

# One for all threads of a process; flock then orders the processes.
_write_gate = threading.Lock()


class Unavailable(Exception):
    """The database does not answer; the request can be sent again later."""


class Unfit(Exception):
    """Something that the database cannot hold, such as a key that is too long for its index."""


_UNFIT = (
    peewee.DataError,
    peewee.IntegrityError,
    psycopg.DataError,
    psycopg.IntegrityError,
    ProgramLimitExceeded,
    sqlite3.DataError,
    sqlite3.IntegrityError,
)

FAILURES = (peewee.DatabaseError, peewee.InterfaceError, psycopg.Error, sqlite3.Error)
"""Whatever the database raises; the connection's own errors, as it is asked past peewee here and there, among them."""


@contextmanager
def telling_unfit() -> Iterator[None]:
    """Around a whole transaction: raises Unfit where what was written is at fault, and not the connection."""
    try:
        yield
    except FAILURES as error:
        if any(isinstance(one, _UNFIT) for one in (error, error.__cause__, error.__context__)):
            raise Unfit(str(error)) from error
        raise


def connect(url: str) -> peewee.Database:
    """Open the database that a `sqlite:///path` or `postgresql://...` URL names, for the whole process."""
    opened = _sqlite(url) if url.startswith("sqlite:") else peewee.PostgresqlDatabase(url, prefer_psycopg3=True)
    database.initialize(opened)
    return opened


def _sqlite(url: str) -> peewee.SqliteDatabase:
    path = Path(unquote(urlsplit(url).path).removeprefix("/"))
    path.parent.mkdir(parents=True, exist_ok=True)
    return open_sqlite(path, _SQLITE_PRAGMAS)


def open_sqlite(path: Path, pragmas: Mapping[str, str | int]) -> peewee.SqliteDatabase:
    return peewee.SqliteDatabase(str(path), pragmas=pragmas, lock_type="IMMEDIATE")


def is_postgresql() -> bool:
    return isinstance(database.obj, peewee.PostgresqlDatabase)


def query(sql: str, params: Sequence[object] = ()) -> list[Row]:
    """Run constant SQL with `?` marks and give all its rows.

    Outside a transaction a connection that the server has closed is opened again, once.
    """
    text = _dialect(sql, is_postgresql())
    try:
        return list(database.execute_sql(text, params).fetchall())
    except LOST as error:
        if database.in_transaction() or not is_postgresql():
            raise
        database.close()
        try:
            return list(database.execute_sql(text, params).fetchall())
        except LOST:
            raise Unavailable(str(error)) from error


def first(sql: str, params: Sequence[object] = ()) -> Row | None:
    """The first row of a query, or None."""
    rows = query(sql, params)
    return rows[0] if rows else None


def query_all(statements: Sequence[tuple[str, Sequence[object]]]) -> list[list[Row]]:
    """The rows of several queries; PostgreSQL gets them all before the first answer is waited for."""
    if not is_postgresql():
        return [query(sql, params) for sql, params in statements]
    connection = database.connection()
    # A pipeline within one would wait at its beginning and at its end.
    within = connection.pgconn.pipeline_status == PipelineStatus.ON
    with nullcontext() if within or not statements else connection.pipeline():
        cursors = [database.execute_sql(_dialect(sql, True), params) for sql, params in statements]
        return [list(cursor.fetchall()) for cursor in cursors]


def execute(sql: str, params: Sequence[object] = ()) -> None:
    """Run constant SQL that changes rows."""
    database.execute_sql(_dialect(sql, is_postgresql()), params)


def execute_many(sql: str, rows: Sequence[Sequence[object]]) -> None:
    """Run constant SQL once for each row of parameters."""
    cursor = database.cursor()
    cursor.executemany(_dialect(sql, is_postgresql()), rows)


def stream(sql: str, params: Sequence[object] = (), *, batch: int = 1000) -> Generator[Row, None, None]:
    """Rows of a long query without holding them all."""
    if is_postgresql():
        # A server-side cursor lives in a transaction; a client-side one would hold every row.
        around = nullcontext() if database.in_transaction() else database.atomic()
        with around, database.connection().cursor(name=f"stream_{next(_streams)}") as cursor:
            cursor.execute(_dialect(sql, True), params)
            while rows := cursor.fetchmany(batch):
                yield from rows
    else:
        cursor = database.execute_sql(sql, params)
        while rows := cursor.fetchmany(batch):
            yield from rows


def chunks(values: Iterable[_T], size: int = 500) -> Iterator[list[_T]]:
    """The values in stretches that an IN list takes."""
    given = iter(values)
    while some := list(itertools.islice(given, size)):
        yield some


def marks(values: Sequence[object]) -> str:
    """As many `?` marks as there are values, for an IN list; of no values, one that nothing is in."""
    return ",".join("?" * len(values)) or "NULL"


@lru_cache(maxsize=2048)
def _dialect(sql: str, postgresql: bool) -> str:
    return sql.replace("%", "%%").replace("?", "%s") if postgresql else sql


@contextmanager
def exclusive() -> Iterator[None]:
    """A transaction that no other writer's overlaps.

    On SQLite writers queue up on a file lock first: with SQLite's own busy handler alone they starve
    (docs/performance.md). On PostgreSQL the ledger's head row is the lock, taken by the journal.
    """
    if is_postgresql():
        with ExitStack() as stack:
            _begin(stack)
            # What nobody waits for is sent together: an insert's answer is read with the next query's.
            stack.enter_context(database.connection().pipeline())
            yield
        return
    with _write_gate, _file_lock(f"{database.database}.lock"), database.atomic():
        yield


@contextmanager
def savepoint() -> Iterator[None]:
    """A part of the present transaction that an exception takes back without the rest."""
    with database.savepoint():
        yield


def _begin(stack: ExitStack) -> None:
    """Begin a transaction; a connection that the server has closed is opened again, once."""
    try:
        stack.enter_context(database.atomic())
    except LOST:
        database.close()
        try:
            stack.enter_context(database.atomic())
        except LOST as error:
            raise Unavailable(str(error)) from error


@contextmanager
def overwriting() -> Iterator[None]:
    """On SQLite what is removed inside is overwritten with zeros (PRAGMA secure_delete), at some cost.

    PostgreSQL leaves the old version of a row in its place until VACUUM.
    """
    if is_postgresql():
        yield
        return
    [(usual,)] = query("PRAGMA secure_delete")
    query("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        query(f"PRAGMA secure_delete = {_SECURE_DELETE[usual]}")


def forget_log() -> None:
    """Empty SQLite's write-ahead log, which holds the former pages, unless a reader needs it for longer than a moment.

    Called after the commit. A log that is in use now is overwritten from its start once it is not.
    """
    if is_postgresql():
        return
    query(f"PRAGMA busy_timeout = {_MOMENT}")
    try:
        # What was committed stays so, whether this works or not.
        with suppress(peewee.OperationalError):
            query("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        query(f"PRAGMA busy_timeout = {_SQLITE_PRAGMAS['busy_timeout']}")


@contextmanager
def snapshot() -> Iterator[None]:
    """A read transaction: every query in it sees the same moment, whatever others write meanwhile."""
    if is_postgresql():
        with database.atomic():
            database.execute_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with database.atomic("DEFERRED"):
            yield


@contextmanager
def reading_whatever() -> Iterator[None]:
    """On SQLite, which takes any bytes for text, such as are no UTF-8 come with lone surrogates in their place instead
    of an error. PostgreSQL has no such text."""
    if is_postgresql():
        yield
        return
    connection = database.connection()
    usual, connection.text_factory = connection.text_factory, _decoded
    try:
        yield
    finally:
        connection.text_factory = usual


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


@contextmanager
def migration_lock() -> Iterator[None]:
    """Only one process migrates; the others wait and then find nothing left to do."""
    if is_postgresql():
        # Any constant will do, as long as nothing else of ours uses it.
        key = 0x66_61_63_74
        database.execute_sql("SELECT pg_advisory_lock(%s)", (key,))
        try:
            yield
        finally:
            database.execute_sql("SELECT pg_advisory_unlock(%s)", (key,))
    else:
        with _file_lock(f"{database.database}.migrate.lock"):
            yield


@contextmanager
def _file_lock(path: str) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
