"""Forms about a claim: made from one version of it, and refused with both side by side where it is another by now."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import orjson
from flask import Response

from factcheck.desk.reviewing import forms, frame
from factcheck.desk.reviewing.forms import Form
from factcheck.desk.telling import reviewing as telling
from factcheck.desk.telling.differences import differences as told
from factcheck.domain.claim_changes import changed
from factcheck.domain.errors import ClaimMerged, NotFound
from factcheck.services import claims
from factcheck.storage import search
from factcheck.web.context import actor

Json = dict[str, Any]
Made = TypeVar("Made")


_ROOM = 30_000
"""Bytes of differences that a page has room for."""


def claim_of(claim_id: str) -> Json:
    """The claim's document; raises NotFound, and ClaimMerged for one whose place another has taken."""
    found = claims.document(claim_id)
    if found.merged_into:
        raise ClaimMerged(f"this claim was merged into {found.merged_into}")
    document: Json = orjson.loads(found.body)
    return document


def attempt(
    form: Form, claim_id: str, do: Callable[[], Made], *, named: Mapping[str, str] | None = None
) -> Made | None:
    """What comes of a form about a claim; None where it is refused, also because the claim is another by now."""

    def based_on() -> Made:
        with claims.based_on(actor(), claim_id, forms.seq(form)):
            return do()

    return forms.attempt(form, based_on, named=named)


def page(template: str, claim: Json, form: Form, *, title: str, **shown: object) -> Response:
    """A page with one form about a claim, and where that was changed meanwhile, with what was."""
    differences: list[Json] = []
    if form.conflict:
        found = changed(as_of(claim["id"], forms.seq(form)), claim)
        differences, _ = telling.fitting(told(found), _ROOM)
    if form.conflict or not form.typed:
        # From here on it is based on what the page now shows.
        form.values[forms.SEQ] = str(claim["seq"])
    about = telling.row(claim)
    return frame.page(
        template, title=title, status=form.status, claim=about, form=form, differences=differences, **shown
    )


def others(claim_ids: list[str]) -> dict[str, Json]:
    """Documents of further claims."""
    found = search.documents(list(dict.fromkeys(claim_ids))) if claim_ids else {}
    return {claim: orjson.loads(body) for claim, (_, body) in found.items()}


def as_of(claim_id: str, seq: int) -> Json:
    """The claim that a form was made from."""
    try:
        return claims.as_of(claim_id, seq)
    except NotFound:
        # A form that names no version was made from none.
        return claims.as_of(claim_id, claim_of(claim_id)["seq"])
