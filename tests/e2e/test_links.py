"""`flask worker` at its links, as an operator meets it: real processes, real sites on loopback, signals."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from factcheck.domain.actors import SERVICE
from factcheck.services import claims, evidence, snapshots, sources, suggestions
from factcheck.storage import check, db
from factcheck.storage.snapshot_files import Store
from tests.articles import ARTICLE
from tests.e2e.test_serving import ROOT, environment, flask
from tests.sites import Reply, raw, site
from tests.thoroughness import times
from tests.waiting import wait_for

ALLOWED = {"FACTCHECK_FETCH_ALLOW": "127.0.0.0/8"}
LONG_AGO = "2001-01-01T00:00:00.000000Z"
KILLS, LATE, HOSTS = times(50, 16), times(10, 4), times(60, 20)
# Seconds that each step of a worker lasts, about.
LONGEST = {"claim": 0.01, "fetch": 0.05, "record": 0.005, "suggest": 0.01}


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Path]:
    """A folder with a migrated database, to which this process is connected too."""
    assert flask(tmp_path, "db", "upgrade").returncode == 0
    db.connect(f"sqlite:///{tmp_path}/factcheck.db")
    yield tmp_path
    assert list(check.differences()) == []
    db.database.close()


@contextmanager
def working(folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "flask", "worker"]
    with (
        (folder / "log.txt").open("a") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment(folder, ALLOWED), stdout=log, stderr=log) as worker,
    ):
        try:
            yield worker
        finally:
            worker.kill()


def looked_at() -> int:
    [(count,)] = db.query("SELECT COUNT(*) FROM events WHERE type = 'source.checked'")
    return int(count)


def test_a_link_is_looked_at_within_a_minute_of_its_attaching(record: Path) -> None:
    claim = claims.submit(SERVICE, {"text": "The moon is made of rock"})
    with site({"/page": Reply()}) as here, working(record):
        wait_for((record / "factcheck-worker.alive").exists)
        link = evidence.attach(SERVICE, claim, {"url": f"{here.url}/page", "stance": "supports"})
        wait_for(lambda: evidence.get(link["id"])["link_state"] == "alive", 60)
    _, headers = here.asked[-1]
    assert headers["User-Agent"].startswith("factcheck/")


@contextmanager
def forking(folder: Path) -> Iterator[Callable[[str, int, float], None]]:
    """Gives what runs a worker and kills it: so many seconds after it has begun a step for so many times."""
    command = [sys.executable, "-m", "tests.e2e.forks"]
    with (
        (folder / "log.txt").open("a") as log,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(folder, ALLOWED),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as forks,
    ):
        assert forks.stdin is not None
        assert forks.stdout is not None

        def kill(step: str, count: int, seconds: float) -> None:
            print(step, count, seconds, file=forks.stdin, flush=True)
            assert forks.stdout.readline() == "killed\n"  # type: ignore[union-attr]  # asserted above

        yield kill
        forks.stdin.close()


def swept(store: Store) -> set[str]:
    """The files that are left once what dead workers left behind is removed."""
    for path in store.directory.rglob("*.gz"):
        os.utime(path, (0, 0))
    snapshots.sweep(store)
    return {path.name for path in store.directory.glob("??/*")}


def told(type_: str) -> list[int]:
    """How often the ledger says this of each subject of which it does."""
    found = db.query("SELECT COUNT(*) FROM events WHERE type = ? GROUP BY subject_id", (type_,))
    return [count for (count,) in found]


def left_by_the_killed() -> int:
    """How many links a dead worker had in hand; they are due now, as if the time of its leases were over."""
    [(count,)] = db.query("SELECT COUNT(*) FROM link_checks WHERE leased_until > ?", (LONG_AGO,))
    db.execute("UPDATE link_checks SET leased_until = ? WHERE leased_until IS NOT NULL", (LONG_AGO,))
    return int(count)


def test_a_worker_that_is_killed_again_and_again_loses_nothing_and_repeats_nothing(record: Path) -> None:
    chance = random.Random(KILLS)  # noqa: S311 - the same moments in every run
    left = []
    page = Reply(ARTICLE.encode(), 200, {"Content-Type": "text/html"})
    answers = {"/1": page, "/2": Reply(b"", 404), "/3": Reply(b"", 410)}
    claim = claims.submit(SERVICE, {"text": "Troops have arrived"})
    with site(answers, host="0.0.0.0") as here:  # noqa: S104 - a test's own
        port = here.url.rpartition(":")[2]
        urls = [f"http://127.0.{host}.1:{port}/{page}" for host in range(HOSTS) for page in (1, 2, 3)]
        for url in urls:
            if url.endswith("1"):
                link = {"url": url, "stance": "supports", "quote": {"exact": "a highly concerning probability"}}
                evidence.attach(SERVICE, claim, link)
            else:
                sources.add(SERVICE, {"url": url})
        with forking(record) as kill:
            for _ in range(KILLS - LATE):
                step = chance.choice(["claim", "fetch", "record"])
                kill(step, 1 if step == "claim" else chance.randint(1, 5), chance.uniform(0, LONGEST[step]))
                left.append(left_by_the_killed())
            # The kills fell while there was something to lose.
            assert 0 < looked_at() < len(urls)
            assert sum(count > 0 for count in left) > (KILLS - LATE) // 2
            for _ in range(LATE):
                kill("suggest", chance.randint(1, 5), chance.uniform(0, LONGEST["suggest"]))
                left_by_the_killed()
        with working(record) as worker:
            wait_for(lambda: db.query("SELECT 1 FROM link_checks WHERE checked_at IS NULL") == [])
            wait_for(lambda: suggestions.backlog() == 0)
            worker.terminate()
            assert worker.wait(10) == 0
    assert told("source.checked") == [1] * len(urls)
    assert told("snapshot.taken") == told("evidence.pinned") == [1] * HOSTS
    assert db.query("SELECT source FROM snapshots GROUP BY source HAVING COUNT(*) > 1") == []
    suggested = db.query("SELECT source, origin, COUNT(*) FROM suggestions GROUP BY source, origin")
    assert {count for _, _, count in suggested} == {1}
    assert len({source for source, _, _ in suggested}) >= HOSTS - 1
    # Each snapshot has its exchange, and the body and the text that they share are there once.
    kept = {name for (name,) in db.query("SELECT name FROM kept_files")}
    assert len(kept) == HOSTS + 1
    assert kept == swept(Store(record / "data" / "snapshots"))
    assert db.query("SELECT COUNT(*) FROM link_checks WHERE checked_at IS NULL OR leased_until IS NOT NULL") == [(0,)]
    assert dict(db.query("SELECT outcome, looks FROM link_outcomes")) == dict.fromkeys(
        ("alive", "gone", "not_found"), HOSTS
    )


def test_a_stop_does_not_wait_for_a_slow_page(record: Path) -> None:
    with site({"/robots.txt": raw(b"", pause=60)}) as here:
        sources.add(SERVICE, {"url": f"{here.url}/page"})
        with working(record) as worker:
            wait_for(lambda: here.paths == ["/robots.txt"])
            began = time.monotonic()
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(10) == 0
            assert time.monotonic() - began < 5
    assert db.query("SELECT leased_until, checked_at FROM link_checks") == [(None, None)]


def test_the_status_says_what_there_is_to_do(record: Path) -> None:
    sources.add(SERVICE, {"url": "https://paper.net/report"})
    sources.add(SERVICE, {"title": "A letter"})
    shown = flask(record, "worker", "--status").stdout
    assert "by state: 1 unchecked, 0 alive, 0 failing, 0 dead, 0 blocked\n" in shown
    assert f"checkpoint: 0 of {db.query('SELECT seq FROM ledger_head')[0][0]} events\n" in shown
