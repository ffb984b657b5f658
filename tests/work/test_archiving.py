"""Public copies of pages, asked of a stand-in for an archive on loopback: what is recorded, and what never is."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from factcheck.domain.actors import SERVICE
from factcheck.domain.copies import Asked, CopyKind, CopyOutcome, Tries
from factcheck.domain.versions import Precondition
from factcheck.domain.vocabulary import LinkState
from factcheck.network.archives import Archive
from factcheck.network.connecting import policy_for
from factcheck.network.fetching import Fetcher, Limits
from factcheck.pages.reader import Reader
from factcheck.services import claims, copies, evidence, looks, snapshots, sources
from factcheck.storage import db
from factcheck.storage.snapshot_files import Store
from factcheck.work.archiving import Archivist, Errands
from tests.captures import see
from tests.sites import Answer, Reply, Site, raw, redirect, site

# What differs between databases is the services' to test.
pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.parametrize("backend", ["sqlite"])]

URL = "https://paper.net/report"
AT = "20261125204100"
TEXT = (
    "Kirby said that at least 3,000 soldiers were sent to the east of Russia by ship this month.\nIt is not known why."
)
HTML = (
    f"<html><body><article>{''.join(f'<p>{line}</p>' for line in TEXT.splitlines())}</article></body></html>".encode()
)
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader() as found:
        yield found


def said(**members: Any) -> Reply:
    return Reply(json.dumps(members).encode(), 200, JSON)


def html(body: bytes) -> Reply:
    return Reply(body, 200, {"Content-Type": "text/html"})


DONE = said(status="success", timestamp=AT, original_url=URL)


@contextmanager
def archive(answers: Mapping[str, Answer]) -> Iterator[Site]:
    """A stand-in that takes pages, has them at once, and shows these copies."""
    usual: dict[str, Answer] = {"POST /save": said(job_id="job-1"), "/save/status/job-1": DONE}
    with site({**usual, **answers}) as here:
        yield here


def errands(here: Site, folder: Path, reader: Reader, seconds: float = 2.0) -> Errands:
    out = Fetcher("factcheck/test", policy_for(["127.0.0.0/8"]), Limits(connect=1.0, total=seconds))
    return Errands(Archivist(Archive(out, f"{here.url}/save"), Store(folder), reader).ask)


def captured(folder: Path, text: str | None = TEXT, body: bytes = HTML) -> str:
    """A source whose page was read; the store has its text."""
    claim = claims.submit(SERVICE, {"text": "Soldiers were sent"})
    link = evidence.attach(SERVICE, claim, {"url": URL, "stance": "supports"})
    see(folder, link["source"]["id"], text, body=body)
    return str(link["source"]["id"])


def rounds(work: Errands, enough: int) -> None:
    """Rounds until so many answers were recorded; what is asked again is due at once."""
    until, done = time.monotonic() + 20, 0
    while done < enough:
        assert time.monotonic() < until
        db.execute("UPDATE copy_requests SET due_at = '2001-01-01T00:00:00.000000Z'")
        done += work.round()
        time.sleep(0.02)


def urls(source: str) -> list[str]:
    return [url for one in snapshots.of_source(source, None, 10) for url in one["archive_urls"]]


def test_a_copy_with_our_bytes_is_recorded(tmp_path: Path, reader: Reader) -> None:
    source = captured(tmp_path)
    with archive({f"/web/{AT}id_/{URL}": html(HTML)}) as here:
        rounds(errands(here, tmp_path, reader), 2)
        copy = f"{here.url}/web/{AT}/{URL}"
    assert urls(source) == [copy]
    assert sources.get(source)["archive_url"] == copy
    assert (copies.backlog(), copies.outcomes()) == (0, {"found": 1})


def test_a_copy_with_our_text_is_recorded_whatever_stands_around_it(tmp_path: Path, reader: Reader) -> None:
    source = captured(tmp_path)
    around = HTML.replace(b"<body>", b"<body><nav><a href='/'>Wayback</a></nav>")
    with archive({f"/web/{AT}id_/{URL}": html(around)}) as here:
        rounds(errands(here, tmp_path, reader), 2)
    assert len(urls(source)) == 1


def test_a_copy_that_says_something_else_is_not(tmp_path: Path, reader: Reader) -> None:
    source = captured(tmp_path)
    with archive({f"/web/{AT}id_/{URL}": html(HTML.replace(b"3,000", b"11,000"))}) as here:
        rounds(errands(here, tmp_path, reader), 4)
    assert urls(source) == []
    assert (copies.backlog(), copies.outcomes()) == (0, {"unlike": 1})


def test_an_archive_that_shows_an_older_copy_for_a_while_is_asked_again(tmp_path: Path, reader: Reader) -> None:
    source = captured(tmp_path)
    shows: dict[str, Answer] = {
        f"/web/{AT}id_/{URL}": redirect(f"/web/2020id_/{URL}"),
        f"/web/2020id_/{URL}": html(b"Old"),
    }
    with archive(shows) as here:
        work = errands(here, tmp_path, reader)
        rounds(work, 2)
        assert urls(source) == []
        shows[f"/web/{AT}id_/{URL}"] = html(HTML)
    with archive(shows) as later:
        db.execute("UPDATE copy_requests SET copy_url = ?", (f"{later.url}/web/{AT}/{URL}",))
        rounds(errands(later, tmp_path, reader), 1)
    assert len(urls(source)) == 1


def test_a_service_that_takes_pages_by_their_address_alone_will_do(tmp_path: Path, reader: Reader) -> None:
    source = captured(tmp_path)
    simple = {
        "POST /save": Reply(b"", 405),
        f"/save/{URL}": Reply(b"", 200, {"Content-Location": f"/web/{AT}/{URL}"}),
        f"/web/{AT}id_/{URL}": html(HTML),
    }
    with archive(simple) as here:
        rounds(errands(here, tmp_path, reader), 1)
    assert len(urls(source)) == 1


@pytest.mark.parametrize(
    "answer",
    [Reply(b"", 503), Reply(b"", 429, {"Retry-After": "3600"}), raw(b""), raw(b"", pause=30), said(job_id="../x")],
)
def test_an_archive_in_trouble_is_asked_again_later_and_changes_nothing(
    tmp_path: Path, reader: Reader, answer: Answer
) -> None:
    source = captured(tmp_path)
    before = db.query("SELECT seq FROM ledger_head")
    with archive({"POST /save": answer}) as here:
        rounds(errands(here, tmp_path, reader, seconds=0.5), 1)
    assert db.query("SELECT seq FROM ledger_head") == before
    assert urls(source) == []
    assert db.query("SELECT attempts, leased_until FROM copy_requests") == [(1, None)]


def test_a_slow_archive_holds_nothing_up(tmp_path: Path, reader: Reader) -> None:
    captured(tmp_path)
    with archive({"POST /save": raw(b"", pause=30)}) as here:
        work = errands(here, tmp_path, reader, seconds=3.0)
        began = time.monotonic()
        for _ in range(5):
            work.round()
        assert time.monotonic() - began < 1.0
        work.close()
    assert db.query("SELECT leased_until FROM copy_requests") == [(None,)]


def test_the_ledger_says_once_that_there_is_a_copy(tmp_path: Path, reader: Reader) -> None:
    captured(tmp_path)
    with archive({f"/web/{AT}id_/{URL}": html(HTML)}) as here:
        work = errands(here, tmp_path, reader)
        rounds(work, 2)
        for _ in range(3):
            work.round()
    counted = db.query("SELECT type, COUNT(*) FROM events WHERE type LIKE '%.archived' GROUP BY type ORDER BY type")
    assert counted == [("snapshot.archived", 1), ("source.archived", 1)]


def test_a_dead_link_offers_a_copy_that_the_archive_had_already(tmp_path: Path, reader: Reader) -> None:
    source = captured(tmp_path)
    older, like = "20200101000000", "20261101000000"
    known = "".join(
        f'<{{here}}/web/{at}/{URL}>; rel="memento"; datetime="{when}",\n'
        for at, when in ((older, "Wed, 01 Jan 2020 00:00:00 GMT"), (like, "Sun, 01 Nov 2026 00:00:00 GMT"))
    )
    answers: dict[str, Answer] = {"POST /save": Reply(b"", 503)}
    with site(answers) as here:
        answers[f"/web/timemap/link/{URL}"] = Reply(
            known.replace("{here}", here.url).encode(), 200, {"Content-Type": "application/link-format"}
        )
        answers[f"/web/{older}id_/{URL}"] = html(b"<p>Something else stood there then, years before.</p>")
        answers[f"/web/{like}id_/{URL}"] = html(HTML)
        work = errands(here, tmp_path, reader)
        rounds(work, 1)
        assert sources.get(source)["archive_url"] is None
        looks.record_check(SERVICE, source, LinkState.DEAD, "It is gone")
        rounds(work, 1)
        copy = f"{here.url}/web/{like}/{URL}"
    assert sources.get(source)["archive_url"] == copy
    [claim] = [row[0] for row in db.query("SELECT id FROM claims")]
    [link] = json.loads(claims.document(claim).body)["evidence"]
    assert (link["link_state"], link["archive_url"]) == ("dead", copy)


def test_of_a_page_that_died_the_archive_is_searched_whatever_it_was_asked_before(
    tmp_path: Path, reader: Reader
) -> None:
    source = captured(tmp_path)
    with archive({f"/web/{AT}id_/{URL}": html(b"<p>Something else.</p>")}) as here:
        rounds(errands(here, tmp_path, reader), 2)
    db.execute("UPDATE copy_requests SET due_at = '2001-01-01T00:00:00.000000Z'")
    [asked] = copies.claim(1)
    assert asked.copy_url is not None
    looks.record_check(SERVICE, source, LinkState.DEAD, "It is gone")
    copies.follow_ledger()
    copies.record(asked, Asked(CopyOutcome.REFUSED))
    [wanted] = copies.claim(1)
    assert (wanted.kind, wanted.copy_url, wanted.tries) == (CopyKind.FIND, None, Tries())


@pytest.mark.parametrize("url", ["https://paper.net/another", None])
def test_a_copy_of_an_address_that_a_source_had_is_not_its_copy(tmp_path: Path, url: str | None) -> None:
    source = captured(tmp_path)
    copies.follow_ledger()
    [asked] = copies.claim(1)
    sources.amend(SERVICE, source, {"url": url, "title": "A page"}, Precondition(None))
    copies.record(asked, Asked(CopyOutcome.FOUND, copy_url=f"https://archive.net/web/{AT}/{URL}"))
    assert (sources.get(source)["archive_url"], urls(source)) == (None, [])
    assert copies.backlog() == 0


def test_of_a_source_without_an_address_no_copy_is_asked(tmp_path: Path) -> None:
    source = captured(tmp_path)
    sources.amend(SERVICE, source, {"url": None, "title": "A page"}, Precondition(None))
    copies.follow_ledger()
    assert copies.backlog() == 0


def test_copies_that_are_all_unlike_ours_are_not_offered(tmp_path: Path, reader: Reader) -> None:
    source = captured(tmp_path)
    answers: dict[str, Answer] = {"POST /save": Reply(b"", 503), f"/web/2020id_/{URL}": html(b"<p>Another page.</p>")}
    with site(answers) as here:
        listed = f'<{here.url}/web/2020/{URL}>; rel="memento"; datetime="Wed, 01 Jan 2020 00:00:00 GMT"'
        answers[f"/web/timemap/link/{URL}"] = Reply(listed.encode())
        looks.record_check(SERVICE, source, LinkState.DEAD, "It is gone")
        rounds(errands(here, tmp_path, reader), 1)
    assert sources.get(source)["archive_url"] is None
    assert db.query("SELECT kind, attempts FROM copy_requests") == [("find", 1)]
