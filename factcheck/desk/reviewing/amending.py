"""What a claim says of itself: amended with a reason, seen elsewhere too, and answered by whoever made it."""

from typing import Any

from flask import Flask, Response, request

from factcheck.desk.reviewing import claim_forms, forms, frame
from factcheck.desk.reviewing.forms import Form
from factcheck.domain.versions import Precondition
from factcheck.domain.vocabulary import ClaimKind, Role, SourceKind, SpeakerKind, VerdictState
from factcheck.services import claims
from factcheck.web.context import actor
from factcheck.web.parsing import Refused, checked
from schemas.claims import AppearanceIn, ClaimPatch, ReplyIn

Json = dict[str, Any]

_PLAIN = (
    "text", "quote", "kind", "speaker_role", "speaker_affiliation", "claim_date", "event_date", "place", "language",
    "context",
)  # fmt: skip
_NAMES = ("speaker", "relayed_by")
_SPEAKERS = ("speaker.name", "speaker.kind", "relayed_by.name")
_SOURCE = ("source.url", "source.title", "source.kind", "source.publisher.name", "source.published_at")
_AT_ITS_ADDRESS = {"/source": "source.url"}
_ANY = Precondition(None)


def register(app: Flask) -> None:
    at, both = "/desk/claims/<claim_id>", ("GET", "POST")
    frame.add(app, f"{at}/amend", "desk_amend", Role.CONTRIBUTOR, amend, *both)
    frame.add(app, f"{at}/appearances", "desk_appearance", Role.CONTRIBUTOR, add_appearance, *both)
    frame.add(app, f"{at}/replies", "desk_reply", Role.CONTRIBUTOR, reply, *both)


def amend(claim_id: str) -> Response:
    """Change what the claim says; what is left as it stands in the form stays."""
    claim = claim_forms.claim_of(claim_id)
    if request.method != "POST":
        return _amend_page(claim, Form(_held(claim)))
    form = forms.sent(*_PLAIN, *_SPEAKERS, "topics", "reason", forms.SEQ)

    def do() -> bool:
        changes = _changes(form, claim_forms.claim_of(claim_id))
        if not changes:
            raise Refused([("", "Nothing is changed in the form.")])
        claims.amend(actor(), claim_id, checked(ClaimPatch, {**changes, **form.given("reason")}), _ANY)
        return True

    if claim_forms.attempt(form, claim_id, do):
        return frame.see(f"/desk/claims/{claim_id}", "amended")
    claim = claim_forms.claim_of(claim_id)
    if form.conflict:
        _follow(form, claim_forms.as_of(claim_id, forms.seq(form)), claim)
    return _amend_page(claim, form)


def add_appearance(claim_id: str) -> Response:
    """Add another page on which the claim was made."""
    claim = claim_forms.claim_of(claim_id)
    form = Form({"source.kind": SourceKind.ARTICLE})
    if request.method == "POST":
        form = forms.sent(*_SOURCE, forms.SEQ)
        do = lambda: claims.add_appearance(actor(), claim_id, checked(AppearanceIn, form.given(*_SOURCE)))  # noqa: E731
        if claim_forms.attempt(form, claim_id, do, named=_AT_ITS_ADDRESS):
            return frame.see(f"/desk/claims/{claim_id}", "appears")
    return claim_forms.page(
        "appearance.html", claim, form, title="Where else it was said – Desk", source_kinds=list(SourceKind)
    )


def reply(claim_id: str) -> Response:
    """Add what whoever made the claim answers."""
    claim = claim_forms.claim_of(claim_id)
    form = Form()
    if request.method == "POST":
        form = forms.sent("answer", "source.url", "source.title", forms.SEQ)
        given = form.given("source.url", "source.title")
        if form.value("answer"):
            given["text"] = form.value("answer")
        named = {**_AT_ITS_ADDRESS, "/text": "answer"}
        do = lambda: claims.reply(actor(), claim_id, checked(ReplyIn, given))  # noqa: E731
        if claim_forms.attempt(form, claim_id, do, named=named):
            return frame.see(f"/desk/claims/{claim_id}", "replied")
    return claim_forms.page("reply.html", claim, form, title="The speaker's answer – Desk")


def _held(claim: Json) -> dict[str, str]:
    """A claim as a form begins with it, and gives it back where nobody changes it."""
    named = {name: claim[name] or {"name": "", "kind": SpeakerKind.PERSON} for name in _NAMES}
    held = {
        **{name: claim[name] or "" for name in _PLAIN},
        **{f"{name}.name": one["name"] or "" for name, one in named.items()},
        "speaker.kind": named["speaker"]["kind"],
        "topics": ", ".join(claim["topics"]),
    }
    return {name: forms.plain(text) for name, text in held.items()}


def _changes(form: Form, claim: Json) -> Json:
    """What the form says otherwise than the claim."""
    held = _held(claim)
    changed = {name for name in held if form.value(name) != held[name]}
    changes: Json = {name: form.value(name) or None for name in _PLAIN if name in changed}
    if "topics" in changed:
        changes["topics"] = forms.words(form.value("topics"))
    for name in _NAMES:
        # The kind alone belongs to the speaker, and is not the claim's to change.
        if f"{name}.name" in changed:
            changes[name] = form.given(*_SPEAKERS).get(name) if form.value(f"{name}.name") else None
    return changes


def _follow(form: Form, then: Json, now: Json) -> None:
    """What the author of the form left as it was is as it is now, so that sending it again takes nothing back."""
    before, after = _held(then), _held(now)
    for name, text in before.items():
        if form.value(name) == text:
            form.values[name] = after[name]


def _amend_page(claim: Json, form: Form) -> Response:
    return claim_forms.page(
        "amend.html",
        claim,
        form,
        title="Amend a claim – Desk",
        kinds=list(ClaimKind),
        speaker_kinds=list(SpeakerKind),
        published=any(one["state"] == VerdictState.PUBLISHED for one in claim["verdicts"]),
    )
