"""Backups: one moment of everything, for either database, with nothing lost on the way."""

import io
import threading
from pathlib import Path
from typing import Any

import peewee
import psycopg
import pytest
from playhouse.migrations import Runner

from factcheck.domain.actors import SERVICE
from factcheck.domain.vocabulary import Role
from factcheck.services import accounts, claims, matching, sessions
from factcheck.storage import backup, check, db, history, journal, upgrade
from factcheck.storage.restore import Refused
from tests import databases
from tests.backups import a_record, empty, files, made, members, packed, places, restored, rows, rows_of, with_rows
from tests.callers import actor
from tests.storage.test_journal import everything
from tests.storage.test_upgrade import STEPS


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data directory of the record."""
    return tmp_path / "data"


@pytest.fixture
def session(database: str, data: Path) -> str:
    """The id of somebody's session in a record with something of most kinds."""
    assert database
    return a_record(data)


@pytest.fixture(params=databases.BACKENDS)
def target(request: pytest.FixtureRequest) -> str:
    """The engine that is restored into."""
    name: str = request.param
    return name


@pytest.mark.usefixtures("session")
def test_what_is_restored_is_what_was_there_on_either_engine(
    backend: str, target: str, data: Path, tmp_path: Path
) -> None:
    content, before, elsewhere = made(data), everything(), tmp_path / "elsewhere"
    with empty(target, tmp_path):
        done = restored(content, elsewhere)
        assert list(check.differences()) == []
        assert rows(made(elsewhere)) == rows(content)
        assert (done.first.size, done.missing, done.upgraded) == (journal.size(), 0, [])
        if target == backend:
            after, apart = everything(), ("schema_migration", "sqlite_sequence", "sessions")
            assert {name: after[name] for name in after if name not in apart} == {
                name: before[name] for name in before if name not in apart
            }
    kept = {name: held for name, held in files(data).items() if not name.endswith(".key")}
    assert files(elsewhere) == kept
    assert sorted({name.partition("/")[0] for name in kept}) == ["imports", "snapshots"]


@pytest.mark.usefixtures("session")
def test_the_restored_record_goes_on_under_its_guards(target: str, data: Path, tmp_path: Path) -> None:
    content = made(data)
    with empty(target, tmp_path):
        restored(content, tmp_path / "elsewhere")
        for sql in ("UPDATE events SET type = 'x'", "DELETE FROM payloads", "UPDATE checkpoints SET note = ''"):
            with pytest.raises((peewee.DatabaseError, psycopg.Error), match="append-only"):
                db.execute(sql)
        with pytest.raises((peewee.IntegrityError, psycopg.IntegrityError)):
            db.execute("UPDATE claims SET speaker = 'nobody'")
        size, [(newest,)] = journal.size(), db.query("SELECT MAX(id) FROM meanings")
        claims.submit(SERVICE, {"text": "Another one"})
        matching.encode_some(100)
        assert journal.size() > size
        assert db.query("SELECT MAX(id) FROM meanings") > [(newest,)]
        assert list(check.differences()) == []


@pytest.mark.usefixtures("session")
def test_indexes_and_references_are_those_of_a_new_database(target: str, data: Path, tmp_path: Path) -> None:
    content = made(data)

    def shape() -> list[db.Row]:
        if target == "sqlite":
            return db.query("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2")
        return db.query(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL "
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1, 2"
        )

    with empty(target, tmp_path):
        upgrade.upgrade()
        wanted = shape()
    with empty(target, tmp_path):
        restored(content, tmp_path / "elsewhere")
        assert shape() == wanted


class Growing(io.BytesIO):
    """A file that takes no more bytes before the ledger has grown."""

    def __init__(self) -> None:
        super().__init__()
        self.events = threading.Semaphore(0)

    def write(self, data: Any) -> int:
        assert self.events.acquire(timeout=10), "nobody can write while a backup is made"
        return super().write(data)


@pytest.mark.usefixtures("database")
def test_a_backup_while_others_write_is_a_moment_of_the_ledger(data: Path, tmp_path: Path) -> None:
    file, done = Growing(), threading.Event()

    def write() -> None:
        while not done.is_set():
            claims.submit(SERVICE, {"text": f"claim {journal.size()}"})
            file.events.release()
        db.database.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        backup.write(file, places(data))
    finally:
        done.set()
        writer.join()
    leaves = [leaf for _, leaf, *_ in history.events()]
    with empty("sqlite", tmp_path):
        size = restored(file.getvalue(), data).first.size
        assert [leaf for _, leaf, *_ in history.events()] == leaves[:size]
    assert size < len(leaves)


