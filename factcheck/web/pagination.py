"""Pages by cursor. A cursor is opaque, bound to its list and filters, and signed, so that a forged one,
one of another list and one that is too old are told apart from a good one."""

import base64
import hashlib
import hmac
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson
from flask import Response
from flask.globals import request_ctx

from factcheck.domain.versions import digest_etag
from factcheck.storage import secrets
from factcheck.web.conditional import send
from factcheck.web.problems import BadCursor

LIFETIME_HOURS = 24
"""For how long a cursor can be used. Whole hours, so that a page stays the same, byte for byte, for a while."""

_TAG_BYTES = 16


def position(cursor: str | None, *, scope: str | None = None) -> list[Any] | None:
    """Where the page begins, as `send_page` was given it; None for the first page.

    `scope` is what the cursor must have been made for where that is not the path with all of the query.
    Raises BadCursor for a cursor that this service has not made, for another list, or too old.
    """
    if cursor is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        tag, payload = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
        if base64.urlsafe_b64encode(raw).decode().rstrip("=") != cursor or not hmac.compare_digest(tag, _tag(payload)):
            raise ValueError("not ours")
        hour, made_for, value = orjson.loads(payload)
    except ValueError:
        raise BadCursor("this is no cursor of this service") from None
    if made_for != (_scope() if scope is None else scope):
        raise BadCursor("the cursor belongs to another list or other filters")
    if not 0 <= _hour() - hour <= LIFETIME_HOURS:
        raise BadCursor("the cursor is too old: begin the list again")
    return list(value)


def send_page(
    items: Iterable[bytes],
    more: list[Any] | None,
    *,
    version: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A page of rendered items, and the address of the next page where `more` says where it begins.

    `version` stands for the items in the entity tag where the caller has something shorter than them.
    """
    joined = b",".join(items)
    return send_pieces([joined], more, version=joined if version is None else version, headers=headers)


def send_pieces(
    pieces: Sequence[bytes | memoryview],
    more: list[Any] | None,
    *,
    version: bytes,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """As `send_page`, of pieces that together are the items in a row; they are copied only once."""
    following, shown = None, dict(headers or ())
    if more is not None:
        following = next_page(more)
        shown["Link"] = f'<{following}>; rel="next"'
    after = orjson.dumps(following)
    body = b"".join((b'{"items":[', *pieces, b'],"next":', after, b"}"))
    return send(body, digest_etag(version + after), headers=shown)


def place_after(found: Sequence[Mapping[str, Any]], limit: int, by: str = "id") -> list[Any] | None:
    """What the cursor keeps of the last one shown, where more than `limit` were found; None on the last page."""
    return [found[limit - 1][by]] if len(found) > limit else None


def next_page(more: list[Any]) -> str:
    """Path and query of the page of this list that begins after `more`, as `position` will give it."""
    asked = request_ctx.request
    pairs = [(name, value) for name, value in asked.args.items(multi=True) if name != "cursor"]
    return f"{asked.path}?{urlencode([*pairs, ('cursor', token(more))])}"


def following_page(found: Sequence[Mapping[str, Any]], limit: int, by: str = "id") -> str | None:
    """Path and query of the page after the first `limit` of these; None on the last page."""
    more = place_after(found, limit, by)
    return next_page(more) if more else None


def token(value: list[Any], *, scope: str | None = None) -> str:
    """The cursor of a place in a list, which `position` gives back."""
    return _signed(orjson.dumps([_hour(), _scope() if scope is None else scope, value]))


@lru_cache(maxsize=1024)
def _signed(payload: bytes) -> str:
    return base64.urlsafe_b64encode(_tag(payload) + payload).decode().rstrip("=")


def _scope() -> str:
    asked = request_ctx.request
    return _scope_of(asked.path, asked.query_string)


@lru_cache(maxsize=1024)
def _scope_of(path: str, query_string: bytes) -> str:
    """A digest of a list and its filters: all of the query but the page's own parameters."""
    pairs = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)
    filters = sorted((name, value) for name, value in pairs if name not in ("cursor", "limit"))
    return hashlib.blake2b(orjson.dumps([path, filters]), digest_size=9).hexdigest()


def _hour() -> int:
    return int(time.time()) // 3600


def _tag(payload: bytes) -> bytes:
    return hmac.digest(_key(), payload, "sha256")[:_TAG_BYTES]


@lru_cache(maxsize=1)
def _key() -> bytes:
    return secrets.get(secrets.CURSOR_KEY)
