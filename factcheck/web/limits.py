"""How much one client may ask: in Redis by `limits`, in a process by a dozen lines of our own, since what
counts each request must cost next to nothing of a small read."""

import threading
import time
from collections.abc import Callable
from http import HTTPStatus

from flask import Request
from limits import RateLimitItem, parse_many
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from structlog import get_logger

from factcheck.config import Settings
from factcheck.web.arrival import Own, Step
from factcheck.web.auth import ALWAYS
from factcheck.web.problems import BadRequest

SIGN_INS = "30/minute"
"""How many times one address may try to sign in, whatever else it asks."""

_log = get_logger("factcheck.limits")
_RETRY_REDIS_AFTER = 10.0


class _Windows:
    """Fixed windows in this process's memory. `limits` has the same, and starts a thread each time that one ends."""

    _MOST = 50_000

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._windows: dict[tuple[RateLimitItem, str], tuple[float, int]] = {}

    def hit(self, rule: RateLimitItem, key: str) -> int | None:
        """As `_Limiter.hit`."""
        now = time.monotonic()
        with self._lock:
            end, count = self._windows.get((rule, key), (0.0, 0))
            if end <= now:
                self._forget(now)
                end, count = now + rule.get_expiry(), 0
            self._windows[rule, key] = end, count + 1
        return None if count < rule.amount else max(1, round(end - now))

    def _forget(self, now: float) -> None:
        """Drop the windows that have ended once there are many."""
        if len(self._windows) >= self._MOST:
            self._windows = {one: window for one, window in self._windows.items() if window[0] > now}


class _Limiter:
    """Counts in Redis where there is one, and in the process itself where there is none or it is gone."""

    def __init__(self, rules: list[RateLimitItem], redis_url: str) -> None:
        self.rules = rules
        self._local = _Windows()
        self._shared = FixedWindowRateLimiter(_redis(redis_url)) if redis_url else None
        self._gone_until = 0.0

    def hit(self, rule: RateLimitItem, key: str) -> int | None:
        """Count one request: None where it may pass, else the seconds until the next may."""
        if self._shared is not None and time.monotonic() >= self._gone_until:
            try:
                if self._shared.hit(rule, key):
                    return None
                return max(1, round(self._shared.get_window_stats(rule, key).reset_time - time.time()))
            except self._shared.storage.base_exceptions as error:
                self._gone_until = time.monotonic() + _RETRY_REDIS_AFTER
                _log.warning("rate_limit_store_gone", error=str(error))
        return self._local.hit(rule, key)


def counting(settings: Settings) -> Step:
    """The step that raises BadRequest (429) for a client that asks more than the settings allow."""
    limiter = _Limiter(parse_many(settings.rate_limit) if settings.rate_limit else [], settings.redis_url)

    def count(asked: Request, own: Own) -> None:
        if own.permission == ALWAYS:
            return
        key = own.actor.id if own.actor else asked.remote_addr or "unknown"
        for rule in limiter.rules:
            seconds = limiter.hit(rule, key)
            if seconds is not None:
                raise _too_many(rule, seconds)

    return count


def counting_sign_ins(settings: Settings) -> Callable[[Request], None]:
    """What raises BadRequest (429) for an address that tries to sign in too often."""
    (rule,) = parse_many(SIGN_INS)
    limiter = _Limiter([rule], settings.redis_url)

    def count(asked: Request) -> None:
        seconds = limiter.hit(rule, f"sign-in {asked.remote_addr}")
        if seconds is not None:
            raise _too_many(rule, seconds)

    return count


def _too_many(rule: RateLimitItem, seconds: int) -> BadRequest:
    """429 with the fields of the RateLimit header draft (draft-ietf-httpapi-ratelimit-headers)."""
    return BadRequest(
        HTTPStatus.TOO_MANY_REQUESTS,
        f"more than {rule}; try again later",
        Retry_After=str(seconds),
        RateLimit=f'"default";r=0;t={seconds}',
        RateLimit_Policy=f'"default";q={rule.amount};w={rule.get_expiry()}',
    )


def _redis(url: str) -> Storage:
    return storage_from_string(url)  # type: ignore[return-value]
