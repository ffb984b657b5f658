"""A verdict written by hand: the same rows in the same transaction, in SQL, in a minimal Flask app.

What it lacks is all that is not the transaction: tokens, checks of what is sent, problem details, the rendering
of the claim. The document that it stores is as long as the service's and no more than that.
"""

import fcntl
import hashlib
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import psycopg
from flask import Flask, Response, request

from factcheck import clock
from factcheck.ledger.merkle import Frontier, first_position

_URL = os.environ.get("RIVAL_DATABASE", "")
_POSTGRESQL = _URL.startswith("postgresql")
_REVIEWER = os.environ.get("RIVAL_REVIEWER", "")

_own = threading.local()
_gate = threading.Lock()

app = Flask(__name__)


def _connection() -> Any:
    """This thread's, opened once."""
    if not hasattr(_own, "connection"):
        if _POSTGRESQL:
            _own.connection = psycopg.connect(_URL, autocommit=True)
        else:
            _own.connection = sqlite3.connect(_URL.removeprefix("sqlite:///"), isolation_level=None)
            for pragma in ("synchronous = FULL", "foreign_keys = 1", "busy_timeout = 15000", "cache_size = -8192"):
                _own.connection.execute(f"PRAGMA {pragma}")
    return _own.connection


def _run(sql: str, *params: object) -> Any:
    return _connection().execute(sql.replace("?", "%s") if _POSTGRESQL else sql, params)


@contextmanager
def _transaction() -> Iterator[None]:
    """The same discipline as the service's: a file lock on SQLite, the locked head row on PostgreSQL."""
    if _POSTGRESQL:
        with _connection().transaction():
            yield
        return
    handle = os.open(f"{_URL.removeprefix('sqlite:///')}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with _gate:
            fcntl.flock(handle, fcntl.LOCK_EX)
            _run("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                _run("ROLLBACK")
                raise
            _run("COMMIT")
    finally:
        os.close(handle)


@app.get("/healthz")
def healthz() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/v1/claims/<claim_id>/verdicts")
def post(claim_id: str) -> Response:
    data = orjson.loads(request.get_data())
    with _transaction():
        verdict = _write(claim_id, data)
    body = orjson.dumps(verdict)
    headers = {"ETag": f'"{verdict["seq"]}"', "Location": f"/v1/verdicts/{verdict['id']}"}
    return Response(body, status=201, content_type="application/json", headers=headers)


def _write(claim_id: str, data: dict[str, Any]) -> dict[str, Any]:
    lock = " FOR UPDATE" if _POSTGRESQL else ""
    size, peaks = _run(f"SELECT seq, frontier FROM ledger_head WHERE id = 1{lock}").fetchone()
    seq, tree = size + 1, Frontier(size, [bytes(peaks[at : at + 32]) for at in range(0, len(peaks), 32)])
    merged, body = _run("SELECT merged_into, body FROM documents WHERE claim = ?", claim_id).fetchone()
    assert merged is None, "a claim that takes writes"
    now, verdict_id = clock.timestamp(clock.now()), clock.new_id()
    verdict = {
        "id": verdict_id, "claim": claim_id, "reviewer": _REVIEWER, "rating": data["rating"], "label": None,
        "scale": None, "scale_version": None, "value": None, "justification": data["justification"], "evidence": [],
        "review_url": None, "valid_from": None, "valid_until": None, "final": False, "state": "published",
        "approvals": [], "supersedes": None, "published_at": now,
    }  # fmt: skip
    payload = orjson.dumps({"set": verdict}, option=orjson.OPT_SORT_KEYS)
    salt = secrets.token_bytes(16)
    commitment = hashlib.sha256(salt + payload).hexdigest()
    envelope = {
        "seq": seq, "recorded_at": now, "actor": _REVIEWER, "type": "verdict.published",
        "subject": {"type": "verdict", "id": verdict_id}, "claim_id": claim_id, "commitment": commitment,
    }  # fmt: skip
    leaf = hashlib.sha256(b"\0" + orjson.dumps(envelope, option=orjson.OPT_SORT_KEYS)).hexdigest()
    changes = {name: {"before": None, "after": value} for name, value in verdict.items()}
    item = orjson.dumps({**envelope, "payload": {"set": verdict}, "changes": changes, "leaf_hash": leaf})
    row = {**verdict, "evidence": "[]", "approvals": "[]", "created_at": now, "created_by": _REVIEWER}
    row |= {"updated_at": now, "seq": seq}
    _run(f"INSERT INTO verdicts ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", *row.values())
    _run(
        "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(seq, now, _REVIEWER, "verdict.published", "verdict", verdict_id, claim_id, commitment, leaf),
    )
    _run("INSERT INTO payloads VALUES (?, ?, ?, ?)", seq, salt.hex(), payload.decode(), item)
    for number, node in enumerate(tree.append(bytes.fromhex(leaf)), first_position(size)):
        _run("INSERT INTO nodes VALUES (?, ?)", number, node)
    _run("UPDATE ledger_head SET seq = ?, recorded_at = ?, frontier = ? WHERE id = 1", seq, now, b"".join(tree.peaks))
    # The real document shows the verdict twice: as one of all, and as the one that decides.
    grown = bytes(body) + orjson.dumps(verdict) * 2
    _run("UPDATE documents SET seq = ?, status = ?, body = ? WHERE claim = ?", seq, data["rating"], grown, claim_id)
    _run("UPDATE revisions SET next_seq = ? WHERE claim = ? AND next_seq IS NULL", seq, claim_id)
    columns = "created_at, kind, speaker, language, claimed_low, claimed_high, merged_into"
    _run(
        f"INSERT INTO revisions (claim, seq, status, topics, publishers, {columns}) "
        f"SELECT claim, ?, ?, '', '', {columns} FROM documents WHERE claim = ?",
        *(seq, data["rating"], claim_id),
    )
    return {**verdict, "seq": seq}
