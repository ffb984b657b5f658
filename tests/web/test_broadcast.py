"""The thread that writes to all who follow: signs of life, ends, and clients that take nothing."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from factcheck.api.changes import Stream
from factcheck.domain.actors import SERVICE
from factcheck.server.handover import Connection
from factcheck.services import changes, claims
from factcheck.storage import db, journal
from factcheck.web import broadcast
from factcheck.web.broadcast import Broadcast
from tests.waiting import wait_for

pytestmark = pytest.mark.usefixtures("database")


class Client:
    """Both ends of a connection that was handed over."""

    def __init__(self) -> None:
        self.socket, self.theirs = socket.socketpair()
        self.socket.settimeout(5)
        self.theirs.setblocking(False)
        self.closed = threading.Event()
        self.end: Callable[[], None] = lambda: None

    def follow(
        self,
        hub: Broadcast,
        seconds: float = 60,
        may: Callable[[], bool] = lambda: True,
        newest: Callable[[], int] | None = None,
    ) -> None:
        assert hub.reserve()
        view = changes.view(None, {}, see_withheld=False)
        self.end = hub.take(Stream(view, 0, 50, seconds, may, newest), Connection(self.theirs, True, self._over))

    def _over(self) -> None:
        self.theirs.close()
        self.closed.set()

    def read_to(self, wanted: bytes) -> bytes:
        received = b""
        while wanted not in received:
            part = self.socket.recv(65536)
            assert part, received
            received += part
        return received


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Broadcast]:
    monkeypatch.setattr(broadcast, "_BEAT_SECONDS", 0.2)
    monkeypatch.setattr(broadcast, "_STALL_SECONDS", 1.0)
    monkeypatch.setattr(broadcast, "_POLL_SECONDS", 0.05)
    made = Broadcast(2)
    yield made
    # The database goes with the test: the thread must be done with it.
    wait_for(lambda: not (made._clients or made._todo), seconds=5, every=0.01)
    time.sleep(0.05)


@pytest.fixture
def client() -> Iterator[Client]:
    made = Client()
    yield made
    made.socket.close()
    assert made.closed.wait(5)


def test_an_event_of_another_writer_is_told(hub: Broadcast, client: Client) -> None:
    client.follow(hub)
    client.read_to(b"id: %d\n" % journal.size())
    claims.submit(SERVICE, {"text": "The moon is made of rock"})
    assert b"claim.submitted" in client.read_to(b"claim.submitted")


def test_who_reads_what_is_older_is_told_no_more_than_that(hub: Broadcast, client: Client) -> None:
    there_is, other = [journal.size()], Client()
    client.follow(hub, newest=lambda: there_is[0])
    claims.submit(SERVICE, {"text": "The moon is made of rock"})
    other.follow(hub)
    other.read_to(b"claim.submitted")
    assert b"claim.submitted" not in client.read_to(b": alive\nid: %d\n\n" % there_is[0])
    there_is[0] = journal.size()
    client.read_to(b"claim.submitted")
    other.socket.close()
    assert other.closed.wait(5)


def test_a_sign_of_life_says_how_far_the_client_is(hub: Broadcast, client: Client) -> None:
    client.follow(hub)
    assert client.read_to(b": alive\nid: %d\n\n" % journal.size())


def test_a_stream_ends_when_its_time_is_up_with_its_last_chunk(hub: Broadcast, client: Client) -> None:
    client.follow(hub, seconds=0.3)
    client.read_to(b": come back")
    assert client.closed.wait(5)


def test_a_stream_ends_with_the_next_sign_of_life_once_its_reader_may_no_longer(hub: Broadcast, client: Client) -> None:
    may = [True]
    client.follow(hub, may=lambda: may[0])
    client.read_to(b": alive")
    may[0] = False
    client.read_to(b": come back")
    assert client.closed.wait(5)


def test_while_the_database_is_away_nobody_is_sent_away(
    hub: Broadcast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "_RETRY_SECONDS", 0.05)

    def away() -> int:
        raise db.Unavailable("gone for a moment")

    client.follow(hub)
    client.read_to(b": alive")
    with monkeypatch.context() as patched:
        patched.setattr(changes, "newest", away)
        claims.submit(SERVICE, {"text": "The moon is made of rock"})
        client.read_to(b": alive")
    client.read_to(b"claim.submitted")


def test_a_client_that_takes_nothing_is_let_go(hub: Broadcast, client: Client) -> None:
    for number in range(40):
        claims.submit(SERVICE, {"text": f"{number} {'many words ' * 450}"})
    client.follow(hub)
    assert client.closed.wait(10)


def test_a_client_that_leaves_gives_its_place_back(hub: Broadcast) -> None:
    pair = [Client(), Client()]
    for one in pair:
        one.follow(hub)
    assert not hub.reserve()
    for one in pair:
        one.socket.close()
        assert one.closed.wait(5)
    time.sleep(0.05)
    assert hub.reserve()


def test_a_fault_lets_all_go_and_takes_new_ones(hub: Broadcast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> int:
        raise ValueError("a fault of ours")

    first, second = Client(), Client()
    with monkeypatch.context() as patched:
        patched.setattr(changes, "newest", broken)
        first.follow(hub)
        assert first.closed.wait(5)
    second.follow(hub)
    second.read_to(b": alive")
    for one in (first, second):
        one.socket.close()
    assert second.closed.wait(5)
