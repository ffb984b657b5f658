"""What is asked of a web archive, against stand-ins for one on loopback: well-behaved ones, odd ones, hostile ones."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.domain.timemaps import Memento
from factcheck.domain.vocabulary import FetchFailure
from factcheck.network.archives import Archive, Pending, Refused, Saved, raw_url, shown_url
from factcheck.network.connecting import policy_for
from factcheck.network.fetching import Failure, Fetcher, Limits, Page
from tests.sites import Answer, Reply, Site, raw, redirect, site

PAGE = "http://site.example/a,b;c?d=e&f"
COPY = f"/web/20261125204100/{PAGE}"
QUICK = Limits(connect=1.0, total=1.0)
NO_COPY, NO_JOB, AGAIN = "the answer names no copy", "the job has no usable id", "The same snapshot had been made."
DAILY = "error:too-many-daily-captures"
ELSEWHERE = Refused("the copy is on another host than the archive")


def archive(here: Site, path: str = "/save", limits: Limits = QUICK) -> Archive:
    return Archive(Fetcher("factcheck/test", policy_for(["127.0.0.0/8"]), limits), here.url + path)


def said(code: int = 200, headers: dict[str, str] | None = None, /, **members: Any) -> Reply:
    return Reply(json.dumps(members).encode(), code, {"Content-Type": "application/json", **(headers or {})})


def saving(answer: Answer) -> tuple[Any, Site]:
    """What saving the page comes to where its form is answered like this; the simple form would find a copy."""
    with site({"POST /save": answer, f"/save/{PAGE}": Reply(headers={"Content-Location": COPY})}) as here:
        return archive(here).save(PAGE), here


def polling(answer: Answer, job: str = "spn2-1") -> Any:
    with site({f"/save/status/{job}": answer}) as here:
        found = archive(here).poll(job)
        return Saved(found.copy_url.removeprefix(here.url)) if isinstance(found, Saved) else found


# Save Page Now 2


def test_a_copy_is_asked_for_and_its_job_followed() -> None:
    done = said(status="success", timestamp="20261125204100", original_url=PAGE, resources=[PAGE] * 1000)
    waiting = {"POST /save": said(url=PAGE, job_id="spn2-0f1e"), "/save/status/spn2-0f1e": said(status="pending")}
    with site(waiting) as here:
        ours = archive(here)
        assert ours.save(PAGE) == Pending("spn2-0f1e")
        assert here.posted == [("/save", b"url=http%3A%2F%2Fsite.example%2Fa%2Cb%3Bc%3Fd%3De%26f")]
        assert here.asked[0][1]["Accept"] == "application/json"
        assert ours.poll("spn2-0f1e") == Pending("spn2-0f1e")
    with site({"/save/status/spn2-0f1e": done}) as here:
        assert archive(here).poll("spn2-0f1e") == Saved(f"{here.url}{COPY}")


def test_a_snapshot_that_was_made_just_now_has_a_job_too() -> None:
    found, _ = saving(said(job_id="spn2-1", message=AGAIN))
    assert found == Pending("spn2-1")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (said(status="error", status_ext=DAILY, message="x"), DAILY),
        (said(message=AGAIN), AGAIN),
        (said(400, message="a\r\n\u202eb" + "c" * 1000), "a   b" + "c" * 195),
        (said(job_id=7), "status 200"),
        (said(job_id="../../admin"), NO_JOB),
        (said(job_id="a/b"), NO_JOB),
        (said(job_id=".."), NO_JOB),
        (said(job_id="a" * 101), NO_JOB),
        (said(403), "status 403"),
        (Reply(b"no", 500), "status 500"),
        (Reply(bytes(1024 * 1024 + 1)), "too_large"),
        (raw(b"nonsense\r\n\r\n"), "bad_response"),
        (raw(b"HTTP/1.1 200 OK\r\n", pause=3), "timeout"),
        (redirect("http://169.254.169.254/save", 307), "forbidden_target"),
    ],
)  # fmt: skip
def test_a_refusal_is_told_with_its_reason(answer: Answer, reason: str) -> None:
    began = time.monotonic()
    found, here = saving(answer)
    assert found == Refused(reason)
    assert time.monotonic() - began < 3.0
    assert len(here.asked) == 1


def test_an_archive_that_wants_to_be_left_alone_says_how_long() -> None:
    found, here = saving(said(429, {"Retry-After": "120"}, message="slower"))
    assert found == Refused("slower", timedelta(minutes=2))
    assert len(here.asked) == 1
    assert polling(said(429, {"Retry-After": "120"})) == Pending("spn2-1", timedelta(minutes=2))


@pytest.mark.parametrize(
    "answer",
    [Reply(b"", 503), raw(b"HTTP/1.1 200 OK\r\n", pause=3), raw(b"nonsense"), redirect("http://10.0.0.1/")],
    ids=["503", "slow", "nonsense", "away"],
)
def test_a_job_is_not_given_up_for_a_bad_moment(answer: Answer) -> None:
    assert polling(answer) == Pending("spn2-1")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (said(status="error", status_ext="error:blocked-url", message="x"), "error:blocked-url"),
        (said(status="error", status_ext=["x"], message="words"), "words"),
        (Reply(b"no json"), "status 200"),
        (Reply(b"[" * 100_000), "status 200"),
        (Reply(b"[]"), "status 200"),
        (Reply(b"", 404), "status 404"),
        (said(status="success"), NO_COPY),
        (said(status="success", timestamp="2026/../..", original_url=PAGE), NO_COPY),
        (said(status="success", timestamp=20261125204100, original_url=PAGE), NO_COPY),
        (said(status="success", timestamp="20261125204100", original_url="javascript:x"), NO_COPY),
        (said(status="success", timestamp="20261125204100", original_url="http://a/\r\nb"), NO_COPY),
        (said(status="success", timestamp="20261125204100", original_url="http://a/../../../../.."), NO_COPY),
        (said(status="success", timestamp="20261125204100", original_url="http://a/" + "b" * 5000), NO_COPY),
    ],
)  # fmt: skip
def test_a_job_that_came_to_nothing_is_told(answer: Answer, reason: str) -> None:
    assert polling(answer) == Refused(reason)


@pytest.mark.parametrize("job", ["", "..", "a/b", "a?b", "a#b", "a b", "é", "a" * 101, "a\n"])
def test_a_job_that_is_none_is_not_asked_for(job: str) -> None:
    with site({}) as here:
        assert archive(here).poll(job) == Refused(NO_JOB)
        assert here.asked == []


_MEMBERS = ["status", "job_id", "timestamp", "original_url", "message"]
_VALUES = st.none() | st.integers() | st.text() | st.sampled_from(["success", "error", "pending", "2026", PAGE])
_NONSENSE = st.dictionaries(st.sampled_from(_MEMBERS), _VALUES | st.lists(_VALUES), max_size=5)


@given(st.binary(max_size=200) | _NONSENSE.map(lambda value: json.dumps(value).encode()))
def test_no_answer_is_too_odd(odd: tuple[Archive, dict[str, Answer]], nonsense: bytes) -> None:
    ours, answers = odd
    answers |= {"POST /save": Reply(nonsense), "/save/status/a": Reply(nonsense)}
    assert isinstance(ours.save(PAGE), Pending | Refused)
    assert isinstance(ours.poll("a"), Pending | Saved | Refused)


@pytest.fixture(scope="module")
def odd() -> Iterator[tuple[Archive, dict[str, Answer]]]:
    """An archive, and what it answers, which may change: a server for each example would be slow."""
    answers: dict[str, Answer] = {}
    with site(answers) as here:
        yield archive(here), answers


# The simple form


def simply(answer: Answer, first: Answer | None = None) -> Any:
    """What saving comes to in the simple form, the archive's own address taken off."""
    with site({"POST /save": first or Reply(b"", 405), f"/save/{PAGE}": answer, COPY: Reply()}) as here:
        found = archive(here).save(PAGE)
        return Saved(found.copy_url.removeprefix(here.url)) if isinstance(found, Saved) else found


