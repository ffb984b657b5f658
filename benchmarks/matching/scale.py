"""How long a match takes in a record of so many claims, and the memory of the process:

    python -m benchmarks.matching.scale --corpus C.jsonl [...] --queries Q.jsonl --claims 1000000 --backend sqlite

The record is one of `benchmarks/filling.py`. The corpus' own claims have their own vectors; claims that were mixed have
those of other claims, with noise. What is measured is the service's own matching, in process.
"""

import argparse
import random
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks import databases, filling, search
from benchmarks.filling import Claim
from benchmarks.matching.index import lines
from benchmarks.memory import memory
from factcheck.domain import vectors
from factcheck.domain.matching import meanings
from factcheck.domain.ranking import Candidate
from factcheck.encoding import Encoder, encoder
from factcheck.services import matching
from factcheck.storage import db

_ROUNDS = 200
_NOISE = 0.6


def measure(url: str, corpus: list[Claim], queries: Path, count: int, searches: int) -> None:
    known = encoder()
    assert known is not None
    db.connect(url)
    sample = list(filling.mixed(corpus, count))
    if not db.query("SELECT 1 FROM meanings LIMIT 1"):
        filling.add_meanings(filling.fill(sample), known.name, _vectors(known, corpus, count))
    if searches:
        search.report(sample, searches)
    # What was in memory for the filling.
    del sample
    print(f"{count} claims: {_own()} MB before the first match", flush=True)
    texts = [one["text"] for one in lines(queries)][:_ROUNDS]
    began = time.perf_counter()
    matching.match(texts[0], 10, 0.0)
    print(f"the first match, which reads all signs: {time.perf_counter() - began:.1f} s")
    took = [_timed(text) for text in texts]
    clock, processor = ([one[at] * 1000 for one in took] for at in (0, 1))
    print(f"a match: median {median(clock):.1f} ms, p95 {sorted(clock)[int(len(clock) * 0.95)]:.1f} ms, "
          f"processor time {median(processor):.1f} ms; {_own()} MB")  # fmt: skip


def _timed(text: str) -> tuple[float, float]:
    began, used = time.perf_counter(), time.process_time()
    matching.match(text, 10, 0.0)
    return time.perf_counter() - began, time.process_time() - used


def _vectors(known: Encoder, corpus: list[Claim], count: int) -> Iterator[list[bytes]]:
    own = [known.encode(meanings(Candidate("", *one))) for one in corpus[:count]]
    noise = np.random.default_rng(1)
    for number in range(count):
        found = own[number] if number < len(own) else random.choice(own)
        if number >= len(own):
            found = found + _NOISE * noise.standard_normal(found.shape, dtype=np.float32) / np.sqrt(found.shape[1])
        yield [one.tobytes() for one in vectors.quantized(found)]


def _own() -> str:
    return format(memory("self")["RssAnon"], ".0f")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--corpus", type=Path, nargs="+", required=True)
    asked.add_argument("--queries", type=Path, required=True)
    asked.add_argument("--claims", type=int, default=1_000_000)
    asked.add_argument("--backend", choices=databases.BACKENDS, default="sqlite")
    asked.add_argument("--database", type=Path, help="a SQLite file to keep the record in, filled where it is new")
    asked.add_argument("--searches", type=int, default=0, help="measure so many searches of each kind too")
    given = asked.parse_args()
    random.seed(1)
    with databases.kept(given.database) if given.database else databases.empty(given.backend) as (url,):
        measure(url, filling.read(given.corpus), given.queries, given.claims, given.searches)
        db.database.close()


if __name__ == "__main__":
    main()
