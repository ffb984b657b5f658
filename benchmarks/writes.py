"""Durable verdicts over HTTP, against the same transaction written by hand in SQL (rival_writes.py).

    python -m benchmarks.writes --backend sqlite
    python -m benchmarks.writes --backend postgresql

Each side has two processes and a record of its own, filled alike; 16 clients post to it, the two in turn. Every
answered verdict is on the disk: `synchronous=FULL` on SQLite, `fsync` on PostgreSQL. Needs wrk.
"""

import argparse
import tempfile
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import orjson

from benchmarks import databases, load, serving
from benchmarks.reader import some_claims, token_for
from benchmarks.serving import Request, Server, Settings
from factcheck.domain.vocabulary import Rating
from factcheck.storage import db

HAND, SERVICE = "by hand", "service"
SHARE, SPREAD = 0.5, 20.0
"""The targets: the service's share of the rate by hand, and its p99 in p50s."""

REVIEWERS = 16
_CLAIMS = 4000
_JUSTIFICATION = "The transcript of the briefing has the figure, and the ministry's own count of that week differs. "
_HEADING = """\
| database, threads | by hand /s, p50, p99 ms | service /s, p50, p99 ms | share | p99 by p50 | |
|---|---|---|---|---|---|"""


def measure(backend: str, settings: Settings, count: int, seconds: float) -> None:
    """Print a line of the table."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        hand, ours = stack.enter_context(databases.empty(backend, 2))
        for url in (hand, ours):
            db.connect(url)
            load.fill(_CLAIMS)
            db.database.close()
        asked = {HAND: _requests(folder / "hand", hand), SERVICE: _requests(folder / "service", ours)}
        servers = {
            HAND: stack.enter_context(_by_hand(hand, folder, settings)),
            SERVICE: stack.enter_context(serving.service(ours, folder, settings)),
        }
        for name in servers:
            serving.ask(servers[name], asked[name], 1)
        found = serving.rounds(servers, asked, count, seconds)
    rates = {name: serving.median(found, name) for name in servers}
    share, spread = serving.ratio(found, SERVICE, HAND), rates[SERVICE].p99 / rates[SERVICE].p50
    shown = [f"{rate.per_second:.0f}, {rate.p50:.1f}, {rate.p99:.1f}" for rate in rates.values()]
    said = "met" if share >= SHARE and spread < SPREAD else "missed"
    print(f"| {backend}, {settings.threads} | {' | '.join(shown)} | {share:.2f} | {spread:.1f} | {said} |", flush=True)


def _requests(path: Path, url: str) -> Path:
    """Verdicts by 16 reviewers on claims from everywhere."""
    tokens = [token_for(url) for _ in range(REVIEWERS)]
    ratings = list(Rating)
    made = []
    for number, (claim, _) in enumerate(some_claims(url, _CLAIMS)):
        body = orjson.dumps({"rating": ratings[number % len(ratings)], "justification": _JUSTIFICATION * 3})
        headers = {"Authorization": f"Bearer {tokens[number % REVIEWERS]}", "Content-Type": "application/json"}
        made.append(Request(f"/v1/claims/{claim}/verdicts", headers, "POST", body.decode()))
    return serving.write_requests(path, made)


def _by_hand(url: str, folder: Path, settings: Settings) -> AbstractContextManager[Server]:
    db.connect(url)
    ((reviewer,),) = db.query("SELECT id FROM accounts WHERE name = 'reviewer 0'")
    db.database.close()
    environment = {"RIVAL_DATABASE": url, "RIVAL_REVIEWER": reviewer}
    return serving.serve("benchmarks.rival_writes:app", environment, "/healthz", folder / "hand.log", settings)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", choices=databases.BACKENDS, default="sqlite")
    parser.add_argument("--threads", type=int, nargs="+", default=[4], help="of each of the two workers")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    options = parser.parse_args()
    print(_HEADING)
    for threads in options.threads:
        measure(options.backend, Settings(threads=threads), options.rounds, options.seconds)


if __name__ == "__main__":
    main()