@pytest.mark.parametrize(
    "first", [Reply(b"", 401), said(401, message="log in"), Reply(b"", 404), Reply(b"", 501), Reply(b"<html>")]
)
def test_the_simple_form_is_used_where_the_other_one_is_not_spoken(first: Answer) -> None:
    assert simply(redirect(COPY), first) == Saved(COPY)


_OTHERS = '</web/19990101000000/http://a/>; rel="first memento"; datetime="Fri, 01 Jan 1999 00:00:00 GMT"'
_AT = "Wed, 25 Nov 2026 20:41:00 GMT"


@pytest.mark.parametrize(
    "answer",
    [
        Reply(headers={"Content-Location": COPY}),
        Reply(headers={"Link": f'<{PAGE}>; rel="original", {_OTHERS}, <{COPY}>; rel="memento"; datetime="{_AT}"'}),
        Reply(headers={"Link": f'{_OTHERS}, <{COPY}>; rel="last memento"; datetime="{_AT}"', "Memento-Datetime": _AT}),
        Reply(b"", 201, {"Location": COPY}),
        redirect(COPY, 302),
        Reply(headers={"Content-Location": "http://[", "Link": '<http://[>; rel="memento"', "Location": COPY}),
    ],
    ids=["content-location", "link", "of its moment", "location", "redirect", "broken ones first"],
)
def test_the_copy_of_the_simple_form_is_found(answer: Answer) -> None:
    assert simply(answer) == Saved(COPY)


