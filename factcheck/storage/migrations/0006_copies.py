"""Public copies of pages: which an archive is to be asked for, and the one that each source has."""

from typing import Any

_TABLES = {
    # Beside the ledger, which has the copies that were found alone. A row goes once its copy is found, or given up.
    "copy_requests": """
        snapshot TEXT PRIMARY KEY REFERENCES snapshots (id), kind TEXT NOT NULL, due_at TEXT NOT NULL,
        leased_until TEXT, attempts INTEGER NOT NULL DEFAULT 0, polls INTEGER NOT NULL DEFAULT 0,
        job TEXT, copy_url TEXT""",
    "copy_outcomes": "outcome TEXT PRIMARY KEY, requests BIGINT NOT NULL",
}


def up(migrator: object, database: Any) -> None:
    for name, columns in _TABLES.items():
        database.execute_sql(f"CREATE TABLE {name} ({columns})")
    database.execute_sql("CREATE INDEX copy_requests_due ON copy_requests (due_at)")
    database.execute_sql("ALTER TABLE sources ADD COLUMN archive_url TEXT")


def down(migrator: object, database: Any) -> None:
    if database.execute_sql("SELECT 1 FROM sources WHERE archive_url IS NOT NULL LIMIT 1").fetchone():
        raise RuntimeError("there are public copies: without the column the ledger would speak of nothing")
    database.execute_sql("ALTER TABLE sources DROP COLUMN archive_url")
    for name in _TABLES:
        database.execute_sql(f"DROP TABLE {name}")
