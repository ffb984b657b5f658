"""Suggestions of who relies on whom, and what they are made from: pages to compare, and keys of texts."""

from typing import Any

_TABLES = {
    "suggestions": """
        id TEXT PRIMARY KEY, created_at TEXT NOT NULL, created_by TEXT NOT NULL, updated_at TEXT NOT NULL,
        seq BIGINT NOT NULL, source TEXT NOT NULL REFERENCES sources (id), kind TEXT NOT NULL, basis TEXT NOT NULL,
        origin TEXT REFERENCES sources (id), publisher TEXT REFERENCES publishers (id), url TEXT, score TEXT,
        detail TEXT, state TEXT NOT NULL, citation TEXT REFERENCES citations (id), reason TEXT""",
    # Beside the ledger: what was read and not yet compared, and by which keys the text of a source is found.
    "unsuggested": """
        snapshot TEXT PRIMARY KEY REFERENCES snapshots (id), links TEXT NOT NULL, canonical TEXT""",
    "text_keys": "key BIGINT NOT NULL, source TEXT NOT NULL REFERENCES sources (id), PRIMARY KEY (key, source)",
}


def up(migrator: object, database: Any) -> None:
    for name, columns in _TABLES.items():
        database.execute_sql(f"CREATE TABLE {name} ({columns})")
    database.execute_sql("CREATE INDEX suggestions_source ON suggestions (source, id)")
    database.execute_sql("CREATE INDEX text_keys_source ON text_keys (source)")


def down(migrator: object, database: Any) -> None:
    if database.execute_sql("SELECT 1 FROM suggestions LIMIT 1").fetchone():
        raise RuntimeError("there are suggestions: without their rows the ledger would speak of nothing")
    for name in reversed(_TABLES):
        database.execute_sql(f"DROP TABLE {name}")
