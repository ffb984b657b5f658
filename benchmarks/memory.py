"""The memory of the service's processes after many requests of every kind.

    python -m benchmarks.load --url sqlite:////tmp/record.db
    python -m benchmarks.memory --database /tmp/record.db

A process must stay under 150 MB. `own` is what it alone holds; `file` is pages of the database and of libraries,
which the kernel shares between processes and takes back when it needs them. Verdicts are written to the database:
use a copy. Needs wrk.
"""

import argparse
import tempfile
from pathlib import Path

import orjson

from benchmarks import serving
from benchmarks.reader import read_requests, token_for
from benchmarks.serving import Request, Settings

LIMIT = 150
"""Megabytes."""

_SHARES = {"claim by id": 8, "304": 4, "history": 4, "status": 3, "list of 50": 0}
_LISTS = ["", "?limit=200", "?status=supported&limit=20", "?sort=-claimed", "?topic=topic-3", "?language=uk"]


def measure(database: Path, wanted: int, settings: Settings) -> None:
    """Print each process's memory as it goes."""
    url = f"sqlite:///{database}"
    with tempfile.TemporaryDirectory() as name, serving.service(url, Path(name), settings) as server:
        requests = serving.write_requests(Path(name) / "mixed.txt", _mixed(url))
        done, worst = 0, 0.0
        print("| requests | own MB | file MB, of each process |\n|---|---|---|")
        while True:
            found = [memory(pid) for pid in server.workers()]
            own, file = (", ".join(f"{one[key]:.0f}" for one in found) for key in ("RssAnon", "RssFile"))
            print(f"| {done} | {own} | {file} |", flush=True)
            worst = max(worst, *(one["RssAnon"] + one["RssFile"] for one in found))
            if done >= wanted:
                break
            done += serving.ask(server, requests, 5).answers
    said = "met" if worst < LIMIT else "missed"
    print(f"{worst:.0f} MB of at most {LIMIT}: {said}")


def _mixed(url: str) -> list[Request]:
    reads = read_requests(url)
    mixed = [one for name, share in _SHARES.items() for one in reads[name] * share]
    many = len(mixed)
    mixed += [Request(f"/v1/claims{query}", {}) for query in _LISTS] * (many // 100)
    headers = {"Authorization": f"Bearer {token_for(url)}", "Content-Type": "application/json"}
    body = orjson.dumps({"rating": "refuted", "justification": "The record says otherwise."}).decode()
    verdicts = [Request(f"{one.path}/verdicts", headers, "POST", body) for one in reads["claim by id"]]
    return mixed + verdicts


def memory(pid: int | str) -> dict[str, float]:
    """Megabytes of resident memory by kind; of this process itself for "self"."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    sizes = dict(line.split(":", 1) for line in lines if line.startswith("Rss"))
    return {name: int(size.split()[0]) / 1024 for name, size in sizes.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", type=Path, required=True, help="a copy of a SQLite file that load.py has filled")
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--threads", type=int, default=4, help="of each of the two workers")
    options = parser.parse_args()
    measure(options.database.resolve(), options.requests, Settings(threads=options.threads))


if __name__ == "__main__":
    main()
