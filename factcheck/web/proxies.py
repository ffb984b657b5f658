"""The client's address where a trusted proxy stands in between; limits and logs go by it."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

_Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def register(app: Flask, trusted: str) -> None:
    """Believe X-Forwarded-For and -Proto of these addresses, separated by commas; `*` stands for any.

    The same list, from FORWARDED_ALLOW_IPS, that gunicorn goes by; it leaves the client's address alone.
    """
    addresses = frozenset(filter(None, (one.strip() for one in trusted.split(","))))
    if not addresses:
        return
    plain: _Wsgi = app.wsgi_app
    believing = ProxyFix(plain, x_for=1, x_proto=1)

    def choose(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        believed = "*" in addresses or environ.get("REMOTE_ADDR") in addresses
        return (believing if believed else plain)(environ, start_response)

    app.wsgi_app = choose  # type: ignore[method-assign]
