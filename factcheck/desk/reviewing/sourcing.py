"""A source: whether it is an origin, what it relies on, and what its page suggests of that."""

from typing import Any

from flask import Flask, Response, request

from factcheck.desk.reviewing import forms, frame
from factcheck.desk.telling import reviewing as telling
from factcheck.domain.versions import Precondition, represent
from factcheck.domain.vocabulary import CitationKind, Role, SuggestionState
from factcheck.services import links, sources, suggestions
from factcheck.web.context import actor
from factcheck.web.parsing import checked
from schemas.sources import CitationIn, SourcePatch
from schemas.suggestions import Acceptance, Rejection

Json = dict[str, Any]

_ORIGIN = ("origin.url", "origin.title", "origin.publisher.name")
_SHOWN = 20
_MARKS = {"yes": True, "no": False, "unknown": None}


def register(app: Flask) -> None:
    frame.add(app, "/desk/sources/<source_id>", "desk_source", Role.REVIEWER, show)
    frame.add(app, "/desk/sources/<source_id>/origin", "desk_mark", Role.REVIEWER, mark, "POST")
    frame.add(app, "/desk/sources/<source_id>/citations", "desk_cite", Role.REVIEWER, cite, "POST")
    frame.add(app, "/desk/sources/<source_id>/check", "desk_check", Role.REVIEWER, check, "POST")
    frame.add(app, "/desk/suggestions/<suggestion_id>/accept", "desk_accept", Role.REVIEWER, accept, "POST")
    frame.add(app, "/desk/suggestions/<suggestion_id>/reject", "desk_turn_down", Role.REVIEWER, turn_down, "POST")


def show(source_id: str) -> Response:
    """A source, as reviewers work on it."""
    return _page(source_id, forms.Form())


def mark(source_id: str) -> Response:
    """Say whether a source relies on no other."""
    form = forms.sent("is_origin", "version")
    given = form.value("is_origin")
    if given not in _MARKS:
        form.fault("is_origin", "Say whether it is an origin.")
        return _page(source_id, form)
    data = checked(SourcePatch, {"is_origin": _MARKS[given]})
    match = Precondition({form.value("version")})
    made = forms.attempt(form, lambda: sources.amend(actor(), source_id, data, match))
    return frame.see(f"/desk/sources/{source_id}", "marked") if made else _page(source_id, form)


def cite(source_id: str) -> Response:
    """Say that the source relies on another."""
    form = forms.sent("kind", "reason", *_ORIGIN)
    made = forms.attempt(
        form, lambda: sources.cite(actor(), source_id, checked(CitationIn, form.given("kind", "reason", *_ORIGIN)))
    )
    return frame.see(f"/desk/sources/{source_id}", "cited") if made else _page(source_id, form)


def check(source_id: str) -> Response:
    """Have a worker look at the page soon."""
    form = forms.sent()
    forms.attempt(form, lambda: links.ask(actor(), source_id))
    return _page(source_id, form) if form.faults else frame.see(f"/desk/sources/{source_id}", "asked")


def accept(suggestion_id: str) -> Response:
    """Record the citation that is suggested."""
    form = forms.sent(*_ORIGIN, "reason", "from")
    data = form.given(*_ORIGIN, "reason")
    made = forms.attempt(form, lambda: suggestions.accept(actor(), suggestion_id, checked(Acceptance, data)))
    return _answered(suggestion_id, form, made, "accepted")


def turn_down(suggestion_id: str) -> Response:
    """Say that the source does not rely on what is suggested."""
    form = forms.sent("reason", "from")
    data = form.given("reason")

    def do() -> Json:
        return suggestions.reject(actor(), suggestion_id, checked(Rejection, data).get("reason"))

    return _answered(suggestion_id, form, forms.attempt(form, do), "turned-down")


def _answered(suggestion_id: str, form: forms.Form, made: Json | None, done: str) -> Response:
    source = suggestions.get(suggestion_id)["source"]
    if made is None:
        return _page(source, form, answering=suggestion_id)
    return frame.see(frame.own_path(form.value("from"), f"/desk/sources/{source}"), done)


def _page(source_id: str, form: forms.Form, *, answering: str = "") -> Response:
    source = sources.get(source_id)
    cited = sources.citations(source_id, None, _SHOWN)
    open_ones = suggestions.of_source(source_id, None, _SHOWN, [SuggestionState.OPEN])
    wanted = {one["origin"] for one in (*cited, *open_ones)} - {None, source_id}
    known = {source_id: source, **{one: sources.get(one) for one in wanted}}
    if form.conflict:
        form.fault("is_origin", "Somebody has changed the source meanwhile; it is shown as it is now. Send it again.")
    return frame.page(
        "source.html",
        title="A source – Desk",
        status=form.status,
        form=form,
        source=telling.source(source),
        version=represent(source).etag,
        citations=[telling.citation(one, known) for one in cited],
        suggestions=[telling.suggestion(one, known) for one in open_ones],
        kinds=[(kind.value, telling.CITATIONS[kind]) for kind in CitationKind],
        answering=answering,
        path=request.path,
    )
