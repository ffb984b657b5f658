"""From a site on loopback to what the record keeps of its page: bytes, exchange, text, and what it says of itself."""

import hashlib
import io
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from warcio.checker import Checker

from factcheck.config import Settings
from factcheck.domain.actors import SERVICE
from factcheck.network.connecting import policy_for
from factcheck.network.fetching import Fetcher, Limits
from factcheck.pages import warc
from factcheck.services import claims, evidence, links, snapshots, sources
from factcheck.storage import db
from factcheck.storage.snapshot_files import Store
from factcheck.work.capturing import Camera
from factcheck.work.watching import Pace, Watch
from tests import articles
from tests.readers import READER
from tests.sites import Answer, Reply, raw, redirect, site

# What differs between databases is the services' to test.
pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.parametrize("backend", ["sqlite"])]

OUT = Fetcher("factcheck/test", policy_for(["127.0.0.0/8"]), Limits(connect=1.0, total=3.0, body=300_000))
PACE = Pace(pause=0.02)
HTML = {"Content-Type": "text/html; charset=utf-8"}
TITLE = "Troops have arrived, White House says"
QUOTED = "We do not yet know whether these soldiers will enter into combat"
PAGE = Reply(articles.ARTICLE.encode(), 200, HTML)

Json = dict[str, Any]


