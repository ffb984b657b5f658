"""Verdicts: given, corrected, and decided on by somebody else."""

from typing import Any

from flask import Flask, Response, request

from factcheck.desk.reviewing import claim_forms, forms, frame
from factcheck.desk.telling import reviewing as telling
from factcheck.domain.errors import NotFound
from factcheck.domain.vocabulary import CorrectionType, Role, VerdictState
from factcheck.services import scales, verdicts
from factcheck.web.context import actor
from factcheck.web.parsing import Refused, checked
from schemas.evidence import Reason
from schemas.verdicts import CorrectionIn, VerdictChanges, VerdictIn

Json = dict[str, Any]

_TEXTS = ("justification", "review_url", "valid_from", "valid_until", "override_reason")
_NAMED = {"/rating": "choice", "/label": "choice", "/scale": "choice"}
_NAMED_CHANGES = {
    **{f"/changes{pointer}": name for pointer, name in _NAMED.items()},
    **{f"/changes/{name}": name for name in (*_TEXTS, "evidence")},
    "/changes": "",
}
_MOST_SCALES = 20
_ROOM = 45_000
"""Bytes of links that a form has room for."""


def register(app: Flask) -> None:
    both = ("GET", "POST")
    frame.add(app, "/desk/claims/<claim_id>/verdict", "desk_verdict", Role.REVIEWER, give, *both)
    frame.add(app, "/desk/verdicts/<verdict_id>/correct", "desk_correct", Role.REVIEWER, correct, *both)
    frame.add(app, "/desk/verdicts/<verdict_id>", "desk_proposal", Role.REVIEWER, show)
    frame.add(app, "/desk/verdicts/<verdict_id>/approve", "desk_approve", Role.EDITOR, approve, "POST")
    frame.add(app, "/desk/verdicts/<verdict_id>/reject", "desk_reject", Role.EDITOR, reject, "POST")


def give(claim_id: str) -> Response:
    """Publish a verdict, or propose it where others are to approve it."""
    claim = claim_forms.claim_of(claim_id)
    if request.method != "POST":
        return _verdict_page(claim, forms.Form())
    form = _sent()
    made = claim_forms.attempt(
        form,
        claim_id,
        lambda: verdicts.post(actor(), claim_id, _given(form), frame.rules()),
        named=_NAMED,
    )
    if made:
        done = "published" if made["state"] == VerdictState.PUBLISHED else "proposed"
        return frame.see(f"/desk/claims/{claim_id}", done)
    return _verdict_page(claim_forms.claim_of(claim_id), form)


def correct(verdict_id: str) -> Response:
    """Correct a published verdict in the open: what changes, and why."""
    verdict = verdicts.get(verdict_id, see_withheld=True)
    claim = claim_forms.claim_of(verdict["claim"])
    if request.method != "POST":
        return _correct_page(claim, verdict, _held(verdict))
    form = _sent("type", "reason")
    made = claim_forms.attempt(
        form,
        claim["id"],
        lambda: verdicts.correct(actor(), verdict_id, checked(CorrectionIn, _correction(form, verdict)), frame.rules()),
        named=_NAMED_CHANGES,
    )
    if made:
        return frame.see(f"/desk/claims/{claim['id']}", "corrected")
    return _correct_page(claim_forms.claim_of(claim["id"]), verdict, form)


def show(verdict_id: str) -> Response:
    """A verdict, and where it is another's proposal, what can be decided on it."""
    return _proposal_page(verdict_id, forms.Form())


def approve(verdict_id: str) -> Response:
    """Stand by another's verdict."""
    form = forms.sent()
    made = forms.attempt(form, lambda: verdicts.approve(actor(), verdict_id, frame.rules()))
    return frame.see(f"/desk/verdicts/{verdict_id}", "approved") if made else _proposal_page(verdict_id, form)


def reject(verdict_id: str) -> Response:
    """Turn another's verdict down, with a reason."""
    form = forms.sent("reason")
    made = forms.attempt(
        form, lambda: verdicts.reject(actor(), verdict_id, checked(Reason, form.given("reason"))["reason"])
    )
    return frame.see(f"/desk/verdicts/{verdict_id}", "rejected") if made else _proposal_page(verdict_id, form)


def _sent(*more: str) -> forms.Form:
    return forms.sent("choice", *_TEXTS, *more, forms.SEQ, many=("evidence", "final"))


