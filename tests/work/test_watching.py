"""Rounds of looking at links, against real sites on loopback: their manners, and what becomes of the links."""

import time
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest

from factcheck.config import Settings
from factcheck.domain.actors import SERVICE
from factcheck.domain.vocabulary import LinkReason
from factcheck.network.connecting import policy_for
from factcheck.network.fetching import Fetcher, Limits
from factcheck.services import links, looks, sources
from factcheck.storage import db
from factcheck.work.watching import Pace, Watch, fetcher, look_of
from tests.readers import CAMERA
from tests.sites import Answer, Reply, raw, redirect, site

# What differs between databases is the services' to test.
pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.parametrize("backend", ["sqlite"])]

OUT = Fetcher("factcheck/test", policy_for(["127.0.0.0/8"]), Limits(connect=1.0, total=2.0, body=1000))
PACE = Pace(pause=0.05)


def source(url: str) -> str:
    return str(sources.add(SERVICE, {"url": url})["id"])


def check(out: Fetcher = OUT, pace: Pace = PACE) -> int:
    links.follow_ledger()
    with Watch(out, CAMERA, pace) as watch:
        return watch.round()


def state(source_id: str) -> tuple[str, str | None]:
    shown = sources.get(source_id)
    return shown["link_state"], shown["link_reason"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Reply(), ("alive", None)),
        (Reply(bytes(2000)), ("alive", None)),
        (Reply(b"", 404), ("failing", "not_found")),
        (Reply(b"", 403), ("blocked", "access_refused")),
        (Reply(b"", 200, {"cf-mitigated": "challenge"}), ("blocked", "bot_wall")),
        (Reply(b"", 429), ("unchecked", "rate_limited")),
        (raw(b"nonsense"), ("failing", "bad_response")),
        (redirect("http://10.0.0.1/"), ("blocked", "forbidden_target")),
        (redirect("/"), ("failing", "soft_not_found")),
    ],
)
def test_what_a_site_answers_is_what_readers_are_told(answer: Answer, expected: tuple[str, str | None]) -> None:
    with site({"/page": answer, "/": Reply()}) as here:
        made = source(f"{here.url}/page")
        assert check() == 1
    assert state(made) == expected
    assert sources.get(made)["checked_at"] is not None


def test_links_of_several_hosts_are_looked_at_at_once() -> None:
    def slow(handler: Any) -> None:
        time.sleep(0.5)
        Reply()(handler)

    with site({"/page": slow}) as one, site({"/page": slow}, host="127.0.0.2") as other:
        made = [source(f"{here.url}/page") for here in (one, other)]
        began = time.monotonic()
        assert check() == 2
        assert time.monotonic() - began < 1.5
    assert [state(one) for one in made] == [("alive", None)] * 2


def test_a_host_gets_one_request_at_a_time_with_a_pause_between() -> None:
    with site({f"/{page}": Reply() for page in range(4)}) as here:
        for page in range(4):
            source(f"{here.url}/{page}")
        assert check(pace=Pace(pause=0.2)) == 4
        gaps = [later - one for one, later in zip(here.times[:-1], here.times[1:], strict=True)]
    assert here.paths[0] == "/robots.txt"
    assert len(gaps) == 4
    assert min(gaps) >= 0.2


def test_rules_and_pauses_are_kept_from_round_to_round() -> None:
    with site({"/1": Reply(), "/2": Reply()}) as here, Watch(OUT, CAMERA, Pace(pause=0.3)) as watch:
        for page in (1, 2):
            source(f"{here.url}/{page}")
            links.follow_ledger()
            assert watch.round() == 1
        assert here.paths == ["/robots.txt", "/1", "/2"]
        assert here.times[2] - here.times[1] >= 0.3


def test_a_worker_that_comes_to_a_host_pauses_first_as_another_may_have_asked_it() -> None:
    with site({"/1": Reply(), "/2": Reply()}) as here:
        for page in (1, 2):
            source(f"{here.url}/{page}")
            assert check(pace=Pace(pause=0.3)) == 1
        assert here.paths == ["/robots.txt", "/1", "/robots.txt", "/2"]
        assert here.times[2] - here.times[1] >= 0.3


def test_no_thread_waits_out_a_pause_while_another_host_is_free() -> None:
    with ExitStack() as stack:
        for number in range(1, 7):
            here = stack.enter_context(site({"/page": Reply()}, host=f"127.0.0.{number}"))
            source(f"{here.url}/page")
        began = time.monotonic()
        assert check(pace=Pace(threads=1, pause=0.4)) == 6
        # One after another it would be 0.4 s before the first and 0.4 s within each.
        assert time.monotonic() - began < 2


def test_what_robots_txt_forbids_is_not_fetched() -> None:
    rules = Reply(b"\xef\xbb\xbfUser-agent: *\nDisallow: /closed/\n\nUser-agent: factcheck\nDisallow: /hidden/\n")
    with site({"/robots.txt": rules, "/closed/page": Reply(), "/hidden/page": Reply()}) as here:
        hidden, closed = source(f"{here.url}/hidden/page"), source(f"{here.url}/closed/page")
        check()
        assert here.paths == ["/robots.txt", "/closed/page"]
    assert (state(hidden), state(closed)) == (("blocked", "robots"), ("alive", None))


