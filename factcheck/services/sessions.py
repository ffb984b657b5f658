"""Sessions: how a browser stands for an account without holding its token."""

import base64
import hashlib
from datetime import timedelta

from factcheck import clock
from factcheck.domain.actors import Actor
from factcheck.domain.vocabulary import Role
from factcheck.storage import journal, sessions

LIFETIME = timedelta(hours=12)
"""A long working day: after it a browser that was left open is nobody's."""

_ID_BYTES = 32


def begin(token: str) -> str | None:
    """The id of a new session for the account of a token; None where the token opens nothing."""
    now = clock.now()
    found = sessions.token_of(_digest(token), clock.timestamp(now))
    if found is None:
        return None
    # Made here and never taken from a client, so that nobody can be given a session that another one knows.
    session = base64.urlsafe_b64encode(clock.random_bytes(_ID_BYTES)).decode().rstrip("=")
    with journal.alone():
        sessions.keep(_digest(session), found, clock.timestamp(now), clock.timestamp(now + LIFETIME))
    return session


def account(session: str) -> Actor | None:
    """Whose a session is; None for one that is unknown, over, or whose token or account was switched off."""
    found = sessions.account_of(_digest(session), clock.timestamp(clock.now()))
    return Actor(found[0], found[1], Role(found[2])) if found else None


def end(session: str) -> None:
    with journal.alone():
        sessions.remove(_digest(session))


def _digest(secret: str) -> str:
    # Of 256 random bits, as tokens are: one round of SHA-256 leaves nothing to guess.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
