"""What the tree over the ledger costs: an append with and without it, a proof, an export and its verification.

    python -m benchmarks.load --url sqlite:////tmp/record.db --claims 220000     # a million events
    python -m benchmarks.ledger --database /tmp/record.db                        # writes to it: use a copy

Appends are measured in turn, with the tree and with one that hashes and stores nothing.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from unittest import mock

from factcheck import config
from factcheck.app import create_app
from factcheck.cli.preparing import prepare
from factcheck.domain.actors import SERVICE
from factcheck.ledger.merkle import Frontier, inclusion_spans, verify_inclusion
from factcheck.services import claims
from factcheck.storage import db, journal, tree

ROUNDS = 12
ALONE, TOGETHER = 150, 1500
"""Claims that a round submits in writes of their own, and in one write."""


class _NoTree(Frontier):
    """Counts, and has nothing to hash or to store."""

    def append(self, leaf: bytes) -> list[bytes]:
        self.size += 1
        return []


def _untouched(head: journal.Head) -> Frontier:
    """Takes the place of `Head.frontier`; a record that was written so is good for nothing else."""
    found = _NoTree()
    found.size = head.size
    return found


def _submit(count: int) -> None:
    for number in range(count):
        claims.submit(SERVICE, {"text": f"The tower has {number} steps"})


def _seconds(count: int, *, together: bool) -> float:
    """How long it takes to submit claims: each durable by itself, or all in one write."""
    began = time.perf_counter()
    if together:
        with journal.write(SERVICE.id):
            _submit(count)
    else:
        _submit(count)
    return time.perf_counter() - began


def appends(path: Path) -> None:
    """Print the share of time that an append takes with the tree, by one without it."""
    for count, together in ((ALONE, False), (TOGETHER, True)):
        shares = []
        for number in range(ROUNDS):
            found = {}
            for tree_too in (True, False) if number % 2 else (False, True):
                # A copy of the same small record for each: what the one has written does not slow the other.
                found[tree_too] = _on_a_copy(path, count, together=together, tree_too=tree_too)
            shares.append(found[True] / found[False])
        how = f"{count} in one write" if together else "each in a write of its own"
        print(f"append with the tree by append without it, {how}: {statistics.median(shares):.3f}", flush=True)


def _on_a_copy(path: Path, count: int, *, together: bool, tree_too: bool) -> float:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        url = f"sqlite:///{folder}/record.db"
        with create_app(
            replace(config.load(), database_url=url, data_dir=Path(folder), log_level="ERROR")
        ).app_context():
            prepare()
            _submit(50)
            if tree_too:
                seconds = _seconds(count, together=together)
            else:
                with mock.patch.object(journal.Head, "frontier", _untouched):
                    seconds = _seconds(count, together=together)
            db.database.close()
    return seconds


def proofs(path: Path, count: int = 1000) -> None:
    """Print how long an inclusion proof takes, and how many rows it reads."""
    db.connect(f"sqlite:///{path}")
    size = journal.size()
    root = tree.root(size)
    chance, seconds, rows = random.Random(1), [], []
    for _ in range(count):
        seq = chance.randint(1, size)
        began = time.perf_counter()
        found = tree.inclusion(seq, size)
        seconds.append(time.perf_counter() - began)
        rows.append(sum(len(span.nodes()) for span in inclusion_spans(seq - 1, size)))
        verify_inclusion(tree.leaf(seq), seq - 1, size, found, root)
    db.database.close()
    worst = sorted(seconds)[int(count * 0.99)]
    print(
        f"inclusion proof among {size} events: median {statistics.median(seconds) * 1000:.2f} ms, "
        f"p99 {worst * 1000:.2f} ms, {max(rows)} rows at most",
        flush=True,
    )


def verification(path: Path) -> None:
    """Print how fast the whole log is exported and verified, and in how much memory."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        exported = Path(folder) / "log.jsonl"
        environment = {"FACTCHECK_DATABASE_URL": f"sqlite:///{path}", "FACTCHECK_DATA_DIR": folder}
        _timed("export", [sys.executable, "-m", "flask", "export", "log", "--output", str(exported)], environment, path)
        print(f"exported: {exported.stat().st_size / 1e6:.0f} MB", flush=True)
        _timed("verify", [sys.executable, "-m", "factcheck.ledger.verify", str(exported)], environment, path)


def _timed(what: str, command: list[str], environment: dict[str, str], path: Path) -> None:
    db.connect(f"sqlite:///{path}")
    events = journal.size()
    db.database.close()
    began = time.perf_counter()
    # In a process of its own, whose memory the shell's wait reports.
    script = "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]); "
    script += "print('peak', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, 'MB'); sys.exit(code)"
    subprocess.run([sys.executable, "-c", script, *command], env=os.environ | environment, check=True)
    seconds = time.perf_counter() - began
    print(f"{what}: {events / seconds:.0f} events/s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", type=Path, required=True, help="a SQLite file that load.py has filled")
    options = parser.parse_args()
    path = options.database.resolve()
    appends(path)
    proofs(path)
    verification(path)


if __name__ == "__main__":
    main()
