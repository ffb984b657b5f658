"""The one way out, against hostile sites on loopback: each ends with a result, in bounded time and memory."""

import gzip
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from factcheck.domain.links import Redirect
from factcheck.domain.vocabulary import FetchFailure
from factcheck.network.connecting import policy_for
from factcheck.network.fetching import Failure, Fetcher, Limits, Page, host_of
from tests.sites import Reply, certificate, raw, redirect, site, tls_of

LOOPBACK = policy_for(["127.0.0.0/8"])
SHORT = Limits(connect=1.0, total=1.0, body=100_000, redirects=5)
HEAD = b"HTTP/1.1 200 OK\r\n"


def fetcher(**changes: Any) -> Fetcher:
    return Fetcher(**{"user_agent": "factcheck/test", "policy": LOOPBACK, "limits": SHORT, **changes})


def page(url: str, **changes: Any) -> Page:
    found = fetcher(**changes).get(url)
    assert isinstance(found, Page), found
    return found


def failure(url: str, **changes: Any) -> Failure:
    """The failure; within the time, and without holding more than a few bodies' worth."""
    began = time.monotonic()
    tracemalloc.start()
    try:
        found = fetcher(**changes).get(url)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(found, Failure), found
    assert time.monotonic() - began < 3.0
    assert peak < 8 * 1024 * 1024
    return found


def test_a_page_is_had_with_what_it_says_of_itself() -> None:
    headers = {"Content-Type": 'Text/HTML; charset="iso-8859-1"', "ETag": '"1"', "X-Other": "no"}
    with site({"/page": Reply("Grüße".encode("latin-1"), headers=headers)}) as here:
        found = page(f"{here.url}/page")
    assert (found.status, found.final_url, found.redirects) == (200, f"{here.url}/page", ())
    assert (found.media_type, found.charset, found.text) == ("text/html", "iso-8859-1", "Grüße")
    assert found.headers["etag"] == '"1"'
    assert "x-other" not in found.headers


def test_all_headers_are_kept_in_their_order_but_cookies() -> None:
    answer = raw(HEAD + b"X-B: 1\r\nX-A: \xfc\r\nSet-Cookie: a=1\r\nX-B: 2\r\nContent-Length: 5\r\n\r\nhello")
    away = Reply(b"", 302, {"Location": "/page", "Set-Cookie": "b=2"})
    with site({"/": away, "/page": answer}) as here:
        found = page(f"{here.url}/")
        sent = here.asked[1][1]
    assert found.raw_headers == (("X-B", "1"), ("X-B", "2"), ("X-A", "ü"), ("Content-Length", "5"))
    assert found.status_line == "HTTP/1.1 200 OK"
    assert dict(found.request_headers) | {"Cookie": "b=2"} == dict(sent)
    assert found.request_headers[0] == ("Host", here.url.removeprefix("http://"))


def test_headers_without_end_are_kept_within_limits() -> None:
    lines = b"".join(b"X-%d: %s\r\n" % (number, b"a" * 20_000) for number in range(90))
    status = b"HTTP/1.1 200 " + b"O" * 9000 + b"\r\n"
    with site({"/": raw(status + lines + b"Content-Type: text/html\r\n\r\n")}) as here:
        found = page(f"{here.url}/")
    assert [name for name, _ in found.raw_headers] == ["X-0", "X-1", "X-2", "Content-Type"]
    assert len(found.status_line) == 200


def test_a_body_is_held_once() -> None:
    body = bytes(8 * 1024 * 1024)
    with site({"/": Reply(body)}) as here:
        tracemalloc.start()
        try:
            assert page(f"{here.url}/", limits=Limits(total=20.0)).body == body
            assert tracemalloc.get_traced_memory()[1] < 1.3 * len(body)
        finally:
            tracemalloc.stop()


def test_it_says_who_asks_and_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with site({"/": Reply()}) as here:
        page(f"{here.url}/")
        (_, headers), *more = here.asked
    assert more == []
    assert headers["User-Agent"] == "factcheck/test"
    assert "Authorization" not in headers
    assert "Cookie" not in headers


@pytest.mark.parametrize("status", [403, 404, 410, 429, 500, 503])
def test_an_answer_that_is_no_success_is_a_page_all_the_same(status: int) -> None:
    with site({"/": Reply(b"no", status, {"Retry-After": "120"})}) as here:
        found = page(f"{here.url}/")
    assert (found.status, found.body, found.headers["retry-after"]) == (status, b"no", "120")


