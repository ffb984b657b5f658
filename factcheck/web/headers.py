"""Headers that every answer has: security, and CORS for public reads."""

from flask import Flask, Response, request

_ALWAYS = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Vary", "Authorization, Origin"),
]
_NOTHING = "default-src 'none'; frame-ancestors 'none'"
_EXPOSED = "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"


def register(app: Flask) -> None:
    app.after_request(_add)


def _add(response: Response) -> Response:
    headers = response.headers
    headers.extend(_ALWAYS)
    if "Content-Security-Policy" not in headers:
        headers["Content-Security-Policy"] = _NOTHING
    if "Cache-Control" not in headers:
        # Caches keep what they like but ask each time; the ETag makes that cheap.
        headers["Cache-Control"] = "no-cache" if response.status_code < 400 else "no-store"
    if "Origin" in request.headers:
        _allow_reads(response)
    return response


def _allow_reads(response: Response) -> None:
    """Any page may read what anyone may read; credentials of the browser's own never count here."""
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = _EXPOSED
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = "GET, HEAD"
        headers["Access-Control-Allow-Headers"] = "Authorization, If-None-Match, X-Request-Id"
        headers["Access-Control-Max-Age"] = "86400"
