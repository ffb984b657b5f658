"""The ledger over HTTP, for those who check it."""

from flask import Response

from factcheck.api import answers
from factcheck.api.answers import Json
from factcheck.domain.versions import digest_etag
from factcheck.domain.vocabulary import Role
from factcheck.services import checkpoints, log
from factcheck.web import replicas
from factcheck.web.auth import PUBLIC
from factcheck.web.conditional import TEXT, send
from factcheck.web.context import reader, sees_withheld, settings
from factcheck.web.openapi import Blueprint
from factcheck.web.pagination import position, send_page
from schemas.history import Event
from schemas.log import (
    Checkpoint,
    Consistency,
    ConsistencyQuery,
    CosignatureIn,
    EntriesQuery,
    Inclusion,
    InclusionQuery,
    LogKey,
)
from schemas.paging import PageQuery, listing

blueprint = Blueprint("log", __name__, description="The ledger itself: signed checkpoints, entries and proofs.")


@blueprint.endpoint("GET", "/v1/log/checkpoint", PUBLIC, media_type=TEXT, also=(404,))
@replicas.of_the_main_one  # to an auditor, one that is older than the last would look like a log that goes backwards
def checkpoint() -> Response:
    """Read the newest signed checkpoint (a C2SP signed note), with the witnesses' signatures."""
    return _text(checkpoints.newest()["note"])


@blueprint.endpoint("GET", "/v1/log/checkpoints", PUBLIC, Checkpoint, query=PageQuery)
@replicas.of_the_main_one
def page(query: Json) -> Response:
    """List all checkpoints, newest first."""
    return answers.page(checkpoints.page(answers.after(query), query["limit"] + 1), query["limit"], by="size")


@blueprint.endpoint("GET", "/v1/log/key", PUBLIC, media_type=TEXT, also=(404,))
def key() -> Response:
    """Read the verifier key that new checkpoints are signed with."""
    return _text(f"{checkpoints.active_key()}\n")


@blueprint.endpoint("GET", "/v1/log/keys", PUBLIC, LogKey, query=PageQuery)
def keys(query: Json) -> Response:
    """List every key that the log has signed with, newest first."""
    return answers.page(checkpoints.keys(answers.after(query), query["limit"] + 1), query["limit"])


@blueprint.endpoint("GET", "/v1/log/entries", PUBLIC, Event, query=listing(EntriesQuery))
def entries(query: Json) -> Response:
    """List events by number, with the payloads that this reader may see."""
    start, limit = (position(query.get("cursor")) or [query["start"]])[0], query["limit"]
    found = log.entries(reader(), start, limit + 1, see_withheld=sees_withheld())
    return send_page([item for _, item in found[:limit]], [found[limit][0]] if len(found) > limit else None)


@blueprint.endpoint("GET", "/v1/log/proof/inclusion", PUBLIC, Inclusion, query=InclusionQuery, also=(400, 404))
def inclusion(query: Json) -> Response:
    """Prove that an event is in the tree of a size; without one, in that of the newest checkpoint."""
    return answers.one(log.inclusion(query["seq"], query.get("size")))


@blueprint.endpoint("GET", "/v1/log/proof/consistency", PUBLIC, Consistency, query=ConsistencyQuery, also=(400, 404))
def consistency(query: Json) -> Response:
    """Prove that a tree is how a larger one began; without a `second`, that of the newest checkpoint."""
    return answers.one(log.consistency(query["first"], query.get("second")))


@blueprint.endpoint("POST", "/v1/log/cosignatures", Role.READER, Checkpoint, body=CosignatureIn, status=201)
def cosign(data: Json) -> Response:
    """Hand in a witness's cosignature of a checkpoint (C2SP tlog-cosignature)."""
    made = checkpoints.cosign(data["checkpoint"], settings().witness_keys)
    return answers.created(made, "/v1/log/checkpoint")


def _text(shown: str) -> Response:
    body = shown.encode()
    return send(body, digest_etag(body), media_type=TEXT)
