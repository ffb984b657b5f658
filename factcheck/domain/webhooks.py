"""Webhooks by the specification of Standard Webhooks 1.0 (standardwebhooks.com): secrets, signatures, messages; and
when one that was not taken is sent again. Knows no network and no clock."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from factcheck.domain.vocabulary import FetchFailure

SECRET_BYTES = 32
_SECRET_PREFIX = "whsec_"  # noqa: S105 - what a secret begins with, not one

DELAYS = (
    timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(minutes=30),
    timedelta(hours=1), timedelta(hours=2), *[timedelta(hours=3)] * 7,
)  # fmt: skip
"""How long after each attempt in a row that was not taken the next one is made, some 25 hours in all; after the one
that follows the last delay the webhook is paused."""
STRETCH = 0.1
"""By up to this share a delay is longer, so that those who failed together do not come back together."""
_LONGEST_ASKED = DELAYS[-1]

_GONE = 410
SEALED_OFF = "secret_unreadable"
"""Why nothing could be sent: the key that the secret is sealed under is not here."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an attempt: the receiver's `status`, or else the reason why there was none."""

    status: int | None = None
    failure: FetchFailure | None = None
    retry_after: timedelta | None = None

    @property
    def taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """Whether the receiver says that it wants no more, which this status means in Standard Webhooks."""
        return self.status == _GONE

    @property
    def error(self) -> str | None:
        """Why it was not taken; None where it was."""
        if self.taken:
            return None
        if self.status is not None:
            return f"status {self.status}"
        return self.failure.value if self.failure else SEALED_OFF

    @property
    def outcome(self) -> str:
        """As `error`, in a few words for counting."""
        if self.taken:
            return "delivered"
        return f"status_{self.status // 100}xx" if self.status is not None else self.error or ""


def next_at(
    answer: Answer, attempts: int, now: datetime, chance: float, delays: Sequence[timedelta] = DELAYS
) -> datetime | None:
    """When to send again after so many attempts in a row that were not taken; None where that is given up.

    `chance` is from 0 up to 1.
    """
    if answer.gone or attempts > len(delays):
        return None
    delay = delays[attempts - 1] * (1 + STRETCH * chance)
    return now + max(delay, min(answer.retry_after or timedelta(), _LONGEST_ASKED))


def secret_text(key: bytes) -> str:
    """A secret as receivers get it."""
    return _SECRET_PREFIX + base64.b64encode(key).decode()


def message_id(webhook: str, leaf_hash: str) -> str:
    """What an event is called at a webhook, however often it is sent. Of the leaf, not of the event's number, which
    after an older backup was put back can mean another event."""
    return "msg_" + hashlib.sha256(f"{webhook}.{leaf_hash}".encode()).hexdigest()[:32]


def message(type_: str, timestamp: str, event: bytes) -> bytes:
    """The body of a message: JSON in which the event stands as it is."""
    return b'{"type":%b,"timestamp":%b,"data":%b}' % (orjson.dumps(type_), orjson.dumps(timestamp), event)


def headers(keys: Iterable[bytes], identity: str, seconds: int, body: bytes) -> dict[str, str]:
    """The headers of a message that is sent at a POSIX time, signed with each of the keys."""
    signed = b"%b.%d.%b" % (identity.encode(), seconds, body)
    signatures = (base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in keys)
    return {
        "Content-Type": "application/json",
        "webhook-id": identity,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{one}" for one in signatures),
    }
