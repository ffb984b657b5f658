"""How long a search takes, and a claim that is added, with so many claims in the index.

    python -m benchmarks.search --corpus CORPUS.jsonl --claims 14000 --backend sqlite

A corpus has a line for each claim, JSON with `text` and `title`. Where more claims are asked for than it has, they are
mixed from its sentences: the first half of one and the second half of another, so that common words stay common.
Rows of claims are put in directly; the index is filled as an upgrade fills it. In process, a search is all that an
answer takes: the query, the ranking, 50 documents and their highlights.
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

from benchmarks import databases
from factcheck import clock
from factcheck.domain import highlights, words
from factcheck.domain.actors import SERVICE
from factcheck.domain.search_entries import Field, Text
from factcheck.domain.search_queries import parse
from factcheck.domain.stopwords import STOP_WORDS
from factcheck.services import claims
from factcheck.storage import db, documents, search, search_index
from factcheck.storage.claims import Filters

HEADING = "| search | median | p95 | processor time | found |\n|---|---|---|---|---|"
_BATCH = 10_000
_COLUMNS = [name for name in documents.COLUMNS if name != "absorbed"]

Claim = tuple[str, str]
"""Its text and the title of its source."""


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

    def shown(self) -> str:
        times = sorted(self._times)
        figures = (statistics.median(times), times[int(len(times) * 0.95)], statistics.median(self._processor))
        return " | ".join(f"{figure * 1000:.1f} ms" for figure in figures)


def measure(url: str, corpus: list[Claim], count: int, rounds: int) -> None:
    """Fill the database and print the table."""
    db.connect(url)
    sample = list(_mixed(corpus, count))
    started = time.perf_counter()
    _fill(sample)
    print(f"{count} claims filled in {time.perf_counter() - started:.0f} s; size of the index: {_size()}")
    print(HEADING)
    for name, make in _queries(sample).items():
        print(_searched(name, make, rounds), flush=True)
    print(_candidates(sample, rounds))
    print(_added(rounds))


def _searched(name: str, make: Callable[[], tuple[str, Filters]], rounds: int) -> str:
    clocks, found = Clocks(), []
    for _ in range(rounds):
        text, filters = make()
        with clocks.running():
            found.append(_answer(text, filters))
    return f"| {name} | {clocks.shown()} | {statistics.median(found):.0f} |"


def _answer(text: str, filters: Filters) -> int:
    query = parse(text)
    found, _ = search.page(query, filters, None, 50)
    shown = search.documents([one.claim for one in found])
    sought = highlights.sought(query)
    for one in found:
        highlights.highlights(orjson.loads(shown[one.claim][1]), sought)
    return len(found)


def _candidates(sample: list[Claim], rounds: int) -> str:
    clocks = Clocks()
    for _ in range(rounds):
        text = " ".join(random.choice(sample)[0] for _ in range(2))
        terms = sorted(set(words.read(text, "en").terms) - STOP_WORDS)
        with clocks.running():
            found = search.candidates(terms, 100)
    return f"| candidates for two claims' text | {clocks.shown()} | {len(found)} |"


def _added(rounds: int) -> str:
    clocks = Clocks()
    for number in range(rounds):
        data = {"text": f"Claim {number} of a mayor says that {number + 7} bridges were closed", "language": "en"}
        with clocks.running():
            claims.submit(SERVICE, data)
    return f"| adding a claim, all of its write | {clocks.shown()} | |"


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
            random.choice(common), Filters(speaker=[_speaker(random.randrange(1000))])),
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


def _mixed(corpus: list[Claim], count: int) -> Iterator[Claim]:
    for number in range(count):
        if number < len(corpus):
            yield corpus[number]
            continue
        one, other = random.choice(corpus)[0].split(), random.choice(corpus)[0].split()
        text = " ".join([*one[: len(one) // 2], *other[len(other) // 2 :]])
        yield text, random.choice(corpus)[1]


def _fill(sample: list[Claim]) -> None:
    template = orjson.loads(claims.document(claims.submit(SERVICE, {"text": "Template"})).body)
    # Without the claims' own rows.
    if db.is_postgresql():
        db.execute("SET session_replication_role = replica")
    else:
        db.execute("PRAGMA foreign_keys = 0")
        db.execute("PRAGMA cache_size = -1000000")  # for this connection's filling alone
    with db.exclusive():
        for table in ("search_postings", "search_claims", "search_terms"):
            db.execute(f"DELETE FROM {table}")
        ids = [clock.new_id() for _ in sample]
        sql = f"INSERT INTO documents ({', '.join(_COLUMNS)}) VALUES ({db.marks(_COLUMNS)})"
        for start in range(0, len(sample), _BATCH):
            db.execute_many(sql, [_row(ids[at], sample[at], template) for at in range(start, start + _BATCH)
                                  if at < len(sample)])  # fmt: skip
        search_index.load(
            (one, 1, [Text(Field.TEXT, text, "en"), Text(Field.SOURCE, title, "en")])
            for one, (text, title) in zip(ids, sample, strict=True)
        )
        db.execute("ANALYZE")
    # Later queries have the usual settings.
    db.database.close()


def _row(claim: str, said: Claim, template: dict[str, object]) -> list[object]:
    body = orjson.dumps({**template, "id": claim, "text": said[0]})
    speaker = _speaker(random.randrange(1000))
    status = "refuted" if random.random() < 0.05 else "unreviewed"
    return [claim, 1, "2024-10-24T00:00:00.000000Z", status, "factual", speaker, "en", 0, 0, None, False, body, b"{}"]


def _speaker(number: int) -> str:
    return f"0192b0c0-0000-7000-8000-{number:012}"


def _size() -> str:
    tables = ("search_terms", "search_claims", "search_postings")
    counts = [db.query(f"SELECT COUNT(*) FROM {table}")[0][0] for table in tables]
    if db.is_postgresql():
        size = sum(db.query("SELECT pg_total_relation_size(?)", (table,))[0][0] for table in tables)
    else:
        size = db.query("SELECT SUM(pgsize) FROM dbstat WHERE name LIKE '%search_%'")[0][0]
    return f"{size / 1e6:.0f} MB, {counts[0]} terms, {counts[2]} postings"


def _read(path: Path) -> Iterator[Claim]:
    for line in path.read_bytes().splitlines():
        found = orjson.loads(line)
        yield found["text"], found["title"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, nargs="+", help="JSONL with text and title")
    parser.add_argument("--claims", type=int, default=14_000)
    parser.add_argument("--backend", choices=databases.BACKENDS, default="sqlite")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    corpus = [claim for path in options.corpus for claim in _read(path)]
    with databases.empty(options.backend) as [url]:
        measure(url, corpus, options.claims, options.rounds)
        db.database.close()


if __name__ == "__main__":
    main()
