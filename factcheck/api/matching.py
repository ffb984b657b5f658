"""Matching over HTTP: has this been checked already?"""

import orjson
from flask import Response

from factcheck.api import answers
from factcheck.api.answers import Json
from factcheck.domain.versions import digest_etag
from factcheck.domain.vocabulary import Role
from factcheck.services import matching
from factcheck.storage import search
from factcheck.storage.claims import filters_of
from factcheck.web.auth import PUBLIC
from factcheck.web.conditional import send
from factcheck.web.openapi import Blueprint
from schemas.matching import Matches, MatchIn, MatchQuery

blueprint = Blueprint("matching", __name__, description="Which earlier claims say the same.")


@blueprint.endpoint("POST", "/v1/match", Role.READER, Matches, body=MatchIn)
def match(data: Json) -> Response:
    """Find earlier claims that say the same as a text, with what speaks for it and what differs."""
    filters = filters_of(data.get("filters", {}))
    return _answer(matching.match(data["text"], data["limit"], data["min_score"], filters=filters))


@blueprint.endpoint("GET", "/v1/claims/<claim_id>/matches", PUBLIC, Matches, query=MatchQuery)
def of_claim(query: Json, claim_id: str) -> Response:
    """Find other claims that say the same, but for those that somebody has related to it."""
    return _answer(matching.of_claim(claim_id, query["limit"], query["min_score"]))


def _answer(found: list[Json]) -> Response:
    documents = search.documents([one["claim"] for one in found])
    items = []
    for one in found:
        if one["claim"] in documents:
            document = b"".join(answers.claim_rows([(one["claim"], *documents[one["claim"]])]))
            told = orjson.dumps({"score": one["score"], "why": one["why"]})
            items.append(b'{"claim":%b,%b' % (document, told[1:]))
    body = b'{"items":[' + b",".join(items) + b"]}"
    return send(body, digest_etag(body))
