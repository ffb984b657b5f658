"""The only door to the record: what a write promises, whatever happens inside it."""

import datetime
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from factcheck import clock
from factcheck.domain.actors import SERVICE, Actor
from factcheck.domain.vocabulary import Role, Subject
from factcheck.ledger.canonical import NotCanonical
from factcheck.services import claims, evidence
from factcheck.storage import db, documents, history, journal, rows
from factcheck.storage.models import Publisher
from tests.callers import actor

pytestmark = pytest.mark.usefixtures("database")

HOUSE: dict[str, Any] = {"name": "Morning", "url": None, "owner": None}


class PowerCut(Exception):
    """Something that goes wrong in the middle of a write."""


def everything() -> dict[str, list[str]]:
    """Every row of every table."""
    return {
        table: sorted(repr([bytes(cell) if isinstance(cell, memoryview) else cell for cell in row]) for row in found)
        for table in db.database.get_tables()
        for found in [db.query(f'SELECT * FROM "{table}"')]
    }


def recorded() -> list[tuple[int, str]]:
    """Number and type of every event."""
    return [(envelope.seq, envelope.type) for envelope, *_ in history.events()]


def publish(name: str, by: str = SERVICE.id) -> str:
    with journal.write(by) as tx:
        return tx.create("publisher.added", Subject.PUBLISHER, {**HOUSE, "name": name})


@contextmanager
def cut_short(by: str) -> Iterator[None]:
    """A write in which something goes wrong at its very end."""
    with journal.write(by):
        yield
        raise PowerCut


@pytest.fixture
def reviewer() -> Actor:
    return actor(Role.REVIEWER, "reviewer")


@pytest.fixture
def claim(reviewer: Actor) -> str:
    return claims.submit(reviewer, {"text": "The moon is made of rock", "topics": ["moon"]})


def test_seq_counts_from_one_without_a_gap(reviewer: Actor, claim: str) -> None:
    for number in range(5):
        evidence.attach(reviewer, claim, {"url": f"https://example.org/{number}", "stance": "supports"})
    assert [seq for seq, _ in recorded()] == list(range(1, journal.size() + 1))


def test_a_write_that_fails_leaves_no_gap_behind() -> None:
    publish("Morning")
    before = journal.size()
    with pytest.raises(PowerCut), cut_short(SERVICE.id):
        publish("Evening")
    publish("Sunday")
    assert journal.size() == before + 1
    assert [seq for seq, _ in recorded()] == list(range(1, before + 2))


def test_an_exception_takes_back_rows_events_and_documents(reviewer: Actor, claim: str) -> None:
    before = everything()

    def work() -> None:
        evidence.attach(reviewer, claim, {"url": "https://example.org/report", "stance": "supports"})
        claims.take(reviewer, claim)
        claims.submit(reviewer, {"text": "Another claim", "topics": ["moon"], "speaker": {"name": "Somebody"}})

    with pytest.raises(PowerCut), cut_short(reviewer.id):
        work()
    assert everything() == before


def test_a_refused_value_takes_back_what_the_write_did_before_it() -> None:
    before = everything()
    names = ("Morning", "half of a pair: \ud83d")
    with pytest.raises(NotCanonical), journal.write(SERVICE.id) as tx:
        _ = [tx.create("publisher.added", Subject.PUBLISHER, {**HOUSE, "name": name}) for name in names]
    assert everything() == before


def test_after_a_write_that_failed_the_next_one_works() -> None:
    with pytest.raises(PowerCut), journal.write(SERVICE.id):
        raise PowerCut
    publish("Morning")
    assert recorded()[-1] == (journal.size(), "publisher.added")


def test_a_write_that_does_nothing_records_nothing() -> None:
    before = everything()
    with journal.write(SERVICE.id):
        pass
    assert everything() == before


def test_a_write_inside_a_write_joins_it() -> None:
    before = journal.size()
    with journal.write(SERVICE.id) as outer:
        outer.create("publisher.added", Subject.PUBLISHER, HOUSE)
        with journal.write(SERVICE.id) as inner:
            assert inner is outer
            inner.create("publisher.added", Subject.PUBLISHER, {**HOUSE, "name": "Evening"})
        outer.create("publisher.added", Subject.PUBLISHER, {**HOUSE, "name": "Sunday"})
    moments = {envelope.recorded_at for envelope, *_ in history.events(before)}
    assert (journal.size(), len(moments)) == (before + 3, 1)


