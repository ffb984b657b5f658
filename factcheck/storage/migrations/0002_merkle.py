"""The tree over the ledger, checkpoints with the keys that sign them, redactions, and where claims stood when."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import peewee

from factcheck.ledger.merkle import Frontier

_TABLES = {
    # Inner nodes of the tree by their number in the order of completion; leaves stand in events.
    "nodes": "position BIGINT PRIMARY KEY, hash {blob} NOT NULL",
    "checkpoints": "size BIGINT PRIMARY KEY, root_hash TEXT NOT NULL, note TEXT NOT NULL, signed_at TEXT NOT NULL",
    "cosignatures": """
        size BIGINT NOT NULL REFERENCES checkpoints (size), witness TEXT NOT NULL, cosigned_at BIGINT NOT NULL,
        line TEXT NOT NULL, PRIMARY KEY (size, witness)""",
    "log_keys": """
        id TEXT PRIMARY KEY, created_at TEXT NOT NULL, created_by TEXT NOT NULL, updated_at TEXT NOT NULL,
        seq BIGINT NOT NULL, vkey TEXT NOT NULL UNIQUE""",
    # Which event's payload was erased, and the event that says so.
    "redactions": """
        seq BIGINT PRIMARY KEY REFERENCES events (seq), redacted_by BIGINT NOT NULL REFERENCES events (seq)""",
}
_COLUMNS = {
    "ledger_head": ("frontier {blob} NOT NULL DEFAULT {empty}",),
    # As in documents, of which they are the past; the next start fills them in.
    "revisions": (
        "created_at TEXT", "status TEXT", "kind TEXT", "speaker TEXT", "language TEXT",
        "claimed_low BIGINT", "claimed_high BIGINT", "merged_into TEXT", "topics TEXT", "publishers TEXT",
    ),
}  # fmt: skip
_INDEXES = """
    CREATE INDEX revisions_claimed ON revisions (claimed_low, claim);
    CREATE INDEX revisions_speaker ON revisions (speaker, seq, claim) WHERE speaker IS NOT NULL;
    DROP INDEX documents_created;
    CREATE INDEX documents_created ON documents (created_at, claim)"""
"""By creation lists of the past walk the documents too, of claims that have been merged since as well."""
_GUARDED = {"nodes": "position", "checkpoints": "size", "redactions": "seq"}

# Salt and payload can go where a redaction says so; a history's rendering follows what stands.
_ALLOWED = """
    NEW.seq = OLD.seq AND (
        (NEW.salt = OLD.salt AND NEW.payload = OLD.payload)
        OR (NEW.salt = '' AND NEW.payload = '' AND EXISTS (SELECT 1 FROM redactions WHERE seq = OLD.seq)))"""


def up(migrator: object, database: Any) -> None:
    postgresql = isinstance(database, peewee.PostgresqlDatabase)
    kinds = {"blob": "BYTEA", "empty": "''"} if postgresql else {"blob": "BLOB", "empty": "x''"}
    for name, columns in _TABLES.items():
        database.execute_sql(f"CREATE TABLE {name} ({columns.format(**kinds)})")
    for name, added in _COLUMNS.items():
        for column in added:
            database.execute_sql(f"ALTER TABLE {name} ADD COLUMN {column.format(**kinds)}")
    for statement in _INDEXES.split(";"):
        database.execute_sql(statement)
    database.execute_sql("DELETE FROM meta WHERE name = 'revisions_format'")
    _grow(database, postgresql)
    _restore(database, postgresql)
    (_guard_postgresql if postgresql else _guard_sqlite)(database)


def _grow(database: Any, postgresql: bool) -> None:
    """The tree over the events that are there."""
    mark = "%s" if postgresql else "?"
    frontier, position = Frontier(), itertools.count(1)
    while True:
        sql = f"SELECT leaf_hash FROM events WHERE seq > {mark} ORDER BY seq LIMIT 10000"  # noqa: S608
        leaves = database.execute_sql(sql, (frontier.size,)).fetchall()
        if not leaves:
            break
        made = [node for (leaf,) in leaves for node in frontier.append(bytes.fromhex(leaf))]
        insert = f"INSERT INTO nodes (position, hash) VALUES ({mark}, {mark})"  # noqa: S608
        database.cursor().executemany(insert, [(next(position), node) for node in made])
    update = f"UPDATE ledger_head SET frontier = {mark} WHERE id = 1"  # noqa: S608
    database.execute_sql(update, (b"".join(frontier.peaks),))


def _restore(database: Any, postgresql: bool) -> None:
    """The rows that events speak of: there are some where this step was taken back and is taken again."""
    mark = "%s" if postgresql else "?"
    for seq, at, actor, key, said in _said(database, "e.subject_type = 'log_key'"):
        values = (key, at, actor, at, seq, said["set"]["vkey"])
        columns = "id, created_at, created_by, updated_at, seq, vkey"
        marks = ", ".join([mark] * len(values))
        database.execute_sql(f"INSERT INTO log_keys ({columns}) VALUES ({marks})", values)  # noqa: S608
    for seq, _, _, _, said in _said(database, "e.type = 'payload.redacted'"):
        sql = f"INSERT INTO redactions (seq, redacted_by) VALUES ({mark}, {mark})"  # noqa: S608
        database.execute_sql(sql, (said["redacts"], seq))


def _said(database: Any, condition: str) -> Iterator[tuple[Any, ...]]:
    sql = f"""
        SELECT e.seq, e.recorded_at, e.actor, e.subject_id, p.payload FROM events e JOIN payloads p ON p.seq = e.seq
        WHERE {condition}"""  # noqa: S608
    for *event, payload in database.execute_sql(sql).fetchall():
        yield *event, json.loads(payload)


def _guard_sqlite(database: Any) -> None:
    database.execute_sql("DROP TRIGGER payloads_no_update")
    database.execute_sql(
        f"CREATE TRIGGER payloads_no_update BEFORE UPDATE ON payloads WHEN NOT ({_ALLOWED}) "
        "BEGIN SELECT RAISE(ABORT, 'payloads is append-only'); END"
    )
    for table, key in _GUARDED.items():
        # INSERT OR REPLACE deletes without asking the trigger for DELETE.
        exists = f"SELECT 1 FROM {table} WHERE {key} = NEW.{key}"  # noqa: S608
        for name, when in (
            ("no_update", f"BEFORE UPDATE ON {table}"),
            ("no_delete", f"BEFORE DELETE ON {table}"),
            ("no_replace", f"BEFORE INSERT ON {table} WHEN EXISTS ({exists})"),
        ):
            database.execute_sql(
                f"CREATE TRIGGER {table}_{name} {when} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _guard_postgresql(database: Any) -> None:
    database.execute_sql("DROP TRIGGER payloads_append_only ON payloads")
    database.execute_sql(
        "CREATE TRIGGER payloads_append_only BEFORE DELETE OR TRUNCATE ON payloads "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    database.execute_sql(
        "CREATE FUNCTION guard_payload() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {_ALLOWED} THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME; END $$"
    )
    database.execute_sql(
        "CREATE TRIGGER payloads_erased_only BEFORE UPDATE ON payloads FOR EACH ROW EXECUTE FUNCTION guard_payload()"
    )
    for table in _GUARDED:
        database.execute_sql(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def down(migrator: object, database: Any) -> None:
    postgresql = isinstance(database, peewee.PostgresqlDatabase)
    if postgresql:
        database.execute_sql("DROP TRIGGER payloads_erased_only ON payloads")
        database.execute_sql("DROP FUNCTION guard_payload()")
        database.execute_sql("DROP TRIGGER payloads_append_only ON payloads")
        database.execute_sql(
            "CREATE TRIGGER payloads_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payloads "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    else:
        database.execute_sql("DROP TRIGGER payloads_no_update")
        database.execute_sql(
            "CREATE TRIGGER payloads_no_update BEFORE UPDATE ON payloads "
            "BEGIN SELECT RAISE(ABORT, 'payloads is append-only'); END"
        )
    database.execute_sql("DROP INDEX documents_created")
    database.execute_sql("CREATE INDEX documents_created ON documents (created_at, claim) WHERE merged_into IS NULL")
    for index in ("claimed", "speaker"):
        database.execute_sql(f"DROP INDEX revisions_{index}")
    for name, added in _COLUMNS.items():
        for column in added:
            database.execute_sql(f"ALTER TABLE {name} DROP COLUMN {column.split()[0]}")
    # References point at earlier tables only.
    for name in reversed(_TABLES):
        database.execute_sql(f"DROP TABLE {name}")
