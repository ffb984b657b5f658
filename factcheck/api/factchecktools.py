"""Google's Fact Check Tools API, v1alpha1, as far as it reads: its clients work when they are pointed here."""

import datetime
import hashlib
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from flask import Response, request

from factcheck import clock
from factcheck.api.answers import Json
from factcheck.domain import languages
from factcheck.domain.errors import NotFound
from factcheck.domain.reviews import HERE, Review, page_of
from factcheck.domain.reviews import reviews as reviews_of
from factcheck.domain.search_queries import parse
from factcheck.domain.versions import digest_etag
from factcheck.formats import claimreview, factchecktools, oembed
from factcheck.formats.factchecktools import ROOT, Known
from factcheck.services import scales
from factcheck.storage import documents, reviews, search, sites
from factcheck.storage.claims import Filters
from factcheck.storage.reviews import Wanted
from factcheck.web.auth import PUBLIC
from factcheck.web.conditional import send
from factcheck.web.context import house
from factcheck.web.openapi import Blueprint
from factcheck.web.pagination import position, token
from factcheck.web.problems import BadCursor, BadRequest
from schemas import factchecktools as schemas
from schemas.factchecktools import GoogleError

blueprint = Blueprint("factchecktools", __name__, description="Google's Fact Check Tools API, as far as it reads.")

_USUAL, _MOST = 10, 100
_ON_A_PAGE = 50
"""Reviews of one page that are shown, the newest."""

_MERGES = 20
"""Merges that an old address is followed through."""

# What may change from one page of a list to the next.
_NO_FILTERS = {"page_size", "page_token", "offset", "pretty_print", "alt", "selector", "xgafv", "key", "access_token",
               "oauth_token", "callback", "quota_user", "upload_type", "upload_protocol"}  # fmt: skip

_Found = Sequence[tuple[Json, Sequence[Review]]]
"""Documents of claims, each with those of its reviews that are shown."""


@blueprint.endpoint(
    "GET", f"{ROOT}/claims:search", PUBLIC, schemas.FactCheckedClaims, query=schemas.SearchQuery, errors=GoogleError
)
def search_claims(query: Json) -> Response:
    """Search through fact-checked claims, as Google's `claims.search` does."""
    wanted, after = _wanted(query), _after(query)
    find = _by_words if "query" in query else _newest
    claims, more = find(query, wanted, after)
    bodies = documents.get_many(claims)
    found = [_shown(orjson.loads(bodies[one]), wanted) for one in claims if one in bodies]
    known, ours = _known(found), house()
    return _answer(
        query,
        claims=[factchecktools.claim(document, shown, ours, known) for document, shown in found if shown],
        nextPageToken=_following(query, more),
    )


@blueprint.endpoint(
    "GET", f"{ROOT}/pages", PUBLIC, schemas.ClaimReviewMarkupPages, query=schemas.PagesQuery, errors=GoogleError
)
def list_pages(query: Json) -> Response:
    """List the pages that have reviews, of one site or at one address, as Google's `pages.list` does."""
    after, more = _after(query), None
    if "url" in query:
        names = _names_at(query["url"])
    else:
        last = after[0] if after else None
        names, more = reviews.pages(_sites(query["organization"]), last, _size(query), _offset(query))
    return _answer(
        query,
        claimReviewMarkupPages=_pages(names),
        nextPageToken=_following(query, [more] if more else None),
    )


@blueprint.endpoint(
    "GET",
    f"{ROOT}/pages/<page_id>",
    PUBLIC,
    schemas.ClaimReviewMarkupPage,
    query=schemas.StandardQuery,
    errors=GoogleError,
)
def get_page(page_id: str, query: Json) -> Response:
    """Read the reviews on a page, as Google's `pages.get` does."""
    found = _pages([page_id])
    if not found:
        raise NotFound(f"there is no page pages/{page_id}")
    return _answer(query, **found[0])


def _refuse(**_: str) -> Response:
    """Nothing but what reads is there: reviews are written by way of claims and verdicts."""
    raise BadRequest(HTTPStatus.NOT_IMPLEMENTED, "this service does not implement this method")