def test_what_a_joined_write_changed_can_be_read_before_the_outer_one_ends(reviewer: Actor) -> None:
    with journal.write(reviewer.id):
        claim_id = claims.submit(reviewer, {"text": "The moon is made of rock"})
        assert b"The moon is made of rock" in claims.document(claim_id).body


def test_a_failing_joined_write_takes_the_outer_one_with_it() -> None:
    before = everything()

    def work() -> None:
        with journal.write(SERVICE.id):
            publish("Morning")
            with cut_short(SERVICE.id):
                publish("Evening")

    with pytest.raises(PowerCut):
        work()
    assert everything() == before


def test_an_outer_write_that_fails_takes_back_what_joined_it() -> None:
    before = everything()
    with pytest.raises(PowerCut), cut_short(SERVICE.id):
        publish("Morning")
    assert everything() == before


def test_a_write_by_one_actor_does_not_join_anothers(reviewer: Actor) -> None:
    before = everything()
    with pytest.raises(RuntimeError, match="cannot join"), journal.write(SERVICE.id):
        publish("Morning", by=reviewer.id)
    assert everything() == before


def test_a_clock_that_is_set_back_does_not_put_an_event_before_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    publish("Morning")
    long_ago = clock.now() - datetime.timedelta(days=400)
    monkeypatch.setattr(clock, "now", lambda: long_ago)
    publish("Evening")
    times = [envelope.recorded_at for envelope, *_ in history.events()]
    assert times == sorted(times)


def test_an_event_is_recorded_at_the_time_of_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = clock.now() + datetime.timedelta(seconds=5)
    monkeypatch.setattr(clock, "now", lambda: moment)
    row = rows.require(Publisher, publish("Morning"))
    assert row["created_at"] == row["updated_at"] == moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_a_change_records_only_what_differs() -> None:
    house = rows.require(Publisher, publish("Morning"))
    with journal.write(SERVICE.id) as tx:
        tx.change("publisher.amended", Subject.PUBLISHER, house, {"name": "Morning", "url": "https://morning.example/"})
    [(_, _, _, payload, _)] = history.events(house["seq"])
    assert payload == '{"set":{"url":"https://morning.example/"}}'


def test_a_change_that_changes_nothing_is_no_event_unless_it_is_said_to_be_one() -> None:
    house = rows.require(Publisher, publish("Morning"))
    before = journal.size()
    with journal.write(SERVICE.id) as tx:
        tx.change("publisher.amended", Subject.PUBLISHER, house, {"name": "Morning"})
    assert journal.size() == before
    with journal.write(SERVICE.id) as tx:
        tx.change("publisher.amended", Subject.PUBLISHER, house, {"name": "Morning"}, always=True)
    assert journal.size() == before + 1


def test_every_event_has_a_salt_of_its_own() -> None:
    for number in range(3):
        publish(f"House {number}")
    salts = [salt for _, _, salt, _, _ in history.events() if salt]
    assert len(set(salts)) == len(salts)
    assert {len(bytes.fromhex(salt)) for salt in salts} == {16}


def test_a_reference_to_nothing_is_refused_by_the_database_and_takes_all_back() -> None:
    before = everything()
    with pytest.raises(Exception, match=r"(?i)foreign key"), journal.write(SERVICE.id) as tx:
        tx.create("publisher.added", Subject.PUBLISHER, {**HOUSE, "owner": "nobody"})
    assert everything() == before


def test_writers_at_once_wait_for_one_another() -> None:
    before = journal.size()

    def write_some(writer: int) -> None:
        try:
            for number in range(5):
                publish(f"House {writer}-{number}")
        finally:
            db.database.close()

    writers = [threading.Thread(target=write_some, args=(writer,)) for writer in range(4)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert [seq for seq, _ in recorded()] == list(range(1, before + 21))


def test_a_claims_document_has_the_version_of_the_event_that_made_it(reviewer: Actor, claim: str) -> None:
    claims.take(reviewer, claim)
    stored = documents.get(claim)
    assert stored is not None
    assert stored.seq == journal.size()
