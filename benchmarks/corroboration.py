"""How long counting independent origins takes: 1,000 links on one claim over 10,000 sources that cite one another.

    python -m benchmarks.corroboration                                    # the counting alone
    python -m benchmarks.corroboration --database /tmp/corroboration.db   # and over HTTP; the file is made, and stays

The graphs are the same each time, and all links of one stance. Python's garbage collector waits meanwhile, as in
`timeit`: when it goes over a heap of so many sources is not the measured code's doing.
"""

import argparse
import gc
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask

from factcheck import config
from factcheck.app import create_app
from factcheck.cli.preparing import prepare
from factcheck.domain.actors import SERVICE
from factcheck.domain.corroboration import corroborate
from factcheck.domain.vocabulary import CitationKind, LinkState, SourceKind, Stance, Subject
from factcheck.services import claims
from factcheck.storage import db, documents, journal, views
from factcheck.storage.journal import Transaction

SOURCES, LINKS, HOUSES = 10_000, 1_000, 300
LAYERS = 10
"""Of the layered graph: each source cites some of the next layer."""

Pair = tuple[int, int]


@dataclass(frozen=True)
class Shape:
    """Sources by number: which of them links point to, who cites whom, which are marked as origins."""

    name: str
    links: Sequence[int]
    citations: Sequence[Pair]
    origins: Sequence[int]


def shapes(chance: random.Random) -> Iterator[Shape]:
    """Graphs of all 10,000 sources; a citation always points to a later one."""
    tops = range(LINKS)
    wide = [(link, LINKS + place) for place in range(SOURCES - LINKS) for link in [place % LINKS]]
    yield Shape("shallow and wide: each link cites nine sources of its own", tops, wide, range(LINKS, SOURCES))
    chains = [(number, number + LINKS) for number in range(SOURCES - LINKS)]
    yield Shape("a thousand chains of ten", tops, chains, range(SOURCES - LINKS, SOURCES))
    chain = [(number, number + 1) for number in range(SOURCES - 1)]
    yield Shape("one chain of 10,000, links to its first thousand", tops, chain, [SOURCES - 1])
    layered = list(_layered(chance))
    yield Shape("ten layers, three citations a source", tops, layered, range(SOURCES - LINKS, SOURCES))
    briefing = SOURCES - 1
    yield Shape("one origin behind all", tops, _to_one(chance, briefing), [briefing])


def _layered(chance: random.Random) -> Iterator[Pair]:
    size = SOURCES // LAYERS
    for number in range(SOURCES - size):
        below = (number // size + 1) * size
        for origin in chance.sample(range(below, below + size), 3):
            yield number, origin


def _to_one(chance: random.Random, briefing: int) -> list[Pair]:
    """Links cite eight sources of their own each, and all of these the briefing."""
    between = range(LINKS, briefing)
    first = [(chance.randrange(LINKS), number) for number in between]
    return [*first, *((number, briefing) for number in [*range(LINKS), *between])]


def entities(shape: Shape) -> dict[str, Any]:
    """What `corroborate` takes."""
    marked = set(shape.origins)
    return {
        "evidence": [
            {"id": _name("link", place), "source": _name("source", at)} for place, at in enumerate(shape.links)
        ],
        "sources": {
            _name("source", number): {"publisher": _house(number), "is_origin": number in marked or None}
            for number in range(SOURCES)
        },
        "citations": [
            {"source": _name("source", one), "origin": _name("source", other)} for one, other in shape.citations
        ],
        "publishers": {_name("house", number): {"owner": None} for number in range(HOUSES)},
        "claim_sources": [],
    }


def _name(kind: str, number: int) -> str:
    """As long as an id of the record."""
    return f"{kind:-<8}-0000-7000-8000-{number:012}"


def _house(number: int) -> str | None:
    """The publisher of some of the last ones is known: a house with a source behind every link would join them all."""
    return _name("house", number % HOUSES) if number % 3 == 0 and number >= SOURCES - HOUSES else None


def milliseconds(work: Callable[[], object], rounds: int) -> str:
    found = []
    for _ in range(rounds):
        gc.collect()
        gc.disable()
        began = time.perf_counter()
        work()
        found.append((time.perf_counter() - began) * 1000)
        gc.enable()
    return f"median {statistics.median(found):.1f} ms, best {min(found):.1f} ms, worst {max(found):.1f} ms"


def alone(rounds: int) -> None:
    """Print how long the pure function takes."""
    for shape in shapes(random.Random(1)):
        count = partial(corroborate, **entities(shape))
        print(f"{shape.name}: {milliseconds(count, rounds)}; independent origins: {count().independent_origins}")


def served(path: Path, rounds: int) -> None:
    """Print how long it takes to gather such a claim, to render it for a write, and to answer for it."""
    settings = replace(
        config.load(), database_url=f"sqlite:///{path}", data_dir=path.parent, rate_limit="", log_level="ERROR"
    )
    app = create_app(settings)
    with app.app_context():
        prepare()
        for shape in shapes(random.Random(1)):
            _measure(shape, app, _made(shape), rounds)
        db.database.close()


def _measure(shape: Shape, app: Flask, claim: str, rounds: int) -> None:
    view = views.gather([claim])[claim]
    print(f"{shape.name}:")
    print(f"  gathered:            {milliseconds(lambda: views.gather([claim]), rounds)}")
    print(f"  rendered for a write: {milliseconds(lambda: documents.stored_columns(view), rounds)}")
    address, client = f"/v1/claims/{claim}/corroboration", app.test_client()
    length = len(client.get(address).data)
    said = milliseconds(lambda: client.get(address), rounds)
    print(f"  GET corroboration:   {said}; {length / 1e6:.1f} MB", flush=True)


def _made(shape: Shape) -> str:
    """A claim with this graph behind its links, in one write; the rules of services would look at each citation."""
    claim = claims.submit(SERVICE, {"text": shape.name})
    with journal.write(SERVICE.id) as tx:
        marked = set(shape.origins)
        ids = [_source(tx, number in marked) for number in range(SOURCES)]
        # From the last one up: what a new citation touches is then above it, and not there yet.
        for one, other in sorted(shape.citations, reverse=True):
            cited = {"source": ids[one], "origin": ids[other], "kind": CitationKind.QUOTES, "reason": None}
            tx.create("citation.added", Subject.CITATION, cited)
        for number in shape.links:
            link = {"claim": claim, "source": ids[number], "stance": Stance.SUPPORTS, "quote": None, "note": None}
            attached = {**link, "quote_state": None, "retracted": False}
            tx.create("evidence.attached", Subject.EVIDENCE, attached, claim=claim)
    return claim


def _source(tx: Transaction, origin: bool) -> str:
    empty = dict.fromkeys(("url", "canonical_url", "publisher", "published_at", "language", "access", "checked_at"))
    said = {"title": "A report", "kind": SourceKind.ARTICLE, "is_origin": origin or None}
    return tx.create("source.added", Subject.SOURCE, {**empty, **said, "link_state": LinkState.UNCHECKED})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", type=Path, help="a SQLite file that is not there yet")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    alone(options.rounds)
    if options.database:
        served(options.database.resolve(), options.rounds)


if __name__ == "__main__":
    main()
