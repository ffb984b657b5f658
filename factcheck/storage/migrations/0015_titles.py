"""The index of sources' titles, of no more of each than every database can index."""

from typing import Any


def up(migrator: object, database: Any) -> None:
    database.execute_sql("DROP INDEX sources_title")
    # PostgreSQL indexes 2,704 bytes at most. `storage/registry.py` looks a title up by this very expression.
    database.execute_sql("CREATE INDEX sources_title ON sources (substr(title, 1, 200)) WHERE url IS NULL")


def down(migrator: object, database: Any) -> None:
    database.execute_sql("DROP INDEX sources_title")
    database.execute_sql("CREATE INDEX sources_title ON sources (title)")