class Newsroom:
    """A reviewer's claim with links to a site, and a worker that looks at them."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)
        self.camera = Camera(self.store, READER)
        self.claim = claims.submit(SERVICE, {"text": "Soldiers were sent"})

    def attach(self, url: str, **fields: Any) -> Json:
        return evidence.attach(SERVICE, self.claim, {"url": url, "stance": "supports", **fields})

    def look(self) -> None:
        links.follow_ledger()
        db.execute("UPDATE link_checks SET due_at = '2001-01-01T00:00:00.000000Z'")
        with Watch(OUT, self.camera, PACE) as watch:
            watch.round()

    def taken(self, link: Json) -> list[Json]:
        return snapshots.of_source(link["source"]["id"], None, 100)[::-1]


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    found = Newsroom(tmp_path / "snapshots")
    yield found
    staged = tmp_path / "snapshots" / "incoming"
    assert not staged.exists() or list(staged.iterdir()) == []


def test_a_page_is_kept_with_its_exchange_its_text_and_what_it_says_of_itself(newsroom: Newsroom) -> None:
    with site({"/page": PAGE}) as here:
        link = newsroom.attach(f"{here.url}/page", quote={"exact": QUOTED})
        newsroom.look()
    [found] = newsroom.taken(link)
    body = articles.ARTICLE.encode()
    assert (found["http_status"], found["media_type"], found["size"]) == (200, "text/html", len(body))
    assert found["sha256"] == hashlib.sha256(body).hexdigest()
    text = snapshots.text(newsroom.store, found["id"])
    assert found["text_sha256"] == hashlib.sha256(text["text"].encode()).hexdigest()
    assert QUOTED in text["text"]
    assert found["title"] == TITLE
    assert evidence.get(link["id"])["quote_state"] == "present"
    data = snapshots.archive(newsroom.store, found["id"])
    assert warc.payload(data) == body
    assert Checker(Namespace(inputs=[io.BytesIO(data)], verbose=False)).process_all() == 0


def test_a_page_that_has_not_changed_is_not_read_again(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    with site({"/page": PAGE}) as here:
        link = newsroom.attach(f"{here.url}/page")
        newsroom.look()
        monkeypatch.setattr(Camera, "_with_text", None)
        before = db.query("SELECT seq FROM ledger_head")
        newsroom.look()
        assert here.paths.count("/page") == 2
    assert db.query("SELECT seq FROM ledger_head") == before
    assert len(newsroom.taken(link)) == 1


def test_a_link_attached_later_is_pinned_to_what_stands_there_by_then(newsroom: Newsroom) -> None:
    with site({"/page": PAGE}) as here:
        newsroom.attach(f"{here.url}/page")
        newsroom.look()
        db.execute("UPDATE link_checks SET due_at = '2999-01-01T00:00:00.000000Z'")
        later = newsroom.attach(f"{here.url}/page", stance="refutes", quote={"exact": QUOTED})
        links.follow_ledger()
        assert links.backlog().due == 1
        newsroom.look()
    shown = evidence.get(later["id"])
    assert (shown["snapshot"], shown["quote_state"]) == (newsroom.taken(later)[0]["id"], "present")


def test_a_document_is_read_too(newsroom: Newsroom) -> None:
    words = "At least 3,000 soldiers had been sent by ship."
    document = Reply(articles.pdf([words]), 200, {"Content-Type": "application/pdf"})
    with site({"/report.pdf": document}) as here:
        link = newsroom.attach(f"{here.url}/report.pdf", quote={"exact": "3,000 soldiers"})
        newsroom.look()
    assert evidence.get(link["id"])["quote_state"] == "present"
    [found] = newsroom.taken(link)
    assert words in snapshots.text(newsroom.store, found["id"])["text"]


def test_a_picture_is_kept_and_says_nothing(newsroom: Newsroom) -> None:
    with site({"/a.png": Reply(b"\x89PNG\r\n" + bytes(100), 200, {"Content-Type": "image/png"})}) as here:
        link = newsroom.attach(f"{here.url}/a.png", quote={"exact": "3,000"})
        newsroom.look()
    [found] = newsroom.taken(link)
    assert (found["media_type"], found["text_sha256"], found["size"]) == ("image/png", None, 106)
    assert evidence.get(link["id"])["quote_state"] == "unchecked"


def test_where_a_redirect_led_is_told(newsroom: Newsroom) -> None:
    with site({"/page": redirect("/new?a=b"), "/new?a=b": PAGE}) as here:
        link = newsroom.attach(f"{here.url}/page")
        newsroom.look()
        assert newsroom.taken(link)[0]["final_url"] == f"{here.url}/new?a=b"


@pytest.mark.parametrize(
    "answer",
    [
        Reply(b"gone", 404, HTML),
        Reply(b"pay", 402, HTML),
        Reply(b"<title>Just a moment...</title>", 200, {**HTML, "cf-mitigated": "challenge"}),
        redirect("/"),
        redirect("http://10.0.0.1/"),
        Reply(bytes(300_001), 200, HTML),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort"),
    ],
)
def test_of_a_page_that_is_not_there_nothing_is_kept(newsroom: Newsroom, answer: Answer) -> None:
    with site({"/page": answer, "/": PAGE}) as here:
        link = newsroom.attach(f"{here.url}/page")
        newsroom.look()
    assert newsroom.taken(link) == []
    assert db.query("SELECT COUNT(*) FROM kept_files") == [(0,)]


HOSTILE = {
    "binary": b"\x00\xff\xfe<html>" + bytes(range(256)) * 50,
    "surrogates and controls": "<p>a\ud800b\x00\x1b[31m\u202e</p>".encode("utf-8", "surrogatepass"),
    "deep nesting": b"<div>" * 20_000 + b"words",
    "unclosed everything": b"<html><body><p>a<table><tr><td><script>var a = '</scr" + b"<b>" * 1000,
    "a huge title": b"<title>" + b"t" * 200_000 + b"</title><p>words</p>",
    "an entity bomb": b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><html><p>&c;</p></html>',
    "a broken document": b"%PDF-1.7\n1 0 obj << /Length 999999999 >> stream",
    "empty": b"",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_a_page_holds_it_is_kept_and_the_worker_lives_on(newsroom: Newsroom, body: bytes) -> None:
    with site({"/page": Reply(body, 200, {"Content-Type": "text/html"}), "/other": PAGE}) as here:
        link, other = newsroom.attach(f"{here.url}/page"), newsroom.attach(f"{here.url}/other")
        newsroom.look()
    [found] = newsroom.taken(link)
    assert warc.payload(snapshots.archive(newsroom.store, found["id"])) == body
    assert newsroom.taken(other)[0]["title"] == TITLE


@pytest.mark.parametrize(
    "answer",
    [
        b"200 OK\r\nContent-Type: text/html\x00; charset=\x00\r\nX-Odd: \x00\r\nContent-Length: 5\r\n\r\nwords",
        b"302 Found\r\nLocation: /page#\x00\r\nContent-Length: 0\r\n\r\n",
        b"301 Moved\r\nLocation: /\x00\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_whatever_its_headers_hold_the_look_is_recorded(newsroom: Newsroom, answer: bytes) -> None:
    with site({"/page": raw(b"HTTP/1.1 " + answer)}) as here:
        link = newsroom.attach(f"{here.url}/page")
        newsroom.look()
    shown = sources.get(link["source"]["id"])
    assert shown["link_reason"] == (None if newsroom.taken(link) else "bad_response")


def test_a_store_that_cannot_be_written_keeps_no_link_from_being_looked_at(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "stage", full)
    with site({"/page": PAGE}) as here:
        link = newsroom.attach(f"{here.url}/page")
        newsroom.look()
    assert sources.get(link["source"]["id"])["link_state"] == "alive"
    assert newsroom.taken(link) == []


def test_files_lie_below_the_directory_for_data() -> None:
    assert Settings(data_dir=Path("/data")).snapshot_dir == Path("/data/snapshots")