def _given(form: forms.Form) -> Json:
    """The verdict that a form holds; raises Refused, with all that is wrong."""
    given = form.given(*_TEXTS)
    if form.chosen("evidence"):
        given["evidence"] = form.chosen("evidence")
    if form.chosen("final"):
        given["final"] = True
    try:
        choice = _choice(form.value("choice"))
    except Refused as refused:
        checked(VerdictChanges, {name: value for name, value in given.items() if name != "final"}, beside=refused)
        raise
    return checked(VerdictIn, {**choice, **given})


def _choice(value: str) -> Json:
    """The scale's label that was chosen, with the rating that it stands for; raises Refused where there is none."""
    slug, _, label = value.partition(":")
    try:
        labels = scales.get(slug)["labels"]
    except NotFound:
        labels = []
    for one in labels:
        if one["label"] == label:
            return {"rating": one["rating"], "scale": slug, "label": label}
    raise Refused([("/rating", "Choose one of the list.")])


def _held(verdict: Json) -> forms.Form:
    """A verdict as a form begins with it."""
    values = {name: verdict[name] or "" for name in _TEXTS if name != "override_reason"}
    values["choice"] = telling.choice(verdict["scale"], verdict["label"]) or verdict["rating"]
    return forms.Form(values, {"evidence": verdict["evidence"]})


def _correction(form: forms.Form, verdict: Json) -> Json:
    """What the form changes; what stands in it as the verdict has it is no change."""
    given: Json = {"type": form.value("type"), "reason": form.value("reason")}
    if given["type"] == CorrectionType.VOID:
        return {name: value for name, value in given.items() if value}
    held = _held(verdict)
    changed = (name for name in _TEXTS if form.value(name) != forms.plain(held.value(name)))
    changes: Json = {name: form.value(name) or None for name in changed}
    if form.value("choice") != held.value("choice"):
        changes |= _choice(form.value("choice"))
    if set(form.chosen("evidence")) != set(verdict["evidence"]):
        changes["evidence"] = form.chosen("evidence")
    if changes:
        given["changes"] = changes
    return {name: value for name, value in given.items() if value}


def _verdict_page(claim: Json, form: forms.Form) -> Response:
    return claim_forms.page(
        "verdict_form.html",
        claim,
        form,
        title="Give a verdict – Desk",
        **_about(claim, form),
        correcting=None,
        types=[],
    )


def _correct_page(claim: Json, verdict: Json, form: forms.Form) -> Response:
    links = {link["id"]: link for link in claim["evidence"]}
    may = [one for one in CorrectionType if one != CorrectionType.VOID or actor().role.may(Role.EDITOR)]
    return claim_forms.page(
        "verdict_form.html",
        claim,
        form,
        title="Correct a verdict – Desk",
        **_about(claim, form, verdict),
        correcting=telling.verdict(verdict, links),
        types=[(one.value, telling.CORRECTIONS[one]) for one in may],
    )


def _about(claim: Json, form: forms.Form, verdict: Json | None = None) -> Json:
    """What the fields of a verdict offer."""
    offered = telling.choices(scales.page(None, _MOST_SCALES))
    known = {value for _, some in offered for value, _ in some}
    own = telling.choice(verdict["scale"], verdict["label"]) or verdict["rating"] if verdict else ""
    if verdict and own not in known:
        # A label of an older version of its scale, or none at all.
        offered = [("As it stands", [(own, telling.verdict(verdict, {})["words"])]), *offered]
    links, left = telling.fitting(telling.link_choices(claim["evidence"], form.chosen("evidence")), _ROOM)
    there = {link["id"] for link in links}
    return {
        "choices": offered,
        "links": links,
        "left": left,
        # What a verdict rests on stays so, shown or not.
        "unseen": [one for one in form.chosen("evidence") if one not in there],
        "counts": claim["corroboration"],
        "needed": frame.rules().min_origins,
        "approvals": frame.rules().approvals,
    }


def _proposal_page(verdict_id: str, form: forms.Form) -> Response:
    verdict = verdicts.get(verdict_id, see_withheld=True)
    claim = claim_forms.claim_of(verdict["claim"])
    links = {link["id"]: link for link in claim["evidence"]}
    me = actor()
    return frame.page(
        "proposal.html",
        title="A verdict – Desk",
        status=form.status,
        form=form,
        claim=telling.row(claim),
        verdict=telling.verdict(verdict, links),
        needed=frame.rules().approvals,
        is_own=verdict["reviewer"]["id"] == me.id,
        counts=claim["corroboration"],
    )
