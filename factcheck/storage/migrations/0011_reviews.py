"""Which reviews go out: each with its page, its site and its day; and publishers by address, to name sites."""

from typing import Any

_TABLE = """
    CREATE TABLE reviews (
        page TEXT NOT NULL, verdict TEXT NOT NULL REFERENCES verdicts (id), claim TEXT NOT NULL REFERENCES claims (id),
        site TEXT NOT NULL, dated TEXT NOT NULL, language TEXT NOT NULL, PRIMARY KEY (page, verdict))"""

_INDEXES = (
    # All that searches and lists are narrowed by is in these, so that what is passed over is not looked up; and so that
    # whoever asks for a claim's reviews on a site is not led through all of the site's.
    "CREATE INDEX reviews_claim ON reviews (claim, site, dated, language, verdict)",
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
