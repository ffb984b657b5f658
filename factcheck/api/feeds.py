"""What others follow and search engines read: every ClaimReview, and the newest verdicts and corrections."""

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Response, request

from factcheck.api import answers
from factcheck.api.answers import Json
from factcheck.formats import atom, claimreview
from factcheck.formats.atom import Page
from factcheck.formats.house import House
from factcheck.services import scales
from factcheck.storage import documents, news
from factcheck.storage.news import News
from factcheck.web.auth import PUBLIC
from factcheck.web.conditional import unchanged
from factcheck.web.context import house
from factcheck.web.openapi import Blueprint
from schemas.feeds import FeedQuery

blueprint = Blueprint("feeds", __name__, description="The record in the shapes that others read.")

_ENTRIES = 50


@blueprint.endpoint("GET", "/feeds/claimreview.json", PUBLIC, media_type=claimreview.MEDIA_TYPE)
def claim_reviews() -> Response:
    """Read every published verdict as a schema.org DataFeed of ClaimReviews."""
    etag = answers.tag_of_all(claimreview.FORMAT)
    known = unchanged(etag)
    if known is not None:
        return known
    pages = ([body for _, body in page] for page in documents.walk(reviewed=True))
    pieces = claimreview.feed(pages, house(), claimreview.lines_of(scales.every()))
    return Response(pieces, content_type=claimreview.MEDIA_TYPE, headers={"ETag": etag})


@blueprint.endpoint("GET", "/feeds/verdicts.atom", PUBLIC, query=FeedQuery, media_type=atom.MEDIA_TYPE)
def verdicts(query: Json) -> Response:
    """Follow the verdicts that were published, newest first (Atom, RFC 4287)."""
    return _feed("Verdicts", query, news.verdicts, atom.verdicts)


@blueprint.endpoint("GET", "/feeds/corrections.atom", PUBLIC, query=FeedQuery, media_type=atom.MEDIA_TYPE)
def corrections(query: Json) -> Response:
    """Follow the corrections of verdicts, newest first (Atom, RFC 4287)."""
    return _feed("Corrections", query, news.corrections, atom.corrections)


def _feed(
    title: str, query: Json, find: Callable[[str | None, int], News], render: Callable[[News, Page, House], bytes]
) -> Response:
    etag = answers.tag_of_all(atom.FORMAT)
    known = unchanged(etag)
    if known is not None:
        return known
    before = query.get("before")
    found = find(before, _ENTRIES + 1)
    shown, path = found[:_ENTRIES], request.path
    following = _page(path, shown[-1][0]) if len(found) > _ENTRIES else None
    body = render(shown, Page(title, path, _page(path, before), following), house())
    return Response(body, content_type=atom.MEDIA_TYPE, headers={"ETag": etag})


def _page(path: str, before: str | None) -> str:
    return f"{path}?{urlencode({'before': before})}" if before else path
