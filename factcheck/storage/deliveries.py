"""What was sent to webhooks, what came of it, and what is to be sent again: rows that are updated in place. Bodies are
not among them: what is sent is read from the ledger.
"""

from collections.abc import Collection
from typing import Any

from factcheck.domain.vocabulary import DeliveryState
from factcheck.domain.webhooks import Answer
from factcheck.storage import db

KEPT = 1000
"""So many of the newest deliveries of each webhook are kept, besides those that wait."""

_COLUMNS = (
    "id", "seq", "type", "state", "attempts", "response_status", "error", "last_attempt_at", "next_attempt_at",
    "delivered_at",
)  # fmt: skip
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM deliveries"  # noqa: S608

Values = dict[str, Any]


def page(webhook: str, before: int | None, limit: int, states: Collection[str]) -> list[Values]:
    """Up to so many of a webhook's deliveries, by falling number of their events."""
    where, params = "webhook = ?", list[object]([webhook])
    if before is not None:
        where, params = f"{where} AND seq < ?", [*params, before]
    if states:
        where, params = f"{where} AND state IN ({db.marks(list(states))})", [*params, *states]
    found = db.query(f"{_SELECT} WHERE {where} ORDER BY seq DESC LIMIT ?", (*params, limit))
    return [dict(zip(_COLUMNS, row, strict=True)) for row in found]


def get(webhook: str, delivery: str) -> Values | None:
    row = db.first(f"{_SELECT} WHERE webhook = ? AND id = ?", (webhook, delivery))
    return dict(zip(_COLUMNS, row, strict=True)) if row else None


def again(webhook: str, limit: int) -> list[int]:
    """Up to so many of the events that are to be sent again, out of their row."""
    found = db.query(
        """
        SELECT d.seq FROM deliveries d JOIN webhook_queues q ON q.webhook = d.webhook
        WHERE d.webhook = ? AND d.state = 'waiting' AND d.seq <= q.passed ORDER BY d.seq LIMIT ?""",
        (webhook, limit),
    )
    return [seq for (seq,) in found]


def ask_again(delivery: str, now: str) -> None:
    sql = "UPDATE deliveries SET state = ?, next_attempt_at = ? WHERE id = ?"
    db.execute(sql, (DeliveryState.WAITING, now, delivery))


def record(
    webhook: str, delivery: str, seq: int, type_: str, answer: Answer, state: DeliveryState, at: str, due_at: str | None
) -> None:
    """Keep what came of an attempt, and count it."""
    delivered_at = at if answer.taken else None
    db.execute(
        """
        INSERT INTO deliveries (id, webhook, seq, type, state, attempts, response_status, error, last_attempt_at,
            next_attempt_at, delivered_at) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)
        ON CONFLICT (webhook, seq) DO UPDATE SET state = excluded.state, attempts = deliveries.attempts + 1,
            response_status = excluded.response_status, error = excluded.error,
            last_attempt_at = excluded.last_attempt_at, next_attempt_at = excluded.next_attempt_at,
            delivered_at = COALESCE(excluded.delivered_at, deliveries.delivered_at)""",
        (delivery, webhook, seq, type_, state, answer.status, answer.error, at, due_at, delivered_at),
    )
    db.execute(
        """
        INSERT INTO delivery_outcomes (outcome, attempts) VALUES (?, 1)
        ON CONFLICT (outcome) DO UPDATE SET attempts = delivery_outcomes.attempts + 1""",
        (answer.outcome,),
    )


def forget_waiting(webhook: str) -> None:
    """Know nothing of the event that is next in the row: it may not be for this webhook any more."""
    db.execute(
        """
        DELETE FROM deliveries WHERE webhook = ? AND state = 'waiting'
        AND seq > (SELECT passed FROM webhook_queues WHERE webhook = ?)""",
        (webhook, webhook),
    )


def make_room(webhook: str) -> None:
    """Remove the oldest of what is too many."""
    db.execute(
        """
        DELETE FROM deliveries WHERE webhook = ? AND state <> 'waiting' AND seq <= (
            SELECT seq FROM deliveries WHERE webhook = ? ORDER BY seq DESC LIMIT 1 OFFSET ?)""",
        (webhook, webhook, KEPT),
    )


def outcomes() -> dict[str, int]:
    """How many attempts came to what, ever."""
    return dict(db.query("SELECT outcome, attempts FROM delivery_outcomes ORDER BY outcome"))
