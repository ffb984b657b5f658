"""The order in which verdicts were published, for feeds: one that was approved late comes after newer ones."""

from typing import Any


def up(migrator: object, database: Any) -> None:
    database.execute_sql(
        "CREATE INDEX verdicts_published ON verdicts (published_at, id) WHERE published_at IS NOT NULL"
    )


def down(migrator: object, database: Any) -> None:
    database.execute_sql("DROP INDEX verdicts_published")
