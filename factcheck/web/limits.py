"""How much one client may ask. Counted by `limits` itself: flask-limiter on top of it cost more than the
whole rest of a small read."""

import threading
import time
from http import HTTPStatus

from flask import Flask, request
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from structlog import get_logger

from factcheck.config import Settings
from factcheck.web.auth import ALWAYS, permission_of
from factcheck.web.context import reader
from factcheck.web.problems import BadRequest

_log = get_logger("factcheck.limits")
_RETRY_REDIS_AFTER = 10.0


class _Limiter:
    """Counts in Redis where there is one, and in the process itself where there is none or it is gone."""

    def __init__(self, rules: list[RateLimitItem], redis_url: str) -> None:
        self.rules = rules
        self._local = FixedWindowRateLimiter(MemoryStorage())
        self._shared = FixedWindowRateLimiter(_redis(redis_url)) if redis_url else None
        self._gone_until = 0.0
        self._lock = threading.Lock()

    def hit(self, rule: RateLimitItem, key: str) -> int | None:
        """Count one request: None where it may pass, else the seconds until the next may."""
        if self._shared is not None and time.monotonic() >= self._gone_until:
            try:
                return _hit(self._shared, rule, key)
            except self._shared.storage.base_exceptions as error:
                with self._lock:
                    self._gone_until = time.monotonic() + _RETRY_REDIS_AFTER
                _log.warning("rate_limit_store_gone", error=str(error))
        return _hit(self._local, rule, key)


def _hit(limiter: FixedWindowRateLimiter, rule: RateLimitItem, key: str) -> int | None:
    if limiter.hit(rule, key):
        return None
    return max(1, round(limiter.get_window_stats(rule, key).reset_time - time.time()))


def register(app: Flask, settings: Settings) -> None:
    if not settings.rate_limit:
        return
    limiter = _Limiter(parse_many(settings.rate_limit), settings.redis_url)

    @app.before_request
    def count() -> None:
        if request.endpoint is not None and permission_of(request.endpoint) == ALWAYS:
            return
        found = reader()
        key = found.id if found else request.remote_addr or "unknown"
        for rule in limiter.rules:
            seconds = limiter.hit(rule, key)
            if seconds is not None:
                raise _too_many(rule, seconds)


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
