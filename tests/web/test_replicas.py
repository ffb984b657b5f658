"""Readers whom nobody knows read from a replica: a real one, which is held back, stopped and started."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg
import pytest
from flask import Response
from structlog.testing import CapturingLogger

from factcheck.app import create_app
from factcheck.config import Settings
from factcheck.server.handover import OFFER
from factcheck.services import changes, matching
from factcheck.storage import check, db, journal, meanings, replica
from factcheck.storage.replica import Replica, State
from factcheck.web import replicas
from factcheck.web.auth import PUBLIC
from factcheck.web.replicas import Watched
from tests import databases
from tests.callers import Callers, Json
from tests.desk.desks import at_desk
from tests.replicas import Standby, standby, until

WHERE = "SELECT CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'main' END"


@dataclass(frozen=True)
class Served:
    """The service over a database and its replica."""

    url: str
    standby: Standby
    callers: Callers

    @property
    def watched(self) -> Watched:
        found: Watched = self.callers.app.extensions["factcheck.replica"]
        return found

    @property
    def state(self) -> str:
        found: str = self.callers.anyone.read("/readyz")["replica"]["state"]
        return found

    def answered(self) -> dict[str, float]:
        """How many requests each of the two has answered."""
        said = self.callers.anyone.get("/metrics").get_data(as_text=True)
        return {name: float(count) for name, count in re.findall(r'public_reads_total\{database="(\w+)"\} (\S+)', said)}

    @contextmanager
    def answering(self, **wanted: int) -> Iterator[None]:
        """That of the requests inside so many are answered by each."""
        before = self.answered()
        yield
        after = self.answered()
        assert {name: after[name] - before[name] for name in after} == {"main": 0, "replica": 0, **wanted}

    @contextmanager
    def held(self) -> Iterator[None]:
        """The replica shows what it shows now."""
        self.standby.hold()
        try:
            yield
        finally:
            self.standby.go_on()
            self.standby.catch_up()


@pytest.fixture(scope="module")
def service() -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicas, "LOOK_SECONDS", 0.05)
        patch.setattr(replica, "_AWAY_SECONDS", 0.1)
        url, copy = databases.fresh("postgresql", Path()), standby()
        settings = Settings(
            database_url=url,
            replica_url=copy.url(url),
            data_dir=databases.data_dir(),
            log_level="CRITICAL",
            rate_limit="",
        )
        made = Served(url, copy, Callers(create_app(settings)))
        yield made
        made.watched.close()
        made.watched.replica.close()
        assert list(check.differences()) == []
        databases.drop(url)


@pytest.fixture
def served(service: Served) -> Iterator[Served]:
    """As each test finds it: level, and read."""
    service.standby.catch_up()
    until(lambda: service.state == State.READ)
    yield service
    assert db.database.is_main


def in_words(answer: Json) -> str:
    return str(answer["text"])


def amended(served: Served, claim: str) -> None:
    answer = served.callers.reviewer.patch(f"/v1/claims/{claim}", {"text": "The moon is made of cheese"})
    assert answer.status_code == 200, answer.get_json()


def test_whoever_is_unknown_reads_the_replica_and_whoever_has_a_token_the_main_one(served: Served) -> None:
    claim = served.callers.reviewer.claim()
    with served.held(), served.answering(replica=1):
        amended(served, claim)
        assert in_words(served.callers.anyone.read(f"/v1/claims/{claim}")) == "The moon is made of rock"
        assert in_words(served.callers.reader.read(f"/v1/claims/{claim}")) == "The moon is made of cheese"
    assert in_words(served.callers.anyone.read(f"/v1/claims/{claim}")) == "The moon is made of cheese"


def test_a_page_of_several_queries_is_all_of_one_database(served: Served) -> None:
    claim = served.callers.reviewer.claim()
    reviewer = at_desk(served.callers.reviewer)
    with served.held():
        amended(served, claim)
        pages = [
            client.get(f"/claims/{claim}", headers={"Accept": "text/html"}).get_data(as_text=True)
            for client in (served.callers.app.test_client(), reviewer.client)
        ]
    assert ["cheese" in one for one in pages] == [False, True]


def test_whoever_is_signed_in_reads_the_main_one_from_the_api_too(served: Served) -> None:
    claim = served.callers.reviewer.claim()
    reviewer = at_desk(served.callers.reviewer)
    with served.held(), served.answering():
        amended(served, claim)
        assert in_words(reviewer.client.get(f"/v1/claims/{claim}").get_json()) == "The moon is made of cheese"


def test_what_is_sent_as_it_is_read_goes_on_from_where_it_began(served: Served) -> None:
    claim = served.callers.reviewer.claim()
    served.callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "supported"})
    later = served.callers.reviewer.claim("The sun is made of gas")
    path = "/feeds/claimreview.json"
    with served.held(), served.answering(replica=1):
        served.callers.reviewer.made(f"/v1/claims/{later}/verdicts", {"rating": "supported"})
        shown = [caller.get(path).get_data(as_text=True) for caller in (served.callers.anyone, served.callers.reader)]
    assert [(claim in one, later in one) for one in shown] == [(True, False), (True, True)]


def test_what_the_replica_does_not_have_yet_is_found(served: Served) -> None:
    with served.held(), served.answering(main=3):
        claim = served.callers.reviewer.claim()
        assert served.callers.anyone.read(f"/v1/claims/{claim}")["id"] == claim
        newest = served.callers.anyone.read(f"/v1/claims/{claim}/status?as_of={journal.size()}")
        assert newest["status"] == "unreviewed"
        assert served.callers.anyone.get("/v1/claims/01890a5d-ac96-774b-bcce-b302099a8057").status_code == 404


def test_a_time_shows_the_same_from_both(served: Served) -> None:
    claim = served.callers.reviewer.claim()
    number = journal.size()
    with served.held(), served.answering(main=1):
        amended(served, claim)
        now = served.callers.reviewer.read(f"/v1/claims/{claim}")["updated_at"]
        shown = [one.get(f"/v1/claims/{claim}?as_of={now}") for one in (served.callers.anyone, served.callers.reader)]
    assert shown[0].data == shown[1].data
    assert shown[0].headers["As-Of-Seq"] == shown[1].headers["As-Of-Seq"]
    with served.answering(replica=1):
        before = served.callers.anyone.get(f"/v1/claims/{claim}?as_of={number}")
    assert in_words(before.get_json()) == "The moon is made of rock"


def test_checkpoints_never_go_backwards(served: Served) -> None:
    with served.answering():
        served.callers.anyone.get("/v1/log/checkpoint")
        served.callers.anyone.read("/v1/log/checkpoints")


def test_no_event_is_passed_over_by_who_comes_from_the_one_to_the_other(served: Served) -> None:
    began = journal.size()
    served.callers.reviewer.claim()
    served.standby.catch_up()
    with served.held():
        served.callers.reviewer.claim("The sun is made of gas")
        part = served.callers.anyone.read(f"/v1/changes?after={began}")
        whole = served.callers.reader.read(f"/v1/changes?after={began}")
        assert part["after"] < whole["after"] == journal.size()
        # Further than the replica is.
        assert served.callers.anyone.read(f"/v1/changes?after={whole['after']}")["items"] == []
    rest = served.callers.anyone.read(f"/v1/changes?after={part['after']}")
    assert [*part["items"], *rest["items"]] == whole["items"]


def test_who_follows_is_told_of_what_can_then_be_read(served: Served) -> None:
    with served.held():
        served.callers.reviewer.claim()
        assert served.watched.newest() == changes.newest() - 1
    assert served.watched.newest() == changes.newest()


@pytest.mark.parametrize("path", ["/v1/stream", "/v1/changes?wait=5&after={}"])
def test_who_follows_reads_on_where_they_began(served: Served, path: str) -> None:
    path = path.format(journal.size())
    taken: list[partial[object]] = []
    for caller in (served.callers.anyone, served.callers.reviewer):
        headers = {"Authorization": f"Bearer {caller.token}"} if caller.token else {}
        served.callers.app.test_client().get(path, headers=headers, environ_overrides={OFFER: taken.append}).close()
    assert [one.args[0].newest for one in taken] == [served.watched.newest, None]


def test_what_claims_mean_is_read_once_though_two_databases_are_asked_by_turns(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = served.callers.reviewer.claim()
    assert matching.encode_some(100)
    served.standby.catch_up()
    read, after = [], meanings.after

    def noted(number: int, model: str, limit: int) -> list[tuple[int, str, bytes]]:
        read.append(number)
        return after(number, model, limit)

    monkeypatch.setattr(meanings, "after", noted)
    for caller in (served.callers.anyone, served.callers.reviewer, served.callers.anyone):
        caller.read(f"/v1/claims/{claim}/matches")
    assert 0 not in read[1:]


def test_every_public_read_can_be_answered_by_a_replica(served: Served) -> None:
    paths = public_reads(served)
    served.standby.catch_up()
    for endpoint, path in paths.items():
        with served.answering(replica=1), served.callers.anyone.get(path) as answer:
            assert answer.status_code < 400, (endpoint, path, answer.get_data(as_text=True))
    with served.answering(replica=1):
        served.callers.anyone.call("HEAD", paths["claims.get"])


def public_reads(served: Served) -> dict[str, str]:
    """A path for each route that only reads and that anyone may ask, of things that there are."""
    claim, reviewer = served.callers.reviewer.claim(), served.callers.reviewer
    verdict = reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "supported"})["id"]
    evidence = reviewer.made(f"/v1/claims/{claim}/evidence", {"url": "https://example.org/a", "stance": "supports"})
    ids = {
        "claim_id": claim,
        "verdict_id": verdict,
        "evidence_id": evidence["id"],
        "source_id": evidence["source"]["id"],
        "publisher_id": reviewer.made("/v1/publishers", {"name": "Example"})["id"],
        "speaker_id": reviewer.made("/v1/speakers", {"name": "Somebody"})["id"],
        "slug": reviewer.read("/v1/scales")["items"][0]["slug"],
    }
    queries = {
        "claims.statuses": f"?id={claim}",
        "search.page": "?q=moon",
        "search_page": "?q=moon",
        "embeds.describe": f"?url=http://127.0.0.1:8000/claims/{claim}",
        "log.inclusion": "?seq=1&size=2",
        "log.consistency": "?first=1&second=2",
        "factchecktools.search_claims": "?query=moon",
        "factchecktools.list_pages": "?url=https://example.org/",
    }
    left_out = {
        # Answered by the main one, or by 501 and 404 of things that no test here makes.
        "log.checkpoint", "log.page", "factchecktools.search_images", "factchecktools.get_page", "flags.get",
        "snapshots.get",
    }  # fmt: skip
    app = served.callers.app
    built = app.url_map.bind("localhost")
    found = {}
    for rule in app.url_map.iter_rules():
        if getattr(app.view_functions[rule.endpoint], "permission", None) == PUBLIC and "GET" in (rule.methods or ()):
            with suppress(KeyError):
                path = built.build(rule.endpoint, {name: ids[name] for name in rule.arguments}, "GET")
                found[rule.endpoint] = path + queries.get(rule.endpoint, "")
    return {endpoint: path for endpoint, path in found.items() if endpoint not in left_out}


def test_a_replica_that_is_away_is_done_without_and_read_again_once_it_is_back(served: Served) -> None:
    claim = served.callers.reviewer.claim()
    served.standby.catch_up()
    served.standby.stop()
    try:
        for _ in range(3):
            assert served.callers.anyone.read(f"/v1/claims/{claim}")["id"] == claim
        until(lambda: served.state == State.AWAY)
        with served.answering(main=1):
            served.callers.anyone.read(f"/v1/claims/{claim}")
        assert "factcheck_replica_read 0.0" in served.callers.anyone.get("/metrics").get_data(as_text=True)
    finally:
        served.standby.start()
    until(lambda: served.state == State.READ)
    with served.answering(replica=1):
        served.callers.anyone.read(f"/v1/claims/{claim}")
    assert "factcheck_replica_read 1.0" in served.callers.anyone.get("/metrics").get_data(as_text=True)


def test_nobody_waits_for_a_replica_that_stands_still(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica, "_PATIENCE_SECONDS", 0.2)
    claim = served.callers.reviewer.claim()
    served.standby.catch_up()
    served.callers.anyone.read(f"/v1/claims/{claim}")
    with served.standby.frozen(), served.answering(main=1):
        assert served.callers.anyone.read(f"/v1/claims/{claim}")["id"] == claim
        assert served.state == State.AWAY
        assert served.watched.standing().detail == "it has not answered for 0 seconds"


def test_it_is_ready_though_the_connection_to_the_main_one_was_lost(served: Served) -> None:
    with suppress(db.Unavailable):
        db.query("SELECT pg_terminate_backend(pg_backend_pid())")
    assert served.callers.anyone.read("/readyz")["status"] == "ready"


def test_an_answer_that_is_lost_half_way_is_all_of_the_main_one(served: Served) -> None:
    asked: list[str] = []

    def view() -> str:
        with db.snapshot():
            asked.append(db.query(WHERE)[0][0])
            db.query("SELECT pg_terminate_backend(pg_backend_pid()) WHERE pg_is_in_recovery()")
            return asked[-1]

    assert served.watched.answer(view) == "main"
    assert asked == ["replica", "main"]


def test_a_read_that_what_is_replayed_gets_in_the_way_of_is_the_main_ones(served: Served) -> None:
    begun = threading.Event()

    def view() -> str:
        with db.snapshot():
            [(where,)] = db.query(f"{WHERE} FROM (SELECT COUNT(*) FROM claims) one")
            begun.set()
            db.query("SELECT pg_sleep(CASE WHEN pg_is_in_recovery() THEN 10 ELSE 0 END)")
            return str(where)

    answers: list[str] = []

    def ask() -> None:
        answers.append(served.watched.answer(view))
        served.watched.replica.close()
        db.database.close()

    thread = threading.Thread(target=ask)
    thread.start()
    assert begun.wait(5)
    with psycopg.connect(served.url) as connection:
        connection.execute("LOCK TABLE claims IN ACCESS EXCLUSIVE MODE")
    thread.join(5)
    assert answers == ["main"]


def test_what_is_sent_as_it_is_read_begins_with_the_main_one_where_the_replica_gives_nothing(served: Served) -> None:
    def view() -> Response:
        def pieces() -> Iterator[str]:
            with db.snapshot():
                db.query("SELECT pg_terminate_backend(pg_backend_pid()) WHERE pg_is_in_recovery()")
                yield str(db.query(WHERE)[0][0])

        return Response(pieces())

    answer: Response = served.watched.answer(view)
    assert answer.get_data(as_text=True) == "main"


def test_what_is_sent_as_it_is_read_is_ended_where_it_was_read(served: Served) -> None:
    ended: list[bool] = []

    def view() -> Response:
        def pieces() -> Iterator[str]:
            try:
                yield "one"
                yield "two"
            finally:
                ended.append(db.database.is_main)

        return Response(pieces())

    answer: Response = served.watched.answer(view)
    answer.close()
    assert ended == [False]


def test_nothing_is_written_to_a_replica(served: Served) -> None:
    def view() -> str:
        db.execute("UPDATE meta SET value = value WHERE name = ''")
        return str(db.query(WHERE)[0][0])

    assert served.watched.answer(view) == "main"
    assert served.state == State.READ


def test_one_that_lags_too_far_is_not_read_until_it_has_caught_up(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica, "MOST_BEHIND", 0.2)
    claim = served.callers.reviewer.claim()
    with served.held():
        amended(served, claim)
        until(lambda: served.state == State.BEHIND)
        assert served.callers.anyone.read("/readyz")["replica"]["lag_seconds"] > 0.2
        assert in_words(served.callers.anyone.read(f"/v1/claims/{claim}")) == "The moon is made of cheese"
    until(lambda: served.state == State.READ)


@pytest.mark.parametrize(
    ("url", "state"),
    [
        ("postgresql://reader:s3cr3t@127.0.0.1:1/name", State.AWAY),
        ("postgresql://reader:s3cr3t@/name?host=/nowhere&password=s3cr3t", State.AWAY),
        ("postgresql://reader:s3cr3t@/name?hots=nowhere", State.REFUSED),
    ],
)
@pytest.mark.usefixtures("served")
def test_a_password_stands_in_no_line(url: str, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = CapturingLogger()
    monkeypatch.setattr(replicas, "_log", lines)
    watched = Watched(Replica(url))
    watched.start()
    until(lambda: lines.calls)
    watched.close()
    assert watched.standing().state == state
    assert lines.calls[0].args == (f"replica_{state}",)
    assert "s3cr3t" not in str(lines.calls) + str(watched.standing()) + repr(Settings(replica_url=url))
