"""The search index: the words of the record, in which claims they stand, and each claim's entry."""

from typing import Any

import peewee

_TABLES = {
    # Each term once, and in how many claims it stands.
    "search_terms": "id BIGINT PRIMARY KEY, term TEXT {binary} NOT NULL UNIQUE, claims BIGINT NOT NULL",
    # A claim's number, the event since which its words are these, what tells whether they changed, its folded words
    # in order, and its terms by number with their weights.
    "search_claims": """
        doc BIGINT PRIMARY KEY, claim TEXT NOT NULL UNIQUE REFERENCES claims (id), seq BIGINT NOT NULL,
        digest TEXT NOT NULL, words TEXT NOT NULL, terms TEXT NOT NULL""",
    # By weight: the claims about which a common word says most are found without the others.
    "search_postings": """
        term INTEGER NOT NULL, weight INTEGER NOT NULL, doc INTEGER NOT NULL, PRIMARY KEY (term, weight, doc)""",
    # Postings on their way there, while the whole index is filled.
    "search_loading": "term INTEGER NOT NULL, weight INTEGER NOT NULL, doc INTEGER NOT NULL",
}


def up(migrator: object, database: Any) -> None:
    postgresql = isinstance(database, peewee.PostgresqlDatabase)
    # Beginnings of words are ranges of bytes.
    binary = 'COLLATE "C"' if postgresql else ""
    for name, columns in _TABLES.items():
        end = "" if postgresql or name != "search_postings" else "WITHOUT ROWID"
        database.execute_sql(f"CREATE TABLE {name} ({columns.format(binary=binary)}) {end}")
    database.execute_sql("CREATE INDEX search_claims_seq ON search_claims (seq)")
    # The next start fills it.
    database.execute_sql("DELETE FROM meta WHERE name = 'search_format'")


def down(migrator: object, database: Any) -> None:
    for name in reversed(_TABLES):
        database.execute_sql(f"DROP TABLE {name}")