@pytest.mark.usefixtures("session")
def test_nobody_stays_signed_in_and_tokens_still_work(session: str, data: Path, tmp_path: Path) -> None:
    token = accounts.add_token(SERVICE, actor(Role.READER, "reader").id, {})["token"]
    content = made(data)
    with empty("sqlite", tmp_path):
        restored(content, data)
        assert sessions.account(session) is None
        assert accounts.authenticate(token) is not None


@pytest.mark.usefixtures("session")
def test_an_older_shape_is_restored_and_brought_up_to_date(target: str, data: Path, tmp_path: Path) -> None:
    runner = Runner(db.database.obj, str(STEPS))
    steps = upgrade.steps()
    for step in reversed(steps[12:]):
        runner.down(step)
    content = made(data)
    upgrade.upgrade()
    with empty(target, tmp_path):
        assert restored(content, data).upgraded == steps[12:]
        assert upgrade.pending() == []
        assert list(check.differences()) == []


@pytest.mark.usefixtures("session")
def test_tables_that_are_not_of_the_record_are_no_part_of_it(data: Path, tmp_path: Path) -> None:
    before = rows(made(data))
    db.execute("CREATE TABLE of_a_replicator (id INTEGER PRIMARY KEY, seq VARCHAR(20), at REAL)")
    try:
        content = made(data)
    finally:
        db.execute("DROP TABLE of_a_replicator")
    assert rows(content) == before
    with empty("sqlite", tmp_path):
        restored(content, tmp_path / "elsewhere")


@pytest.mark.usefixtures("session")
def test_a_link_to_where_the_database_is_stays_one(data: Path, tmp_path: Path) -> None:
    content, link = made(data), tmp_path / "link.db"
    with empty("sqlite", tmp_path) as url:
        link.symlink_to(url.removeprefix("sqlite:///"))
        db.connect(f"sqlite:///{link}")
        restored(content, tmp_path / "elsewhere")
        db.database.close()
        db.connect(url)
        assert (link.is_symlink(), journal.size() > 0) == (True, True)


@pytest.mark.usefixtures("session")
def test_a_database_of_a_newer_release_is_left_to_that(data: Path) -> None:
    db.execute("INSERT INTO schema_migration (name, applied) VALUES ('9999_later', '2024-10-24 12:00:00')")
    try:
        with pytest.raises(backup.NotPossible, match="newer release"):
            made(data)
    finally:
        db.execute("DELETE FROM schema_migration WHERE name = '9999_later'")


@pytest.mark.usefixtures("session")
def test_a_database_with_tables_is_refused_and_stays(data: Path) -> None:
    content, before = made(data), everything()
    with pytest.raises(Refused, match="not empty"):
        restored(content, data)
    assert everything() == before


@pytest.mark.usefixtures("session")
def test_what_fails_leaves_an_empty_database(target: str, data: Path, tmp_path: Path) -> None:
    content = made(data)
    parts = members(content)
    speakers, topics = rows_of(parts, "speakers"), rows_of(parts, "claim_topics")
    broken = {
        "too early|bytes": content[: len(content) * 3 // 4],
        "do not fit": packed(with_rows(parts, "speakers", [], -len(speakers))),
        "its own ledger": packed(with_rows(parts, "claim_topics", [["cheese", topics[0][1]]])),
    }
    with empty(target, tmp_path):
        for told, file in broken.items():
            with pytest.raises(Refused, match=told):
                restored(file, tmp_path / "elsewhere")
            assert db.database.get_tables() == []
        restored(content, tmp_path / "elsewhere")


@pytest.mark.usefixtures("session")
def test_what_a_killed_restore_left_is_in_nobodys_way(data: Path, tmp_path: Path) -> None:
    content, elsewhere = made(data), tmp_path / "elsewhere"
    with empty("sqlite", tmp_path) as url:
        aside = Path(f"{url.removeprefix('sqlite:///')}.restoring")
        half = elsewhere / "snapshots" / "incoming" / f"restored-{'0' * 64}.warc.gz"
        for path in (aside / "record.db", half):
            path.parent.mkdir(parents=True)
            path.write_text("half of it")
        restored(content, elsewhere)
        assert (aside.exists(), half.exists(), len(files(elsewhere))) == (False, False, 3)
