"""Fills a record through the services, as a newsroom's would be, and prints how fast that went.

    python -m benchmarks.load --url sqlite:////tmp/record.db --claims 100000

A claim has a speaker, three links, now and then a source of its own and a verdict. A few speakers and sources
stand behind many claims and most behind few, as in life.
"""

import argparse
import itertools
import random
import time
from dataclasses import replace
from typing import Any

from factcheck import config
from factcheck.app import create_app
from factcheck.cli.preparing import prepare
from factcheck.domain.actors import SERVICE, Actor
from factcheck.domain.vocabulary import Rating, Role, Stance
from factcheck.services import accounts, claims, evidence, verdicts
from factcheck.services.verdicts import Rules
from factcheck.storage import db, journal

BATCH = 200
"""Claims that one transaction takes."""
REVIEWERS = 8
REVIEWED = 0.3
"""The share of claims that have a verdict."""

_SAID = """
    the minister said that soldiers grain harbour inflation vaccine turbine border school budget river export
    parliament doubled fell since last spring record hospital tunnel dam wheat satellite ferry treaty"""
_WORDS = _SAID.split()
_TOPICS = [f"topic-{number}" for number in range(40)]
_STANCES, _RATINGS = list(Stance), list(Rating)


def fill(count: int, seed: int = 1, reviewed: float = REVIEWED) -> None:
    """Add `count` claims to the database that is connected; such a share of them gets a verdict."""
    chance = random.Random(seed)  # data that is the same each time, no secret
    reviewers = [_reviewer(number) for number in range(REVIEWERS)]
    turns = itertools.cycle(reviewers)
    for start in range(0, count, BATCH):
        actor = next(turns)
        with journal.write(actor.id):
            for _ in range(min(BATCH, count - start)):
                _add(actor, count, chance, reviewed)


def _reviewer(number: int) -> Actor:
    name = f"reviewer {number}"
    found = accounts.by_name(name)
    if found is None:
        made = accounts.add(SERVICE, {"name": name, "role": str(Role.REVIEWER)})
        found = Actor(made["id"], made["name"], Role.REVIEWER)
    return found


def _add(actor: Actor, count: int, chance: random.Random, reviewed: float) -> None:
    said: dict[str, Any] = {
        "text": _sentence(chance, 16),
        "quote": _sentence(chance, 12),
        "speaker": {"name": f"Speaker {_popular(chance, count // 50)}", "role": "Minister"},
        "claim_date": f"20{chance.randint(10, 25)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        "place": "Somewhere",
        "language": chance.choice(("en", "uk", "fr")),
        "topics": chance.sample(_TOPICS, 2),
    }
    if chance.random() < 0.1:
        said["source"] = _source(_popular(chance, count // 5))
    claim_id = claims.submit(actor, said)
    numbers: set[int] = set()
    while len(numbers) < 3:
        numbers.add(_popular(chance, count // 5))
    links = [{"source": _source(number), "stance": chance.choice(_STANCES)} for number in sorted(numbers)]
    attached = evidence.attach_all(actor, claim_id, links)
    if chance.random() < reviewed:
        given = {"rating": chance.choice(_RATINGS), "justification": _sentence(chance, 30)}
        verdicts.post(actor, claim_id, {**given, "evidence": [attached[0]["id"]]}, Rules())


def _source(number: int) -> dict[str, Any]:
    return {
        "url": f"https://news-{number % 300}.example/{number}",
        "title": f"Report {number}",
        "publisher": {"name": f"Publisher {number % 300}"},
        "published_at": "2024-10-23",
    }


def _sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words))


def _popular(chance: random.Random, among: int) -> int:
    """A number below `among` (5 at least), low ones more often."""
    return int(max(among, 5) * chance.random() ** 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True, help="sqlite:///path or postgresql://...")
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--reviewed", type=float, default=REVIEWED, help="the share of claims that have a verdict")
    options = parser.parse_args()
    with create_app(replace(config.load(), database_url=options.url, log_level="ERROR")).app_context():
        prepare()
        before, began = journal.size(), time.perf_counter()
        fill(options.claims, reviewed=options.reviewed)
        seconds = time.perf_counter() - began
        events = journal.size() - before
        db.database.close()
    rate = options.claims / seconds
    print(f"{options.claims} claims, {events} events in {seconds:.0f} s: {rate:.0f} claims/s")


if __name__ == "__main__":
    main()
