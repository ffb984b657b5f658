"""A claim's page, and what of it has no room there: further links, and further events."""

from collections.abc import Iterable
from typing import Any

import orjson
from flask import Flask, Response
from markupsafe import Markup

from factcheck.desk import layout
from factcheck.desk.telling import claim as telling
from factcheck.desk.telling import words
from factcheck.formats import claimreview
from factcheck.services import claims, scales
from factcheck.storage import search
from factcheck.storage.moments import Moment
from factcheck.web import mementos
from factcheck.web.conditional import moved
from factcheck.web.context import house
from factcheck.web.negotiation import offer_page

Json = dict[str, Any]


def register(app: Flask) -> None:
    offer_page(app, "claims.public_page", show)


def show(query: Json, claim_id: str) -> Response:
    """A claim, as it is or as it was."""
    at = mementos.negotiated(query)
    if at is None:
        found = claims.document(claim_id)
        if found.merged_into:
            return moved(f"/claims/{found.merged_into}")
        document = orjson.loads(found.body)
    else:
        document = claims.as_of(claim_id, at.seq)
    links, further = telling.links(document)
    return layout.page(
        "claim.html",
        title=f"{words.finding(document)}: {words.short(document['text'], 80)}",
        headers=mementos.of_original(f"/claims/{claim_id}", at) if at else None,
        claim=telling.told(document, _others(document)),
        links=links,
        further=further,
        at=_as_of(at),
        reviews=_reviews(document),
    )


def _as_of(at: Moment | None) -> Json | None:
    return None if at is None else {"seq": at.seq, "time": at.time}


def _others(document: Json) -> dict[str, Json]:
    """The claims that this one bears on, as they are now."""
    return _documents(one["claim"] for one in document["relations"])


def _documents(claim_ids: Iterable[str]) -> dict[str, Json]:
    wanted = list(dict.fromkeys(claim_ids))
    found = search.documents(wanted) if wanted else {}
    return {claim: orjson.loads(body) for claim, (_, body) in found.items()}


def _reviews(document: Json) -> Markup | None:
    """The claim's ClaimReviews as a data block: no text in it can end the block, or open a comment in it."""
    shown = claimreview.reviews(document, house(), claimreview.lines_of(scales.every()))
    if not shown:
        return None
    body = orjson.dumps(claimreview.page(shown)).decode()
    for one in "<>&\u2028\u2029":
        body = body.replace(one, f"\\u{ord(one):04x}")
    return Markup(body)  # noqa: S704 - no character of HTML's is left in it
