"""A new claim, with earlier ones that may say the same while it is typed."""

from typing import Any

from flask import Flask, Response, request

from factcheck.desk import layout
from factcheck.desk.reviewing import claim_forms, forms, frame
from factcheck.desk.telling import reviewing as telling
from factcheck.domain.claims_text import MAX_TEXT
from factcheck.domain.vocabulary import ClaimKind, Role, SourceKind, SpeakerKind
from factcheck.services import claims, matching
from factcheck.web.context import actor
from factcheck.web.parsing import checked
from schemas.claims import ClaimIn

Json = dict[str, Any]

_SHOWN, _LIKELY = 5, 0.3
_SHORTEST = 12
"""Characters from which on a text is looked up while it is typed."""

_SPEAKER = ("speaker.name", "speaker.kind")
_SOURCE = ("source.url", "source.title", "source.kind", "source.publisher.name", "source.published_at")
_FIELDS = (
    "text", "quote", "kind", *_SPEAKER, "speaker_role", "speaker_affiliation", "relayed_by.name", "claim_date",
    "event_date", "place", "language", "context", *_SOURCE,
)  # fmt: skip


def register(app: Flask) -> None:
    frame.add(app, "/desk/claims/new", "desk_new_claim", Role.CONTRIBUTOR, submit, "GET", "POST")
    frame.add(app, "/desk/claims/matches", "desk_matches", Role.CONTRIBUTOR, show_matches, "POST")


def submit() -> Response:
    """The form of a new claim; `look` in it asks for earlier ones and writes nothing."""
    if request.method != "POST":
        return _page(forms.Form({"kind": ClaimKind.FACTUAL, "source.kind": SourceKind.ARTICLE}))
    form = forms.sent(*_FIELDS, "topics")
    if "look" in request.form:
        return _page(form, looked=True)
    made = forms.attempt(form, lambda: claims.submit(actor(), checked(ClaimIn, _given(form))))
    return frame.see(f"/desk/claims/{made}", "submitted") if made else _page(form)


def show_matches() -> Response:
    """A piece of a page: earlier claims that may say what has been typed so far."""
    form = forms.sent("text")
    text = form.value("text")
    body = layout.render("reviewing/matches.html", title="", matches=_matches(text), looked=len(text) >= _SHORTEST)
    return Response(body, content_type=layout.MEDIA_TYPE, headers={**frame.HEADERS, "Cache-Control": "no-store"})


def _given(form: forms.Form) -> Json:
    given = form.given(*_FIELDS)
    # A kind alone describes nobody: the lists of kinds always have one chosen.
    if not form.value("speaker.name"):
        given.pop("speaker", None)
    if not any(form.value(name) for name in _SOURCE if name != "source.kind"):
        given.pop("source", None)
    topics = forms.words(form.value("topics"))
    return {**given, "topics": topics} if topics else given


def _page(form: forms.Form, *, looked: bool = False) -> Response:
    return frame.page(
        "new_claim.html",
        title="New claim – Desk",
        status=form.status,
        form=form,
        kinds=list(ClaimKind),
        speaker_kinds=list(SpeakerKind),
        source_kinds=list(SourceKind),
        looked=looked,
        matches=_matches(form.value("text")) if looked else [],
    )


def _matches(text: str) -> list[Json]:
    if len(text) < _SHORTEST:
        return []
    found = matching.match(text[:MAX_TEXT], _SHOWN, _LIKELY)
    return telling.matches(found, claim_forms.others([one["claim"] for one in found]))
