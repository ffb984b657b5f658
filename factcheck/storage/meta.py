"""What an installation knows of itself, by name: its keys, how far followers have come, forms of what is derived."""

from collections.abc import Callable

from factcheck.storage import db


def get(name: str) -> str | None:
    row = db.first("SELECT value FROM meta WHERE name = ?", (name,))
    return None if row is None else str(row[0])


def put(name: str, value: str) -> None:
    sql = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    db.execute(sql, (name, value))


def once_for(name: str, form: str | int, make: Callable[[], None]) -> None:
    """Make again what is derived, unless it has this form already."""
    if get(name) != str(form):
        make()
        put(name, str(form))
