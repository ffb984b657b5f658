"""How long a search takes, and a claim that is added, with so many claims in the index.

    python -m benchmarks.search --corpus CORPUS.jsonl --claims 14000 --backend sqlite

The record is one of `benchmarks/filling.py`. In process, a search is all that an answer takes: the query, the ranking,
50 documents and their highlights. On the other side is the database's own full text over text and title, asked in turn
(`benchmarks/rival_search.py`), with the same documents and highlights.
"""

import argparse
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

from benchmarks import databases, filling, rival_search
from benchmarks.filling import Claim
from factcheck.domain import highlights, words
from factcheck.domain.actors import SERVICE
from factcheck.domain.search_queries import Query, parse
from factcheck.domain.stopwords import STOP_WORDS
from factcheck.services import claims
from factcheck.storage import candidates, db, search
from factcheck.storage.claims import Filters

HEADING = "| search | median | p95 | processor time | by plain full text | found |\n|---|---|---|---|---|---|"


class Clocks:
    """How long something took, again and again: by the clock, and of the processor in this process, which other work on
    the machine disturbs less."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._processor: list[float] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        started, used = time.perf_counter(), time.process_time()
        yield
        self._times.append(time.perf_counter() - started)
        self._processor.append(time.process_time() - used)

    def median(self) -> float:
        return statistics.median(self._times or [0])

    def shown(self) -> str:
        times = sorted(self._times)
        figures = (statistics.median(times), times[int(len(times) * 0.95)], statistics.median(self._processor))
        return " | ".join(f"{figure * 1000:.1f} ms" for figure in figures)


def measure(url: str, corpus: list[Claim], count: int, rounds: int) -> None:
    """Fill the database and print the table."""
    db.connect(url)
    sample = list(filling.mixed(corpus, count))
    started = time.perf_counter()
    filling.fill(sample)
    print(f"{count} claims filled in {time.perf_counter() - started:.0f} s; size of the index: {_size()}")
    report(sample, rounds)


def report(sample: list[Claim], rounds: int) -> None:
    """Print the table for the record that is connected."""
    rival_search.fill()
    print(HEADING)
    for name, make in _queries(sample).items():
        print(_searched(name, make, rounds), flush=True)
    print(_candidates(sample, rounds))
    print(_added(rounds))


def _searched(name: str, make: Callable[[], tuple[str, Filters]], rounds: int) -> str:
    clocks, rival, found = Clocks(), Clocks(), []
    for _ in range(rounds):
        text, filters = make()
        with clocks.running():
            found.append(_answer(text, filters))
        if filters == Filters():
            with rival.running():
                _shown(rival_search.claims(text, 50), parse(text))
    share = f"{clocks.median() / rival.median():.2f}" if rival.median() else ""
    return f"| {name} | {clocks.shown()} | {share} | {statistics.median(found):.0f} |"


def _answer(text: str, filters: Filters) -> int:
    query = parse(text)
    found, _ = search.page(query, filters, None, 50)
    _shown([one.claim for one in found], query)
    return len(found)


def _shown(found: list[str], query: Query) -> None:
    documents, sought = search.documents(found), highlights.sought(query)
    for one in found:
        highlights.highlights(orjson.loads(documents[one][1]), sought)


def _candidates(sample: list[Claim], rounds: int) -> str:
    clocks = Clocks()
    for _ in range(rounds):
        text = " ".join(random.choice(sample)[0] for _ in range(2))
        terms = sorted(set(words.read(text, "en").terms) - STOP_WORDS)
        with clocks.running():
            found = candidates.best(terms, 100)
    return f"| candidates for two claims' text | {clocks.shown()} | | {len(found)} |"


def _added(rounds: int) -> str:
    clocks = Clocks()
    for number in range(rounds):
        data = {"text": f"Claim {number} of a mayor says that {number + 7} bridges were closed", "language": "en"}
        with clocks.running():
            claims.submit(SERVICE, data)
    return f"| adding a claim, all of its write | {clocks.shown()} | | |"


def _queries(sample: list[Claim]) -> dict[str, Callable[[], tuple[str, Filters]]]:
    counts = Counter(word for text, _ in random.sample(sample, 2000) for word in set(_plain(text)))
    common = [word for word, _ in counts.most_common(30)]
    none, refuted = Filters(), Filters(status=["refuted"])
    return {
        "one common word": lambda: (random.choice(common), none),
        "two common words": lambda: (" ".join(random.sample(common, 2)), none),
        "one word of a claim": lambda: (_some(sample, 1), none),
        "two words of a claim": lambda: (_some(sample, 2), none),
        "four words of a claim": lambda: (_some(sample, 4), none),
        "a phrase of three words": lambda: (f'"{_run(sample, 3)}"', none),
        "a beginning of three letters": lambda: (f"{_some(sample, 1)[:3]}*", none),
        "a common word without another": lambda: (" -".join(random.sample(common, 2)), none),
        "two words of a claim, refuted (5%)": lambda: (_some(sample, 2), refuted),
        "one common word, refuted (5%)": lambda: (random.choice(common), refuted),
        "one common word, a speaker (0.1%)": lambda: (
            random.choice(common), Filters(speaker=[filling.speaker(random.randrange(1000))])),
    }  # fmt: skip


def _plain(text: str) -> list[str]:
    return [word for word in words.read(text, "xx").spelled if word not in STOP_WORDS and len(word) > 2]


def _some(sample: list[Claim], count: int) -> str:
    found: list[str] = []
    while len(found) < count:
        found = list(dict.fromkeys(_plain(random.choice(sample)[0])))
    return " ".join(random.sample(found, count))


def _run(sample: list[Claim], count: int) -> str:
    found: tuple[str, ...] = ()
    while len(found) < count:
        found = words.read(random.choice(sample)[0], "xx").spelled
    start = random.randrange(len(found) - count + 1)
    return " ".join(found[start : start + count])


def _size() -> str:
    tables = ("search_terms", "search_claims", "search_postings")
    counts = [db.query(f"SELECT COUNT(*) FROM {table}")[0][0] for table in tables]
    if db.is_postgresql():
        size = sum(db.query("SELECT pg_total_relation_size(?)", (table,))[0][0] for table in tables)
    else:
        size = db.query("SELECT SUM(pgsize) FROM dbstat WHERE name LIKE '%search_%'")[0][0]
    return f"{size / 1e6:.0f} MB, {counts[0]} terms, {counts[2]} postings"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, nargs="+", help="JSONL with text and title")
    parser.add_argument("--claims", type=int, default=14_000)
    parser.add_argument("--backend", choices=databases.BACKENDS, default="sqlite")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    corpus = filling.read(options.corpus)
    with databases.empty(options.backend) as [url]:
        measure(url, corpus, options.claims, options.rounds)
        db.database.close()


if __name__ == "__main__":
    main()
