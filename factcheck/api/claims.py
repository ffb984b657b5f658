"""Claims over HTTP. Documents are sent as they are stored, with the public page's address put in front."""

from dataclasses import replace

import orjson
from flask import Response, request

from factcheck.api import answers
from factcheck.api.answers import Json
from factcheck.domain.documents import FORMAT, claim_document
from factcheck.domain.errors import NotFound
from factcheck.domain.versions import digest_etag, document_etag
from factcheck.domain.vocabulary import Role
from factcheck.formats import claimreview
from factcheck.formats.claimreview import MEDIA_TYPE as LD_JSON
from factcheck.services import claims, matching, scales
from factcheck.storage import claims as claim_lists
from factcheck.storage import past_claims
from factcheck.storage.claims import Position
from factcheck.storage.moments import Moment
from factcheck.web import mementos
from factcheck.web.auth import PUBLIC
from factcheck.web.conditional import JSON, moved, precondition, send
from factcheck.web.context import actor, house
from factcheck.web.negotiation import HTML, VARY, page_offered, preferred
from factcheck.web.openapi import Blueprint
from factcheck.web.pagination import position, send_page, send_pieces
from schemas.claims import (
    AppearanceIn,
    Claim,
    ClaimIn,
    ClaimPatch,
    ClaimQuery,
    ClaimStatus,
    ClaimSubmitted,
    Corroboration,
    MergeIn,
    RelationIn,
    ReplyIn,
    Statuses,
    StatusesQuery,
)
from schemas.paging import AsOfQuery, listing

_SHOWN, _LIKELY = 5, 0.3
"""How many earlier claims a new one is answered with, and from which score on."""

blueprint = Blueprint("claims", __name__, description="What was said, by whom, where and when.")


@blueprint.endpoint("POST", "/v1/claims", Role.CONTRIBUTOR, ClaimSubmitted, body=ClaimIn, status=201)
def submit(data: Json) -> Response:
    """Submit a claim; the answer names earlier ones that may say the same."""
    claim_id = claims.submit(actor(), data)
    return _created(claim_id, possible_matches=matching.of_claim(claim_id, _SHOWN, _LIKELY))


@blueprint.endpoint("GET", "/v1/claims", PUBLIC, Claim, query=listing(ClaimQuery))
def page(query: Json) -> Response:
    """List claims by filters, as of a seq or a time too; a repeated filter means any of its values."""
    after = position(query.get("cursor"))
    place = Position(*after) if after else None
    at = mementos.asked(query)
    if at is not None:
        return _past_page(query, place, at)
    found, more = claim_lists.page(claim_lists.filters_of(query), query["sort"], place, query["limit"])
    version = f"{FORMAT}:" + ",".join([f"{claim}{seq}" for claim, seq, _ in found])
    return send_pieces(
        answers.claim_rows(found), [more.value, more.claim, more.head] if more else None, version=version.encode()
    )


@blueprint.endpoint("GET", "/v1/claims/<claim_id>", PUBLIC, Claim, query=AsOfQuery, also=(308,), timegate=True)
def get(query: Json, claim_id: str) -> Response:
    """Read a claim, as it is or as of a seq or a time; one that was merged answers 308."""
    return _read(query, claim_id, "/v1/claims")


@blueprint.endpoint(
    "GET", "/claims/<claim_id>", PUBLIC, Claim, query=AsOfQuery, also=(308,), timegate=True, negotiated=[HTML, LD_JSON]
)
def public_page(query: Json, claim_id: str) -> Response:
    """Read a claim at its public address, as it is or as of a seq or a time: its page, or as JSON-LD its ClaimReview,
    or as JSON the claim."""
    wanted = preferred((HTML, JSON, LD_JSON))
    if wanted == HTML:
        return page_offered()(query, claim_id)
    answer = _reviews(query, claim_id) if wanted == LD_JSON else _read(query, claim_id, "/claims")
    answer.headers["Vary"] = VARY
    return answer


@blueprint.endpoint(
    "GET", "/claims/<claim_id>.jsonld", PUBLIC, query=AsOfQuery, also=(308,), timegate=True, media_type=LD_JSON
)
def reviews(query: Json, claim_id: str) -> Response:
    """Read the claim's published verdicts as schema.org ClaimReview; 404 where there is none."""
    return _reviews(query, claim_id, ".jsonld")


@blueprint.endpoint("PATCH", "/v1/claims/<claim_id>", Role.CONTRIBUTOR, Claim, body=ClaimPatch)
def amend(data: Json, claim_id: str) -> Response:
    """Change a claim; the reason is kept, and required once a verdict is published."""
    claims.amend(actor(), claim_id, data, precondition())
    return _send(claim_id)


@blueprint.endpoint("GET", "/v1/claims/<claim_id>/status", PUBLIC, ClaimStatus, query=AsOfQuery, also=(308,))
def status(query: Json, claim_id: str) -> Response:
    """Read a claim's status, the small answer for dashboards, as it is or as of a seq or a time."""
    at = mementos.asked(query)
    if at is not None:
        return answers.then(claims.status_as_of(claim_id, at.seq), at)
    found = claims.status(claim_id)
    if found.merged_into:
        return moved(f"/v1/claims/{found.merged_into}/status")
    return send(found.body, document_etag(found.seq))


