"""The record: entity tables, the ledger with its guards, and what is derived from them."""

from typing import Any

import peewee

# Columns that every entity has.
_ENTITY = """
    id TEXT PRIMARY KEY,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    seq BIGINT NOT NULL"""

_TABLES = {
    "accounts": "name TEXT NOT NULL UNIQUE, role TEXT NOT NULL, active BOOLEAN NOT NULL",
    "tokens": """
        account TEXT NOT NULL REFERENCES accounts (id), label TEXT, expires_at TEXT, revoked_at TEXT,
        digest TEXT UNIQUE""",
    "scales": "slug TEXT NOT NULL, version INTEGER NOT NULL, title TEXT NOT NULL, labels TEXT NOT NULL",
    "publishers": "name TEXT NOT NULL UNIQUE, url TEXT, owner TEXT REFERENCES publishers (id)",
    "speakers": """
        name TEXT NOT NULL, kind TEXT NOT NULL, role TEXT, affiliation TEXT, wikidata_id TEXT UNIQUE,
        aliases TEXT NOT NULL""",
    "sources": """
        url TEXT, canonical_url TEXT UNIQUE, title TEXT, kind TEXT NOT NULL,
        publisher TEXT REFERENCES publishers (id), published_at TEXT, language TEXT, access TEXT,
        is_origin BOOLEAN, link_state TEXT NOT NULL, checked_at TEXT""",
    "citations": """
        source TEXT NOT NULL REFERENCES sources (id), origin TEXT NOT NULL REFERENCES sources (id),
        kind TEXT NOT NULL, reason TEXT""",
    "claims": """
        text TEXT NOT NULL, quote TEXT, kind TEXT NOT NULL, speaker TEXT REFERENCES speakers (id),
        speaker_role TEXT, speaker_affiliation TEXT, relayed_by TEXT REFERENCES speakers (id),
        claim_date TEXT, event_date TEXT, place TEXT, language TEXT, topics TEXT NOT NULL, context TEXT,
        source TEXT REFERENCES sources (id), taken_by TEXT REFERENCES accounts (id),
        merged_into TEXT REFERENCES claims (id), absorbed TEXT NOT NULL""",
    "appearances": """
        claim TEXT NOT NULL REFERENCES claims (id), source TEXT NOT NULL REFERENCES sources (id)""",
    "evidence": """
        claim TEXT NOT NULL REFERENCES claims (id), source TEXT NOT NULL REFERENCES sources (id),
        stance TEXT NOT NULL, quote TEXT, note TEXT, quote_state TEXT, retracted BOOLEAN NOT NULL""",
    "verdicts": """
        claim TEXT NOT NULL REFERENCES claims (id), reviewer TEXT NOT NULL REFERENCES accounts (id),
        rating TEXT NOT NULL, label TEXT, scale TEXT, scale_version INTEGER, value TEXT, justification TEXT,
        evidence TEXT NOT NULL, review_url TEXT, valid_from TEXT, valid_until TEXT, final BOOLEAN NOT NULL,
        state TEXT NOT NULL, approvals TEXT NOT NULL, supersedes TEXT REFERENCES verdicts (id),
        published_at TEXT""",
    "corrections": """
        claim TEXT NOT NULL REFERENCES claims (id), verdict TEXT NOT NULL REFERENCES verdicts (id),
        type TEXT NOT NULL, reason TEXT NOT NULL, changes TEXT NOT NULL""",
    "relations": """
        claim TEXT NOT NULL REFERENCES claims (id), other TEXT NOT NULL REFERENCES claims (id),
        kind TEXT NOT NULL, note TEXT""",
    "replies": """
        claim TEXT NOT NULL REFERENCES claims (id), text TEXT NOT NULL, source TEXT REFERENCES sources (id)""",
}

_LEDGER = {
    "events": """
        seq BIGINT PRIMARY KEY, recorded_at TEXT NOT NULL, actor TEXT NOT NULL, type TEXT NOT NULL,
        subject_type TEXT NOT NULL, subject_id TEXT NOT NULL, claim_id TEXT, commitment TEXT NOT NULL,
        leaf_hash TEXT NOT NULL""",
    # Apart from the envelope, so that a payload can one day be erased and the event stay as it is.
    "payloads": """
        seq BIGINT PRIMARY KEY REFERENCES events (seq), salt TEXT NOT NULL, payload TEXT NOT NULL,
        item {blob} NOT NULL""",
    # Events whose payload is not public yet; the row goes when the verdict is published.
    # `item` is what takes the place of the event in histories until then.
    "withheld": "seq BIGINT PRIMARY KEY REFERENCES events (seq), subject_id TEXT NOT NULL, item {blob} NOT NULL",
    # One row: the lock of all writers on PostgreSQL, and the next number.
    "ledger_head": "id INTEGER PRIMARY KEY CHECK (id = 1), seq BIGINT NOT NULL, recorded_at TEXT NOT NULL",
}

_DERIVED = {
    "documents": """
        claim TEXT PRIMARY KEY REFERENCES claims (id), seq BIGINT NOT NULL, created_at TEXT NOT NULL,
        status TEXT NOT NULL, kind TEXT NOT NULL, speaker TEXT, language TEXT,
        claimed_low BIGINT NOT NULL, claimed_high BIGINT NOT NULL, merged_into TEXT, absorbed TEXT,
        body {blob} NOT NULL, status_body {blob} NOT NULL""",
    "claim_topics": "topic TEXT NOT NULL, claim TEXT NOT NULL REFERENCES claims (id), PRIMARY KEY (topic, claim)",
    # Where a claim stood in the order of updates, from `seq` until `next_seq`.
    "revisions": """
        claim TEXT NOT NULL REFERENCES claims (id), seq BIGINT NOT NULL, next_seq BIGINT,
        PRIMARY KEY (claim, seq)""",
}

