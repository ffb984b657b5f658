"""What others follow and search engines read: every ClaimReview, streamed."""

from flask import Response

from factcheck.api import answers
from factcheck.formats import claimreview
from factcheck.services import scales
from factcheck.storage import documents
from factcheck.web.auth import PUBLIC
from factcheck.web.conditional import unchanged
from factcheck.web.context import house
from factcheck.web.openapi import Blueprint

blueprint = Blueprint("feeds", __name__, description="The record in the shapes that others read.")


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