# What is posted


def test_a_form_is_posted() -> None:
    with site({"POST /save": Reply(b"{}", headers={"Content-Type": "application/json"})}) as here:
        found = fetcher().post(f"{here.url}/save", {"url": "http://site.example/ü?a&b"}, accept="application/json")
        headers = here.asked[0][1]
    assert isinstance(found, Page)
    assert (found.status, found.media_type, found.body) == (200, "application/json", b"{}")
    assert here.posted == [("/save", b"url=http%3A%2F%2Fsite.example%2F%C3%BC%3Fa%26b")]
    assert (headers["Accept"], headers["Content-Type"]) == ("application/json", "application/x-www-form-urlencoded")


@pytest.mark.parametrize("status", [301, 302, 303])
def test_most_redirects_of_a_form_are_followed_without_it(status: int) -> None:
    with site({"/done": Reply()}) as other, site({"POST /": redirect(f"{other.url}/done", status)}) as here:
        found = fetcher().post(f"{here.url}/", {"a": "b"})
        assert isinstance(found, Page)
        assert (found.final_url, found.body, other.posted) == (f"{other.url}/done", b"hello", [])
        assert "Content-Type" not in other.asked[0][1]


@pytest.mark.parametrize("status", [307, 308])
def test_a_form_is_sent_again_to_its_own_host_alone(status: int) -> None:
    with site({"POST /done": Reply()}) as other:
        answers = {"POST /": redirect("/done", status), "POST /done": Reply()}
        with site({**answers, "POST /away": redirect(f"{other.url}/done", status)}) as here:
            found = fetcher().post(f"{here.url}/", {"a": "b"})
            assert isinstance(found, Page)
            assert here.posted == [("/", b"a=b"), ("/done", b"a=b")]
            away = fetcher().post(f"{here.url}/away", {"a": "b"})
    assert isinstance(away, Failure)
    assert (away.reason, away.status, other.asked) == (FetchFailure.FORBIDDEN_TARGET, status, [])


def test_a_form_goes_to_no_forbidden_place() -> None:
    found = fetcher(policy=policy_for(())).post("http://127.0.0.1:9999/", {"a": "b"})
    assert isinstance(found, Failure)
    assert found.reason == FetchFailure.FORBIDDEN_TARGET


def test_it_can_be_kept_to_one_host() -> None:
    with site({"/": Reply()}) as other:
        with site({"/a": redirect("/b"), "/b": Reply(), "/away": redirect(f"{other.url}/")}) as here:
            stays = fetcher().get(f"{here.url}/a", same_host=True)
            leaves = fetcher().get(f"{here.url}/away", same_host=True)
        assert other.asked == []
    assert isinstance(stays, Page)
    assert isinstance(leaves, Failure)
    assert leaves.reason == FetchFailure.FORBIDDEN_TARGET


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://a.example/x", "https://A.example:443/y", True),
        ("http://a.example", "http://a.example:8080", False),
        ("http://a.example:443", "https://a.example", False),
        ("http://a.example", "http://b.example", False),
        ("http://a.example@b.example", "http://a.example", False),
    ],
)
def test_hosts_are_told_apart(one: str, other: str, same: bool) -> None:
    assert (host_of(one) == host_of(other)) is same


# Where it may not go


def test_redirects_are_followed_and_told() -> None:
    with site({"/a": redirect("/b", 301), "/b": redirect("c?d=ü".encode().decode("latin-1"), 302)}) as here:
        found = page(f"{here.url}/a")
    assert [step.status for step in found.redirects] == [301, 302]
    assert found.redirects[0] == Redirect(301, f"{here.url}/b")
    assert found.final_url == f"{here.url}/c?d=ü"


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://[::ffff:10.0.0.1]/",
        "http://192.168.1.1:8080/", "http://0.0.0.0/", "http://[fd00:ec2::254]/", "http://[64:ff9b::a9fe:a9fe]/",
        "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "data:text/plain,x",
        "http://2130706433/", "http://017700000001/", "http://127.1/", "http://somebody@127.0.0.1/",
    ],
)  # fmt: skip
def test_a_redirect_to_where_nobody_may_go_ends_there(target: str) -> None:
    with site({"/": redirect(target)}) as here:
        found = failure(f"{here.url}/")
        assert here.paths == ["/"]
    assert found.reason == FetchFailure.FORBIDDEN_TARGET, found
    assert found.redirects == (Redirect(302, target),)
    assert found.status is None


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://2130706433:{port}/",
        "http://0177.0.0.1:{port}/", "http://0x7f.1:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
    ],
)  # fmt: skip
def test_the_own_machine_is_not_public(url: str) -> None:
    with site({"/": Reply()}) as here:
        port = here.url.rpartition(":")[2]
        assert failure(url.format(port=port), policy=policy_for(())).reason == FetchFailure.FORBIDDEN_TARGET
        assert here.paths == []


