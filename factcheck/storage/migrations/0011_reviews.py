"""Which reviews go out: each with its page, its site and its day; and publishers by address, to name sites."""

from typing import Any

_TABLE = """
    CREATE TABLE reviews (
        page TEXT NOT NULL, verdict TEXT NOT NULL REFERENCES verdicts (id), claim TEXT NOT NULL REFERENCES claims (id),
        site TEXT NOT NULL, dated TEXT NOT NULL, language TEXT NOT NULL, PRIMARY KEY (page, verdict))"""

_INDEXES = (
    "CREATE INDEX reviews_claim ON reviews (claim)",
    # All that a list is narrowed by is in it, so that what is passed over is not looked up.
    "CREATE INDEX reviews_dated ON reviews (site, dated, verdict, language, claim)",
    "CREATE INDEX reviews_page ON reviews (site, page)",
    "CREATE INDEX publishers_url ON publishers (url)",
)


def up(migrator: object, database: Any) -> None:
    for statement in (_TABLE, *_INDEXES):
        database.execute_sql(statement)


def down(migrator: object, database: Any) -> None:
    database.execute_sql("DROP INDEX publishers_url")
    database.execute_sql("DROP TABLE reviews")
    # So that it is filled again where this step is taken again.
    database.execute_sql("DELETE FROM meta WHERE name = 'reviews_format'")
