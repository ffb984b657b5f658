"""Imports that editors have sent: in slices, by whoever comes next, each row once."""

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from factcheck import clock
from factcheck.config import Settings
from factcheck.domain.actors import Actor
from factcheck.domain.vocabulary import Role
from factcheck.formats import shapes
from factcheck.services import imports, scales
from factcheck.services.verdicts import Rules
from factcheck.storage import db, documents, import_jobs, journal
from factcheck.storage.snapshot_files import Store
from factcheck.work import import_jobs as work
from factcheck.work import importing
from factcheck.worker import Worker
from tests.callers import actor

pytestmark = pytest.mark.usefixtures("database")

Json = dict[str, Any]

ROWS = b"\n".join(b'{"text": "claim %d"}' % number for number in range(5)) + b"\n\nno\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "imports")


@pytest.fixture
def editor() -> Actor:
    scales.ensure_shipped()
    return actor(Role.EDITOR, "editor")


@pytest.fixture
def one_row_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_ROWS", 1)


def sent(editor: Actor, store: Store, body: bytes = ROWS, **given: Any) -> str:
    options = {"map": given.pop("map", None), "scale": None}
    data = {"name": "f.jsonl", "shape": "jsonl", "dry_run": False, "options": options, **given}
    return str(imports.post(editor, data, body, store)["id"])


def texts() -> list[str]:
    return [orjson.loads(body)["text"] for page in documents.walk() for _, body in page]


def counts(job: str) -> tuple[str, int, int, int, int]:
    found = imports.get(job)
    return found["state"], found["rows"], found["imported"], found["known"], found["bad"]


def round_of(store: Store, seconds: float = 9.0) -> bool:
    return work.round_of(store, Rules(), seconds)


def files(store: Store) -> list[Path]:
    return [path for path in store.directory.rglob("*") if path.is_file()]


def test_an_import_waits_is_done_and_its_file_goes(editor: Actor, store: Store) -> None:
    job = sent(editor, store)
    assert (counts(job)[0], imports.backlog(), len(files(store))) == ("waiting", 1, 1)
    assert [round_of(store), round_of(store)] == [True, False]
    assert counts(job) == ("done", 6, 5, 0, 1)
    (problem,) = imports.get(job)["problems"]
    assert (problem["row"], problem["line"], problem["reason"].partition(":")[0]) == (6, 7, "is no JSON")
    assert (len(texts()), files(store), imports.backlog()) == (5, [], 0)


@pytest.mark.usefixtures("one_row_a_batch")
def test_slices_go_on_where_the_last_one_ended(editor: Actor, store: Store) -> None:
    job = sent(editor, store, ROWS + b'{"text": "last", "mood": 1}')
    found = []
    while round_of(store, 0.0):
        found.append(counts(job)[1])
    assert found[:7] == [1, 2, 3, 4, 5, 6, 7]
    assert counts(job) == ("done", 7, 6, 0, 1)
    assert imports.get(job)["left_out"] == {"mood": 1}