def test_a_copy_that_is_large_is_found_all_the_same() -> None:
    huge = Reply(b"", headers={"Content-Length": "99999999999"})
    with site({f"/save/{PAGE}": redirect(COPY), COPY: huge}) as here:
        assert archive(here).save(PAGE) == Saved(f"{here.url}{COPY}")


@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        (Reply(), Refused(NO_COPY)),
        (Reply(headers={"Content-Location": "http://other.example/web/2026/x"}), ELSEWHERE),
        (Reply(headers={"Content-Location": "javascript:alert()"}), ELSEWHERE),
        (Reply(headers={"Link": '<http://127.0.0.1:1/web/2026/x>; rel="memento"'}), ELSEWHERE),
        (redirect("http://127.0.0.1:1/web/2026/x"), Refused("forbidden_target")),
        (Reply(b"", 429, {"Retry-After": "60"}), Refused("status 429", timedelta(minutes=1))),
        (Reply(b"", 404), Refused("status 404")),
        (raw(b"HTTP/1.1 200 OK\r\n", pause=3), Refused("timeout")),
    ],
)  # fmt: skip
def test_what_names_no_copy_of_the_archives_own_is_refused(answer: Answer, refused: Refused) -> None:
    assert simply(answer) == refused


@pytest.mark.parametrize(
    "page", ["http://a/../../../admin", "http://a/%2e%2E/b", "ftp://a/", "a", "http://[", "http://a/ b"]
)
def test_no_page_leads_out_of_the_archives_paths(page: str) -> None:
    with site({}) as here:
        assert archive(here).save(page) == Refused("the address of the page is not plain")
        assert archive(here).time_map(page) == []
        assert here.paths == ["/save"]


# Copies


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("https://archive.example.org/save", "https://archive.example.org"),
        ("http://example.org:8080/pywb/save", "http://example.org:8080/pywb"),
        ("https://archive.example.org", "https://archive.example.org"),
    ],
)
def test_copies_lie_beside_what_takes_pages(url: str, root: str) -> None:
    assert Archive(Fetcher("a"), url).root == root


@pytest.mark.parametrize(
    ("copy", "raw"),
    [
        (f"https://a.example{COPY}", f"https://a.example/web/20261125204100id_/{PAGE}"),
        (f"https://a.example/web/20261125204100if_/{PAGE}", f"https://a.example/web/20261125204100id_/{PAGE}"),
        (f"https://a.example{COPY}/web/2020/x", f"https://a.example/web/20261125204100id_/{PAGE}/web/2020/x"),
        ("https://a.example/abcde", None),
        ("https://a.example/?/web/2026/http://b", None),
        ("/web/2026/http://b", None),
    ],
)
def test_the_unchanged_bytes_have_an_address(copy: str, raw: str | None) -> None:
    assert raw_url(copy) == raw
    assert raw is None or "id_/" not in shown_url(raw)
    assert shown_url("https://a.example/abcde") == "https://a.example/abcde"


def test_the_unchanged_bytes_are_asked_for_first() -> None:
    with site({f"/web/20261125204100id_/{PAGE}": Reply(b"raw"), COPY: Reply(b"with a toolbar")}) as here:
        found = archive(here).fetch_copy(f"{here.url}{COPY}")
    assert isinstance(found, Page)
    assert (found.body, shown_url(found.final_url)) == (b"raw", f"{here.url}{COPY}")


