"""The one seam for time and randomness; tests that need other values replace these three."""

import datetime
import secrets

from uuid_utils import uuid7


def now() -> datetime.datetime:
    """The present moment, in UTC."""
    return datetime.datetime.now(datetime.UTC)


def new_id() -> str:
    """A new UUIDv7 (RFC 9562): unique, and later ones sort later."""
    return str(uuid7())


def random_bytes(count: int) -> bytes:
    return secrets.token_bytes(count)


def timestamp(moment: datetime.datetime) -> str:
    """RFC 3339 in UTC with six decimals and `Z`, so that text sorts as time does."""
    return moment.astimezone(datetime.UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def of_seconds(seconds: int) -> str:
    """The same of a POSIX time."""
    return timestamp(datetime.datetime.fromtimestamp(seconds, datetime.UTC))