for _method, _rule, _name in (
    ("GET", "claims:imageSearch", "search_images"), ("POST", "pages", "create_page"),
    ("PUT", "pages/<page_id>", "update_page"), ("DELETE", "pages/<page_id>", "delete_page"),
):  # fmt: skip
    blueprint.refusal(_method, f"{ROOT}/{_rule}", _name, _refuse, HTTPStatus.NOT_IMPLEMENTED, errors=GoogleError)


def _by_words(query: Json, wanted: Wanted, after: list[Any] | None) -> tuple[list[str], list[Any] | None]:
    """Claims that say what is searched for, the best first."""
    offset, size = _offset(query), _size(query)
    if offset >= search.MOST:
        return [], None
    place = search.Position(after[0], after[1], after[2], tuple(after[3]), after[4]) if after else None
    also = reviews.narrowing(wanted)
    found, more = search.page(parse(query["query"]), Filters(), place, offset + size, also=also)
    following = [more.score, more.claim, more.total, more.counts, more.head] if more else None
    return [one.claim for one in found[offset:]], following


def _newest(query: Json, wanted: Wanted, after: list[Any] | None) -> tuple[list[str], list[Any] | None]:
    """Claims by their newest review."""
    place = reviews.Position(*after) if after else None
    claims, more = reviews.newest(wanted, place, _size(query), _offset(query))
    return claims, [more.dated, more.verdict] if more else None


def _wanted(query: Json) -> Wanted:
    site, language, days = (query.get(one) for one in ("review_publisher_site_filter", "language_code", "max_age_days"))
    return Wanted(
        _sites(site) if site else None,
        languages.alike(language, reviews.languages()) if language else None,
        _since(days) if days else "",
    )


def _since(days: int) -> str:
    try:
        return clock.timestamp(clock.now() - datetime.timedelta(days=days))
    except OverflowError:
        return ""


def _sites(site: str) -> list[str]:
    return [HERE, site] if site == factchecktools.site_of(house()) else [site]


def _shown(document: Json, wanted: Wanted) -> tuple[Json, list[Review]]:
    return document, [one for one in reviews_of(document) if wanted.takes(one)]


def _known(found: _Found) -> Known:
    elsewhere = [one for _, shown in found for one in shown if one.url]
    return Known(sites.names({one.site for one in elsewhere}), sites.titles({one.url for one in elsewhere if one.url}))


def _names_at(url: str) -> list[str]:
    """The page at an address: of an address here the claim's, or that of the claim into which it was merged."""
    claim = oembed.claim_in(url.partition("#")[0], house())
    for _ in range(_MERGES):
        found = documents.get(claim) if claim else None
        if claim is None or found is None:
            break
        if found.merged_into is None:
            return [claim]
        claim = found.merged_into
    return [page_of(url)]


def _pages(names: Sequence[str]) -> list[Json]:
    """Those of these pages that there are."""
    claims = reviews.on_pages(names, _ON_A_PAGE)
    bodies = documents.get_many({one for some in claims.values() for one in some})
    read = {claim: orjson.loads(body) for claim, body in bodies.items()}
    on_page = {
        name: [
            (read[claim], one) for claim in claims.get(name, ()) for one in reviews_of(read[claim]) if one.page == name
        ]
        for name in names
    }
    known = _known([(document, [one]) for some in on_page.values() for document, one in some])
    lines, ours = claimreview.lines_of(scales.every()) if read else {}, house()
    return [factchecktools.page(name, some, ours, known, lines) for name, some in on_page.items() if some]


def _size(query: Json) -> int:
    return min(query["page_size"] or _USUAL, _MOST)


def _offset(query: Json) -> int:
    return 0 if "page_token" in query else int(query["offset"])


def _after(query: Json) -> list[Any] | None:
    try:
        return position(query.get("page_token"), scope=_scope(query))
    except BadCursor as error:
        raise BadRequest(HTTPStatus.BAD_REQUEST, error.detail, "/pageToken") from None


def _following(query: Json, more: Iterable[Any] | None) -> str | None:
    return token(list(more), scope=_scope(query)) if more else None


def _scope(query: Json) -> str:
    """What a token is good for: this list with these filters."""
    filters = sorted((name, value) for name, value in query.items() if name not in _NO_FILTERS)
    return hashlib.blake2b(orjson.dumps([request.path, filters]), digest_size=9).hexdigest()


def _answer(query: Json, **members: Any) -> Response:
    body = factchecktools.answer(query["pretty_print"], **members)
    return send(body, digest_etag(body))