def test_the_copy_as_shown_serves_where_there_are_none() -> None:
    with site({COPY: Reply(b"shown"), "/abcde": Reply(b"short")}) as here:
        bodies = [archive(here).fetch_copy(f"{here.url}{path}") for path in (COPY, "/abcde")]
    assert [found.body for found in bodies if isinstance(found, Page)] == [b"shown", b"short"]


def test_a_busy_archive_is_not_asked_twice() -> None:
    with site({f"/web/20261125204100id_/{PAGE}": Reply(b"", 429), COPY: Reply()}) as here:
        found = archive(here).fetch_copy(f"{here.url}{COPY}")
        assert len(here.asked) == 1
    assert isinstance(found, Page)
    assert found.status == 429


def test_an_older_copy_in_its_place_says_which_it_is() -> None:
    older = f"/web/20200101000000id_/{PAGE}"
    with site({f"/web/20261125204100id_/{PAGE}": redirect(older), older: Reply(b"old")}) as here:
        found = archive(here).fetch_copy(f"{here.url}{COPY}")
    assert shown_url(found.final_url) == f"{here.url}/web/20200101000000/{PAGE}"


def test_copies_are_had_from_the_archives_own_host_alone() -> None:
    with site({COPY: Reply()}) as other:
        with site({COPY: redirect(f"{other.url}{COPY}")}) as here:
            ours = archive(here)
            found = [ours.fetch_copy(f"{url}{COPY}") for url in (other.url, here.url, "file://", "http://[", "")]
        assert other.asked == []
    assert [one.reason for one in found if isinstance(one, Failure)] == [FetchFailure.FORBIDDEN_TARGET] * 5


# TimeMaps


def time_map(answer: Answer) -> tuple[list[Memento], Site]:
    with site({f"/web/timemap/link/{PAGE}": answer}) as here:
        return archive(here, limits=Limits(total=5.0)).time_map(f"{PAGE}#part"), here


def memento(url: str, at: datetime) -> str:
    return f'<{url}>\n ; rel="memento"; datetime="{at:%a, %d %b %Y %H:%M:%S} GMT", '


def test_the_copies_of_a_page_are_listed() -> None:
    first, second = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC), datetime(2026, 11, 25, 20, 41, tzinfo=UTC)
    text = f'<{PAGE}>; rel="original", {memento(COPY, second)}{memento(f"/web/20010203040506/{PAGE}", first)}'
    found, here = time_map(Reply(text.encode(), headers={"Content-Type": "application/link-format"}))
    assert found == [Memento(f"{here.url}/web/20010203040506/{PAGE}", first), Memento(f"{here.url}{COPY}", second)]
    assert here.asked[0][1]["Accept"] == "application/link-format"


def test_copies_elsewhere_are_not_listed() -> None:
    at = datetime(2026, 11, 25, tzinfo=UTC)
    others = ("http://other.example/web/2026/x", "javascript:x", "http://[", "/\x00")
    assert time_map(Reply("".join(memento(url, at) for url in others).encode()))[0] == []


def test_of_many_copies_the_newest_are_listed() -> None:
    start = datetime(2020, 1, 1, tzinfo=UTC)
    many = "".join(memento(f"/web/{number + 1000}/x", start + timedelta(hours=number)) for number in range(5000))
    found, here = time_map(Reply(many.encode()))
    assert [one.url for one in found] == [f"{here.url}/web/{number + 1000}/x" for number in range(4000, 5000)]


@pytest.mark.parametrize(
    "answer",
    [
        Reply(bytes(1024 * 1024 + 1)), Reply(b"", 404), Reply(memento("/a", datetime.now(UTC)).encode(), 500),
        Reply(b"<html>"), raw(b"nonsense"), redirect("http://10.0.0.1/"), Reply(b"<" * 1024 * 1024),
    ],
    ids=["huge", "none", "broken", "a page", "nonsense", "away", "brackets"],
)  # fmt: skip
def test_a_time_map_that_cannot_be_read_lists_nothing(answer: Answer) -> None:
    assert time_map(answer)[0] == []
