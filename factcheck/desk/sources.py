"""A source's page: whether its link works, what was read of it and when, and who relies on it."""

from typing import Any

import orjson
from flask import Flask, Response

from factcheck.desk import layout
from factcheck.desk.telling import lists
from factcheck.desk.telling import source as telling
from factcheck.desk.telling.words import short, source_name
from factcheck.domain.vocabulary import SuggestionState
from factcheck.services import snapshots, sources, suggestions
from factcheck.storage import documents
from factcheck.web.auth import PUBLIC, permit
from factcheck.web.context import reader

Json = dict[str, Any]

_MOST = 20


def register(app: Flask) -> None:
    app.add_url_rule("/sources/<source_id>", "source_page", permit(PUBLIC)(show))


def show(source_id: str) -> Response:
    """A source as reviewers and the worker know it."""
    source = sources.get(source_id)
    below, above = sources.citations(source_id, None, _MOST), sources.relying(source_id, _MOST)
    known = sources.many({one["origin"] for one in below} | {one["source"] for one in above})
    suggested = suggestions.of_source(source_id, None, _MOST, [SuggestionState.OPEN])
    used = sources.used_by(source_id, _MOST + 1)
    bodies = documents.get_many(used[:_MOST])
    return layout.page(
        "source.html",
        title=short(source_name(source), 120) or "",
        source=telling.told(source),
        relies_on=telling.by_kind(below, known),
        relied_on_by=[telling.citation(one, known[one["source"]]) for one in above],
        snapshots=telling.snapshots(snapshots.of_source(source_id, None, _MOST), signed_in=reader() is not None),
        states=telling.states(sources.states(source_id)[:_MOST]),
        suggestions=[telling.suggestion(one) for one in suggested],
        claims=[lists.claim(orjson.loads(bodies[claim])) for claim in used[:_MOST] if claim in bodies],
        more=len(used) > _MOST,
    )
