"""Matches queries with a corpus: python -m benchmarks.matching.run --corpus C.jsonl --queries Q.jsonl --run OUT.tsv

Loads the corpus into an empty record through the services, has a worker's task work out what the claims mean, and
asks the service's own matching. Lines of the corpus have `id`, `text`, and maybe `title` (it becomes the title of the
claim's source) and `speaker`; lines of the queries `id` and `text`. Writes query, claim and score with a tab between
them, best first, and prints how long that took.
"""

import argparse
import time
from pathlib import Path
from statistics import median, quantiles

from benchmarks import databases
from benchmarks.matching.index import corpus, lines
from factcheck.domain.actors import SERVICE
from factcheck.domain.ranking import Candidate
from factcheck.encoding import use
from factcheck.services import claims, matching
from factcheck.storage import db, journal

_BATCH = 500


def load(those: list[Candidate]) -> dict[str, str]:
    """Submit a corpus; gives the corpus' ids by the record's."""
    found = {}
    for start in range(0, len(those), _BATCH):
        with journal.write(SERVICE.id):
            for one in those[start : start + _BATCH]:
                found[claims.submit(SERVICE, _submission(one))] = one.id
    return found


def _submission(one: Candidate) -> dict[str, object]:
    source = {"source": {"title": one.title[:1000]}} if one.title else {}
    speaker = {"speaker": {"name": one.speaker[:300]}} if one.speaker else {}
    return {"text": one.text[:5000], **source, **speaker}


def encode() -> None:
    while matching.encode_some(512):
        pass


def main() -> None:
    given = arguments()
    with databases.empty(given.backend) as (url,):
        db.connect(url)
        # The application that made the database has taken the one of the settings.
        use(given.encoder)
        began = time.perf_counter()
        ids = load(corpus(given.corpus))
        loaded = time.perf_counter()
        encode()
        encoded = time.perf_counter()
        print(f"{len(ids)} claims: loaded in {loaded - began:.0f} s, encoded in {encoded - loaded:.0f} s", flush=True)
        took = answer(given.queries, given.run, given.limit, ids)
        db.database.close()
    slow = quantiles(took, n=20)[-1] if len(took) > 1 else took[0]
    print(f"{len(took)} queries, median {1e3 * median(took):.1f} ms, p95 {1e3 * slow:.1f} ms")


def answer(queries: Path, run: Path, limit: int, ids: dict[str, str]) -> list[float]:
    """Write what is found for each query; gives the seconds that each took."""
    took = []
    with run.open("w", encoding="utf-8") as out:
        for query in lines(queries):
            began = time.perf_counter()
            found = matching.match(query["text"], limit, 0.0)
            took.append(time.perf_counter() - began)
            # Scorers sort by score: a hair apart keeps the order of those that are equal.
            out.writelines(
                f"{query['id']}\t{ids[one['claim']]}\t{one['score'] - at * 1e-9:.9f}\n" for at, one in enumerate(found)
            )
    return took


def arguments() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("corpus", "queries", "run"):
        asked.add_argument(f"--{name}", type=Path, required=True)
    asked.add_argument("--limit", type=int, default=20)
    asked.add_argument("--encoder", default="", help="a folder with a model of sentence-transformers")
    asked.add_argument("--backend", choices=databases.BACKENDS, default="sqlite")
    return asked.parse_args()


if __name__ == "__main__":
    main()
