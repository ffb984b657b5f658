"""Searching over HTTP: claims by their words, the best first."""

from collections.abc import Iterator
from typing import Any

import orjson
from flask import Response

from factcheck.api import answers
from factcheck.api.answers import Json
from factcheck.domain import highlights
from factcheck.domain.search_queries import Query, parse
from factcheck.storage import search
from factcheck.storage.claims import filters_of
from factcheck.storage.search import Found, Position
from factcheck.web.auth import PUBLIC
from factcheck.web.openapi import Blueprint
from factcheck.web.pagination import position, send_page
from schemas import search as schemas
from schemas.paging import listing

blueprint = Blueprint("search", __name__, description="Which claims say what.")


@blueprint.endpoint("GET", "/v1/search", PUBLIC, schemas.Found, query=listing(schemas.SearchQuery))
def page(query: Json) -> Response:
    """Find claims by their words, the best first, by the filters of lists of claims too."""
    after = position(query.get("cursor"))
    wanted = parse(query["q"])
    found, more = search.page(wanted, filters_of(query), _place(after), query["limit"])
    following = [more.score, more.claim, more.total, more.counts, more.head] if more else None
    return send_page(_items(found, wanted), following)


def _place(after: list[Any] | None) -> Position | None:
    if after is None:
        return None
    score, claim, total, counts, head = after
    return Position(score, claim, total, tuple(counts), head)


def _items(found: list[Found], query: Query) -> Iterator[bytes]:
    documents, sought = search.documents([one.claim for one in found]), highlights.sought(query)
    for one in found:
        seq, body = documents[one.claim]
        document = b"".join(answers.claim_rows([(one.claim, seq, body)]))
        marked = orjson.dumps(highlights.highlights(orjson.loads(body), sought))
        yield b'{"claim":%b,"score":%b,"highlights":%b}' % (document, orjson.dumps(one.score / 1_000_000), marked)
