"""Who reads from the replica: whoever asks without a token and without a session, for what anyone may read. Everybody
else reads from the main database, and so what they have written themselves.

An answer is of one database: what the replica cannot answer is asked of the main one from the beginning.
"""

import math
import threading
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple, TypeVar, cast

import structlog
from flask import Flask, Request, Response, current_app
from flask.globals import app_ctx, request_ctx
from prometheus_client import Counter, Gauge

from factcheck.domain.errors import DomainError
from factcheck.services import changes
from factcheck.storage import db
from factcheck.storage.replica import LOOK_SECONDS, Replica, Standing, State
from factcheck.web import cookies
from factcheck.web.arrival import Own
from factcheck.web.auth import PUBLIC

_EXTENSION = "factcheck.replica"

_Answer = TypeVar("_Answer")
_View = TypeVar("_View", bound=Callable[..., Response])

_log = structlog.get_logger("factcheck.replica")


class _Metrics(NamedTuple):
    read: Gauge
    lag: Gauge
    reads: Counter


@cache
def _metrics() -> _Metrics:
    """Made where a replica is looked after, so that nothing is told of one where there is none."""
    return _Metrics(
        Gauge("factcheck_replica_read", "Whether every process reads the replica.", multiprocess_mode="livemin"),
        Gauge(
            "factcheck_replica_lag_seconds",
            "For how long, at most, the replica has lacked something; +Inf where that is not known.",
            multiprocess_mode="livemax",
        ),
        Counter("factcheck_public_reads", "Requests that the replica is for, by who answered them.", ["database"]),
    )


class Watched:
    """A replica, with the thread that looks after it from the first request on."""

    def __init__(self, replica: Replica) -> None:
        self.replica = replica
        self._told: State | None = None
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def standing(self) -> Standing:
        self.start()
        return self.replica.standing

    def start(self) -> None:
        """Begin to look after it, once. Not before it is needed: a thread would not outlive a fork."""
        if self._thread is not None:
            return
        with self._lock:
            if self._thread is None:
                # After a fork too: those of a server that only forks would stand at 0 for ever.
                for database in ("replica", "main"):
                    _metrics().reads.labels(database)
                self._thread = threading.Thread(target=self._run, name="replica", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Look after it no more."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def answer(self, view: Callable[[], Any]) -> Any:
        """The answer to a request, of the replica where that can give it."""
        self.start()

        def here() -> Any:
            answer = self._begun(view())
            _metrics().reads.labels("replica").inc()
            return answer

        def main() -> Any:
            _metrics().reads.labels("main").inc()
            return view()

        return self._ask(here, main)

    def newest(self) -> int:
        """The number of the newest event that is known to those who read the replica."""
        return self._ask(changes.newest, changes.newest)

    def _ask(self, here: Callable[[], _Answer], main: Callable[[], _Answer]) -> _Answer:
        if self.replica.ready():
            try:
                with self.replica.reading():
                    return here()
            except DomainError:
                pass  # What it lacks, and so refuses, the main one may have.
            except (db.Unavailable, *db.LOST) as error:
                self.replica.put_away(error)
                self._tell()
            except db.FAILURES as error:
                _log.warning("replica_failed", error=str(error))
        return main()

    def _begun(self, answer: Any) -> Any:
        """The answer; of one that is sent as it is read, the first piece was read."""
        if isinstance(answer, Response) and answer.is_streamed:
            answer.response = _Pieces(self.replica, cast("Iterator[bytes]", iter(answer.response)))
        return answer

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self.replica.look()
            except Exception as error:
                # Without the thread it would be read no more.
                _log.error("replica_not_looked_at", exc_info=error)
            self._tell()
            self._over.wait(LOOK_SECONDS)
        self.replica.close()
        db.database.close()

    def _tell(self) -> None:
        """In the metrics, and in the log where it is another state than before."""
        with self._lock:
            found, known = self.replica.standing, self._told
            self._told = found.state
            _metrics().read.set(found.state == State.READ)
            _metrics().lag.set(math.inf if found.lag is None else found.lag)
        if known != found.state:
            log = {State.READ: _log.info, State.REFUSED: _log.error}.get(found.state, _log.warning)
            log(f"replica_{found.state}", lag=found.lag, detail=found.detail)


class _Pieces:
    """An answer that is sent as it is read: each piece of the replica, as the first one was. That one is read at once,
    while another database can still be asked in its place."""

    def __init__(self, replica: Replica, pieces: Iterator[bytes]) -> None:
        self._replica = replica
        self._pieces = pieces
        self._first: bytes | None = next(pieces, None)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        first, self._first = self._first, None
        if first is not None:
            return first
        with self._replica.reading():
            return next(self._pieces)

    def close(self) -> None:
        end = getattr(self._pieces, "close", None)
        if end is not None:
            with self._replica.reading():
                end()


def register(app: Flask, url: str) -> None:
    """Read from the replica that a URL names, if there is one."""
    if not url:
        return
    watched = app.extensions[_EXTENSION] = Watched(Replica(url))
    inner = app.dispatch_request

    def dispatch() -> Any:
        asked = request_ctx.request
        return watched.answer(inner) if _is_for_it(app, asked, app_ctx.g) else inner()

    app.dispatch_request = dispatch  # type: ignore[method-assign]


def watched() -> Watched | None:
    """What looks after the replica, if there is one."""
    return cast("Watched | None", current_app.extensions.get(_EXTENSION))


def newest() -> Callable[[], int] | None:
    """What gives the number of the newest event that who asks now can read, where that is not the ledger's."""
    found = None if db.database.is_main else watched()
    return None if found is None else found.newest


def of_the_main_one(view: _View) -> _View:
    """A decorator: whoever asks for this gets it from the main database."""
    view.of_the_main_one = True  # type: ignore[attr-defined]
    return view


def _is_for_it(app: Flask, asked: Request, own: Own) -> bool:
    """Whether a request only reads, of what anyone may read, and says nothing of who asks."""
    return (
        asked.method in ("GET", "HEAD")
        and own.permission == PUBLIC
        and "HTTP_AUTHORIZATION" not in asked.environ
        and not cookies.has_session(asked)
        and not hasattr(app.view_functions[str(asked.endpoint)], "of_the_main_one")
    )
