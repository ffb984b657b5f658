"""What an installation knows of itself, by name: its keys, how far followers have come, forms of what is derived."""

from factcheck.storage import db


def get(name: str) -> str | None:
    row = db.first("SELECT value FROM meta WHERE name = ?", (name,))
    return None if row is None else str(row[0])


def put(name: str, value: str) -> None:
    sql = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    db.execute(sql, (name, value))