_MECHANICS = {
    "idempotency": """
        key TEXT PRIMARY KEY, request TEXT NOT NULL, answer {blob} NOT NULL, created_at TEXT NOT NULL""",
    "imports": "key TEXT PRIMARY KEY, subject_id TEXT NOT NULL",
    "meta": "name TEXT PRIMARY KEY, value TEXT NOT NULL",
}

_INDEXES = """
    CREATE UNIQUE INDEX scales_slug ON scales (slug, version);
    CREATE INDEX tokens_account ON tokens (account);
    CREATE INDEX publishers_owner ON publishers (owner);
    CREATE INDEX speakers_name ON speakers (name);
    CREATE INDEX sources_title ON sources (title);
    CREATE INDEX sources_publisher ON sources (publisher);
    CREATE UNIQUE INDEX citations_pair ON citations (source, origin, kind);
    CREATE INDEX citations_origin ON citations (origin);
    CREATE INDEX claims_speaker ON claims (speaker);
    CREATE INDEX claims_relayed_by ON claims (relayed_by);
    CREATE INDEX claims_source ON claims (source);
    CREATE INDEX claims_merged_into ON claims (merged_into);
    CREATE UNIQUE INDEX appearances_pair ON appearances (claim, source);
    CREATE INDEX appearances_source ON appearances (source);
    CREATE INDEX evidence_claim ON evidence (claim);
    CREATE INDEX evidence_source ON evidence (source);
    CREATE UNIQUE INDEX evidence_once ON evidence (claim, source, stance) WHERE NOT retracted;
    CREATE INDEX verdicts_claim ON verdicts (claim);
    CREATE INDEX verdicts_reviewer ON verdicts (reviewer, claim);
    CREATE INDEX verdicts_scale ON verdicts (scale, scale_version);
    CREATE INDEX corrections_claim ON corrections (claim);
    CREATE INDEX corrections_verdict ON corrections (verdict);
    CREATE UNIQUE INDEX relations_pair ON relations (claim, other, kind);
    CREATE INDEX relations_other ON relations (other);
    CREATE INDEX replies_claim ON replies (claim);
    CREATE INDEX replies_source ON replies (source);
    CREATE INDEX events_claim ON events (claim_id, seq);
    CREATE INDEX events_subject ON events (subject_id, seq);
    CREATE INDEX events_recorded_at ON events (recorded_at);
    CREATE INDEX withheld_subject ON withheld (subject_id);
    CREATE INDEX documents_updated ON documents (seq, claim) WHERE merged_into IS NULL;
    CREATE INDEX documents_created ON documents (created_at, claim) WHERE merged_into IS NULL;
    CREATE INDEX documents_claimed ON documents (claimed_low, claim) WHERE merged_into IS NULL;
    CREATE INDEX documents_claimed_high ON documents (claimed_high) WHERE merged_into IS NULL;
    CREATE INDEX documents_status ON documents (status, seq, claim) WHERE merged_into IS NULL;
    CREATE INDEX documents_kind ON documents (kind, seq, claim) WHERE merged_into IS NULL;
    CREATE INDEX documents_speaker ON documents (speaker, seq, claim) WHERE merged_into IS NULL;
    CREATE INDEX documents_language ON documents (language, seq, claim) WHERE merged_into IS NULL;
    CREATE INDEX claim_topics_claim ON claim_topics (claim);
    CREATE INDEX revisions_order ON revisions (seq, claim);
    CREATE INDEX idempotency_created_at ON idempotency (created_at)
"""

_GUARDED = ("events", "payloads")


def up(migrator: object, database: Any) -> None:
    postgresql = isinstance(database, peewee.PostgresqlDatabase)
    blob = "BYTEA" if postgresql else "BLOB"
    for name, columns in _TABLES.items():
        database.execute_sql(f"CREATE TABLE {name} ({_ENTITY}, {columns})")
    for name, columns in {**_LEDGER, **_DERIVED, **_MECHANICS}.items():
        database.execute_sql(f"CREATE TABLE {name} ({columns.format(blob=blob)})")
    for statement in _INDEXES.split(";"):
        database.execute_sql(statement)
    database.execute_sql("INSERT INTO ledger_head (id, seq, recorded_at) VALUES (1, 0, '')")
    (_guard_postgresql if postgresql else _guard_sqlite)(database)


def _guard_sqlite(database: Any) -> None:
    for table in _GUARDED:
        for verb in ("UPDATE", "DELETE"):
            database.execute_sql(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        # INSERT OR REPLACE deletes without asking the trigger above.
        exists = f"SELECT 1 FROM {table} WHERE seq = NEW.seq"  # noqa: S608
        database.execute_sql(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS ({exists}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _guard_postgresql(database: Any) -> None:
    database.execute_sql(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in _GUARDED:
        database.execute_sql(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def down(migrator: object, database: Any) -> None:
    tables = [*_TABLES, *_LEDGER, *_DERIVED, *_MECHANICS]
    cascade = " CASCADE" if isinstance(database, peewee.PostgresqlDatabase) else ""
    # SQLite checks references when it drops a table; children go before their parents.
    for name in reversed(tables):
        database.execute_sql(f"DROP TABLE {name}{cascade}")
    if cascade:
        database.execute_sql("DROP FUNCTION refuse_change()")
