"""Many writers at once on the same claims: is every answered verdict in the record, once, and nothing else?

    python -m benchmarks.writers                # 16 clients, 20 s, on SQLite and on PostgreSQL

Nothing may answer 5xx, no event may be lost or doubled, `seq` has no gap, and the ledger agrees with the tables.
"""

import argparse
import http.client
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from benchmarks import databases, serving
from benchmarks.reader import token_for
from benchmarks.serving import HOST, Server, Settings
from factcheck.domain.actors import SERVICE
from factcheck.domain.vocabulary import Rating
from factcheck.services import claims
from factcheck.storage import check, db, journal

CLAIMS = 24
ANSWER_LIMIT = 30.0
NO_ANSWER = 0
"""The status of a request whose connection broke."""


@dataclass
class Posted:
    """What one client was answered: how many of each status, the milliseconds, and its verdicts by id."""

    statuses: Counter[int] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    verdicts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What all clients were answered, and what is wrong with the record that they left."""

    statuses: Counter[int]
    milliseconds: list[float]
    problems: list[str]


def run(url: str, folder: Path, *, clients: int, seconds: float, settings: Settings) -> Outcome:
    """Post to a service of its own over an empty, migrated database, then look at what is in it."""
    tokens = [token_for(url) for _ in range(clients)]
    db.connect(url)
    asked = [claims.submit(SERVICE, {"text": f"Claim {number}"}) for number in range(CLAIMS)]
    db.database.close()
    with serving.service(url, folder, settings) as server, ThreadPoolExecutor(clients) as pool:
        posted = list(pool.map(lambda token: _post(server, token, asked, time.monotonic() + seconds), tokens))
    db.connect(url)
    problems = list(_problems(posted))
    db.database.close()
    milliseconds = sorted(value for one in posted for value in one.milliseconds)
    return Outcome(sum((one.statuses for one in posted), Counter()), milliseconds, problems)


def _post(server: Server, token: str, asked: list[str], until: float) -> Posted:
    """Post verdicts of one reviewer until a time, one after another over one connection."""
    posted, chance = Posted(), random.Random(token)
    connection = http.client.HTTPConnection(HOST, server.port, timeout=ANSWER_LIMIT)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    while time.monotonic() < until:
        claim = chance.choice(asked)
        body = orjson.dumps({"rating": chance.choice(list(Rating)), "justification": "As the record shows."})
        began = time.perf_counter()
        try:
            connection.request("POST", f"/v1/claims/{claim}/verdicts", body, headers)
            response = connection.getresponse()
            answer = response.read()
        except (OSError, http.client.HTTPException):
            posted.statuses[NO_ANSWER] += 1
            connection.close()
            continue
        posted.milliseconds.append((time.perf_counter() - began) * 1000)
        posted.statuses[response.status] += 1
        if response.status == 201:
            posted.verdicts[orjson.loads(answer)["id"]] = claim
    connection.close()
    return posted


def _problems(posted: list[Posted]) -> Iterator[str]:
    """Everything in which the record is not what the clients were told, a line each."""
    answered = {verdict: claim for one in posted for verdict, claim in one.verdicts.items()}
    published = "SELECT subject_id, claim_id, COUNT(*) FROM events WHERE type = 'verdict.published' GROUP BY 1, 2"
    recorded = {verdict: (claim, count) for verdict, claim, count in db.query(published)}
    for verdict in sorted(answered.keys() - recorded.keys()):
        yield f"verdict {verdict} was answered and is not in the ledger"
    for verdict in sorted(recorded.keys() - answered.keys()):
        yield f"verdict {verdict} is in the ledger and nobody was told"
    for verdict in sorted(answered.keys() & recorded.keys()):
        if recorded[verdict] != (answered[verdict], 1):
            yield f"verdict {verdict} of claim {answered[verdict]} is recorded as {recorded[verdict]}"
    # A reviewer's newer verdict supersedes the older, once each; what is left stands.
    superseded = db.query("SELECT COUNT(*), COUNT(DISTINCT subject_id) FROM events WHERE type = 'verdict.superseded'")
    standing = sum(len(set(one.verdicts.values())) for one in posted)
    if superseded != [(len(answered) - standing, len(answered) - standing)]:
        yield f"{len(answered)} verdicts, of which {standing} stand: {superseded[0]} were superseded"
    count, first, last = db.query("SELECT COUNT(*), MIN(seq), MAX(seq) FROM events")[0]
    if (count, first) != (last, 1) or last != journal.size():
        yield f"{count} events are numbered from {first} to {last}, and the head is {journal.size()}"
    yield from check.differences()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", choices=databases.BACKENDS, nargs="+", default=databases.BACKENDS)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--workers", type=int, default=4)
    options = parser.parse_args()
    failed = False
    for backend in options.backend:
        with databases.empty(backend) as (url,), tempfile.TemporaryDirectory() as folder:
            settings = Settings(workers=options.workers)
            outcome = run(url, Path(folder), clients=options.clients, seconds=options.seconds, settings=settings)
        times = outcome.milliseconds
        p50, p99 = times[len(times) // 2], times[len(times) * 99 // 100]
        print(f"{backend}: {len(times) / options.seconds:.0f}/s, p50 {p50:.0f} ms, p99 {p99:.0f} ms")
        print(f"  answers {dict(outcome.statuses)}; {len(outcome.problems)} problems", flush=True)
        for line in outcome.problems[:20]:
            print(f"  {line}")
        failed |= outcome.statuses.keys() != {201} or bool(outcome.problems)
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
