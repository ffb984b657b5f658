"""Events on their way to webhooks: which are to be sent, and what becomes of each attempt.

A webhook gets the events of the ledger one after the other, as anyone may see them; what was not taken holds up
those behind it, and nobody else.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import orjson

from factcheck import clock
from factcheck.domain.actors import SERVICE, hidden_from
from factcheck.domain.event_types import selected
from factcheck.domain.vocabulary import DeliveryState, Subject
from factcheck.domain.webhooks import DELAYS, Answer, message, message_id, next_at
from factcheck.storage import changes, deliveries, journal, rows, sealing, webhooks
from factcheck.storage.changes import View
from factcheck.storage.journal import Transaction
from factcheck.storage.key_files import UnusableKey
from factcheck.storage.models import Webhook
from factcheck.storage.webhooks import Held, Queue

LEASE = timedelta(minutes=1)
"""How long a webhook is a worker's own: longer than it sends to it in one go; short enough after it has died."""

_EVENTS, _BYTES = 50, 1024 * 1024


@dataclass(frozen=True, slots=True)
class Message:
    """An event as a webhook is sent it; `again`: it was sent before, and is wanted once more."""

    id: str
    seq: int
    type: str
    body: bytes
    again: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """What a webhook is to be sent, in this order. It has nothing else to be sent up to the event `until` (None: no
    next one was looked for), and is this worker's until `leased_until`.

    `keys` sign, the newest first; there are none where secrets cannot be opened.
    """

    webhook: str
    version: int
    url: str
    keys: tuple[bytes, ...]
    messages: tuple[Message, ...]
    until: int | None
    leased_until: str


@dataclass(frozen=True, slots=True)
class Sent:
    """An attempt and what came of it."""

    batch: Batch
    at: str
    message: Message
    answer: Answer


@dataclass(frozen=True, slots=True)
class Over:
    """No more is sent of a batch; `whole`: all of it was taken."""

    batch: Batch
    at: str
    whole: bool


def claim(limit: int, directory: Path) -> list[Batch]:
    """What is to be sent now to up to so many webhooks, which are this worker's alone for `LEASE`."""
    now, head = clock.now(), journal.size()
    since, until = clock.timestamp(now), clock.timestamp(now + LEASE)
    ready = webhooks.ready(since, head, limit) if limit > 0 else []
    if not ready:
        return []
    found = [_batch(queue, head, directory, until) for queue in ready]
    with journal.alone():
        return [batch for queue, batch in zip(ready, found, strict=True) if _is_ours(queue, batch, since)]


def _is_ours(queue: Queue, batch: Batch, now: str) -> bool:
    """Claim a webhook; where there is nothing to send, it is done with the events at once."""
    if not webhooks.lease(queue, now, batch.leased_until):
        return False
    if not batch.messages:
        _give_back(batch, now, whole=True)
    return bool(batch.messages)


def _give_back(batch: Batch, now: str, *, whole: bool) -> None:
    if whole and batch.until is not None:
        webhooks.advance(batch.webhook, batch.until)
    webhooks.release(batch.webhook, batch.leased_until, now)


def _batch(queue: Queue, head: int, directory: Path, leased_until: str) -> Batch:
    messages, until = _wanted_again(queue), None
    if queue.due:
        following, until = _read(queue, queue.passed, head, selected(queue.types))
        messages += following
    keys = tuple(_unsealed(queue, directory))
    return Batch(queue.webhook, queue.version, queue.url, keys, tuple(messages), until, leased_until)


def _wanted_again(queue: Queue) -> list[Message]:
    """Events that were sent before; what is more than a bounded number of bytes waits for the next batch."""
    found, size = list[Message](), 0
    for seq in deliveries.again(queue.webhook, _EVENTS):
        if size >= _BYTES:
            break
        found += _read(queue, seq - 1, seq, (), again=True)[0]
        size += len(found[-1].body) if found else 0
    return found


def _read(
    queue: Queue, after: int, head: int, types: Sequence[str], *, again: bool = False
) -> tuple[list[Message], int]:
    """The next messages for a webhook, and up to which event there are no others; a bounded number of bytes."""
    if queue.types and not types and not again:
        return [], head
    part = changes.read(View(False, hidden_from(None), types=tuple(types)), after, head, _EVENTS)
    found, size = list[Message](), 0
    for seq, item in part.events:
        if found and size + len(item) > _BYTES:
            return found, found[-1].seq
        found.append(_message(queue.webhook, seq, item, again=again))
        size += len(item)
    return found, part.after


def _message(webhook: str, seq: int, item: bytes, *, again: bool) -> Message:
    event = orjson.loads(item)
    body = message(event["type"], event["recorded_at"], item)
    return Message(message_id(webhook, event["leaf_hash"]), seq, event["type"], body, again)


def _unsealed(queue: Queue, directory: Path) -> Iterator[bytes]:
    """The secrets up to one that does not open: without the newest nothing is signed."""
    for sealed in queue.sealed:
        try:
            yield sealing.unseal(directory, sealed, queue.webhook)
        except UnusableKey:
            return


def record(found: Iterable[Sent | Over], delays: Sequence[timedelta] = DELAYS) -> set[str]:
    """Keep what came of attempts, all or nothing; gives the webhooks whose batches are to end: they are another
    worker's, or not what they were."""
    over = set()
    with journal.write(SERVICE.id) as tx:
        for one in found:
            batch = one.batch
            held = webhooks.held(batch.webhook, batch.leased_until)
            unchanged = held is not None and held.version == batch.version
            if not unchanged:
                over.add(batch.webhook)
            if held is None:
                continue
            if isinstance(one, Over):
                _give_back(batch, one.at, whole=one.whole and unchanged)
                deliveries.make_room(batch.webhook)
            # What was taken was taken; what was not is nothing against a webhook that is another one now.
            elif unchanged or one.answer.taken:
                _keep(tx, one, held, delays)
    return over


def _keep(tx: Transaction, one: Sent, held: Held, delays: Sequence[timedelta]) -> None:
    webhook, message, answer, due_at = one.batch.webhook, one.message, one.answer, None
    state = DeliveryState.DELIVERED if answer.taken else DeliveryState.WAITING
    if message.again:
        state = DeliveryState.DELIVERED if answer.taken else DeliveryState.FAILED
    elif answer.taken:
        webhooks.advance(webhook, message.seq)
    else:
        attempts, since = held.attempts + 1, held.failing_since or one.at
        chance = int.from_bytes(clock.random_bytes(2)) / 2**16
        due = next_at(answer, attempts, clock.now(), chance, delays)
        due_at = clock.timestamp(due) if due else None
        webhooks.fail(webhook, attempts, since, due_at)
        if due is None:
            _pause(tx, webhook, _why(answer, attempts, since))
    deliveries.record(webhook, message.id, message.seq, message.type, answer, state, one.at, due_at)


def _pause(tx: Transaction, webhook: str, reason: str) -> None:
    values = {"active": False, "paused_at": tx.now, "paused_reason": reason}
    tx.change("webhook.paused", Subject.WEBHOOK, rows.require(Webhook, webhook), values)


def _why(answer: Answer, attempts: int, since: str) -> str:
    if answer.gone:
        return "the receiver answered 410: it wants no more"
    return f"nothing was taken since {since}, in {attempts} attempts; what came of the last one: {answer.error}"
