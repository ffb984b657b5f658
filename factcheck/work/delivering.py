"""Sends events to webhooks, each on a thread of its own: a slow receiver holds up nobody else. The database stays with
who calls `step`, which is a thread too where `start` was called: links that take their time hold up no message.
"""

import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from queue import Empty, SimpleQueue

import structlog

from factcheck import __version__, clock
from factcheck.config import Settings
from factcheck.domain.links import retry_after
from factcheck.domain.vocabulary import FetchFailure
from factcheck.domain.webhooks import DELAYS, Answer, headers
from factcheck.network.connecting import policy_for
from factcheck.network.fetching import Failure, Fetcher, Limits, Page
from factcheck.services import deliveries
from factcheck.services.deliveries import Batch, Message, Over, Sent
from factcheck.storage import db
from factcheck.storage.db import Unavailable

_log = structlog.get_logger("factcheck.webhooks")

_LIMITS = Limits(connect=5.0, total=15.0)
_STOP_SECONDS = 2.0
_TOGETHER_SECONDS = 0.02
_RETRY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Tempo:
    """How many webhooks at once; seconds between two looks for what there is to send, and after which no more is
    begun with what was found; how long to wait after attempts in a row; limits of each attempt."""

    threads: int = 32
    idle: float = 0.5
    window: float = 10.0
    delays: Sequence[timedelta] = DELAYS
    limits: Limits = _LIMITS


USUAL = Tempo()


def fetcher(settings: Settings, tempo: Tempo = USUAL) -> Fetcher:
    """The way out to receivers."""
    name = f"factcheck/{__version__} (+{settings.public_url})"
    return Fetcher(name, policy_for(settings.fetch_allow), tempo.limits)


@dataclass(slots=True)
class _InHand:
    batch: Batch
    stop: threading.Event = field(default_factory=threading.Event)


class Deliveries:
    """What is being sent, from step to step."""

    def __init__(self, out: Fetcher, directory: Path, tempo: Tempo = USUAL) -> None:
        self._out = out
        self._directory = directory
        self._tempo = tempo
        self._in_hand: dict[str, _InHand] = {}
        self._found: SimpleQueue[Sent | Over | None] = SimpleQueue()
        self._unrecorded: list[Sent | Over] = []
        self._look_at = 0.0
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Send what there is to send until `close` is called, on a thread with a connection of its own."""
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Begin no more, and give back what was not begun; what is on its way gets a moment to arrive."""
        self._stopping.set()
        self._found.put(None)
        if self._thread is not None:
            self._thread.join(2 * _STOP_SECONDS)
        else:
            self._end()

    def step(self) -> int:
        """Begin to send what is due, wait until something came of it, and keep that; gives how many attempts it was."""
        self._give_up_late()
        if time.monotonic() >= self._look_at and not self._stopping.is_set():
            self._look_at = time.monotonic() + self._tempo.idle
            for batch in deliveries.claim(self._tempo.threads - len(self._in_hand), self._directory):
                self._begin(batch)
        self._collect(self._look_at - time.monotonic())
        return self._record()

    @property
    def busy(self) -> bool:
        """Whether anything is in hand."""
        return bool(self._in_hand)

    def _begin(self, batch: Batch) -> None:
        taken = self._in_hand[batch.webhook] = _InHand(batch)
        threading.Thread(target=self._work, args=(taken,), daemon=True).start()

    def _collect(self, seconds: float) -> None:
        """Wait for something to come, for so long, and take what comes together: it is kept by one write, since each
        holds up those of others."""
        with suppress(Empty):
            found = self._found.get(timeout=max(seconds, 0.0))
            until = time.monotonic() + _TOGETHER_SECONDS
            while True:
                if found is not None:
                    self._unrecorded.append(found)
                if not isinstance(found, Sent):
                    until = 0.0
                found = self._found.get(timeout=max(until - time.monotonic(), 0.0))

    def _record(self) -> int:
        found = self._unrecorded
        if not found:
            return 0
        # The database may answer again by the next step: until it does, these stay where they are.
        over = deliveries.record(found, self._tempo.delays)
        self._unrecorded = []
        for one in found:
            taken = self._in_hand.get(one.batch.webhook)
            if taken is None or taken.batch is not one.batch:
                continue
            if isinstance(one, Over):
                del self._in_hand[one.batch.webhook]
                self._look_at = 0.0
            elif one.batch.webhook in over:
                taken.stop.set()
        return sum(isinstance(one, Sent) for one in found)

    def _give_up_late(self) -> None:
        """Nothing takes as long as its lease: what hangs is ours to mend, and must not hold up the rest."""
        now = clock.timestamp(clock.now())
        for webhook, taken in list(self._in_hand.items()):
            if taken.batch.leased_until <= now:
                _log.error("delivery_hangs", webhook=webhook)
                taken.stop.set()
                del self._in_hand[webhook]

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.step()
            except Exception as error:
                # A thread that ended would leave receivers waiting for ever; the next step finds what is left.
                known = isinstance(error, (Unavailable, OSError))
                _log.error("deliveries_failed", error=str(error), exc_info=None if known else error)
                self._stopping.wait(_RETRY_SECONDS)
        try:
            self._end()
        except Exception as error:
            _log.error("deliveries_failed", error=str(error))
        db.database.close()

    def _end(self) -> None:
        for taken in self._in_hand.values():
            taken.stop.set()
        until = time.monotonic() + _STOP_SECONDS
        while self._in_hand and (left := until - time.monotonic()) > 0:
            self._collect(left)
            self._record()

    def _work(self, taken: _InHand) -> None:
        """A thread: one message after the other, up to one that is not taken."""
        whole = self._send_all(taken)
        self._found.put(Over(taken.batch, _now(), whole))

    def _send_all(self, taken: _InHand) -> bool:
        until = time.monotonic() + self._tempo.window
        for message in taken.batch.messages:
            if taken.stop.is_set() or time.monotonic() >= until:
                return False
            answer = self._send(taken.batch, message)
            self._found.put(Sent(taken.batch, _now(), message, answer))
            if not answer.taken and not message.again:
                return False
        return True

    def _send(self, batch: Batch, message: Message) -> Answer:
        if not batch.keys:
            return Answer()
        try:
            signed = headers(batch.keys, message.id, int(clock.now().timestamp()), message.body)
            return answer_of(self._out.send(batch.url, message.body, signed))
        except Exception:
            # Ours to mend, and no reason to let a webhook hang.
            _log.exception("delivery_failed", webhook=batch.webhook)
            return Answer(failure=FetchFailure.BAD_RESPONSE)


def answer_of(found: Page | Failure) -> Answer:
    """What an attempt came to. A status that was there before something failed counts: it was the receiver's answer."""
    if isinstance(found, Failure):
        return Answer(found.status) if found.status is not None else Answer(failure=found.reason)
    return Answer(found.status, retry_after=retry_after(found.headers.get("retry-after"), clock.now()))


def _now() -> str:
    return clock.timestamp(clock.now())
