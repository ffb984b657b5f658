"""Bringing a database to the present shape, and the stored documents to the present rendering."""

from pathlib import Path

from playhouse.migrations import Runner

from factcheck.domain.documents import FORMAT
from factcheck.storage import db, documents, secrets

_STEPS = Path(__file__).parent / "migrations"
_FORMAT = "documents_format"


def upgrade() -> list[str]:
    """Run the migrations that are missing; gives their names. Only one process does so at a time."""
    with db.migration_lock():
        done: list[str] = _runner().up()
        with db.exclusive():
            secrets.ensure()
            _render_again()
        return done


def pending() -> list[str]:
    """The names of migrations that have not run."""
    return [step.name for step in _runner().status() if step.applied is None]


def _runner() -> Runner:
    return Runner(db.database.obj, str(_STEPS))


def _render_again() -> None:
    row = db.first("SELECT value FROM meta WHERE name = ?", (_FORMAT,))
    if row is not None and row[0] == str(FORMAT):
        return
    documents.refresh([claim for (claim,) in db.query("SELECT id FROM claims")])
    sql = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    db.execute(sql, (_FORMAT, str(FORMAT)))
