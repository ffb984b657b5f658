"""What `flask db check` costs: time, memory of its own, and the size of its temporary file.

    python -m benchmarks.load --url sqlite:////tmp/record.db
    python -m benchmarks.checking --url sqlite:////tmp/record.db

Every claim is compared and nothing is written.
"""

import argparse
import threading
import time
from pathlib import Path

from benchmarks.memory import memory
from factcheck.storage import check, db, journal

_OFTEN = 0.05
"""Seconds."""


class _Watch:
    """Looks at this process until it is told to stop; megabytes, at most."""

    def __init__(self) -> None:
        self.own = 0.0
        self.file = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def stop(self) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(_OFTEN):
            self.own = max(self.own, memory("self")["RssAnon"])
            self.file = max(self.file, _nameless())


def _nameless() -> float:
    """Megabytes of the temporary file, which has no name any more."""
    for handle in Path("/proc/self/fd").iterdir():
        try:
            if ".shelves-" in str(handle.readlink()):
                return handle.stat().st_size / 1024**2
        except FileNotFoundError:
            continue
    return 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True, help="sqlite:///path or postgresql://...")
    options = parser.parse_args()
    db.connect(options.url)
    watch, began = _Watch(), time.perf_counter()
    found = sum(1 for _ in check.differences())
    seconds = time.perf_counter() - began
    watch.stop()
    print(f"{journal.size()} events in {seconds:.0f} s, {found} differences")
    print(f"memory of its own {watch.own:.0f} MB, temporary file {watch.file:.0f} MB, at most")


if __name__ == "__main__":
    main()
