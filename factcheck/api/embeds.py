"""A claim on other people's pages: a badge, a card in a frame, and the description that finds the card."""

import orjson
from flask import Response

from factcheck.api import answers
from factcheck.api.answers import Json
from factcheck.domain.errors import NotFound
from factcheck.domain.versions import digest_etag
from factcheck.formats import badge, card, oembed
from factcheck.services import claims
from factcheck.storage.documents import Document
from factcheck.web.auth import PUBLIC
from factcheck.web.conditional import moved, send
from factcheck.web.context import house
from factcheck.web.openapi import Blueprint
from schemas.embeds import Embed, EmbedQuery

blueprint = Blueprint("embeds", __name__, description="Claims on other people's pages.")

# Pages that show a badge ask for it with every view; a status may be so old.
_BRIEFLY = {"Cache-Control": f"max-age={oembed.CACHE_SECONDS}"}


@blueprint.endpoint("GET", "/claims/<claim_id>/badge.svg", PUBLIC, media_type=badge.MEDIA_TYPE, also=(308,))
def show_badge(claim_id: str) -> Response:
    """See a claim's status as an image."""
    found = claims.status(claim_id)
    if found.merged_into:
        return moved(f"/claims/{found.merged_into}/badge.svg")
    return _brief(badge.badge(orjson.loads(found.body)["status"]), badge.MEDIA_TYPE)


@blueprint.endpoint("GET", "/claims/<claim_id>/card", PUBLIC, media_type=card.MEDIA_TYPE, also=(308,))
def show_card(claim_id: str) -> Response:
    """See a claim as a small page, which other pages may frame."""
    found = claims.document(claim_id)
    if found.merged_into:
        return moved(f"/claims/{found.merged_into}/card")
    shown = card.card(orjson.loads(found.body), house())
    return _brief(shown, card.MEDIA_TYPE, {"Content-Security-Policy": card.POLICY})


@blueprint.endpoint("GET", "/oembed", PUBLIC, Embed, query=EmbedQuery, also=(404,))
def describe(query: Json) -> Response:
    """Find the card of a claim by the address of its page (oEmbed)."""
    claim_id = oembed.claim_in(query["url"], house())
    if claim_id is None:
        raise NotFound("this is no address of a claim here", pointer="/url")
    document = orjson.loads(_survivor(claim_id).body)
    return answers.one(oembed.describe(document, house(), query.get("maxwidth"), query.get("maxheight")))


def _survivor(claim_id: str) -> Document:
    """The claim's document, or of a merged one that of the claim it is part of now; merging chains end there."""
    found = claims.document(claim_id)
    return _survivor(found.merged_into) if found.merged_into else found


def _brief(body: bytes, media_type: str, more: dict[str, str] | None = None) -> Response:
    return send(body, digest_etag(body), headers={**_BRIEFLY, **(more or {})}, media_type=media_type)
