"""What a page for people costs the service, beside its own read of a claim as JSON:

    python -m benchmarks.load --url sqlite:////tmp/record.db --claims 100000
    python -m benchmarks.pages --database /tmp/record.db

In process, without a network: each page and the read are asked in turn, so that other work disturbs both. Times are of
the processor, as medians; the ratio is of these.
"""

import argparse
import random
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from flask.testing import FlaskClient

from factcheck.app import create_app
from factcheck.config import Settings
from factcheck.storage import db

_LARGEST = 100_000
_TARGET = 0.050
_HTML = {"Accept": "text/html"}
HEADING = (
    "| page | on the clock | processor time | by the read of a claim | size | target | |\n|---|---|---|---|---|---|---|"
)


def measure(client: FlaskClient, rounds: int) -> None:
    """Print the table."""
    ids = {
        name: _some(table) for name, table in (("claims", "claims"), ("speakers", "speakers"), ("sources", "sources"))
    }
    words = [word for (word,) in db.query("SELECT term FROM search_terms ORDER BY claims DESC LIMIT 40")]
    pages: dict[str, Callable[[], str]] = {
        "/": lambda: "/",
        "/claims/{id}": lambda: f"/claims/{random.choice(ids['claims'])}",
        "/claims/{id}/history": lambda: f"/claims/{random.choice(ids['claims'])}/history",
        "/speakers/{id}": lambda: f"/speakers/{random.choice(ids['speakers'])}",
        "/sources/{id}": lambda: f"/sources/{random.choice(ids['sources'])}",
        "/search?q= (a common word)": lambda: f"/search?q={random.choice(words)}",
        "/corrections": lambda: "/corrections",
        "/log": lambda: "/log",
    }
    print(HEADING)
    for name, make in pages.items():
        print(_line(client, name, make, lambda: f"/v1/claims/{random.choice(ids['claims'])}", rounds), flush=True)


def _line(client: FlaskClient, name: str, make: Callable[[], str], read: Callable[[], str], rounds: int) -> str:
    _timed(client, make(), _HTML)  # templates are read once
    clock, own, other, sizes = [], [], [], []
    for _ in range(rounds):
        took, used, size = _timed(client, make(), _HTML)
        clock.append(took)
        own.append(used)
        sizes.append(size)
        other.append(_timed(client, read(), {})[1])
    met = "met" if median(own) <= _TARGET and max(sizes) <= _LARGEST else "missed"
    times = " | ".join(f"{median(one) * 1000:.1f} ms" for one in (clock, own))
    return f"| {name} | {times} | {median(own) / median(other):.0f} | {max(sizes) / 1000:.0f} kB | 50 ms | {met} |"


def _timed(client: FlaskClient, path: str, headers: dict[str, str]) -> tuple[float, float, int]:
    began, used = time.perf_counter(), time.process_time()
    answer = client.get(path, headers=headers)
    took = time.perf_counter() - began, time.process_time() - used
    assert answer.status_code == 200, (path, answer.status)
    return *took, len(answer.data)


def _some(table: str) -> list[str]:
    [(count,)] = db.query(f"SELECT COUNT(*) FROM {table}")
    step = max(1, count // 500)
    return [one for (one,) in db.query(f"SELECT id FROM {table} ORDER BY id")[::step]]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--database", type=Path, required=True, help="a SQLite file that load.py has filled")
    asked.add_argument("--rounds", type=int, default=50)
    given = asked.parse_args()
    random.seed(1)
    path = given.database.resolve()
    app = create_app(Settings(database_url=f"sqlite:///{path}", data_dir=path.parent, log_level="ERROR", rate_limit=""))
    measure(app.test_client(), given.rounds)


if __name__ == "__main__":
    main()
