"""How fast the feed of all reviews is made, in how much memory; and what a search in Google's shapes costs.

    python -m benchmarks.load --url sqlite:////tmp/reviews.db --claims 100000 --reviewed 1
    python -m benchmarks.feeds --database /tmp/reviews.db

In one process, as a worker answers: the whole way through the service but for the socket. Without a database one of
`--reviews` claims, each with a verdict, is made first. Reviews a second are told twice: by the clock, and by the
processor time of this process, which other work on the machine disturbs less. Memory is what the process alone
holds (RssAnon), at its highest while the feed is read.
"""

import argparse
import random
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from flask import Flask

from benchmarks import databases, load
from benchmarks.memory import memory
from factcheck.app import create_app
from factcheck.config import Settings
from factcheck.storage import db

FEED = "/feeds/claimreview.json"
TARGET, LARGEST = 20_000, 200
"""Reviews a second on the clock, and megabytes."""

SEARCHES = {
    "one common word": "soldiers",
    "two common words": "soldiers grain",
    "four words": "soldiers grain harbour vaccine",
    "a phrase": '"soldiers grain"',
    "a speaker": "Speaker 7",
}
ASKED = {
    "/v1/search": "/v1/search?limit={size}&q={text}",
    "/v1/search, status": "/v1/search?limit={size}&status=supported&q={text}",
    "claims:search": "/v1alpha1/claims:search?pageSize={size}&query={text}",
}
_REVIEW = b'"@type":"ClaimReview"'


@dataclass(frozen=True)
class Pass:
    """One reading of the whole feed: megabytes are this process's own, before it and at most while it lasted."""

    reviews: int
    size: int
    seconds: float
    processor: float
    before: float
    most: float


def measure(app: Flask, rounds: int) -> None:
    """Print both tables."""
    print("| reviews in the feed | MB | a second, by the clock | by processor time | own memory before, at most | |")
    print("|---|---|---|---|---|---|")
    found = [_read(app) for _ in range(rounds)]
    for one in found:
        print(_line(one), flush=True)
    print(f"\n| search | {' | '.join(ASKED)} | claims:search by /v1/search | |\n|---|---|---|---|---|---|")
    for name, text in SEARCHES.items():
        print(_compared(app, name, text, rounds=20), flush=True)


def _read(app: Flask) -> Pass:
    before = most = memory_of_its_own()
    reviews = size = 0
    began, used = time.perf_counter(), time.process_time()
    answer = app.test_client().get(FEED, buffered=False)
    assert answer.status_code == 200, answer.status
    for piece in answer.iter_encoded():
        reviews += piece.count(_REVIEW)
        size += len(piece)
        most = max(most, memory_of_its_own())
    answer.close()
    return Pass(reviews, size, time.perf_counter() - began, time.process_time() - used, before, most)


def memory_of_its_own() -> float:
    """Megabytes that this process alone holds."""
    return memory("self")["RssAnon"]


def _line(one: Pass) -> str:
    rate = one.reviews / one.seconds
    said = "met" if rate >= TARGET and one.most < LARGEST else "missed"
    cells = (
        f"{one.reviews}", f"{one.size / 1e6:.0f}", f"{rate:.0f}", f"{one.reviews / one.processor:.0f}",
        f"{one.before:.0f}, {one.most:.0f} MB", said,
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _compared(app: Flask, name: str, text: str, *, rounds: int, size: int = 50) -> str:
    """The same search on each address in turn, with pages of the same size; in processor time."""
    client = app.test_client()
    times: dict[str, list[float]] = {address: [] for address in ASKED}
    for _ in range(rounds):
        for address in random.sample(list(ASKED), len(ASKED)):
            path = ASKED[address].format(size=size, text=quote(text))
            used = time.process_time()
            assert client.get(path).status_code == 200, path
            times[address].append(time.process_time() - used)
    medians = {address: statistics.median(some) for address, some in times.items()}
    ratio = medians["claims:search"] / medians["/v1/search"]
    shown = " | ".join(f"{median * 1000:.1f} ms" for median in medians.values())
    return f"| {name} | {shown} | {ratio:.2f} | {'met' if ratio <= 1 else 'missed'} |"


@contextmanager
def _record(given: Path | None, reviews: int) -> Iterator[str]:
    """The URL of the database to measure on."""
    if given is not None:
        yield f"sqlite:///{given.resolve()}"
        return
    with databases.empty("sqlite") as [url]:
        db.connect(url)
        load.fill(reviews, reviewed=1)
        yield url


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", type=Path, help="a SQLite file that load.py has filled")
    parser.add_argument("--reviews", type=int, default=100_000, help="how many to make where there is no such file")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with _record(options.database, options.reviews) as url:
        measure(create_app(Settings(database_url=url, log_level="ERROR", rate_limit="")), options.rounds)


if __name__ == "__main__":
    main()
