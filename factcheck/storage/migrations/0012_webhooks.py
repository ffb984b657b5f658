"""Webhooks; how far each has come, with its address and secrets; and what was sent, or is to be sent again."""

from typing import Any

_TABLES = {
    "webhooks": """
        id TEXT PRIMARY KEY, created_at TEXT NOT NULL, created_by TEXT NOT NULL, updated_at TEXT NOT NULL,
        seq BIGINT NOT NULL, host TEXT NOT NULL, types TEXT NOT NULL, active BOOLEAN NOT NULL, paused_at TEXT,
        paused_reason TEXT, former_secret_until TEXT, removed_at TEXT""",
    # Beside the ledger. `passed` is the last event that it is done with; secrets are sealed (storage/sealing.py).
    "webhook_queues": """
        webhook TEXT PRIMARY KEY REFERENCES webhooks (id), url TEXT NOT NULL, secret TEXT NOT NULL, former_secret TEXT,
        passed BIGINT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, failing_since TEXT, due_at TEXT NOT NULL,
        leased_until TEXT""",
    "deliveries": """
        id TEXT PRIMARY KEY, webhook TEXT NOT NULL REFERENCES webhooks (id), seq BIGINT NOT NULL, type TEXT NOT NULL,
        state TEXT NOT NULL, attempts INTEGER NOT NULL, response_status INTEGER, error TEXT,
        last_attempt_at TEXT NOT NULL, next_attempt_at TEXT, delivered_at TEXT, UNIQUE (webhook, seq)""",
    "delivery_outcomes": "outcome TEXT PRIMARY KEY, attempts BIGINT NOT NULL",
}


def up(migrator: object, database: Any) -> None:
    for name, columns in _TABLES.items():
        database.execute_sql(f"CREATE TABLE {name} ({columns})")
    database.execute_sql("CREATE INDEX deliveries_waiting ON deliveries (webhook, seq) WHERE state = 'waiting'")


def down(migrator: object, database: Any) -> None:
    if database.execute_sql("SELECT 1 FROM webhooks LIMIT 1").fetchone():
        raise RuntimeError("there are webhooks: without their rows the ledger would speak of nothing")
    for name in reversed(_TABLES):
        database.execute_sql(f"DROP TABLE {name}")
