"""First answers to requests that may come again, kept with the write that they answer."""

from dataclasses import dataclass

from factcheck.storage import db


@dataclass(frozen=True, slots=True)
class Kept:
    """`request` is a digest of the request; `answer` is whatever the caller sealed, empty where it was erased."""

    request: str
    answer: bytes


def find(key: str, not_before: str) -> Kept | None:
    """What was kept under a key since a time."""
    row = db.first("SELECT request, answer FROM idempotency WHERE key = ? AND created_at >= ?", (key, not_before))
    return Kept(row[0], bytes(row[1])) if row else None


def keep(key: str, kept: Kept, now: str, not_before: str) -> None:
    """Keep an answer; called inside the write's transaction. What is older than `not_before` goes."""
    db.execute("DELETE FROM idempotency WHERE created_at < ?", (not_before,))
    db.execute(
        "INSERT INTO idempotency (key, request, answer, created_at) VALUES (?, ?, ?, ?)",
        (key, kept.request, kept.answer, now),
    )


def erase_answers(since: str) -> None:
    """Empty the answers kept since a time. Their keys stay, so that a request that comes again is not done again."""
    db.execute("UPDATE idempotency SET answer = ? WHERE created_at >= ?", (b"", since))
