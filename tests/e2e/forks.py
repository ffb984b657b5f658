"""Workers to kill that need not start anew: `python -m tests.e2e.forks` imports everything once and forks them.

Each line of its standard input, `step count seconds`, is a worker that is killed so many seconds after it has begun a
step (one of `STEPS`) for so many times, or after some seconds without. It answers each with a line.
"""

import os
import select
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, NoReturn

from factcheck.app import create_app
from factcheck.cli import serving
from factcheck.domain.readings import Reading
from factcheck.network.fetching import Fetcher, Limits
from factcheck.pages import reading
from factcheck.pages.reader import Reader
from factcheck.services import deliveries, links, looks, suggestions
from factcheck.storage import db
from factcheck.work.delivering import Tempo
from factcheck.work.watching import Pace
from factcheck.worker import Worker

STEPS: dict[str, tuple[Any, str]] = {
    "claim": (links, "claim"),
    "fetch": (Fetcher, "get"),
    "record": (looks, "record"),
    "suggest": (suggestions, "_compare"),
    "begin": (deliveries, "claim"),
    "deliver": (Fetcher, "send"),
    "keep": (deliveries, "record"),
}
"""By names that begin with different letters: each of these calls leaves its letter as a mark."""
_TEMPO = Tempo(idle=0.02, delays=[timedelta(milliseconds=10)] * 100, limits=Limits(connect=1.0, total=0.2))
_GIVEN_UP = 4.0


class _Inline(Reader):
    """Reads pages in the worker itself, which has what it takes for that already."""

    def read(self, body: bytes, media_type: str | None, charset: str | None, url: str) -> Reading:
        return reading.read(body, media_type, charset, url)


def _marked(call: Callable[..., Any], mark: bytes, output: int) -> Callable[..., Any]:
    def marked(*args: Any, **kwargs: Any) -> Any:
        os.write(output, mark)
        return call(*args, **kwargs)

    return marked


def _work(output: int) -> NoReturn:
    """`flask worker` itself, in less of a hurry for its manners than it is to be killed; its steps leave marks."""
    for step, (owner, name) in STEPS.items():
        setattr(owner, name, _marked(getattr(owner, name), step[:1].encode(), output))
    serving.Worker = partial(  # type: ignore[assignment,attr-defined]
        Worker, pace=Pace(pause=0.01, window=0.3), reader=_Inline(), tempo=_TEMPO
    )
    with create_app().app_context():
        serving.worker.main([], standalone_mode=False)
    os._exit(0)


def _wait_for(mark: bytes, count: int, marks: int) -> None:
    deadline = time.monotonic() + _GIVEN_UP
    while count > 0 and (left := deadline - time.monotonic()) > 0:
        if select.select([marks], [], [], left)[0]:
            count -= os.read(marks, 1) == mark


def main() -> None:
    create_app()
    db.database.close()
    # What reads pages is loaded with the first one.
    reading.read(b"<p>Text</p>", "text/html", None, "https://example.org/")
    for line in sys.stdin:
        step, count, seconds = line.split()
        marks, output = os.pipe()
        process = os.fork()
        if process == 0:
            _work(output)
        os.close(output)
        _wait_for(step[:1].encode(), int(count), marks)
        time.sleep(float(seconds))
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(marks)
        sys.stdout.write("killed\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
