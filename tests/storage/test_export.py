"""The exported log of a real record: it verifies, shows no more than it may, and is one moment of it."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import pytest

from factcheck.domain.actors import SERVICE
from factcheck.domain.vocabulary import Role, Subject
from factcheck.ledger.note import Note
from factcheck.ledger.report import Report
from factcheck.ledger.verify import verify
from factcheck.services import accounts, checkpoints, claims, evidence, sources, verdicts
from factcheck.services.verdicts import Rules
from factcheck.storage import db, export, journal
from tests import witnesses
from tests.callers import actor

Json = dict[str, Any]
HIDDEN_WORDS = "Nobody is to read this before it is published"
TOKEN_LABEL = "The label of a token"


@pytest.fixture
def record(database: str) -> None:  # noqa: ARG001
    """A record with a published verdict and a proposed one, a cosigned checkpoint and a token."""
    reviewer = actor(Role.REVIEWER, "reviewer")
    claim = claims.submit(reviewer, {"text": "The moon is made of rock", "speaker": {"name": "Somebody"}})
    link = evidence.attach(reviewer, claim, {"url": "https://example.org/report", "stance": "supports"})
    sources.cite(reviewer, link["source"]["id"], {"origin": {"title": "A briefing"}, "kind": "quotes"})
    verdicts.post(reviewer, claim, {"rating": "supported", "evidence": [link["id"]]}, Rules())
    checkpoints.cosign(witnesses.cosigned(witnesses.sign()), [witnesses.WITNESS.verifier()])
    proposed = {"rating": "refuted", "justification": HIDDEN_WORDS}
    verdicts.post(actor(Role.REVIEWER, "another"), claim, proposed, Rules(approvals=1))
    accounts.add_token(SERVICE, reviewer.id, {"label": TOKEN_LABEL})
    witnesses.sign()


def exported(*, everything: bool = False) -> bytes:
    return b"".join(export.lines(everything=everything))


def lines_of(file: bytes) -> list[Json]:
    return [json.loads(line) for line in file.splitlines()]


def verified(file: bytes, kept: tuple[Note, ...] = ()) -> Report:
    return verify(io.BytesIO(file), kept=kept)


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("everything", [False, True], ids=["public", "everything"])
def test_the_exported_log_verifies(everything: bool) -> None:
    report = verified(exported(everything=everything), (witnesses.newest(),))
    assert report.wrong == []
    assert (report.exit_code, report.events, report.signed_size) == (0, journal.size(), journal.size())
    assert (report.checkpoints, report.cosignatures.total()) == (2, 1)
    assert report.unknown_signatures == 0


@pytest.mark.usefixtures("record")
def test_the_public_file_holds_nothing_that_is_not_public() -> None:
    file = exported()
    assert HIDDEN_WORDS.encode() not in file
    assert TOKEN_LABEL.encode() not in file
    report = verified(file)
    assert report.withheld == {"account.added": 2, "token.added": 1, "verdict.proposed": 1}
    assert report.entities_hidden == 4
    assert not {line["state"] for line in lines_of(file) if "state" in line} & {"account", "token"}


@pytest.mark.usefixtures("record")
def test_the_whole_file_holds_all_but_what_no_event_holds() -> None:
    file = exported(everything=True)
    lines = lines_of(file)
    assert HIDDEN_WORDS.encode() in file
    assert b"digest" not in file
    assert verified(file).withheld.total() == 0
    assert {line["state"] for line in lines if "state" in line} >= {"account", "token", "verdict", "claim", "log_key"}
    assert lines[0]["public"] is False


@pytest.mark.usefixtures("record")
def test_the_lines_come_in_the_order_of_the_format() -> None:
    lines = lines_of(exported())
    [key] = checkpoints.keys(None, 10)
    assert (lines[0]["format"], lines[0]["size"]) == ("factcheck-log", journal.size())
    assert lines[0]["origin"] == key["key"].partition("+")[0]
    assert lines[1:3] == [{"key": key["key"]}, {"witness": str(witnesses.WITNESS.verifier())}]
    assert [line["event"]["seq"] for line in lines if "event" in line] == list(range(1, journal.size() + 1))
    entities = [(line["state"], line["entity"]["id"]) for line in lines if "state" in line]
    assert entities == sorted(entities)
    counts = [sum(member in line for line in lines) for member in ("event", "checkpoint", "state")]
    assert list(lines[-1]["end"].values()) == counts


@pytest.mark.usefixtures("record")
def test_every_kind_of_subject_can_be_exported() -> None:
    """None is forgotten when there is a new one: whatever has events has its entities in the file too."""
    lines = lines_of(exported(everything=True))
    with_events = {line["event"]["subject"]["type"] for line in lines if "event" in line}
    assert with_events == {line["state"] for line in lines if "state" in line}
    assert with_events <= set(Subject)


def test_a_ledger_without_checkpoints_is_called_as_its_key_is(database: str) -> None:  # noqa: ARG001
    report = verified(exported())
    assert (report.exit_code, report.checkpoints) == (0, 0)
    assert report.header is not None
    assert report.header.origin == checkpoints.active_key().name


@pytest.mark.usefixtures("record")
def test_what_is_written_while_the_file_is_made_is_not_in_it() -> None:
    size = journal.size()
    lines = export.lines(everything=False)
    first = list(islice(lines, 5))
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(_write).result()
    report = verified(b"".join([*first, *lines]))
    assert (report.exit_code, report.events) == (0, size)
    assert verified(exported()).events == size + 1


def _write() -> None:
    claims.submit(SERVICE, {"text": "The moon is made of dust"})
    db.database.close()


@pytest.mark.usefixtures("record")
def test_who_stops_early_leaves_no_transaction_open() -> None:
    lines = export.lines(everything=False)
    next(lines)
    assert db.database.in_transaction()
    lines.close()
    assert not db.database.in_transaction()
    claims.submit(SERVICE, {"text": "The moon is made of dust"})
