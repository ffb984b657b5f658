"""Tables, documents and ledger against one another: each kind of tampering is found and named."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from factcheck.domain.versions import Precondition
from factcheck.domain.vocabulary import Role
from factcheck.services import claims, evidence, sources, verdicts
from factcheck.services.verdicts import Rules
from factcheck.storage import check, check_tables, db, journal
from tests import databases
from tests.callers import actor


@dataclass(frozen=True)
class Record:
    """What the record holds before somebody tampers with it."""

    claim: str
    verdict: str
    link: str


@pytest.fixture
def record(backend: str, tmp_path: Path) -> Iterator[Record]:
    """A database of its own: unlike the usual one it need not be in order when the test ends."""
    url = databases.fresh(backend, tmp_path)
    db.connect(url)
    reviewer = actor(Role.REVIEWER, "reviewer")
    claim = claims.submit(
        reviewer, {"text": "The moon is made of rock", "topics": ["moon"], "speaker": {"name": "Somebody"}}
    )
    link = evidence.attach(reviewer, claim, {"url": "https://example.org/report", "stance": "supports"})
    verdict = verdicts.post(reviewer, claim, {"rating": "supported", "evidence": [link["id"]]}, Rules())
    sources.cite(reviewer, link["source"]["id"], {"origin": {"title": "A briefing"}, "kind": "quotes"})
    assert list(check.differences()) == []
    yield Record(claim, verdict["id"], link["id"])
    databases.drop(url)


def unguarded() -> None:
    """Somebody who can write to the database can drop its guards too."""
    for table in ("events", "payloads", "nodes", "checkpoints", "redactions"):
        if db.is_postgresql():
            db.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            sql = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
            for (name,) in db.query(sql, (table,)):
                db.execute(f"DROP TRIGGER {name}")


def found() -> str:
    return "\n".join(check.differences())


def test_a_rating_flipped_in_the_tables_alone_is_named(record: Record) -> None:
    db.execute("UPDATE verdicts SET rating = 'refuted'")
    assert found() == f"verdict {record.verdict}: rating is 'refuted' in the tables, 'supported' in the ledger"


def test_a_changed_version_of_a_row_is_named(record: Record) -> None:
    db.execute("UPDATE claims SET seq = seq + 1")
    assert f"claim {record.claim}: seq is" in found()


def test_a_document_changed_alone_is_named(record: Record) -> None:
    db.execute("UPDATE documents SET body = status_body")
    assert found() == f"claim {record.claim}: the stored document's body is not what the ledger gives"


@pytest.mark.parametrize("column", ["status", "kind", "language", "speaker", "created_at"])
def test_a_column_that_lists_filter_by_changed_alone_is_named(record: Record, column: str) -> None:
    db.execute(f"UPDATE documents SET {column} = 'something else'")
    assert found() == f"claim {record.claim}: the stored document's {column} is not what the ledger gives"


@pytest.mark.parametrize("column", ["page", "site", "dated", "language"])
def test_a_review_that_goes_out_otherwise_is_named(record: Record, column: str) -> None:
    db.execute(f"UPDATE reviews SET {column} = 'something else'")
    assert found() == f"claim {record.claim}: of verdict {record.verdict} goes out what the ledger does not give"


def test_a_review_that_does_not_go_out_is_named(record: Record) -> None:
    db.execute("DELETE FROM reviews")
    assert found() == f"claim {record.claim}: of verdict {record.verdict} goes out what the ledger does not give"


def test_a_payload_edited_together_with_its_row_is_named(record: Record) -> None:
    unguarded()
    [(seq,)] = db.query("SELECT seq FROM events WHERE type = 'claim.submitted'")
    db.execute("UPDATE payloads SET payload = REPLACE(payload, 'made of rock', 'made of milk') WHERE seq = ?", (seq,))
    db.execute("UPDATE claims SET text = 'The moon is made of milk'")
    assert f"event {seq}: the payload does not give its commitment" in found()
    assert record.claim in found()


@pytest.mark.parametrize("column", ["actor", "recorded_at", "type", "commitment"])
@pytest.mark.usefixtures("record")
def test_an_edited_envelope_is_named(column: str) -> None:
    unguarded()
    db.execute(f"UPDATE events SET {column} = '2001-01-01T00:00:00.000000Z' WHERE seq = 5")
    assert "event 5: the envelope does not give its leaf hash" in found()


@pytest.mark.usefixtures("record")
def test_an_edited_history_is_named() -> None:
    unguarded()
    db.execute("UPDATE payloads SET item = (SELECT p.item FROM payloads p WHERE p.seq = 4) WHERE seq = 5")
    assert found() == "event 5: the history shows something else than the event"


@pytest.mark.usefixtures("record")
def test_a_payload_that_is_gone_is_named() -> None:
    unguarded()
    db.execute("DELETE FROM payloads WHERE seq = 5")
    assert "event 5" in found()


@pytest.mark.usefixtures("record")
def test_a_payload_that_is_no_json_any_more_is_named() -> None:
    unguarded()
    db.execute("UPDATE payloads SET payload = 'gone' WHERE seq = 5")
    assert "event 5: the payload does not give its commitment" in found()


@pytest.mark.usefixtures("record")
def test_a_salt_that_is_no_hexadecimal_any_more_is_named() -> None:
    unguarded()
    db.execute("UPDATE payloads SET salt = 'gone' WHERE seq = 5")
    assert "event 5: the payload does not give its commitment" in found()


def test_a_row_that_is_gone_is_named(record: Record) -> None:
    db.execute("DELETE FROM citations")
    assert "stands in the ledger and not in the tables" in found()
    assert record.verdict not in found()


def test_a_row_that_no_event_made_is_named(record: Record) -> None:
    columns = "id, created_at, created_by, updated_at, seq, claim, text"
    db.execute(f"INSERT INTO replies ({columns}) VALUES ('forged', '', '', '', 1, ?, '')", (record.claim,))
    assert "reply forged stands in the tables and not in the ledger" in found()


def test_a_document_that_is_gone_is_named(record: Record) -> None:
    db.execute("DELETE FROM documents")
    assert found() == f"claim {record.claim} has no stored document"


def test_a_row_of_the_topic_index_that_is_gone_is_named(record: Record) -> None:
    db.execute("DELETE FROM claim_topics")
    assert found() == f"claim {record.claim}: the index of topics does not agree on 'moon'"


def test_a_row_of_the_topic_index_that_no_claim_has_is_named(record: Record) -> None:
    db.execute("INSERT INTO claim_topics (topic, claim) VALUES ('cheese', ?)", (record.claim,))
    assert found() == f"claim {record.claim}: the index of topics does not agree on 'cheese'"


@pytest.mark.parametrize("moved", [-1, 1])
@pytest.mark.usefixtures("record")
def test_a_head_that_was_moved_is_named(moved: int) -> None:
    newest = journal.size()
    db.execute("UPDATE ledger_head SET seq = seq + ?", (moved,))
    assert found() == f"the ledger's head says {newest + moved}, its newest event is {newest}"


@pytest.mark.usefixtures("record")
def test_the_newest_event_cut_off_is_named() -> None:
    unguarded()
    newest = journal.size()
    for table in ("payloads", "events"):
        db.execute(f"DELETE FROM {table} WHERE seq = ?", (newest,))
    assert f"the ledger's head says {newest}, its newest event is {newest - 1}" in found()


@pytest.mark.usefixtures("record")
def test_an_event_taken_out_of_the_middle_is_named() -> None:
    unguarded()
    for table in ("payloads", "events"):
        db.execute(f"DELETE FROM {table} WHERE seq = 2")
    assert "event 3 follows event 1" in found()


def test_a_public_verdict_whose_events_are_withheld_is_named(record: Record) -> None:
    columns = "SELECT e.seq, e.subject_id, p.item FROM events e JOIN payloads p ON p.seq = e.seq"
    db.execute(f"INSERT INTO withheld (seq, subject_id, item) {columns} WHERE type = 'verdict.published'")
    assert found() == f"verdict {record.verdict} is public, and its events are withheld"


def test_a_proposal_whose_events_are_shown_to_all_is_named(record: Record) -> None:
    reviewer = actor(Role.REVIEWER, "another reviewer")
    proposed = verdicts.post(reviewer, record.claim, {"rating": "refuted"}, Rules(approvals=1))
    db.execute("DELETE FROM withheld")
    assert found() == f"verdict {proposed['id']} is not public, and its events are not withheld"


def test_a_withheld_event_of_which_the_public_sees_more_is_named(record: Record) -> None:
    reviewer = actor(Role.REVIEWER, "another reviewer")
    proposed = verdicts.post(reviewer, record.claim, {"rating": "refuted"}, Rules(approvals=1))
    [(seq, item)] = db.query("SELECT p.seq, p.item FROM payloads p JOIN withheld w ON w.seq = p.seq")
    db.execute("UPDATE withheld SET item = ?", (item,))
    assert found() == f"event {seq}, of verdict {proposed['id']}: the public is shown something else than its envelope"


def test_an_event_of_a_proposal_that_alone_is_shown_to_all_is_named(record: Record) -> None:
    reviewer, editor = actor(Role.REVIEWER, "another reviewer"), actor(Role.EDITOR, "an editor")
    proposed = verdicts.post(reviewer, record.claim, {"rating": "refuted"}, Rules(approvals=2))["id"]
    verdicts.approve(editor, proposed, Rules(approvals=2))
    newest = journal.size()
    assert found() == ""
    db.execute("DELETE FROM withheld WHERE seq = ?", (newest,))
    assert found() == f"verdict {proposed} is not public, and its event {newest} is not withheld"


def test_what_is_written_while_it_is_checked_is_no_difference(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    problems, before = check_tables.problems, journal.size()

    def slow(*given: Any) -> Iterator[str]:
        with ThreadPoolExecutor() as others:
            others.submit(_write, record.claim).result()
        return problems(*given)

    monkeypatch.setattr(check_tables, "problems", slow)
    assert found() == ""
    assert journal.size() > before


def _write(claim: str) -> None:
    editor = actor(Role.EDITOR, f"editor {journal.size()}")
    claims.amend(editor, claim, {"text": f"As of {journal.size()}", "reason": "It changes"}, Precondition(None))
    db.database.close()


def test_a_lost_place_in_the_order_of_updates_is_named(record: Record) -> None:
    db.execute("DELETE FROM revisions WHERE next_seq IS NULL")
    assert found() == f"claim {record.claim}: its place in the order of updates is not its document's"


@pytest.mark.parametrize("column", ["created_at", "status", "kind", "speaker", "language", "topics", "publishers"])
def test_a_column_that_lists_of_the_past_use_changed_alone_is_named(record: Record, column: str) -> None:
    [(seq,)] = db.query("SELECT MIN(seq) FROM revisions")
    db.execute(f"UPDATE revisions SET {column} = 'something else' WHERE seq = ?", (seq,))
    assert found() == f"claim {record.claim}: in lists as of event {seq} its {column} is not what the ledger gives"


def test_a_stretch_that_ends_too_soon_is_named(record: Record) -> None:
    [(seq,)] = db.query("SELECT MIN(seq) FROM revisions")
    db.execute("UPDATE revisions SET next_seq = ? WHERE seq = ?", (seq + 1, seq))
    assert found() == f"claim {record.claim}: its place in the order of updates is not its document's"


def test_a_stretch_in_the_middle_that_is_gone_is_named(record: Record) -> None:
    [(seq,)] = db.query("SELECT MIN(seq) FROM revisions WHERE seq > (SELECT MIN(seq) FROM revisions)")
    db.execute("DELETE FROM revisions WHERE seq = ?", (seq,))
    assert found() == f"claim {record.claim}: its place in the order of updates is not its document's"


def test_a_first_stretch_that_is_gone_is_named(record: Record) -> None:
    db.execute("DELETE FROM revisions WHERE seq = (SELECT MIN(seq) FROM revisions)")
    assert found() == f"claim {record.claim}: its place in the order of updates is not its document's"
