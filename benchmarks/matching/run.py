"""Matches queries with a corpus: python -m benchmarks.matching.run --corpus C.jsonl --queries Q.jsonl --run OUT.tsv

Lines of the corpus have `id`, `text`, and maybe `title` and `speaker`; lines of the queries `id` and `text`. Writes
query, claim and score with a tab between them, best first, and prints how long a query takes.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

from benchmarks.matching.index import Index, corpus, lines
from factcheck.domain.matching import Match, merged, parts, rank
from factcheck.encoding import encoder

Answer = Callable[[str, int], list[Match]]


def answerer(index: Index) -> Answer:
    """What finds matches for a text: here in this process; the service can be asked instead."""
    name = index.encoder.name if index.encoder else None

    def answer(text: str, limit: int) -> list[Match]:
        found = []
        for part in parts(text):
            asked, known = index.query(part)
            those = index.candidates(asked)
            found.append(rank(asked, those, known, encoder=name, limit=limit))
        return merged(found, limit)

    return answer


def main() -> None:
    given = arguments()
    answer = answerer(Index(corpus(given.corpus), None if given.words else encoder(), given.cache))
    took, used = [], []
    with given.run.open("w", encoding="utf-8") as out:
        for query in lines(given.queries):
            began, busy = time.perf_counter(), time.process_time()
            found = answer(query["text"], given.limit)
            took.append(time.perf_counter() - began)
            used.append(time.process_time() - busy)
            out.writelines(
                f"{query['id']}\t{match.id}\t{match.score - at * 1e-9:.9f}\n" for at, match in enumerate(found)
            )
    slow = quantiles(took, n=20)[-1] if len(took) > 1 else took[0]
    print(f"{len(took)} queries, median {1e3 * median(took):.1f} ms, p95 {1e3 * slow:.1f} ms")
    print(f"of the processor's time: median {1e3 * median(used):.1f} ms")


def arguments() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__)
    for name in ("corpus", "queries", "run"):
        asked.add_argument(f"--{name}", type=Path, required=True)
    asked.add_argument("--limit", type=int, default=20)
    asked.add_argument("--cache", type=Path, help="a file to keep the vectors of the corpus in")
    asked.add_argument("--words", action="store_true", help="without meaning, as where no encoder is installed")
    return asked.parse_args()


if __name__ == "__main__":
    main()
