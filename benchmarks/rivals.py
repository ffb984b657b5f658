"""The least that could answer the same reads with the same bytes: a bare WSGI function and a minimal Flask app.

Both hold one connection a thread to the record's own SQLite file. They know no tokens, limits, logs or metrics.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, request

from factcheck.config import Settings
from factcheck.domain.versions import document_etag

PAGE = 50

_PATH = os.environ.get("RIVAL_DATABASE", "")
_PUBLIC_URL = Settings().public_url.encode()
_CLAIM = "SELECT seq, body FROM documents WHERE claim = ?"
_STATUS = "SELECT seq, status_body FROM documents WHERE claim = ?"
_LIST = f"SELECT claim, body FROM documents WHERE merged_into IS NULL ORDER BY seq DESC, claim DESC LIMIT {PAGE}"
_HISTORY = f"""
    SELECT p.item FROM events e JOIN payloads p ON p.seq = e.seq WHERE e.claim_id = ? ORDER BY e.seq LIMIT {PAGE}"""

_own = threading.local()


def _query(sql: str, *params: object) -> list[Any]:
    connection: sqlite3.Connection | None = getattr(_own, "connection", None)
    if connection is None:
        connection = _own.connection = sqlite3.connect(_PATH)
        connection.execute(f"PRAGMA mmap_size = {256 * 1024 * 1024}")
        connection.execute("PRAGMA cache_size = -8192")
    return connection.execute(sql, params).fetchall()


def claim(claim_id: str) -> tuple[str, bytes]:
    """The entity tag and the bytes."""
    ((seq, body),) = _query(_CLAIM, claim_id)
    return document_etag(seq), _with_url(claim_id, body)


def status(claim_id: str) -> tuple[str, bytes]:
    ((seq, body),) = _query(_STATUS, claim_id)
    return document_etag(seq), body


def newest() -> bytes:
    return _joined(_with_url(claim_id, body) for claim_id, body in _query(_LIST))


def history(claim_id: str) -> bytes:
    return _joined(item for (item,) in _query(_HISTORY, claim_id))


def _with_url(claim_id: str, body: bytes) -> bytes:
    return b'{"url":"%b/claims/%b",%b' % (_PUBLIC_URL, claim_id.encode(), body[1:])


def _joined(items: Iterable[bytes]) -> bytes:
    return b'{"items":[' + b",".join(items) + b'],"next":null}'


def bare(environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], object]) -> list[bytes]:
    """The WSGI function."""
    parts = environ["PATH_INFO"].split("/")[3:]
    headers = [("Content-Type", "application/json")]
    if not parts:
        body = newest()
    elif parts[1:] == ["history"]:
        body = history(parts[0])
    else:
        tag, body = (status if parts[1:] else claim)(parts[0])
        headers.append(("ETag", tag))
        if environ.get("HTTP_IF_NONE_MATCH") == tag:
            start_response("304 Not Modified", headers)
            return []
    start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [body]


minimal = Flask(__name__)


@minimal.get("/v1/claims/<claim_id>")
def minimal_claim(claim_id: str) -> Response:
    return _sent(*claim(claim_id))


@minimal.get("/v1/claims/<claim_id>/status")
def minimal_status(claim_id: str) -> Response:
    return _sent(*status(claim_id))


@minimal.get("/v1/claims")
def minimal_list() -> Response:
    return Response(newest(), content_type="application/json")


@minimal.get("/v1/claims/<claim_id>/history")
def minimal_history(claim_id: str) -> Response:
    return Response(history(claim_id), content_type="application/json")


def _sent(tag: str, body: bytes) -> Response:
    if request.headers.get("If-None-Match") == tag:
        return Response(status=304, headers={"ETag": tag})
    return Response(body, content_type="application/json", headers={"ETag": tag})