def test_rules_for_everybody_are_ours_too() -> None:
    rules = Reply(b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /closed/\r\n")
    with site({"/robots.txt": rules, "/closed/page": Reply()}) as here:
        made = source(f"{here.url}/closed/page")
        check()
        assert here.paths == ["/robots.txt"]
    assert state(made) == ("blocked", "robots")


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (Reply(b"", 404), ("alive", None)),
        (Reply(b"", 403), ("alive", None)),
        (Reply(b"\xff\xfe\x00nonsense"), ("alive", None)),
        (Reply(b"", 503), ("unchecked", "robots_unavailable")),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort"), ("unchecked", "robots_unavailable")),
        (redirect("/robots.txt"), ("alive", None)),
        (Reply(bytes(600 * 1024)), ("alive", None)),
        (redirect("http://no-such-host.invalid/"), ("unchecked", "robots_unavailable")),
        (raw(b""), ("failing", "bad_response")),
        (raw(b"", pause=5), ("failing", "timeout")),
    ],
)  # fmt: skip
def test_a_site_without_rules_is_open_and_one_that_cannot_say_is_not(rules: Answer, expected: Any) -> None:
    with site({"/robots.txt": rules, "/page": Reply()}) as here:
        made = source(f"{here.url}/page")
        check()
        assert ("/page" in here.paths) == (expected[0] == "alive")
    assert state(made) == expected


def test_a_round_begins_no_more_looks_once_its_time_is_up() -> None:
    def slow(handler: Any) -> None:
        time.sleep(0.3)
        Reply()(handler)

    with site({f"/{page}": slow for page in range(9)}) as here:
        for page in range(9):
            source(f"{here.url}/{page}")
        began = time.monotonic()
        looked = check(pace=Pace(pause=0.1, window=1.0))
        assert time.monotonic() - began < 2.5
        assert 1 <= looked < 9
        # The others were given back, and are due at once.
        assert links.backlog().due == 9 - looked
        assert check() > 0


def test_a_slow_page_holds_up_no_round_and_another_round_records_it() -> None:
    def slow(handler: Any) -> None:
        time.sleep(1)
        Reply()(handler)

    with site({"/page": slow}) as here, Watch(OUT, CAMERA, Pace(pause=0.05, window=0.4)) as watch:
        made = source(f"{here.url}/page")
        links.follow_ledger()
        began = time.monotonic()
        assert (watch.round(), watch.busy) == (0, True)
        assert time.monotonic() - began < 0.8
        while watch.busy:
            watch.round()
        assert here.paths == ["/robots.txt", "/page"]
    assert state(made) == ("alive", None)


def test_a_look_that_hangs_is_given_up_and_its_link_looked_at_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(handler: Any) -> None:
        time.sleep(1.5)
        Reply()(handler)

    answers: dict[str, Answer] = {"/page": slow, "/other": Reply()}
    with site(answers) as here, Watch(OUT, CAMERA, Pace(threads=1, pause=0.05, window=0.4)) as watch:
        made = source(f"{here.url}/page")
        links.follow_ledger()
        with monkeypatch.context() as short:
            short.setattr(links, "LEASE", timedelta(seconds=0.3))
            assert (watch.round(), watch.busy) == (0, True)
        answers["/page"] = Reply()
        assert (watch.round(), state(made)) == (1, ("alive", None))
        time.sleep(1.5)
        # What comes after all is nobody's any more, and its thread serves again.
        source(f"{here.url}/other")
        links.follow_ledger()
        assert sum(watch.round() for _ in range(2)) == 2
    assert db.query("SELECT SUM(looks) FROM link_outcomes") == [(2,)]


def test_what_could_not_be_recorded_is_recorded_by_another_round(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: Any) -> None:
        raise db.Unavailable

    with site({"/page": Reply()}) as here, Watch(OUT, CAMERA, PACE) as watch:
        made = source(f"{here.url}/page")
        links.follow_ledger()
        with monkeypatch.context() as broken:
            broken.setattr(looks, "record", gone)
            with pytest.raises(db.Unavailable):
                watch.round()
        assert watch.round() == 1
        assert here.paths == ["/robots.txt", "/page"]
    assert state(made) == ("alive", None)


def test_a_stop_waits_for_nobody_and_gives_back_what_was_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    slow = raw(b"", pause=2)
    with site({"/page": Reply()}) as one, site({"/robots.txt": slow}, host="127.0.0.2") as other:
        source(f"{one.url}/page")
        source(f"{other.url}/page")
        monkeypatch.setattr(looks, "record", stop)
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            check()
        assert time.monotonic() - began < 1.5
    assert (links.backlog().due, links.backlog().leased) == (2, 0)


def test_an_error_of_ours_stops_no_other_look(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    with site({"/page": Reply()}) as one, site({"/page": Reply()}, host="127.0.0.2") as other:
        made = [source(f"{here.url}/page") for here in (one, other)]
        monkeypatch.setattr("factcheck.work.watching.look_of", broken)
        assert check() == 2
    assert [state(one) for one in made] == [("failing", "bad_response")] * 2


def test_our_own_fetcher_says_who_we_are_and_goes_where_it_may() -> None:
    ours = fetcher(Settings(public_url="https://facts.example"))
    assert ours.user_agent.startswith("factcheck/")
    assert ours.user_agent.endswith(" (+https://facts.example)")
    with site({"/": Reply()}) as here:
        assert look_of(ours.get(f"{here.url}/")).reason == LinkReason.FORBIDDEN_TARGET
        assert here.paths == []
