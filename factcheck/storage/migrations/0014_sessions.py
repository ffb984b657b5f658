"""Sessions of people who work in a browser, and indexes for what waits for reviewers."""

from typing import Any

# Beside the ledger. `digest` is SHA-256 of the session's id, which only the browser has.
_SESSIONS = """
    digest TEXT PRIMARY KEY, token TEXT NOT NULL REFERENCES tokens (id), created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL"""

_INDEXES = {
    "sessions_expires_at": "sessions (expires_at)",
    "claims_taken_by": "claims (taken_by, id) WHERE taken_by IS NOT NULL",
    "verdicts_proposed": "verdicts (id) WHERE state = 'proposed'",
    "suggestions_open": "suggestions (id) WHERE state = 'open'",
}


def up(migrator: object, database: Any) -> None:
    database.execute_sql(f"CREATE TABLE sessions ({_SESSIONS})")
    for name, on in _INDEXES.items():
        database.execute_sql(f"CREATE INDEX {name} ON {on}")


def down(migrator: object, database: Any) -> None:
    for name in reversed(_INDEXES):
        database.execute_sql(f"DROP INDEX {name}")
    database.execute_sql("DROP TABLE sessions")