@blueprint.endpoint("GET", "/v1/statuses", PUBLIC, Statuses, query=StatusesQuery)
def statuses(query: Json) -> Response:
    """Read up to 200 statuses at once, in the order asked."""
    found, missing = claims.statuses(query["id"])
    body = b'{"items":[' + b",".join(found) + b'],"missing":' + orjson.dumps(missing) + b"}"
    return send(body, digest_etag(body))


@blueprint.endpoint("GET", "/v1/claims/<claim_id>/corroboration", PUBLIC, Corroboration, query=AsOfQuery)
def corroboration(query: Json, claim_id: str) -> Response:
    """Count independent origins, with the groups, their reasons and the graph of citations; of any moment."""
    at = mementos.asked(query)
    if at is not None:
        return answers.then(claims.corroboration_as_of(claim_id, at.seq), at)
    return answers.one(claims.corroboration(claim_id))


@blueprint.endpoint("POST", "/v1/claims/<claim_id>/take", Role.REVIEWER, Claim)
def take(claim_id: str) -> Response:
    """Work on a claim: it is in review."""
    claims.take(actor(), claim_id)
    return _send(claim_id)


@blueprint.endpoint("POST", "/v1/claims/<claim_id>/release", Role.REVIEWER, Claim)
def release(claim_id: str) -> Response:
    """Stop working on a claim."""
    claims.release(actor(), claim_id)
    return _send(claim_id)


@blueprint.endpoint("POST", "/v1/claims/<claim_id>/appearances", Role.CONTRIBUTOR, Claim, body=AppearanceIn, status=201)
def add_appearance(data: Json, claim_id: str) -> Response:
    """Add a source in which the claim was made."""
    claims.add_appearance(actor(), claim_id, data)
    return _created(claim_id)


@blueprint.endpoint("POST", "/v1/claims/<claim_id>/relations", Role.REVIEWER, Claim, body=RelationIn, status=201)
def relate(data: Json, claim_id: str) -> Response:
    """Say how the claim bears on another one."""
    claims.relate(actor(), claim_id, data)
    return _created(claim_id)


@blueprint.endpoint("POST", "/v1/claims/<claim_id>/replies", Role.CONTRIBUTOR, Claim, body=ReplyIn, status=201)
def reply(data: Json, claim_id: str) -> Response:
    """Add the speaker's answer (right of reply)."""
    claims.reply(actor(), claim_id, data)
    return _created(claim_id)


@blueprint.endpoint("POST", "/v1/claims/<claim_id>/merge", Role.EDITOR, Claim, body=MergeIn)
def merge(data: Json, claim_id: str) -> Response:
    """Merge the claim into another, which takes its evidence and appearances; answers with that one."""
    claims.merge(actor(), claim_id, data["into"])
    return _send(data["into"])


def _read(query: Json, claim_id: str, base: str) -> Response:
    """A claim at one of its addresses, which go on with its id after `base`."""
    at = mementos.negotiated(query)
    if at is None:
        return _send(claim_id, base)
    body = _with_url(claim_id, orjson.dumps(claims.as_of(claim_id, at.seq)))
    return send(body, digest_etag(body), headers=mementos.of_original(f"{base}/{claim_id}", at))


def _reviews(query: Json, claim_id: str, suffix: str = "") -> Response:
    """A claim's ClaimReviews at an address that goes on with `suffix` after its id; raises NotFound."""
    at = mementos.negotiated(query)
    if at is None:
        found = claims.document(claim_id)
        if found.merged_into:
            return moved(f"/claims/{found.merged_into}{suffix}")
        document = orjson.loads(found.body)
    else:
        document = claims.as_of(claim_id, at.seq)
    shown = claimreview.reviews(document, house(), claimreview.lines_of(scales.every()))
    if not shown:
        raise NotFound(f"there is no published verdict on claim {claim_id}")
    body = orjson.dumps(claimreview.page(shown))
    headers = mementos.of_original(f"/claims/{claim_id}{suffix}", at) if at else None
    return send(body, digest_etag(body), headers=headers, media_type=LD_JSON)


def _past_page(query: Json, after: Position | None, asked: Moment) -> Response:
    # A time can come to mean a later event while somebody pages; the list stays with its first page's.
    at = replace(asked, seq=after.head) if after else asked
    found, more = past_claims.page(claim_lists.filters_of(query), query["sort"], after, query["limit"], at.seq)
    rows = answers.claim_rows([(view.claim["id"], 0, orjson.dumps(claim_document(view))) for view in found])
    following = [more.value, more.claim, more.head] if more else None
    return send_page([b"".join(rows)], following, headers=mementos.headers(at))


def _send(claim_id: str, base: str = "/v1/claims") -> Response:
    found = claims.document(claim_id)
    if found.merged_into and request.method in ("GET", "HEAD"):
        return moved(f"{base}/{found.merged_into}")
    return send(_with_url(claim_id, found.body), document_etag(found.seq))


def _created(claim_id: str, **more: object) -> Response:
    found = claims.document(claim_id)
    headers = {"Location": f"/v1/claims/{claim_id}"}
    body = _with_url(claim_id, found.body)
    if more:
        body = b"%b,%b" % (body[:-1], orjson.dumps(more)[1:])
    return send(body, document_etag(found.seq), status=201, headers=headers)


def _with_url(claim_id: str, body: bytes) -> bytes:
    """The document with `url`, which depends on the settings and is therefore not stored."""
    return b"".join(answers.claim_rows([(claim_id, 0, body)]))
