"""Keys that all processes of an installation share, made once and kept in the database."""

from factcheck import clock
from factcheck.storage import db, meta

CURSOR_KEY = "cursor_key"


def ensure() -> None:
    """Make the keys that are missing; called by the upgrade."""
    sql = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING"
    db.execute(sql, (CURSOR_KEY, clock.random_bytes(32).hex()))


def get(name: str) -> bytes:
    found = meta.get(name)
    assert found is not None, "the upgrade makes every key"
    return bytes.fromhex(found)
