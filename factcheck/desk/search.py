"""Finding claims: by words, by filters, or both."""

from typing import Any

import orjson
from flask import Flask, Response, request

from factcheck.desk import layout
from factcheck.desk.telling import lists
from factcheck.desk.telling.words import said
from factcheck.domain import highlights
from factcheck.domain.search_queries import parse
from factcheck.domain.vocabulary import ClaimKind
from factcheck.storage import claims, search
from factcheck.web.auth import PUBLIC, permit
from factcheck.web.pagination import next_page, position
from factcheck.web.parsing import takes
from schemas.pages import SearchForm

Json = dict[str, Any]

_A_PAGE = 25
_FIELDS = ("q", "status", "kind", "claimed_from", "claimed_to")
_OF_A_LIST = ("status", "kind")
"""What the form has a field for; other filters come by links, and stay."""


def register(app: Flask) -> None:
    app.add_url_rule("/search", "search_page", permit(PUBLIC)(takes(SearchForm, "query", "query")(show)))


def show(query: Json) -> Response:
    """Claims that have these words, the best first; without words the newest."""
    limit = min(query["limit"], _A_PAGE)
    shown, more = _by_words(query, limit) if "q" in query else _newest(query, limit)
    return layout.page(
        "search.html",
        title=f"Claims with “{query['q']}”" if "q" in query else "Claims",
        order="The best first" if "q" in query else "The last changed first",
        claims=shown,
        following=next_page(more) if more else None,
        asked={name: request.args.get(name, "") for name in _FIELDS},
        kept=_kept(),
        statuses=lists.statuses(),
        kinds=lists.options(ClaimKind),
    )


def _kept() -> list[Json]:
    """Filters that are asked for and that the form has no field for, or one for the first of their values alone."""
    pairs = request.args.items(multi=True)
    others = [
        {"name": name, "value": value, "words": "" if _is_id(name) else value, "told": True}
        for name, value in pairs
        if value and name not in (*_FIELDS, "cursor", "limit")
    ]
    return others + [one for name in _OF_A_LIST for one in _further(name)]


def _further(name: str) -> list[Json]:
    """The values of a filter beside the one that its field shows; the first of them tells of all."""
    shown, *rest = request.args.getlist(name) or [""]
    together = " or ".join(said(value) for value in (shown, *rest))
    return [{"name": name, "value": value, "words": together, "told": not place} for place, value in enumerate(rest)]


def _is_id(name: str) -> bool:
    return name in ("speaker", "source", "publisher", "reviewer")


def _by_words(query: Json, limit: int) -> tuple[list[Json], list[Any] | None]:
    after = position(query.get("cursor"))
    wanted = parse(query["q"])
    place = search.Position.of(after)
    found, more = search.page(wanted, claims.filters_of(query), place, limit)
    bodies, sought = search.documents([one.claim for one in found]), highlights.sought(wanted)
    documents = [orjson.loads(bodies[one.claim][1]) for one in found]
    shown = [lists.found(document, highlights.highlights(document, sought)) for document in documents]
    return shown, more.listed() if more else None


def _newest(query: Json, limit: int) -> tuple[list[Json], list[Any] | None]:
    after = position(query.get("cursor"))
    place = claims.Position(*after) if after else None
    found, more = claims.page(claims.filters_of(query), "-updated", place, limit)
    shown = [lists.claim(orjson.loads(body)) for _, _, body in found]
    return shown, [more.value, more.claim, more.head] if more else None
