"""Suggestions over HTTP."""

from flask import Response

from factcheck.api import answers
from factcheck.api.answers import Json
from factcheck.domain.vocabulary import Role
from factcheck.services import suggestions
from factcheck.web.auth import PUBLIC
from factcheck.web.context import actor
from factcheck.web.openapi import Blueprint
from schemas.paging import listing
from schemas.suggestions import Acceptance, Rejection, Suggestion, SuggestionQuery

blueprint = Blueprint("suggestions", __name__, description="Who may rely on whom, from what pages say.")


@blueprint.endpoint("GET", "/v1/sources/<source_id>/suggestions", PUBLIC, Suggestion, query=listing(SuggestionQuery))
def page(query: Json, source_id: str) -> Response:
    """List what a source's page suggests that it relies on, newest first."""
    after, limit = answers.after(query), query["limit"]
    return answers.page(suggestions.of_source(source_id, after, limit + 1, query.get("state", ())), limit)


@blueprint.endpoint("POST", "/v1/suggestions/<suggestion_id>/accept", Role.REVIEWER, Suggestion, body=Acceptance)
def accept(data: Json, suggestion_id: str) -> Response:
    """Accept a suggestion: the citation is recorded, and counts from then on."""
    return answers.one(suggestions.accept(actor(), suggestion_id, data))


@blueprint.endpoint("POST", "/v1/suggestions/<suggestion_id>/reject", Role.REVIEWER, Suggestion, body=Rejection)
def reject(data: Json, suggestion_id: str) -> Response:
    """Turn a suggestion down; it is not made again."""
    return answers.one(suggestions.reject(actor(), suggestion_id, data.get("reason")))
