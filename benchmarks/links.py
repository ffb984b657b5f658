"""One `flask worker` at many due links of many hosts: how fast, how large, and how polite it is.

    python -m benchmarks.links                  # 10,000 links of 500 hosts that answer after 200 ms

The site stands on loopback in a process of its own, each address of 127.0.0.0/8 a host of it. A host may get one
request at a time, and a second must pass before the next one; 10,000 links are to be looked at within ten minutes.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import databases
from benchmarks.serving import ROOT
from factcheck.domain.actors import SERVICE
from factcheck.services import sources
from factcheck.storage import check, db, journal

MEMORY = 400
"""Megabytes that the worker may have at most."""
PACE = 10_000 / 600
"""Looks a second, at least."""
PAUSE = 0.99
"""Seconds between two requests to a host; the site sees the end of an answer a little later than the worker does."""

_BATCH = 500
_LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class Outcome:
    """Seconds from the worker's start to the last look, the peak memory of it and of what it started, in megabytes, and
    what the site saw."""

    seconds: float
    peak: float
    seen: dict[str, float]


def run(url: str, folder: Path, *, links: int, hosts: int, answer: float) -> Outcome:
    """Have a worker look at so many links over an empty, migrated database, and see that the record is sound."""
    db.connect(url)
    with _site(answer) as site:
        assert site.stdout is not None
        _fill(int(site.stdout.readline()), links, hosts)
        with _worker(url, folder) as worker:
            seconds, peak = _watch(worker, links)
        seen = json.loads(site.communicate("")[0])
    problems = list(check.differences())
    db.database.close()
    if problems:
        raise RuntimeError("\n".join(problems))
    return Outcome(seconds, peak, seen)


def _fill(port: int, links: int, hosts: int) -> None:
    for first in range(0, links, _BATCH):
        with journal.write(SERVICE.id):
            for number in range(first, min(first + _BATCH, links)):
                sources.add(SERVICE, {"url": f"http://{_address(number % hosts)}:{port}/{number}"})


def _address(host: int) -> str:
    return f"127.1.{host // 250}.{host % 250 + 1}"


@contextmanager
def _site(answer: float) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "benchmarks.slow_site", "--seconds", str(answer)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as site:
        try:
            yield site
        finally:
            site.kill()


@contextmanager
def _worker(url: str, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    environment = {
        "FACTCHECK_DATABASE_URL": url,
        "FACTCHECK_DATA_DIR": str(folder / "data"),
        "FACTCHECK_FETCH_ALLOW": "127.0.0.0/8",
        "TMPDIR": str(folder),
    }
    command = [sys.executable, "-m", "flask", "worker"]
    with (
        (folder / "worker.log").open("ab") as log,
        subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=log, stderr=log) as worker,
    ):
        try:
            yield worker
        finally:
            worker.terminate()


def _watch(worker: "subprocess.Popen[bytes]", links: int) -> tuple[float, float]:
    """Seconds until all links have been looked at, and the worker's peak memory in megabytes."""
    began, peak, done = time.monotonic(), 0.0, 0
    while done < links:
        time.sleep(_LOOK_SECONDS)
        if worker.poll() is not None:
            raise RuntimeError("the worker has ended")
        peak = max(peak, sum(map(_resident, _family(worker.pid))))
        [(done,)] = db.query("SELECT COUNT(*) FROM link_checks WHERE checked_at IS NOT NULL")
    return time.monotonic() - began, peak


def _family(pid: int) -> list[int]:
    """A process and what it started."""
    found = {pid}
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            found |= {int(child) for child in (task / "children").read_text().split()}
        except FileNotFoundError:
            continue  # a thread that has ended
    return sorted(found)


def _resident(pid: int) -> float:
    """Resident memory of a process, in megabytes; none of one that has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except FileNotFoundError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", choices=databases.BACKENDS, default="sqlite")
    parser.add_argument("--links", type=int, default=10_000)
    parser.add_argument("--hosts", type=int, default=500)
    parser.add_argument("--answer", type=float, default=0.2, help="seconds until the site answers")
    options = parser.parse_args()
    with databases.empty(options.backend) as (url,), tempfile.TemporaryDirectory() as folder:
        outcome = run(url, Path(folder), links=options.links, hosts=options.hosts, answer=options.answer)
    rate, seen = options.links / outcome.seconds, outcome.seen
    print(f"{options.links} links of {seen['hosts']} hosts: {outcome.seconds:.0f} s, {rate:.0f} looks/s")
    print(f"requests: {seen['pages']} for pages, {seen['robots']} for robots.txt")
    print(f"peak memory of the worker and its reader of pages: {outcome.peak:.0f} MB")
    print(f"of one host: {seen['at_once']} at once, least pause {seen['least_pause']:.3f} s")
    met = rate >= PACE and outcome.peak < MEMORY and seen["at_once"] == 1 and seen["least_pause"] >= PAUSE
    print("met" if met else "missed")
    raise SystemExit(not met)


if __name__ == "__main__":
    main()
