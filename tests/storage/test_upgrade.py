"""Bringing a database to the present shape: once, from nothing, by several at a time, and back."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import peewee
import pytest
from playhouse.migrations import Runner

import factcheck
from factcheck.domain.actors import SERVICE
from factcheck.domain.vocabulary import Role, Subject
from factcheck.services import claims, evidence, redactions, scales, sources, verdicts
from factcheck.services.verdicts import Rules
from factcheck.storage import check, db, journal, revisions, upgrade
from factcheck.storage.models import ENTITIES
from factcheck.storage.snapshot_files import Store
from tests import databases
from tests.callers import actor
from tests.domain.ledgers import EVIDENCE, SOURCE, VERDICT
from tests.storage.test_journal import everything

ROOT = Path(factcheck.__file__).parents[1]
STEPS = ROOT / "factcheck" / "storage" / "migrations"


@pytest.fixture
def empty(backend: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without a single table."""
    url = databases.without_tables(backend, tmp_path)
    db.connect(url)
    yield url
    databases.drop(url)


def tables() -> set[str]:
    return set(db.database.get_tables())


def fill() -> None:
    """Rows in the tables that refer to one another."""
    one, other = (claims.submit(SERVICE, {"text": text, "topics": ["moon"]}) for text in ("Rock", "Cheese"))
    evidence.attach(SERVICE, one, {"url": "https://example.org/report", "stance": "supports"})
    claims.merge(SERVICE, one, other)


@pytest.mark.usefixtures("empty")
def test_an_empty_database_has_every_step_to_go() -> None:
    assert upgrade.pending() == sorted(step.stem for step in STEPS.glob("[0-9]*.py"))


@pytest.mark.usefixtures("empty")
def test_an_upgrade_runs_every_step_and_leaves_nothing_to_go() -> None:
    pending = upgrade.pending()
    assert upgrade.upgrade() == pending
    assert upgrade.pending() == []
    assert list(check.differences()) == []


@pytest.mark.usefixtures("database")
def test_an_upgrade_twice_is_an_upgrade_once() -> None:
    fill()
    before = everything()
    assert upgrade.upgrade() == []
    assert everything() == before


@pytest.mark.usefixtures("database")
def test_the_shipped_scales_are_added_once() -> None:
    before = journal.size()
    scales.ensure_shipped()
    assert journal.size() == before


@pytest.mark.usefixtures("empty")
def test_the_steps_can_be_taken_back_and_again() -> None:
    upgrade.upgrade()
    fill()
    before = tables()
    for step in reversed(upgrade_steps()):
        Runner(db.database.obj, str(STEPS)).down(step)
    assert tables() & {model._meta.table_name for model in ENTITIES.values()} == set()
    assert upgrade.upgrade() == upgrade_steps()
    assert tables() == before
    fill()
    assert list(check.differences()) == []


NOWHERE = Store(Path("nothing-is-here"))


def upgrade_steps() -> list[str]:
    return sorted(step.stem for step in STEPS.glob("[0-9]*.py"))


@pytest.mark.usefixtures("database")
def test_a_change_of_the_rendering_renders_every_document_again() -> None:
    fill()
    db.execute("UPDATE documents SET body = status_body")
    db.execute("UPDATE meta SET value = 'an older one' WHERE name = 'documents_format'")
    upgrade.upgrade()
    assert list(check.differences()) == []


@pytest.mark.usefixtures("database")
def test_an_upgrade_fills_in_where_claims_stood_before_lists_of_the_past_were_kept() -> None:
    fill()
    columns = ", ".join(f"{name} = NULL" for name in revisions.COLUMNS)
    db.execute(f"UPDATE revisions SET {columns}")
    db.execute("DELETE FROM meta WHERE name = 'revisions_format'")
    assert list(check.differences()) != []
    upgrade.upgrade()
    assert list(check.differences()) == []


@pytest.mark.usefixtures("database")
def test_the_second_step_taken_back_and_again_fills_them_in_too() -> None:
    fill()
    Runner(db.database.obj, str(STEPS)).down(upgrade_steps()[1])
    assert upgrade.upgrade() == upgrade_steps()[1:]
    assert list(check.differences()) == []


@pytest.mark.usefixtures("database")
def test_the_reviews_that_go_out_are_found_where_there_are_verdicts_already() -> None:
    reviewer = actor(Role.REVIEWER)
    one, other, _ = (claims.submit(SERVICE, {"text": text, "language": "en"}) for text in ("Rock", "Cheese", "Ice"))
    verdicts.post(reviewer, one, {"rating": "refuted"}, Rules())
    verdicts.post(reviewer, other, {"rating": "refuted", "review_url": "https://www.news.test/moon"}, Rules())
    before = set(db.query("SELECT * FROM reviews"))
    assert len(before) == 2
    Runner(db.database.obj, str(STEPS)).down("0011_reviews")
    upgrade.upgrade()
    assert set(db.query("SELECT * FROM reviews")) == before
    assert list(check.differences()) == []


OVERRIDES = "0004_overrides"


