"""A claim's working page: how it stands, and all that can be done to it from here."""

from typing import Any

from flask import Flask, Response, request

from factcheck.desk.reviewing import claim_forms, forms, frame
from factcheck.desk.telling import claim as public
from factcheck.desk.telling import reviewing as telling
from factcheck.desk.telling import standing
from factcheck.domain.vocabulary import Role, VerdictState
from factcheck.services import claims, matching, verdicts
from factcheck.web.context import actor, sees_withheld

Json = dict[str, Any]

_SHOWN, _LIKELY = 5, 0.3
_MOST_VERDICTS = 30
_ROOM = 30_000
"""Bytes of verdicts that the page has room for."""


def register(app: Flask) -> None:
    frame.add(app, "/desk/claims/<claim_id>", "desk_claim", Role.CONTRIBUTOR, show)
    frame.add(app, "/desk/claims/<claim_id>/take", "desk_take", Role.REVIEWER, take, "POST")
    frame.add(app, "/desk/claims/<claim_id>/release", "desk_release", Role.REVIEWER, release, "POST")


def show(claim_id: str) -> Response:
    """The claim as reviewers work on it."""
    found = claims.document(claim_id)
    if found.merged_into:
        return frame.see(f"/desk/claims/{found.merged_into}")
    return _page(claim_id, forms.Form())


def take(claim_id: str) -> Response:
    """Work on it."""
    form = forms.sent()
    forms.attempt(form, lambda: claims.take(actor(), claim_id))
    return _page(claim_id, form) if form.faults else frame.see(f"/desk/claims/{claim_id}", "taken")


def release(claim_id: str) -> Response:
    """Stop working on it."""
    form = forms.sent()
    forms.attempt(form, lambda: claims.release(actor(), claim_id))
    return _page(claim_id, form) if form.faults else frame.see(f"/desk/claims/{claim_id}", "released")


def _page(claim_id: str, form: forms.Form) -> Response:
    claim = claim_forms.claim_of(claim_id)
    start = request.args.get("from", "")
    first = int(start) if start.isascii() and start.isdecimal() and len(start) < 6 else 0
    links, further = public.links(claim, first)
    named = {link["id"]: link for link in claim["evidence"]}
    related = claim_forms.others([one["claim"] for one in claim["relations"][:50]])
    given = verdicts.of_claim(claim_id, None, _MOST_VERDICTS, see_withheld=sees_withheld())
    shown, left = telling.fitting([telling.verdict(one, named) for one in given], _ROOM)
    me = actor()
    return frame.page(
        "claim.html",
        title=f"{telling.row(claim)['text']} – Desk",
        status=form.status,
        form=form,
        claim=telling.row(claim),
        how=standing.sentences(claim),
        facts=telling.facts(claim),
        counts=claim["corroboration"],
        links=links,
        further=further,
        mine={link["id"] for link in claim["evidence"] if link["attached_by"]["id"] == me.id},
        verdicts=shown,
        left=left,
        relations=telling.relations(claim["relations"][:50], related),
        taken=claim["taken_by"]["id"] if claim["taken_by"] else "",
        states=VerdictState,
        looked=False,
        matches=_matches(claim_id) if request.args.get("done") == "submitted" else [],
    )


def _matches(claim_id: str) -> list[Json]:
    found = matching.of_claim(claim_id, _SHOWN, _LIKELY)
    return telling.matches(found, claim_forms.others([one["claim"] for one in found]))