def resolving(*addresses: str) -> Callable[..., Any]:
    """A resolver that gives each of these in turn, and the last one from then on."""
    waiting = list(addresses)

    def look_up(_host: str, port: int, *_: Any) -> Any:
        address = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, port))]

    return look_up


def test_a_name_that_turns_private_at_its_second_look_up_is_refused_then() -> None:
    with site({"/": redirect("/again")}) as here:
        port = here.url.rpartition(":")[2]
        found = failure(f"http://site.example:{port}/", look_up=resolving("127.0.0.1", "10.0.0.1"))
        assert here.paths == ["/"]
    assert found.reason == FetchFailure.FORBIDDEN_TARGET


def test_a_name_is_looked_up_once_for_one_request() -> None:
    with site({"/": Reply()}) as here:
        port = here.url.rpartition(":")[2]
        assert page(f"http://site.example:{port}/", look_up=resolving("127.0.0.1", "10.0.0.1")).status == 200


def test_a_name_that_is_partly_private_is_refused() -> None:
    def look_up(_host: str, port: int, *_: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (one, port)) for one in ("127.0.0.1", "10.0.0.1")]

    assert failure("http://site.example/", look_up=look_up).reason == FetchFailure.FORBIDDEN_TARGET


def test_other_services_ports_are_left_alone() -> None:
    assert failure("http://127.0.0.1:25/").reason == FetchFailure.FORBIDDEN_TARGET


def test_a_network_that_hides_others_cannot_be_allowed() -> None:
    with pytest.raises(ValueError, match="64:ff9b::/96"):
        policy_for(["64:ff9b::/96"])


def test_cookies_stay_with_the_site_that_set_them() -> None:
    with site({"/": Reply()}) as other:  # on another port, of which cookies by themselves know nothing
        away = Reply(b"", 302, {"Location": f"{other.url}/", "Set-Cookie": "a=1"})
        with site({"/": Reply(b"", 302, {"Location": "/away", "Set-Cookie": "b=2"}), "/away": away}) as here:
            page(f"{here.url}/")
            assert here.asked[1][1]["Cookie"] == "b=2"
    assert "Cookie" not in other.asked[0][1]


def test_credentials_go_to_the_one_origin_that_they_are_for_and_stand_in_no_archive() -> None:
    with site({"/": Reply()}) as other, site({"/away": redirect(f"{other.url}/"), "/": Reply()}) as here:
        ours = fetcher(authorization={here.url: "LOW key:secret"})
        found = ours.get(f"{here.url}/")
        ours.get(f"{here.url}/away")
        assert [headers.get("Authorization") for _, headers in here.asked] == ["LOW key:secret"] * 2
        assert "Authorization" not in other.asked[0][1]
    assert isinstance(found, Page)
    assert "secret" not in f"{found.request_headers} {ours}"


# What has limits


def test_a_circle_of_redirects_is_left() -> None:
    with site({"/": redirect("/")}) as here:
        found = failure(f"{here.url}/")
        assert len(here.paths) == 6
    assert (found.reason, len(found.redirects)) == (FetchFailure.TOO_MANY_REDIRECTS, 5)


def test_a_gzip_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(64 * 1024 * 1024))
    with site({"/": Reply(bomb, headers={"Content-Encoding": "gzip"})}) as here:
        found = failure(f"{here.url}/")
    assert (found.reason, found.status) == (FetchFailure.TOO_LARGE, 200)


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_bomb_in_a_bomb_is_not_unpacked(pack: Callable[[bytes], bytes]) -> None:
    name = "gzip" if pack is gzip.compress else "deflate"
    bomb = pack(pack(bytes(256 * 1024 * 1024)))
    with site({"/": Reply(bomb, headers={"Content-Encoding": f"{name}, {name}"})}) as here:
        assert failure(f"{here.url}/").reason in (FetchFailure.TOO_LARGE, FetchFailure.BAD_RESPONSE)


def test_an_endless_body_is_left() -> None:
    with site({"/": raw(HEAD + b"\r\n", bytes(50_000), again=True)}) as here:
        assert failure(f"{here.url}/").reason == FetchFailure.TOO_LARGE


