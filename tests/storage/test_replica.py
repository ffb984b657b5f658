"""Which databases are read as a replica, and how far behind one is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from factcheck.storage import db
from factcheck.storage.replica import Positions, Replica, State
from tests import databases
from tests.replicas import standby


@pytest.fixture
def record() -> Iterator[str]:
    """The URL of a main database, which the standby has too."""
    url = databases.fresh("postgresql", Path())
    db.connect(url)
    standby().catch_up()
    yield url
    databases.drop(url)


@contextmanager
def looked_at(url: str) -> Iterator[Replica]:
    found = Replica(url)
    yield found
    found.close()


def test_a_replica_of_the_record_is_read(record: str) -> None:
    with looked_at(standby().url(record)) as found:
        assert found.look().state == State.READ
        assert found.ready()


def test_one_that_was_made_a_database_of_its_own_takes_no_writes_and_is_refused(record: str) -> None:
    with looked_at(record) as alone:
        assert alone.look().state == State.REFUSED
        with alone.reading(), pytest.raises(db.FAILURES, match="read-only"):
            db.execute("UPDATE meta SET value = value WHERE name = ''")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE meta SET value = repeat('00', 32) WHERE name = 'cursor_key'",
        # What two copies of one backup have in common, each of which has gone on.
        """
        INSERT INTO events (seq, recorded_at, actor, type, subject_type, subject_id, commitment, leaf_hash)
        SELECT seq + 1, recorded_at, actor, type, subject_type, subject_id, commitment, repeat('00', 32)
        FROM events ORDER BY seq DESC LIMIT 1""",
    ],
)
@pytest.mark.usefixtures("record")
def test_another_record_is_refused(change: str) -> None:
    other = databases.fresh("postgresql", Path())
    with psycopg.connect(other) as connection:
        connection.execute(change)
    standby().catch_up()
    with looked_at(standby().url(other)) as found:
        assert found.look().detail == "it has another record than FACTCHECK_DATABASE_URL"
        assert not found.ready()
    databases.server().give_back(databases.name_in(other))


@pytest.mark.parametrize(
    ("name", "said"),
    [("postgres", "it cannot be asked: relation"), ("nowhere", "does not exist")],
)
@pytest.mark.usefixtures("record")
def test_a_database_that_has_no_record_is_not_read(name: str, said: str) -> None:
    with looked_at(standby().url(f"/{name}")) as found:
        assert said in found.look().detail
        assert not found.ready()


def test_one_that_lacks_migrations_is_refused(record: str) -> None:
    with psycopg.connect(record, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS TABLE schema_migration; DELETE FROM schema_migration")
        standby().hold()
        connection.execute("INSERT INTO schema_migration TABLE kept; DROP TABLE kept")
    try:
        with looked_at(standby().url(record)) as found:
            assert "it lacks migrations: 0001" in found.look().detail
    finally:
        standby().go_on()


def test_a_lag_is_the_time_since_the_replica_had_all_that_there_was() -> None:
    positions = Positions()
    assert positions.lag(0, 5) is None
    positions.note(1, 10)
    assert positions.lag(1, 5) is None  # nobody knows since when
    positions.note(3, 20)
    assert positions.lag(3, 10) == 2
    positions.note(5, 20)
    assert positions.lag(6, 19) == 5
    assert positions.lag(9, 20) == 0
    assert positions.lag(90, 20) == 0
