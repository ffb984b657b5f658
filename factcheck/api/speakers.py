"""Speakers over HTTP."""

from flask import Response

from factcheck.api import answers
from factcheck.api.answers import Json
from factcheck.domain.vocabulary import Role
from factcheck.services import speakers
from factcheck.web.auth import PUBLIC
from factcheck.web.conditional import precondition
from factcheck.web.context import actor
from factcheck.web.openapi import Blueprint
from schemas.paging import listing
from schemas.speakers import Speaker, SpeakerIn, SpeakerPatch, SpeakerQuery, SpeakerWithTally

blueprint = Blueprint("speakers", __name__, description="Who asserted the claims.")


@blueprint.endpoint("POST", "/v1/speakers", Role.CONTRIBUTOR, SpeakerWithTally, body=SpeakerIn, status=201)
def add(data: Json) -> Response:
    """Add a speaker."""
    made = speakers.add(actor(), data)
    return answers.created(made, f"/v1/speakers/{made['id']}")


@blueprint.endpoint("GET", "/v1/speakers", PUBLIC, Speaker, query=listing(SpeakerQuery))
def page(query: Json) -> Response:
    """List speakers, newest first."""
    found = speakers.page(answers.after(query), query["limit"] + 1, query.get("name"), query.get("wikidata_id"))
    return answers.page(found, query["limit"])


@blueprint.endpoint("GET", "/v1/speakers/<speaker_id>", PUBLIC, SpeakerWithTally)
def get(speaker_id: str) -> Response:
    """Read a speaker, with a tally of their claims by status."""
    return answers.one(speakers.get(speaker_id))


@blueprint.endpoint("PATCH", "/v1/speakers/<speaker_id>", Role.CONTRIBUTOR, SpeakerWithTally, body=SpeakerPatch)
def amend(data: Json, speaker_id: str) -> Response:
    """Change a speaker."""
    return answers.one(speakers.amend(actor(), speaker_id, data, precondition()))