def before_overrides() -> tuple[str, str]:
    """A claim with a link and a verdict as events said it before one could override or be seen to mark; both ids."""
    older = {name: value for name, value in VERDICT.items() if name not in ("claim", "reviewer")}
    reviewer = actor(Role.EDITOR)
    claim = claims.submit(reviewer, {"text": "Rock"})
    with journal.write(reviewer.id) as tx:
        source = tx.create("source.added", Subject.SOURCE, {**SOURCE, "is_origin": True})
        link = {**EVIDENCE, "claim": claim, "source": source}
        tx.create("evidence.attached", Subject.EVIDENCE, link, claim=claim)
        older |= {"claim": claim, "reviewer": reviewer.id, "published_at": tx.now}
        return claim, tx.create("verdict.published", Subject.VERDICT, older, claim=claim)


@pytest.mark.usefixtures("database")
def test_a_database_from_before_overrides_is_upgraded_with_its_verdicts() -> None:
    claim, verdict = before_overrides()
    Runner(db.database.obj, str(STEPS)).down(OVERRIDES)
    old = orjson.loads(claims.document(claim).body)
    for shown in (old["verdict"], *old["verdicts"]):
        del shown["override_reason"]
    db.execute("UPDATE documents SET body = ? WHERE claim = ?", (orjson.dumps(old), claim))
    db.execute("UPDATE meta SET value = '2' WHERE name = 'documents_format'")
    assert upgrade.upgrade() == upgrade_steps()[upgrade_steps().index(OVERRIDES) :]
    assert list(check.differences()) == []

    now = orjson.loads(claims.document(claim).body)
    assert now["verdict"]["override_reason"] is None
    assert claims.as_of(claim, now["seq"]) == now
    assert claims.corroboration(claim) == claims.corroboration_as_of(claim, now["seq"])
    changes = {"rating": "refuted", "override_reason": "It is the only one there is"}
    given = {"type": "rating_change", "reason": "It is cheese", "changes": changes}
    made = verdicts.correct(actor(Role.EDITOR, "second"), verdict, given, Rules(min_origins=1))
    assert made["changes"]["override_reason"] == {"before": None, "after": changes["override_reason"]}


@pytest.mark.usefixtures("database")
def test_the_step_of_overrides_taken_back_and_again_keeps_what_the_ledger_says() -> None:
    editor, strict = actor(Role.EDITOR), Rules(min_origins=1)
    claim = claims.submit(editor, {"text": "Rock"})
    source = sources.add(editor, {"title": "A report", "is_origin": True})
    redactions.redact(editor, source["seq"], "It names somebody", "A court", NOWHERE)
    erased, told = (
        verdicts.post(by, claim, {"rating": "supported", "override_reason": "There is no other"}, strict)
        for by in (editor, actor(Role.EDITOR, "second"))
    )
    redactions.redact(editor, erased["seq"], "It names somebody", "A court", NOWHERE)
    before = [verdicts.get(one["id"], see_withheld=True) for one in (erased, told)], sources.get(source["id"])
    Runner(db.database.obj, str(STEPS)).down(OVERRIDES)
    upgrade.upgrade()
    assert list(check.differences()) == []
    after = [verdicts.get(one["id"], see_withheld=True) for one in (erased, told)], sources.get(source["id"])
    assert after == before
    assert before[1]["origin_marked_by"]["id"] == editor.id


def test_processes_that_upgrade_at_once_all_succeed(empty: str) -> None:
    environment = {**os.environ, "FACTCHECK_DATABASE_URL": empty, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "flask", "--app", str(ROOT / "wsgi.py"), "db", "upgrade"]
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0, 0], answers
    ran = [line for out, _ in answers for line in out.splitlines() if line.startswith("ran ")]
    assert ran == [f"ran {step}" for step in upgrade_steps()]
    assert upgrade.pending() == []
    assert list(check.differences()) == []


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("model", ENTITIES.values(), ids=lambda model: model.__name__)
def test_a_model_has_the_columns_that_the_steps_made(model: type[peewee.Model]) -> None:
    migrated = {column.name: column for column in db.database.get_columns(model._meta.table_name)}
    assert set(migrated) == {field.column_name for field in model._meta.sorted_fields}
    for field in model._meta.sorted_fields:
        # SQLite alone lets a primary key that is no integer be null, and says so of all of them.
        if not field.primary_key:
            assert migrated[field.column_name].null == field.null, field.name
        assert migrated[field.column_name].data_type.lower() in _TYPES[field.field_type], field.name


_TYPES = {"TEXT": {"text"}, "BIGINT": {"bigint"}, "INT": {"integer"}, "BOOL": {"boolean"}}


def test_to_ask_which_tables_there_are_to_be_logs_no_migration(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "peewee.migrations"):
        newest = max(path.stem for path in STEPS.glob("0*.py"))
        assert {"claims", "events"} <= upgrade.tables_after(newest)
        assert caplog.messages == []
        Runner(peewee.SqliteDatabase(":memory:"), str(STEPS)).up()
    assert any(message.startswith("up: ") for message in caplog.messages)