def test_a_body_that_is_announced_as_too_large_is_not_read() -> None:
    with site({"/": raw(HEAD + b"Content-Length: 99999999999999999999999999\r\n\r\n")}) as here:
        assert failure(f"{here.url}/").reason == FetchFailure.TOO_LARGE


def test_the_endless_body_of_a_redirect_is_not_read() -> None:
    away = raw(b"HTTP/1.1 302 Found\r\nLocation: /page\r\n\r\n", bytes(50_000), again=True)
    with site({"/": away, "/page": Reply()}) as here:
        assert page(f"{here.url}/").status == 200


@pytest.mark.parametrize(
    "slow",
    [
        raw(HEAD + b"Content-Length: 1000\r\n\r\n", b"x", pause=0.2, again=True),
        raw(HEAD, b"X-Header: 1\r\n", pause=0.2, again=True),
        raw(b"H", b"T", pause=0.2, again=True),
        raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", pause=0.2, again=True),
        raw(b"HTTP/1.1 100 Continue\r\n\r\n", pause=0.001, again=True),
        raw(HEAD + b"\r\n", pause=30),
        raw(b"", pause=30),
    ],
    ids=["body", "headers", "status", "chunks", "continue", "no body", "nothing"],
)  # fmt: skip
def test_what_drips_ends_on_time(slow: Any) -> None:
    with site({"/": slow}) as here:
        assert failure(f"{here.url}/").reason == FetchFailure.TIMEOUT


def test_all_redirects_share_the_time() -> None:
    def late(handler: Any) -> None:
        time.sleep(0.4)
        redirect("/")(handler)

    with site({"/": late}) as here:
        assert failure(f"{here.url}/").reason == FetchFailure.TIMEOUT


def test_a_look_up_that_hangs_ends_on_time() -> None:
    def look_up(*_: Any) -> Any:
        time.sleep(5)

    quick = Limits(connect=0.5, total=5.0)
    assert failure("http://site.example/", look_up=look_up, limits=quick).reason == FetchFailure.DNS


def test_a_host_that_takes_no_connection_ends_on_time() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        try:
            assert failure(f"http://127.0.0.1:{port}/").reason == FetchFailure.TIMEOUT
        finally:
            for one in waiting:
                one.close()


def test_a_handshake_that_hangs_ends_on_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        assert failure(f"https://127.0.0.1:{mute.getsockname()[1]}/").reason == FetchFailure.TIMEOUT


# What is broken


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (raw(HEAD + b"Content-Length: 100\r\n\r\nshort"), FetchFailure.BAD_RESPONSE),
        (raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nnonsense\r\n"), FetchFailure.BAD_RESPONSE),
        (raw(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain"), FetchFailure.BAD_RESPONSE),
        (raw(b"not http at all\r\n\r\n"), FetchFailure.BAD_RESPONSE),
        (raw(b""), FetchFailure.BAD_RESPONSE),
        (raw(HEAD + b"X: 1\r\n" * 1000 + b"\r\n"), FetchFailure.BAD_RESPONSE),
        (raw(HEAD + b"X: " + bytes(100_000)), FetchFailure.BAD_RESPONSE),
        (redirect("http://[::1/"), FetchFailure.BAD_RESPONSE),
        (redirect("http://" + "a" * 300 + ".example/"), FetchFailure.FORBIDDEN_TARGET),
        (redirect("http://no-such-host.invalid/"), FetchFailure.DNS),
    ],
    ids=[
        "short", "chunks", "no gzip", "no http", "nothing", "many headers", "long header", "no url", "no name",
        "no host",
    ],
)  # fmt: skip
def test_what_is_broken_is_told_apart(answer: Any, reason: FetchFailure) -> None:
    with site({"/": answer}) as here:
        assert failure(f"{here.url}/").reason == reason


def test_a_redirect_to_what_no_database_takes_is_broken() -> None:
    with site({"/": raw(b"HTTP/1.1 302 Found\r\nLocation: /\x00\r\nContent-Length: 0\r\n\r\n")}) as here:
        found = failure(f"{here.url}/")
    assert (found.reason, found.final_url) == (FetchFailure.BAD_RESPONSE, f"{here.url}/")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"Text/HTML; x=\x00", "text/html"),
        (b"application/xhtml+xml", "application/xhtml+xml"),
        (b"text/html\x00", None),
        (b"text/\xff\xfe", None),
        (b"html", None),
        (b"", None),
    ],
)
def test_what_is_no_media_type_is_none(header: bytes, expected: str | None) -> None:
    with site({"/": raw(HEAD + b"Content-Type: " + header + b"\r\nContent-Length: 0\r\n\r\n")}) as here:
        assert page(f"{here.url}/").media_type == expected