def test_to_come_to_where_it_was_takes_nothing_of_a_rounds_time(
    editor: Actor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MOST_ROWS", 2)
    job = sent(editor, store, b"".join(b'{"text": "claim %d"}\n' % number for number in range(8)))
    round_of(store, 0.0)
    read = shapes.rows

    def slowly(*given: Any, **more: Any) -> Any:
        for row in read(*given, **more):
            if row[0].row <= 2:
                time.sleep(0.3)
            yield row

    monkeypatch.setattr(shapes, "rows", slowly)
    round_of(store, 0.5)
    assert counts(job)[:2] == ("done", 8)


def test_a_file_of_too_many_rows_is_read_up_to_there(
    editor: Actor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "MOST_ROWS", 3)
    job = sent(editor, store)
    round_of(store)
    assert counts(job) == ("failed", 3, 3, 0, 0)
    assert imports.get(job)["error"] == "line 4: the file has more than 3 rows: import it on the command line"


def test_what_is_kept_of_a_file_is_short_whatever_names_its_fields_have(editor: Actor, store: Store) -> None:
    long = "x" * 10_000
    rows = [{"text": "a", long: 1}, {"text": "b", "speaker": {"name": "n", long: 1}}, {"text": "c", "claim_date": long},
            {"text": "d", "verdict": {"label": long}}]  # fmt: skip
    job = sent(editor, store, b"\n".join(map(orjson.dumps, rows)))
    round_of(store)
    assert counts(job) == ("done", 4, 1, 0, 3)
    assert len(orjson.dumps(imports.get(job))) < 5000


@pytest.mark.usefixtures("one_row_a_batch")
def test_whoever_goes_on_after_a_worker_has_died_does_each_row_once(
    editor: Actor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = sent(editor, store)
    usual, done = imports.advance, list[int]()

    def dies(*given: Any) -> bool:
        usual(*given)
        done.append(1)
        if len(done) == 3:
            raise KeyboardInterrupt
        return True

    monkeypatch.setattr(imports, "advance", dies)
    with pytest.raises(KeyboardInterrupt):
        round_of(store)
    monkeypatch.setattr(imports, "advance", usual)
    assert (counts(job)[1], len(texts())) == (2, 2)
    # Its lease keeps others away, until it is over.
    assert not round_of(store)
    import_jobs.set_fields(job, {"leased_until": clock.timestamp(clock.now() - timedelta(seconds=1))})
    assert round_of(store)
    assert counts(job) == ("done", 6, 5, 0, 1)
    assert texts() == [f"claim {number}" for number in range(5)]


@pytest.mark.usefixtures("one_row_a_batch")
def test_a_worker_whose_import_another_one_has_taken_leaves_nothing_of_its_own(
    editor: Actor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = sent(editor, store)
    usual = importing.take

    def slow(*given: Any) -> Any:
        import_jobs.set_fields(job, {"leased_until": "2999"})
        return usual(*given)

    monkeypatch.setattr(importing, "take", slow)
    assert round_of(store)
    assert (counts(job)[:2], texts()) == (("running", 0), [])


def test_a_trial_says_what_would_happen(editor: Actor, store: Store) -> None:
    job, seq = sent(editor, store, dry_run=True), journal.size()
    round_of(store)
    assert counts(job) == ("done", 6, 5, 0, 1)
    assert (journal.size(), texts()) == (seq, [])


def test_rows_are_the_editors_who_sent_them_and_name_their_import(editor: Actor, store: Store) -> None:
    job = sent(editor, store, b'{"text": "a"}')
    round_of(store)
    ((actor_id, payload),) = db.query(
        "SELECT e.actor, p.payload FROM events e JOIN payloads p ON p.seq = e.seq WHERE e.type = 'claim.submitted'"
    )
    assert (actor_id, orjson.loads(payload)["imported_from"]["import"]) == (editor.id, job)


@pytest.mark.parametrize("change", ["role = 'reviewer'", "active = ?"])
def test_an_editor_who_is_one_no_more_imports_nothing(editor: Actor, store: Store, change: str) -> None:
    job = sent(editor, store)
    before = db.query("SELECT role, active FROM accounts WHERE id = ?", (editor.id,))[0]
    db.execute(f"UPDATE accounts SET {change} WHERE id = ?", (*([False] if "?" in change else []), editor.id))
    round_of(store)
    db.execute("UPDATE accounts SET role = ?, active = ? WHERE id = ?", (*before, editor.id))
    assert (counts(job)[:2], texts(), files(store)) == (("failed", 0), [], [])
    assert "editor" in imports.get(job)["error"]


def test_a_file_that_ends_too_early_fails_and_what_came_before_stands(editor: Actor, store: Store) -> None:
    job = sent(editor, store, b'[{"text": "a"},\n{"text', shape="json")
    round_of(store)
    assert (counts(job), texts()) == (("failed", 1, 1, 0, 0), ["a"])
    assert imports.get(job)["error"] == "line 2: the file ends before its JSON does"


def test_a_file_that_is_gone_fails(editor: Actor, store: Store) -> None:
    job = sent(editor, store)
    store.remove([imports.file_of(job)])
    round_of(store)
    assert (imports.get(job)["state"], imports.get(job)["error"]) == ("failed", "the file is gone")


def test_what_goes_wrong_in_an_unforeseen_way_stops_that_import_alone(
    editor: Actor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = sent(editor, store), sent(editor, store)

    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(importing, "labels", broken)
        round_of(store)
    round_of(store)
    assert (counts(first)[0], counts(second)[0]) == ("failed", "done")


def test_unknown_labels_are_told_and_problems_are_kept_up_to_a_limit(
    editor: Actor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "MOST_PROBLEMS", 3)
    body = b'{"text": "a", "verdict": {"label": "Pants on fire"}}\n' * 5
    job = sent(editor, store, body)
    round_of(store)
    found = imports.get(job)
    assert (found["bad"], len(found["problems"])) == (5, 3)
    assert found["unknown_labels"] == [{"label": "Pants on fire", "publisher": None, "rows": 5}]
    job = sent(editor, store, body, map={"labels": {"pants on fire": "refuted"}})
    round_of(store)
    assert counts(job) == ("done", 5, 1, 4, 0)


def test_files_that_nothing_waits_for_and_imports_of_long_ago_are_swept(editor: Actor, store: Store) -> None:
    old, waiting = sent(editor, store), sent(editor, store)
    round_of(store)
    store.place(store.stage(imports.file_of("left"), b"x"))
    for path in files(store):
        long_ago = path.stat().st_mtime - 4000
        os.utime(path, (long_ago, long_ago))
    import_jobs.set_fields(old, {"finished_at": "2000"})
    imports.sweep(store)
    assert [path.name for path in files(store)] == [imports.file_of(waiting)]
    assert [job["id"] for job in imports.page(None, 10)] == [waiting]


def test_the_worker_does_imports_among_its_tasks(editor: Actor, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    job = sent(editor, Store(settings.import_dir))
    with Worker(settings) as worker:
        assert worker.import_files()
    assert counts(job)[0] == "done"
