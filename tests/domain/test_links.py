"""What looks at links make of them, step by step and as rules that always hold."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.domain.links import (
    APART,
    DAY,
    HOUR,
    MONTH,
    WEEK,
    Judgement,
    Link,
    Look,
    Redirect,
    judge,
    moved_to,
    reason_of,
    retry_after,
)
from factcheck.domain.vocabulary import LinkReason, LinkState
from factcheck.domain.walls import is_wall

NOW = datetime(2024, 10, 24, 12, tzinfo=UTC)
URL = "https://paper.example/world/report"
NETWORK = [LinkReason.DNS, LinkReason.REFUSED, LinkReason.TIMEOUT, LinkReason.TLS, LinkReason.BAD_RESPONSE]


def look(status: int | None = None, reason: LinkReason | None = None, **members: object) -> Look:
    return Look(URL, URL, status=status, reason=reason, **members)  # type: ignore[arg-type]


def led(*steps: tuple[int, str], status: int = 200) -> Look:
    """A look that redirects led on, the last one to an answer of this status."""
    redirects = tuple(Redirect(*step) for step in steps)
    return Look(URL, redirects[-1].target, redirects, status)


UNCHECKED = Link()


def after(*looks: Look, link: Link = UNCHECKED) -> list[Judgement]:
    """What each look makes of it, each taken when the one before it made it due."""
    now, found = NOW, []
    for one in looks:
        judged = judge(link, one, now)
        found.append(judged)
        link, now = judged.link, judged.due_at
    return found


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (200, None), (204, None), (206, None), (404, "not_found"), (410, "gone"), (500, "server_error"),
        (503, "server_error"), (401, "access_refused"), (402, "access_refused"), (403, "access_refused"),
        (451, "access_refused"), (429, "rate_limited"), (400, "unexpected_status"), (304, "unexpected_status"),
        (418, "unexpected_status"),
    ],
)  # fmt: skip
def test_a_status_says_why(status: int, reason: str | None) -> None:
    assert reason_of(look(status)) == reason


def test_a_page_that_is_there_is_looked_at_again_in_a_week() -> None:
    assert judge(Link(), look(200), NOW) == Judgement(Link(LinkState.ALIVE), None, NOW + WEEK)


@pytest.mark.parametrize("bad", [look(404), look(410), look(500), *(look(reason=one) for one in NETWORK)])
def test_a_link_that_fails_is_dead_at_the_fifth_failure(bad: Look) -> None:
    judged = after(*[bad] * 6)
    assert [one.link.state for one in judged] == ["failing"] * 4 + ["dead"] * 2
    gaps = [later.due_at - one.due_at for one, later in pairwise(judged)]
    assert (judged[0].due_at - NOW, gaps) == (HOUR, [APART, APART, APART, MONTH, MONTH])
    assert {one.reason for one in judged} == {reason_of(bad)}
    assert judged[4].link.failing_since == NOW


@pytest.mark.parametrize("failures", range(1, 7))
def test_one_success_makes_it_alive_whatever_was(failures: int) -> None:
    judged = after(*[look(404)] * failures, look(200))[-1]
    assert judged.link == Link(LinkState.ALIVE)


def test_looks_that_somebody_asked_for_hurry_no_death() -> None:
    judged = judge(Link(), look(404), NOW)
    first = judged
    for minutes in range(1, 50):
        judged = judge(judged.link, look(404), NOW + timedelta(minutes=minutes))
        assert (judged.link, judged.due_at) == (first.link, first.due_at)


@pytest.mark.parametrize("walled", [look(403), look(401), look(402), look(451), look(503, walled=True),
                                    look(200, walled=True), look(reason=LinkReason.ROBOTS),
                                    look(reason=LinkReason.FORBIDDEN_TARGET)])  # fmt: skip
def test_where_programs_are_not_let_in_a_link_is_blocked_and_not_dead(walled: Look) -> None:
    judged = after(*[walled] * 10)
    assert {one.link.state for one in judged} == {LinkState.BLOCKED}
    assert judged[0].due_at == NOW + WEEK


def test_too_many_requests_change_nothing_at_first_and_are_a_block_without_end() -> None:
    start = Link(LinkState.ALIVE)
    judged = after(*[look(429, retry_after=timedelta(hours=5))] * 4, link=start)
    assert [one.link.state for one in judged] == ["alive", "alive", "blocked", "blocked"]
    assert [judged[0].due_at - NOW, judged[2].due_at - judged[1].due_at] == [timedelta(hours=5), WEEK]
    assert judge(start, look(429, retry_after=timedelta(days=400)), NOW).due_at == NOW + WEEK
    assert judge(start, look(429), NOW).due_at == NOW + HOUR


def test_a_site_that_is_down_and_says_when_it_is_back_is_left_until_then() -> None:
    assert judge(Link(), look(503, retry_after=DAY), NOW).due_at == NOW + DAY


def test_a_site_that_cannot_say_what_it_allows_is_left_for_a_day() -> None:
    link = Link(LinkState.FAILING, 2, NOW - DAY, NOW - HOUR)
    assert judge(link, look(reason=LinkReason.ROBOTS_UNAVAILABLE), NOW) == Judgement(
        link, LinkReason.ROBOTS_UNAVAILABLE, NOW + DAY
    )


@pytest.mark.parametrize(
    ("steps", "target"),
    [
        ([(301, "https://paper.example/new")], "https://paper.example/new"),
        ([(308, "https://a.example/1"), (301, "https://a.example/2")], "https://a.example/2"),
        ([(301, "https://a.example/1"), (302, "https://a.example/login")], "https://a.example/1"),
        ([(302, "https://a.example/1"), (301, "https://a.example/2")], None),
        ([(301, "http://paper.example/world/report?utm_source=x")], None),
        ([(301, "https://a.example/1"), (301, URL)], None),
        ([(301, "mailto:somebody@a.example")], None),
    ],
)
def test_a_permanent_redirect_to_another_page_is_a_move(steps: list[tuple[int, str]], target: str | None) -> None:
    assert moved_to(led(*steps)) == target


@pytest.mark.parametrize("home", ["https://paper.example/", "https://paper.example", "https://www.other.example/#top"])
def test_a_page_that_became_the_home_page_is_gone(home: str) -> None:
    judged = judge(Link(), led((301, home)), NOW)
    assert (judged.link.state, judged.reason, judged.moved_to) == ("failing", "soft_not_found", None)


def test_a_home_page_may_be_a_home_page() -> None:
    assert (
        reason_of(Look("https://a.example", "https://b.example/", (Redirect(301, "https://b.example/"),), 200)) is None
    )
    assert reason_of(led((301, "https://a.example/?article=7"))) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", timedelta(seconds=120)), (" 0 ", timedelta()), ("9" * 5000, WEEK),
        ("Thu, 24 Oct 2024 12:05:00 GMT", timedelta(minutes=5)), ("Thu, 24 Oct 2024 11:00:00 GMT", timedelta()),
        (None, None), ("", None), ("soon", None), ("-5", None), ("1.5", None), ("²", None),
        ("Thu, 99 Oct 2024 99:00:00 GMT", None), ("Thu, 24 Oct 99999999999 12:05:00 GMT", None),
    ],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(value: str | None, expected: timedelta | None) -> None:
    assert retry_after(value, NOW) == expected


@given(st.text())
def test_any_retry_after_is_safe(value: str) -> None:
    found = retry_after(value, NOW)
    assert found is None or found >= timedelta()


@pytest.mark.parametrize(
    ("status", "headers", "body", "expected"),
    [
        (403, {"cf-mitigated": "challenge"}, b"", True),
        (200, {"cf-mitigated": "Challenge"}, b"", True),
        (202, {"x-amzn-waf-action": "challenge"}, b"", True),
        (503, {"server": "cloudflare"}, b"<html><title>Just a moment...</title>", True),
        (503, {"server": "cloudflare"}, b"<html><title>Down for repairs</title>", False),
        (403, {}, b'<script src="https://geo.captcha-delivery.com/c.js">', True),
        (200, {}, b"An article about cf-browser-verification and px-captcha", False),
        (404, {}, b"px-captcha", False),
    ],
)
def test_walls_are_told_by_their_marks(status: int, headers: dict[str, str], body: bytes, expected: bool) -> None:
    assert is_wall(status, headers, body) is expected


looks = st.builds(
    look,
    st.sampled_from([200, 404, 410, 403, 429, 500, 503, 302]),
    st.none() | st.sampled_from(LinkReason),
    retry_after=st.none() | st.timedeltas(timedelta(), timedelta(days=1000)),
    walled=st.booleans(),
)
waits = st.timedeltas(timedelta(seconds=1), timedelta(days=20))


@given(st.lists(st.tuples(looks, waits), max_size=40))
def test_whatever_happens_the_rules_hold(story: list[tuple[Look, timedelta]]) -> None:
    link, now, failed = Link(), NOW, list[datetime]()
    for one, wait in story:
        was, now = link.state, now + wait
        judged = judge(link, one, now)
        link = judged.link
        assert now < judged.due_at <= now + MONTH
        reason = reason_of(one)
        if reason is None:
            assert (link, judged.reason) == (Link(LinkState.ALIVE), None)
            failed.clear()
        elif link.state == LinkState.BLOCKED:
            failed.clear()
        elif reason not in (LinkReason.RATE_LIMITED, LinkReason.ROBOTS_UNAVAILABLE):
            failed.append(now)
            assert link.state in (LinkState.FAILING, LinkState.DEAD)
        if link.state == LinkState.DEAD and was != LinkState.DEAD:
            # An hour after the first, and then three times at least `APART`: nothing less is fatal.
            assert now - failed[0] >= HOUR + 3 * APART
            assert spaced(failed) >= 5


def spaced(moments: list[datetime]) -> int:
    """How many of these count: the first, one an hour later, and from then on those that are `APART`."""
    counted: list[datetime] = []
    for moment in moments:
        gap = HOUR if len(counted) == 1 else APART
        if not counted or moment - counted[-1] >= gap:
            counted.append(moment)
    return len(counted)
