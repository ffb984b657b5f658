"""GETs whose query is too long for an address: Google's clients send it as the body of a POST that says so."""

import io
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from factcheck.formats import factchecktools

_LONGEST = 64 * 1024
"""Bytes of such a query; a longer one stays the POST that it is."""


def register(app: Flask) -> None:
    """Take X-HTTP-Method-Override: GET at its word, on the paths of Google's API alone."""
    inner = app.wsgi_app

    def taking(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("HTTP_X_HTTP_METHOD_OVERRIDE") == "GET" and environ["REQUEST_METHOD"] == "POST":
            length = environ.get("CONTENT_LENGTH") or "0"
            if factchecktools.serves(environ["PATH_INFO"]) and length.isdecimal() and int(length) <= _LONGEST:
                _get(environ, int(length))
        return inner(environ, start_response)

    app.wsgi_app = taking  # type: ignore[method-assign]


def _get(environ: dict[str, Any], length: int) -> None:
    """Make the request the GET that it stands for; a read never has more than a query to go by."""
    query = environ["wsgi.input"].read(length).decode("latin-1")
    environ.update(REQUEST_METHOD="GET", QUERY_STRING=query, CONTENT_LENGTH="0")
    environ["wsgi.input"] = io.BytesIO()
