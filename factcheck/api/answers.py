"""Services' results as HTTP answers, the same way on every route."""

from typing import Any

import orjson
from flask import Response

from factcheck.domain import documents as rendering
from factcheck.domain.versions import digest_etag, represent
from factcheck.storage import journal
from factcheck.storage.moments import Moment
from factcheck.web import mementos
from factcheck.web.conditional import send
from factcheck.web.context import house, settings
from factcheck.web.pagination import place_after, position, send_page

Json = dict[str, Any]


def one(found: Json) -> Response:
    shown = represent(found)
    return send(shown.body, shown.etag)


def then(found: Json, at: Moment) -> Response:
    """What stood at a moment."""
    shown = represent(found)
    return send(shown.body, shown.etag, headers=mementos.headers(at))


def created(made: Json, location: str) -> Response:
    shown = represent(made)
    return send(shown.body, shown.etag, status=201, headers={"Location": location})


def accepted(found: Json) -> Response:
    """202: it will be done; the answer shows how things stand until then."""
    shown = represent(found)
    return send(shown.body, shown.etag, status=202)


def tag_of_all(shape: int) -> str:
    """The tag of all that the record holds, in a shape of that version; the house's name and address stand in it too.

    The next event changes it, and until then nothing else is read to tell it.
    """
    versions = (journal.size(), rendering.FORMAT, shape, house().name, house().url)
    return digest_etag(repr(versions).encode())


def gone() -> Response:
    return Response(status=204)


def after(query: Json) -> Any:
    """The last entry of the page before, as `page` keeps it; None for the first page."""
    found = position(query.get("cursor"))
    return found[0] if found else None


def page(found: list[Json], limit: int, *, by: str = "id", at: Moment | None = None) -> Response:
    """A page from up to `limit` + 1 things; the cursor keeps the `by` of the last one shown. `at` is when it stood."""
    return send_page(
        map(orjson.dumps, found[:limit]), place_after(found, limit, by), headers=mementos.headers(at) if at else None
    )


def claim_rows(found: list[tuple[str, int, bytes]]) -> list[bytes | memoryview]:
    """Documents of claims with their `url` and commas between them, in pieces."""
    base = f',{{"url":"{settings().public_url}/claims/'
    pieces: list[bytes | memoryview] = []
    for claim_id, _, body in found:
        pieces += (f'{base}{claim_id}",'.encode(), memoryview(body)[1:])
    if pieces:
        pieces[0] = pieces[0][1:]
    return pieces
