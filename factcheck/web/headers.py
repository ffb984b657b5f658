"""Headers that every answer has: security, and CORS for public reads. Added under Flask, where a list is a
list: werkzeug's own headers check each value again."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from factcheck.web.context import REQUEST_ID

_Header = tuple[str, str]

_ALWAYS: list[_Header] = [("X-Content-Type-Options", "nosniff")]
# The last for the few answers that a time can be asked of; for others nobody sends it.
_VARY = ("Vary", "Authorization, Origin, Accept-Datetime")
# What a browser does beyond reading data, only pages can ask of it.
_PAGES: list[_Header] = [
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
]
# For browsers that know no frame-ancestors, unless the page's own policy lets it be framed.
_NO_FRAME = ("X-Frame-Options", "DENY")
_ANY_FRAME = "frame-ancestors *"
# Over http it must not be sent (RFC 6797, section 7.2).
_SECURE = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
_POLICY = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
# Caches keep what they like but ask each time; the ETag makes that cheap.
_ASK_AGAIN = ("Cache-Control", "no-cache")
_KEEP_NOTHING = ("Cache-Control", "no-store")

# Any page may read what anyone may read; credentials of the browser's own never count here.
_SHARED: list[_Header] = [
    ("Access-Control-Allow-Origin", "*"),
    (
        "Access-Control-Expose-Headers",
        "As-Of-Seq, ETag, Link, Location, Memento-Datetime, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id",
    ),
]
_PREFLIGHT: list[_Header] = [
    ("Access-Control-Allow-Methods", "GET, HEAD"),
    ("Access-Control-Allow-Headers", "Accept-Datetime, Authorization, If-None-Match, Last-Event-ID, X-Request-Id"),
    ("Access-Control-Max-Age", "86400"),
]


def register(app: Flask) -> None:
    inner = app.wsgi_app

    def adding(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[_Header], *rest: Any) -> Any:
            return start_response(status, headers + _more(environ, status, headers), *rest)

        return inner(environ, start)

    app.wsgi_app = adding  # type: ignore[method-assign]


def _more(environ: dict[str, Any], status: str, headers: list[_Header]) -> list[_Header]:
    """What the answer lacks."""
    more = [*_ALWAYS, ("X-Request-Id", environ.get(REQUEST_ID, ""))]
    has = dict(headers)
    if has.get("Content-Type", "").startswith("text/html"):
        more += _PAGES
        if _ANY_FRAME not in has.get("Content-Security-Policy", ""):
            more.append(_NO_FRAME)
    if environ["wsgi.url_scheme"] == "https":
        more.append(_SECURE)
    if "Content-Security-Policy" not in has:
        more.append(_POLICY)
    if "Vary" not in has:
        more.append(_VARY)
    if "Cache-Control" not in has:
        more.append(_ASK_AGAIN if status < "400" else _KEEP_NOTHING)
    if "HTTP_ORIGIN" in environ:
        more += _SHARED
        if environ["REQUEST_METHOD"] == "OPTIONS":
            more += _PREFLIGHT
    return more
