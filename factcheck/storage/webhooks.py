"""How far each webhook has come, where it leads and what signs for it: rows that are updated in place, beside the
ledger, which is their outbox. A webhook is claimed by a lease, so that of several workers one sends to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from factcheck.domain.vocabulary import DeliveryState
from factcheck.storage import db

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Queue:
    """A webhook that there may be something for.

    `version` is the event that it was last changed by; `sealed` are the secrets to sign with, the newest first;
    `passed` is the last event that it is done with. `due`: the next one may be sent, and not only those again that
    were asked for.
    """

    webhook: str
    version: int
    types: tuple[str, ...]
    url: str
    sealed: tuple[str, ...]
    passed: int
    due: bool


def add(webhook: str, url: str, secret: str, passed: int, now: str) -> None:
    db.execute(
        "INSERT INTO webhook_queues (webhook, url, secret, passed, due_at) VALUES (?, ?, ?, ?, ?)",
        (webhook, url, secret, passed, now),
    )


def urls(webhooks: Sequence[str]) -> dict[str, str]:
    """Where these lead."""
    sql = f"SELECT webhook, url FROM webhook_queues WHERE webhook IN ({db.marks(webhooks)})"  # noqa: S608
    return dict(db.query(sql, webhooks))


def newest_secret() -> tuple[str, str] | None:
    """The newest webhook and its sealed secret; None where there is none."""
    found = db.first("SELECT webhook, secret FROM webhook_queues ORDER BY webhook DESC LIMIT 1")
    return (found[0], found[1]) if found else None


def set_url(webhook: str, url: str) -> None:
    db.execute("UPDATE webhook_queues SET url = ? WHERE webhook = ?", (url, webhook))


def set_secret(webhook: str, secret: str) -> None:
    """The one before becomes the former one, and a former one goes."""
    sql = "UPDATE webhook_queues SET former_secret = secret, secret = ? WHERE webhook = ?"
    db.execute(sql, (secret, webhook))


def begin_anew(webhook: str, now: str) -> None:
    """Send what waits now, with all the attempts that there are."""
    sql = "UPDATE webhook_queues SET attempts = 0, failing_since = NULL, due_at = ? WHERE webhook = ?"
    db.execute(sql, (now, webhook))
    wait(webhook, now)


def send_now(webhook: str, now: str) -> None:
    """Do not wait for the time of the next attempt."""
    db.execute("UPDATE webhook_queues SET due_at = ? WHERE webhook = ?", (now, webhook))
    wait(webhook, now)


def forget(webhook: str) -> None:
    for table in ("deliveries", "webhook_queues"):
        db.execute(f"DELETE FROM {table} WHERE webhook = ?", (webhook,))  # noqa: S608


# Webhooks that are nobody's and have something to send. Marks: the present twice, now three times, the newest event.
READY = """
    SELECT w.id, w.seq, w.types, q.url, q.secret,
        CASE WHEN w.former_secret_until > ? THEN q.former_secret END, q.passed, q.due_at <= ?
    FROM webhooks w JOIN webhook_queues q ON q.webhook = w.id
    WHERE w.active AND (q.leased_until IS NULL OR q.leased_until <= ?)
    AND ((q.due_at <= ? AND q.passed < ?) OR EXISTS (
        SELECT 1 FROM deliveries d WHERE d.webhook = w.id AND d.state = 'waiting' AND d.seq <= q.passed))
    ORDER BY q.due_at, w.id LIMIT ?"""


def ready(now: str, head: int, limit: int) -> list[Queue]:
    """Webhooks that nobody has in hand and that are not done with the newest event; who waited the longest first."""
    return [
        Queue(webhook, version, tuple(orjson.loads(types)), url, tuple(filter(None, secrets)), passed, bool(due))
        for webhook, version, types, url, *secrets, passed, due in db.query(READY, (now, now, now, now, head, limit))
    ]


def lease(queue: Queue, now: str, until: str) -> bool:
    """Claim a webhook, unless somebody has it, or has tried in vain, or it has been changed, since it was read."""
    row = db.first(
        """
        SELECT q.due_at FROM webhook_queues q JOIN webhooks w ON w.id = q.webhook WHERE q.webhook = ? AND q.passed = ?
        AND w.seq = ? AND w.active AND (q.leased_until IS NULL OR q.leased_until <= ?)""",
        (queue.webhook, queue.passed, queue.version, now),
    )
    if row is not None and queue.due and row[0] > now:
        return False
    if row is not None:
        db.execute("UPDATE webhook_queues SET leased_until = ? WHERE webhook = ?", (until, queue.webhook))
    return row is not None


@dataclass(frozen=True, slots=True)
class Held:
    """A webhook that is in hand: the event that it was last changed by, attempts in a row that were not taken, and
    since when."""

    version: int
    attempts: int
    failing_since: str | None


def held(webhook: str, leased_until: str) -> Held | None:
    """None where it is not this worker's any more."""
    row = db.first(
        """
        SELECT w.seq, q.attempts, q.failing_since FROM webhook_queues q JOIN webhooks w ON w.id = q.webhook
        WHERE q.webhook = ? AND q.leased_until = ?""",
        (webhook, leased_until),
    )
    return Held(*row) if row else None


def advance(webhook: str, passed: int) -> None:
    """It is done with the events up to this one."""
    sql = "UPDATE webhook_queues SET passed = ?, attempts = 0, failing_since = NULL WHERE webhook = ?"
    db.execute(sql, (passed, webhook))


def fail(webhook: str, attempts: int, since: str, due_at: str | None) -> None:
    """So many attempts in a row were not taken; the next one is made then."""
    sql = """
        UPDATE webhook_queues SET attempts = ?, failing_since = ?, due_at = COALESCE(?, due_at) WHERE webhook = ?"""
    db.execute(sql, (attempts, since, due_at, webhook))


def release(webhook: str, leased_until: str, now: str) -> None:
    """Give it back; for its next turn it queues up behind the others."""
    sql = """
        UPDATE webhook_queues SET leased_until = NULL, due_at = CASE WHEN due_at < ? THEN ? ELSE due_at END
        WHERE webhook = ? AND leased_until = ?"""
    db.execute(sql, (now, now, webhook, leased_until))


def wait(webhook: str, until: str | None) -> None:
    """The event that is next in the row is sent again then; None: not before the webhook is resumed."""
    db.execute(
        """
        UPDATE deliveries SET next_attempt_at = ? WHERE webhook = ? AND state = ?
        AND seq > (SELECT passed FROM webhook_queues WHERE webhook = ?)""",
        (until, webhook, DeliveryState.WAITING, webhook),
    )


@dataclass(frozen=True, slots=True)
class Backlog:
    """Webhooks that are active and that are paused, and how many events the active ones have yet to go through."""

    active: int
    paused: int
    behind: int


def backlog(head: int) -> Backlog:
    [(active, paused, behind)] = db.query(
        """
        SELECT COALESCE(SUM(CASE WHEN w.active THEN 1 ELSE 0 END), 0),
            COALESCE(SUM(CASE WHEN w.active THEN 0 ELSE 1 END), 0),
            COALESCE(SUM(CASE WHEN w.active THEN ? - q.passed ELSE 0 END), 0)
        FROM webhook_queues q JOIN webhooks w ON w.id = q.webhook""",
        (head,),
    )
    return Backlog(int(active), int(paused), int(behind))
