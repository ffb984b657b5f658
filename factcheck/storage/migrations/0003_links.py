"""When each link is to be looked at, and what the last look found; how many looks had which outcome."""

from typing import Any

_TABLES = {
    # Beside the ledger, which has changes of state alone. `url` is the source's as it was when the link became due.
    "link_checks": """
        source TEXT PRIMARY KEY REFERENCES sources (id), url TEXT NOT NULL, host TEXT NOT NULL, due_at TEXT NOT NULL,
        leased_until TEXT, checked_at TEXT, reason TEXT, status INTEGER, final_url TEXT, moved_to TEXT,
        failures INTEGER NOT NULL DEFAULT 0, failing_since TEXT, failed_at TEXT,
        throttled INTEGER NOT NULL DEFAULT 0""",
    "link_outcomes": "outcome TEXT PRIMARY KEY, looks BIGINT NOT NULL",
}
_INDEXES = (
    "CREATE INDEX link_checks_due ON link_checks (due_at)",
    "CREATE INDEX link_checks_leased ON link_checks (leased_until) WHERE leased_until IS NOT NULL",
)


def up(migrator: object, database: Any) -> None:
    for name, columns in _TABLES.items():
        database.execute_sql(f"CREATE TABLE {name} ({columns})")
    for statement in _INDEXES:
        database.execute_sql(statement)


def down(migrator: object, database: Any) -> None:
    for name in _TABLES:
        database.execute_sql(f"DROP TABLE {name}")
