"""Idempotency-Key: a POST that is sent again gets its first answer again, also after a restart.

The answer is kept in the transaction of the write itself, so there is no moment at which one is there
without the other; and since writers queue up, two at once become one that works and one replay.
"""

import datetime
import hashlib
import re
from collections.abc import Callable
from http import HTTPStatus

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Response, request

from factcheck import clock
from factcheck.storage import idempotency, journal
from factcheck.storage.idempotency import Kept
from factcheck.web.context import actor
from factcheck.web.problems import AnswerErased, BadRequest, KeyReused

HEADER = "Idempotency-Key"
LIFETIME = datetime.timedelta(hours=24)
KEY = "[!-~]{1,255}"
"""What a key may be, as a regular expression."""

_NONCE_BYTES = 12
_KEPT_HEADERS = ("Content-Type", "ETag", "Location")


def once(view: Callable[[], Response]) -> Response:
    """Run a view whose request has a key, or replay what it answered first.

    Raises BadRequest: 400 for a key that is none, 422 for one that came with another request, 409 where the
    first answer is gone.
    """
    given = request.headers[HEADER]
    if not re.fullmatch(KEY, given):
        raise BadRequest(HTTPStatus.BAD_REQUEST, f"{HEADER} must be 1 to 255 ASCII characters without spaces")
    key = _digest(actor().id, request.method, request.path, given)
    fingerprint = _digest(request.query_string.decode("latin-1"), request.get_data().decode("latin-1"))
    with journal.write(actor().id) as tx:
        oldest = clock.timestamp(clock.now() - LIFETIME)
        kept = idempotency.find(key, oldest)
        if kept is None:
            response = view()
            if response.status_code < 400:
                idempotency.keep(key, Kept(fingerprint, _sealed(response)), tx.now, oldest)
            return response
    if kept.request != fingerprint:
        raise KeyReused(HTTPStatus.UNPROCESSABLE_ENTITY, f"this {HEADER} came with another request before")
    if not kept.answer:
        raise AnswerErased(HTTPStatus.CONFLICT, "this was done, and its first answer was erased by a redaction")
    return _opened(kept.answer)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _cipher() -> AESGCM:
    """A cipher that only the bearer of the request's token can make: an answer may hold a new token."""
    bearer = request.headers.get("Authorization", "")
    return AESGCM(hashlib.sha256(b"idempotency\0" + bearer.encode("latin-1", "replace")).digest())


def _sealed(response: Response) -> bytes:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    plain = orjson.dumps([response.status_code, headers, response.get_data(as_text=True)])
    nonce = clock.random_bytes(_NONCE_BYTES)
    return nonce + _cipher().encrypt(nonce, plain, None)


def _opened(sealed: bytes) -> Response:
    try:
        plain = _cipher().decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
    except InvalidTag:
        raise BadRequest(HTTPStatus.CONFLICT, "the first answer was for another token of this account") from None
    status, headers, body = orjson.loads(plain)
    return Response(body, status=status, headers={**headers, "Idempotent-Replayed": "true"})
