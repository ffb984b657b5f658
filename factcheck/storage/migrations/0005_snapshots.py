"""Snapshots of sources with the files that hold them, what is pinned of them, and claims to be looked at again."""

from typing import Any

# As every entity has them.
_ENTITY = """
    id TEXT PRIMARY KEY, created_at TEXT NOT NULL, created_by TEXT NOT NULL, updated_at TEXT NOT NULL,
    seq BIGINT NOT NULL"""

_TABLES = {
    "snapshots": f"""
        {_ENTITY}, source TEXT NOT NULL REFERENCES sources (id), fetched_at TEXT NOT NULL, http_status INTEGER NOT NULL,
        final_url TEXT, media_type TEXT, size BIGINT NOT NULL, sha256 TEXT, text_sha256 TEXT, title TEXT, author TEXT,
        published_at TEXT, archive_urls TEXT NOT NULL""",
    "flags": f"""
        {_ENTITY}, claim TEXT NOT NULL REFERENCES claims (id), reason TEXT NOT NULL,
        source TEXT NOT NULL REFERENCES sources (id), evidence TEXT NOT NULL REFERENCES evidence (id),
        before TEXT NOT NULL REFERENCES snapshots (id), after TEXT NOT NULL REFERENCES snapshots (id),
        resolved BOOLEAN NOT NULL, note TEXT""",
    # Beside the ledger: which files are kept, their bytes on the disk, when the page was last seen to be what they
    # hold, and whether they are kept for good.
    "kept_files": """
        name TEXT PRIMARY KEY, size BIGINT NOT NULL, seen_at TEXT NOT NULL, pinned BOOLEAN NOT NULL DEFAULT FALSE""",
}
_COLUMNS = {
    "evidence": "snapshot TEXT REFERENCES snapshots (id)",
    "documents": "needs_review BOOLEAN NOT NULL DEFAULT FALSE",
    "revisions": "needs_review BOOLEAN",
}
_INDEXES = """
    CREATE INDEX snapshots_source ON snapshots (source, id);
    CREATE INDEX snapshots_sha256 ON snapshots (sha256);
    CREATE INDEX snapshots_text_sha256 ON snapshots (text_sha256);
    CREATE INDEX flags_claim ON flags (claim);
    CREATE INDEX flags_evidence ON flags (evidence) WHERE NOT resolved;
    CREATE INDEX kept_files_oldest ON kept_files (seen_at) WHERE NOT pinned;
    CREATE INDEX documents_needs_review ON documents (needs_review, seq, claim) WHERE merged_into IS NULL
"""


def up(migrator: object, database: Any) -> None:
    for name, columns in _TABLES.items():
        database.execute_sql(f"CREATE TABLE {name} ({columns})")
    for name, column in _COLUMNS.items():
        database.execute_sql(f"ALTER TABLE {name} ADD COLUMN {column}")
    for statement in _INDEXES.split(";"):
        database.execute_sql(statement)
    # The next start fills the new columns in.
    database.execute_sql("DELETE FROM meta WHERE name IN ('revisions_format', 'documents_format')")


def down(migrator: object, database: Any) -> None:
    if database.execute_sql("SELECT 1 FROM snapshots LIMIT 1").fetchone():
        raise RuntimeError("there are snapshots: without their rows the ledger would speak of nothing")
    database.execute_sql("DROP INDEX documents_needs_review")
    for name, column in _COLUMNS.items():
        database.execute_sql(f"ALTER TABLE {name} DROP COLUMN {column.split()[0]}")
    for name in reversed(_TABLES):
        database.execute_sql(f"DROP TABLE {name}")
