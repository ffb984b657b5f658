"""Why a verdict stands on too few origins; who said of a source whether it is one, and when."""

import json
from typing import Any

import peewee

_COLUMNS = {
    "verdicts": ("override_reason",),
    "sources": ("origin_marked_by", "origin_marked_at"),
}
_TABLE_OF = {"verdict": "verdicts", "source": "sources"}


def up(migrator: object, database: Any) -> None:
    for table, added in _COLUMNS.items():
        for column in added:
            database.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column} TEXT")
    _restore(database)


def _restore(database: Any) -> None:
    """What events say of the columns: some do where this step was taken back and is taken again."""
    mark = "%s" if isinstance(database, peewee.PostgresqlDatabase) else "?"
    for subject, key, values in _said(database):
        table = _TABLE_OF[subject]
        for column in _COLUMNS[table]:
            if column in values:
                sql = f"UPDATE {table} SET {column} = {mark} WHERE id = {mark}"  # noqa: S608
                database.execute_sql(sql, (values[column], key))


def _said(database: Any) -> list[tuple[str, str, dict[str, Any]]]:
    """What verdicts and sources were set to, in the order of the ledger; of an erased event, what stands instead."""
    sql = """
        SELECT e.seq, e.subject_type, e.subject_id, p.payload FROM events e JOIN payloads p ON p.seq = e.seq
        WHERE e.subject_type IN ('verdict', 'source')
        AND (p.payload LIKE '%%override_reason%%' OR p.payload LIKE '%%origin_marked%%')"""
    found = []
    for seq, subject, key, payload in database.execute_sql(sql).fetchall():
        said = json.loads(payload)
        found.append((seq, subject, key, said["set"]))
        if "redacts" in said:
            found.append((said["redacts"], subject, key, said["stands"]))
    return [(subject, key, values) for _, subject, key, values in sorted(found, key=lambda one: int(one[0]))]


def down(migrator: object, database: Any) -> None:
    for table, added in _COLUMNS.items():
        for column in added:
            database.execute_sql(f"ALTER TABLE {table} DROP COLUMN {column}")
