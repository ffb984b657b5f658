"""The ledger only grows: the databases themselves refuse to change or remove an event."""

from collections.abc import Iterator

import peewee
import pytest

from factcheck.domain.actors import SERVICE
from factcheck.services import claims
from factcheck.storage import db

CHANGES = [
    "UPDATE events SET actor = 'somebody else'",
    "UPDATE events SET recorded_at = '' WHERE seq = 1",
    "UPDATE events SET seq = seq + 1000",
    "DELETE FROM events",
    "DELETE FROM events WHERE seq = (SELECT MAX(seq) FROM events)",
    "UPDATE payloads SET payload = '{}'",
    "UPDATE payloads SET salt = '' WHERE seq = 1",
    "UPDATE payloads SET salt = '', payload = ''",
    "UPDATE payloads SET seq = seq + 1000",
    "UPDATE nodes SET hash = hash",
    "DELETE FROM nodes",
    "DELETE FROM payloads",
    "DELETE FROM payloads WHERE seq = 1",
]
EVENT = "seq, recorded_at, actor, type, subject_type, subject_id, claim_id, commitment, leaf_hash"
REPLACEMENTS = {
    "an event": f"INSERT OR REPLACE INTO events ({EVENT}) SELECT {EVENT.replace('actor', 'type')} FROM events",
    "a payload": "REPLACE INTO payloads (seq, salt, payload, item) SELECT seq, salt, '{}', item FROM payloads",
}


@pytest.fixture(autouse=True)
def ledger_stays(database: str) -> Iterator[None]:  # noqa: ARG001
    """Some events, which are still the same when the test ends."""
    claims.submit(SERVICE, {"text": "The moon is made of rock"})
    before = _ledger()
    assert before[0]
    yield
    assert _ledger() == before


def _ledger() -> list[list[tuple[object, ...]]]:
    return [
        db.query(f"SELECT {EVENT} FROM events ORDER BY seq"),
        db.query("SELECT seq, salt, payload FROM payloads ORDER BY seq"),
    ]


@pytest.mark.parametrize("sql", CHANGES)
def test_an_update_or_delete_is_refused(sql: str) -> None:
    with pytest.raises(peewee.DatabaseError, match="append-only"), db.database.atomic():
        db.database.execute_sql(sql)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("table", ["events", "payloads"])
def test_postgresql_refuses_to_empty_the_tables(table: str) -> None:
    with pytest.raises(peewee.DatabaseError, match="append-only"), db.database.atomic():
        db.database.execute_sql(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("what", REPLACEMENTS)
def test_sqlite_refuses_an_insert_that_replaces(what: str) -> None:
    # SQLite fires no DELETE trigger for the row that a REPLACE removes.
    with pytest.raises(peewee.DatabaseError, match="append-only"), db.database.atomic():
        db.database.execute_sql(REPLACEMENTS[what])


def test_an_upsert_is_refused_as_the_update_that_it_is() -> None:
    again = "INSERT INTO payloads SELECT seq, salt, payload, item FROM payloads WHERE true"
    with pytest.raises(peewee.DatabaseError, match="append-only"), db.database.atomic():
        db.database.execute_sql(f"{again} ON CONFLICT (seq) DO UPDATE SET payload = '{{}}'")
