"""Bringing a database to the present shape, and the stored documents to the present rendering."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import peewee
from playhouse.migrations import Runner

from factcheck.domain import likeness, search_entries
from factcheck.domain.documents import FORMAT
from factcheck.domain.projections import State
from factcheck.storage import db, documents, history, meta, reviews, revisions, search_index, secrets, texts
from factcheck.storage.shelves import shelves

_STEPS = Path(__file__).parent / "migrations"


def upgrade() -> list[str]:
    """Run the migrations that are missing; gives their names. Only one process does so at a time."""
    with db.migration_lock():
        done: list[str] = _runner().up()
        with db.exclusive():
            secrets.ensure()
            meta.once_for("revisions_format", revisions.FORMAT, lambda: revisions.fill(_states()))
            meta.once_for("search_format", search_entries.FORMAT, search_index.fill)
            meta.once_for("documents_format", FORMAT, _render_again)
            meta.once_for("reviews_format", reviews.FORMAT, lambda: reviews.fill(documents.walk(reviewed=True)))
            meta.once_for("text_keys_version", likeness.VERSION, texts.compare_again)
        return done


def steps() -> list[str]:
    """The names of all migrations, in order."""
    return sorted(step.name for step in _runner().migrations())


def step_up_to(name: str) -> None:
    """Run the migrations up to and with the one of a name, and make nothing that they want made afterwards."""
    _runner().up(name)


def tables_after(name: str) -> set[str]:
    """The tables that migrations have made, once the one of a name has run."""
    scratch = peewee.SqliteDatabase(":memory:")
    runner = Runner(scratch, str(_STEPS))
    try:
        with _unsaid():
            runner.up(name)
        return set(scratch.get_tables()) - {runner.table_name}
    finally:
        scratch.close()


@contextmanager
def _unsaid() -> Iterator[None]:
    """What the runner logs of each migration would read as if the record itself were changed."""
    logger = logging.getLogger("peewee.migrations")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def pending() -> list[str]:
    """The names of migrations that have not run."""
    return [step.name for step in _runner().status() if step.applied is None]


def _runner() -> Runner:
    return Runner(db.database.obj, str(_STEPS))


def _render_again() -> None:
    documents.refresh([claim for (claim,) in db.query("SELECT id FROM claims")])


def _states() -> Iterator[tuple[int, State]]:
    """The state after each event."""
    with shelves(None) as keep:
        state = State(keep)
        for change in history.changes():
            state.apply(change)
            yield change.seq, state
