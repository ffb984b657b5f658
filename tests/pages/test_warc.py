"""WARC files of what was fetched: whole, readable by others, and deaf to what headers try."""

import gzip
import io
import os
import tracemalloc
from argparse import Namespace
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker
from warcio.cli import main

from factcheck.network.connecting import policy_for
from factcheck.network.fetching import Fetcher, Page
from factcheck.pages import warc
from tests.sites import Reply, redirect, site

WHEN = datetime(2026, 11, 25, 20, 30, 1, 250_000, tzinfo=UTC)
PAGE = Page(
    url="https://example.org/a",
    final_url="https://example.org/b?c=d#e",
    redirects=(),
    status=200,
    headers={},
    media_type="text/html",
    charset=None,
    body=b"<p>hello</p>",
    raw_headers=(("Content-Type", "text/html"), ("X-Two", "1"), ("X-Two", "2")),
    status_line="HTTP/1.1 200 OK",
    request_headers=(("Host", "example.org"), ("User-Agent", "factcheck/test")),
)


def records(data: bytes) -> list[Any]:
    """The records of a file, each with its body read into `body`."""
    found = []
    for one in ArchiveIterator(io.BytesIO(data), check_digests="raise"):
        one.body = one.raw_stream.read()
        found.append(one)
    return found


def check(data: bytes) -> None:
    """What `warcio check` does with a file; and it holds the three records, each in a gzip member of its own."""
    assert Checker(Namespace(inputs=[io.BytesIO(data)], verbose=False)).process_all() == 0
    assert [one.rec_type for one in records(data)] == ["warcinfo", "response", "request"]
    assert gzip.decompress(data).startswith(b"WARC/1.1\r\nWARC-Type: warcinfo\r\n")


def test_an_exchange_is_kept_whole() -> None:
    data = warc.record(PAGE, WHEN)
    check(data)
    _, response, request = records(data)
    assert response.rec_headers["WARC-Target-URI"] == "https://example.org/b?c=d#e"
    assert response.rec_headers["WARC-Date"] == "2026-11-25T20:30:01.250000Z"
    assert response.rec_headers["WARC-Payload-Digest"].startswith("sha256:")
    assert response.rec_headers["WARC-Block-Digest"].startswith("sha1:")
    assert request.rec_headers["WARC-Concurrent-To"] == response.rec_headers["WARC-Record-ID"]
    assert (response.http_headers.protocol, response.http_headers.statusline) == ("HTTP/1.1", "200 OK")
    assert response.http_headers.headers == [*PAGE.raw_headers, ("Content-Length", "12")]
    assert (request.http_headers.protocol, request.http_headers.statusline) == ("GET", "/b?c=d HTTP/1.1")
    assert request.http_headers.headers == list(PAGE.request_headers)
    assert response.body == warc.payload(data) == PAGE.body


def test_what_was_fetched_can_be_read_by_others() -> None:
    packed = Reply(gzip.compress(b"<p>hello</p>"), headers={"Content-Encoding": "gzip", "Set-Cookie": "a=1"})
    with site({"/a": redirect("/ü".encode().decode("latin-1")), "/%C3%BC": packed}) as here:
        found = Fetcher("factcheck/test", policy_for(["127.0.0.0/8"])).get(f"{here.url}/a")
        sent = here.asked[1][1]
    assert isinstance(found, Page)
    data = warc.record(found, WHEN)
    check(data)
    _, response, request = records(data)
    assert response.rec_headers["WARC-Target-URI"] == f"{here.url}/%C3%BC"
    assert response.http_headers["X-Archive-Orig-Content-Encoding"] == "gzip"
    assert response.http_headers["X-Archive-Orig-Content-Length"] == str(len(packed.body))
    assert response.http_headers["Content-Length"] == "12"
    assert not {"Set-Cookie", "Content-Encoding"} & {name for name, _ in response.http_headers.headers}
    assert dict(request.http_headers.headers) == sent
    assert response.content_stream().read() == b""
    assert response.body == b"<p>hello</p>"


def test_the_command_of_warcio_agrees(tmp_path: Path) -> None:
    path = tmp_path / "page.warc.gz"
    path.write_bytes(warc.record(PAGE, WHEN))
    with pytest.raises(SystemExit) as ended:
        main(["check", str(path)])
    assert not ended.value.code
    path.write_bytes(gzip.decompress(path.read_bytes()).replace(b"hello", b"hullo"))
    with pytest.raises(SystemExit) as ended:
        main(["check", str(path)])
    assert ended.value.code


@given(st.binary(max_size=5000), st.sampled_from(["utf-8", "gzip", "chunked"]))
def test_every_body_comes_back(body: bytes, coding: str) -> None:
    headers = (("content-encoding", coding), ("Transfer-Encoding", coding), ("CONTENT-LENGTH", "7"))
    data = warc.record(replace(PAGE, body=body, raw_headers=headers), WHEN)
    check(data)
    assert warc.payload(data) == body


_HOSTILE = st.text() | st.sampled_from(
    [
        "\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\nContent-Length: 3\r\n\r\nabc", "a\r\n b", "\n", "\x85", "\u2028",
        "ü; a=ü", 'ü="', "\ud800", "\x00", "x" * 200_000,
    ]
)  # fmt: skip
_HEADERS = st.lists(st.tuples(_HOSTILE | st.sampled_from(["Content-Encoding", "WARC-Type", "a"]), _HOSTILE), max_size=5)


@given(_HEADERS, _HEADERS, _HOSTILE, _HOSTILE.map(lambda end: f"HTTP://example.org/{end}"))
def test_no_header_breaks_out(answered: Any, sent: Any, line: str, url: str) -> None:
    page = replace(PAGE, raw_headers=answered, request_headers=sent, status_line=line, final_url=url)
    data = warc.record(page, WHEN)
    check(data)
    response = records(data)[1]
    assert response.body == warc.payload(data) == PAGE.body
    assert response.http_headers.headers[-1] == ("Content-Length", str(len(PAGE.body)))


@given(st.binary(max_size=300))
def test_what_is_no_file_is_told(data: bytes) -> None:
    with pytest.raises(ValueError, match="WARC"):
        warc.payload(data)


@pytest.mark.parametrize("keep", [0, 1, 20, 0.3, 0.5, 0.7])
def test_a_file_that_was_cut_is_told(keep: float) -> None:
    data = warc.record(replace(PAGE, body=bytes(range(256)) * 100), WHEN)
    with pytest.raises(ValueError, match="WARC"):
        warc.payload(data[: int(keep * len(data)) if isinstance(keep, float) else keep])


def test_a_file_that_was_changed_is_told() -> None:
    plain = gzip.decompress(warc.record(PAGE, WHEN))
    assert warc.payload(plain) == PAGE.body
    with pytest.raises(ValueError, match="WARC"):
        warc.payload(plain.replace(b"hello", b"hullo"))


def test_a_large_body_is_not_held_many_times_over() -> None:
    body = os.urandom(10 * 1024 * 1024)
    tracemalloc.start()
    try:
        data = warc.record(replace(PAGE, body=body), WHEN)
        assert tracemalloc.get_traced_memory()[1] < 1.3 * len(body)
        tracemalloc.reset_peak()
        assert len(warc.payload(data)) == len(body)
        assert tracemalloc.get_traced_memory()[1] < 2.3 * len(body)  # the file and the body
    finally:
        tracemalloc.stop()
