"""Links that are due: who gets to look at them, and what is kept of what they find."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest

from factcheck import clock
from factcheck.domain.actors import SERVICE
from factcheck.domain.errors import Conflict, NotFound
from factcheck.domain.links import Look, Redirect
from factcheck.domain.versions import Precondition
from factcheck.domain.vocabulary import LinkReason, LinkState
from factcheck.services import links, looks, sources
from factcheck.services.links import LEASE
from factcheck.storage import db, following, journal
from factcheck.storage.link_checks import Claimed

pytestmark = pytest.mark.usefixtures("database")

URL = "https://paper.net/report"
ALIVE = Look(URL, URL, status=200)
GONE = Look(URL, URL, status=404)
ANY = Precondition(None)


class Time:
    """The clock, in the hands of a test."""

    def __init__(self) -> None:
        self.now = clock.now()

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **much: float) -> None:
        self.now += timedelta(**much)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    found = Time()
    monkeypatch.setattr(clock, "now", found)
    return found


def source(url: str | None = URL) -> str:
    return str(sources.add(SERVICE, {"url": url, "title": "A report"})["id"])


def claim(limit: int = 100, per_host: int = 100) -> list[Claimed]:
    links.follow_ledger()
    return links.claim(limit, per_host)


def look(found: Look) -> Any:
    """Look at the one link that is due."""
    [one] = claim()
    return looks.record(one, found)


def events() -> list[str]:
    return [payload for (payload,) in db.query(
        "SELECT p.payload FROM events e JOIN payloads p ON p.seq = e.seq WHERE e.type = 'source.checked' ORDER BY e.seq"
    )]  # fmt: skip


def test_a_new_link_is_due_at_once_and_then_one_workers_alone() -> None:
    made = source()
    [one] = claim()
    assert (one.source, one.url, one.host) == (made, URL, "paper.net")
    assert claim() == []


def test_adding_a_source_writes_no_more_than_it_did() -> None:
    source()
    assert db.query("SELECT source FROM link_checks") == []


@pytest.mark.parametrize(
    "url",
    [None, "https://example.org/a", "https://www.example.com/", "https://a.test/", "http://localhost:8000/",
     "https://x.y.invalid/", "https://EXAMPLE.net./"],
)  # fmt: skip
def test_what_no_host_stands_behind_is_left_alone(url: str | None) -> None:
    made = source(url)
    assert claim() == []
    before = journal.size()
    with pytest.raises(Conflict):
        links.ask(SERVICE, made)
    assert (claim(), journal.size()) == ([], before)


def test_a_change_of_state_is_an_event_and_a_look_that_changes_nothing_is_none(time: Time) -> None:
    made = source()
    look(ALIVE)
    first = sources.get(made)
    assert (first["link_state"], first["link_reason"]) == ("alive", None)
    assert first["checked_at"] == clock.timestamp(time.now)
    size = journal.size()
    for _ in range(3):
        assert claim() == []
        time.passes(days=7)
        look(ALIVE)
    shown = sources.get(made)
    assert (journal.size(), len(events())) == (size, 1)
    assert shown == {**first, "checked_at": clock.timestamp(time.now)}


def test_a_link_goes_from_failing_to_dead_and_comes_back(time: Time) -> None:
    made = source()
    states = []
    for days in (0, 1 / 24, 3, 3, 3, 30):
        time.passes(days=days)
        look(GONE)
        states.append(sources.get(made)["link_state"])
    assert states == ["failing"] * 4 + ["dead"] * 2
    assert (sources.get(made)["link_reason"], len(events())) == ("not_found", 2)
    assert '"reason":"not_found"' in events()[-1]
    time.passes(days=30)
    look(ALIVE)
    assert (sources.get(made)["link_state"], len(events())) == ("alive", 3)


def test_a_reviewer_can_ask_for_a_look() -> None:
    made = source()
    look(ALIVE)
    assert claim() == []
    links.ask(SERVICE, made)
    assert [one.source for one in claim()] == [made]
    with pytest.raises(NotFound):
        links.ask(SERVICE, "no such source")
    assert len(events()) == 1


def test_asking_for_a_look_before_a_worker_has_seen_the_source_is_enough() -> None:
    made = source()
    links.ask(SERVICE, made)
    assert [one.source for one in links.claim(10, 10)] == [made]


def test_a_new_address_is_another_link(time: Time) -> None:
    made = source()
    look(GONE)
    sources.amend(SERVICE, made, {"url": "https://paper.net/other"}, ANY)
    shown = sources.get(made)
    assert (shown["link_state"], shown["checked_at"], shown["link_reason"]) == ("unchecked", None, None)
    [one] = claim()
    assert one.url == "https://paper.net/other"
    looks.record(one, ALIVE)
    sources.amend(SERVICE, made, {"url": None}, ANY)
    time.passes(days=8)
    assert claim() == []


def test_what_was_found_at_an_old_address_is_dropped() -> None:
    made = source()
    [one] = claim()
    sources.amend(SERVICE, made, {"url": "https://paper.net/other"}, ANY)
    assert looks.record(one, GONE) is None
    assert sources.get(made)["link_state"] == "unchecked"


def test_a_change_of_something_else_makes_no_link_due() -> None:
    made = source()
    look(ALIVE)
    sources.amend(SERVICE, made, {"title": "Another"}, ANY)
    assert claim() == []


def test_the_lease_of_a_worker_that_died_runs_out(time: Time) -> None:
    source()
    [dead] = claim()
    time.passes(seconds=LEASE.total_seconds() + 1)
    [other] = claim()
    assert looks.record(dead, GONE) is None
    assert looks.record(other, ALIVE) is not None
    assert looks.record(other, ALIVE) is None
    assert len(events()) == 1


def test_what_was_given_back_is_due_as_before() -> None:
    source()
    first = claim()
    links.release(first)
    assert len(claim()) == 1


def test_a_host_is_one_workers_at_a_time() -> None:
    one, other = source(URL), source("https://paper.net/other")
    source("https://elsewhere.net/")
    mine = claim(per_host=1)
    assert [found.host for found in mine] == ["paper.net", "elsewhere.net"]
    assert claim() == []
    links.release(mine)
    assert {found.source for found in claim()} >= {one, other}


def test_no_host_keeps_the_others_from_their_turn() -> None:
    for page in range(10):
        source(f"https://paper.net/{page}")
    source("https://elsewhere.net/")
    assert [found.host for found in claim(limit=5, per_host=3)] == ["paper.net"] * 3 + ["elsewhere.net"]


def test_the_first_link_of_each_host_comes_before_the_second_of_any(time: Time) -> None:
    for host in ("paper", "elsewhere", "third"):
        for page in range(3):
            source(f"https://{host}.net/{page}")
        links.follow_ledger()
        time.passes(seconds=1)
    first = claim(limit=4)
    assert [found.url for found in first] == [
        "https://paper.net/0", "https://paper.net/1", "https://elsewhere.net/0", "https://third.net/0"
    ]  # fmt: skip
    links.release(first)
    # Of the first ones the longest due are taken, and then of the second ones.
    assert [found.host for found in claim(limit=2)] == ["paper.net", "elsewhere.net"]


def test_hosts_that_a_worker_is_at_keep_no_other_host_from_being_claimed() -> None:
    for page in range(5):
        source(f"https://paper.net/{page}")
    source("https://elsewhere.net/")
    assert [found.host for found in claim(limit=1)] == ["paper.net"]
    assert [found.host for found in claim(limit=1)] == ["elsewhere.net"]


def test_of_workers_that_claim_at_once_each_link_is_ones() -> None:
    for host in range(20):
        source(f"https://host-{host}.net/")
    links.follow_ledger()
    found: list[Claimed] = []

    def work() -> None:
        found.extend(links.claim(100, 100))
        db.database.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.source for one in found}) == len(found) == 20


def test_following_the_ledger_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_BATCH", 2)
    monkeypatch.setattr(links, "_BATCHES", 2)
    for page in range(9):
        source(f"https://paper.net/{page}")
    for _ in range(10):
        links.follow_ledger()
    assert not following.is_behind("links_followed_to")
    assert db.query("SELECT COUNT(*) FROM link_checks") == [(9,)]


def test_the_backlog_is_counted() -> None:
    source()
    source("https://elsewhere.net/")
    source("https://example.org/")
    one, _ = claim()
    looks.record(one, GONE)
    found = links.backlog()
    assert (found.due, found.leased) == (0, 1)
    assert found.states == {"unchecked": 2, "alive": 0, "failing": 1, "dead": 0, "blocked": 0}
    assert links.outcomes() == {"not_found": 1}


def test_a_state_set_by_hand_is_one_event() -> None:
    made = source("https://example.org/")
    for _ in range(2):
        looks.record_check(SERVICE, made, LinkState.DEAD, "The page is gone.")
    assert len(events()) == 1
    assert sources.get(made)["checked_at"] is not None


def test_where_a_page_moved_is_told() -> None:
    made = source()
    new = "https://paper.net/new"
    look(Look(URL, new, [Redirect(301, new)], 200))
    assert (sources.get(made)["moved_to"], sources.get(made)["link_state"]) == (new, "alive")


def test_a_wall_is_a_block() -> None:
    made = source()
    look(Look(URL, URL, reason=LinkReason.ROBOTS))
    assert (sources.get(made)["link_state"], sources.get(made)["link_reason"]) == ("blocked", "robots")
