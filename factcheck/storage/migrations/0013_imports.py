"""Imports over HTTP that wait or run, what was wrong with their rows, and what each row was made from."""

from typing import Any

_TABLES = {
    # Beside the ledger, which has what the rows came to. `options` is what the editor has said of the file.
    "import_jobs": """
        id TEXT PRIMARY KEY, created_at TEXT NOT NULL, account TEXT NOT NULL REFERENCES accounts (id),
        name TEXT NOT NULL, shape TEXT NOT NULL, options TEXT NOT NULL, size BIGINT NOT NULL, sha256 TEXT NOT NULL,
        dry_run BOOLEAN NOT NULL, state TEXT NOT NULL, rows_done BIGINT NOT NULL, made BIGINT NOT NULL,
        known BIGINT NOT NULL, bad BIGINT NOT NULL, left_out TEXT NOT NULL, error TEXT, leased_until TEXT,
        finished_at TEXT""",
    "import_problems": """
        job TEXT NOT NULL REFERENCES import_jobs (id), number BIGINT NOT NULL, row_number BIGINT NOT NULL,
        line BIGINT, field TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (job, number)""",
}


def up(migrator: object, database: Any) -> None:
    for name, columns in _TABLES.items():
        database.execute_sql(f"CREATE TABLE {name} ({columns})")
    database.execute_sql("CREATE INDEX import_jobs_open ON import_jobs (id) WHERE finished_at IS NULL")
    database.execute_sql("ALTER TABLE imports ADD COLUMN digest TEXT")


def down(migrator: object, database: Any) -> None:
    database.execute_sql("ALTER TABLE imports DROP COLUMN digest")
    for name in reversed(_TABLES):
        database.execute_sql(f"DROP TABLE {name}")