def test_a_host_that_refuses_is_told_apart() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert failure(f"http://127.0.0.1:{port}/").reason == FetchFailure.REFUSED


def test_more_than_was_announced_is_not_read() -> None:
    with site({"/": raw(HEAD + b"Content-Length: 5\r\n\r\nhello and more")}) as here:
        assert page(f"{here.url}/").body == b"hello"


@pytest.mark.parametrize("charset", ["utf-16", "no-such-thing", "hex", "idna", "punycode", "undefined", "\x00"])
def test_a_wrong_charset_spoils_no_page(charset: str) -> None:
    body = b"hello \xff" + b"a" * 50_000
    with site({"/": Reply(body, headers={"Content-Type": f"text/html; charset={charset}"})}) as here:
        found = page(f"{here.url}/")
        began = time.monotonic()
        assert len(found.text) > 1000
        assert time.monotonic() - began < 0.5


# Whether it is who it says


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with site({"/": Reply()}, tls=tls_of(certificate(tmp_path, "127.0.0.1"))) as here:
        assert failure(f"{here.url}/").reason == FetchFailure.TLS
        assert here.paths == []


def test_a_certificate_of_somebody_else_is_refused(tmp_path: Path) -> None:
    theirs = certificate(tmp_path, "other.example")
    with site({"/": Reply()}, tls=tls_of(theirs)) as here:
        assert failure(f"{here.url}/", trusted=str(theirs)).reason == FetchFailure.TLS
        assert here.paths == []


def test_a_good_certificate_is_taken(tmp_path: Path) -> None:
    ours = certificate(tmp_path, "127.0.0.1")
    with site({"/": Reply()}, tls=tls_of(ours)) as here:
        assert page(f"{here.url}/", trusted=str(ours)).body == b"hello"


def test_a_body_that_drips_over_tls_ends_on_time(tmp_path: Path) -> None:
    ours = certificate(tmp_path, "127.0.0.1")
    slow = raw(HEAD + b"Content-Length: 1000\r\n\r\n", b"x", pause=0.2, again=True)
    with site({"/": slow}, tls=tls_of(ours)) as here:
        assert failure(f"{here.url}/", trusted=str(ours)).reason == FetchFailure.TIMEOUT


def test_speaking_tls_to_a_plain_site_is_told_apart() -> None:
    with site({"/": Reply()}) as here:
        assert failure(here.url.replace("http:", "https:")).reason == FetchFailure.TLS


def test_a_message_is_posted_as_it_is_with_its_headers() -> None:
    with site({"POST /in": Reply(b"", 202, {"Retry-After": "7"})}) as here:
        found = fetcher().send(
            f"{here.url}/in", b'{"a": 1}', {"Content-Type": "application/json", "webhook-id": "msg_1"}
        )
        [(_, headers)] = here.asked
    assert isinstance(found, Page)
    assert (found.status, found.headers["retry-after"]) == (202, "7")
    assert here.posted == [("/in", b'{"a": 1}')]
    assert (headers["Content-Type"], headers["webhook-id"]) == ("application/json", "msg_1")


def test_a_message_is_sent_nowhere_else_and_its_answer_not_read() -> None:
    endless = raw(HEAD + b"\r\n", b"x" * 1000, again=True)
    with site({"POST /away": redirect("/in", 307), "POST /in": Reply(), "POST /endless": endless}) as here:
        away, taken = (fetcher().send(f"{here.url}/{path}", b"m", {}) for path in ("away", "endless"))
    assert isinstance(away, Page)
    assert isinstance(taken, Page)
    assert (away.status, taken.status, taken.body) == (307, 200, b"")
    assert here.paths == ["/away", "/endless"]


def test_a_message_goes_to_no_internal_address() -> None:
    with site({"POST /in": Reply()}) as here:
        found = fetcher(policy=policy_for([])).send(f"{here.url}/in", b"m", {})
        named = fetcher(policy=policy_for([])).send(here.url.replace("127.0.0.1", "localhost"), b"m", {})
    assert isinstance(found, Failure)
    assert isinstance(named, Failure)
    assert found.reason == named.reason == FetchFailure.FORBIDDEN_TARGET
    assert here.asked == []
