"""What waits for a reviewer."""

from typing import Any

import orjson
from flask import Flask, Response, request

from factcheck.desk.reviewing import frame
from factcheck.desk.telling import reviewing as telling
from factcheck.domain.vocabulary import Role
from factcheck.services import sources
from factcheck.storage import claims as claim_lists
from factcheck.storage import search, worklists
from factcheck.storage.claims import Filters, Position
from factcheck.web.context import actor, sees_withheld
from factcheck.web.pagination import next_page, position

Json = dict[str, Any]
_Page = tuple[list[Json], list[Any] | None]

_SIZE = 20

_TITLES = {
    "mine": "Mine",
    "unreviewed": "Not reviewed",
    "review": "To look at again",
    "proposals": "To approve",
    "suggestions": "Who relies on whom",
}
_REVIEWERS = ("mine", "proposals", "suggestions")
"""Lists that are of use to reviewers alone."""


def register(app: Flask) -> None:
    frame.add(app, "/desk", "desk_queue", Role.CONTRIBUTOR, show)


def show() -> Response:
    """One list of what waits, and how much is on the others."""
    offered = [name for name in _TITLES if sees_withheld() or name not in _REVIEWERS]
    wanted = request.args.get("list", "")
    counts = worklists.counts(actor().id)
    # Without a wish, where there is something to do: what one has begun first.
    name = wanted if wanted in offered else next((one for one in offered if counts[one]), offered[0])
    after = position(request.args.get("cursor") or None)
    items, more = _LISTS[name](after)
    return frame.page(
        "queue.html",
        title=f"{_TITLES[name]} – Desk",
        name=name,
        heading=_TITLES[name],
        lists=[(one, _TITLES[one], telling.counted_to(counts[one], worklists.MOST_COUNTED)) for one in offered],
        items=items,
        following=next_page(more) if more else None,
    )


def _mine(after: list[Any] | None) -> _Page:
    found, more = _cut(worklists.taken(actor().id, after[0] if after else None, _SIZE + 1))
    documents = _documents(found)
    return [telling.row(documents[claim]) for claim in found], [found[-1]] if more else None


def _unreviewed(after: list[Any] | None) -> _Page:
    return _claims(Filters(status=["unreviewed"]), after)


def _review(after: list[Any] | None) -> _Page:
    return _claims(Filters(needs_review=True), after)


def _proposals(after: list[Any] | None) -> _Page:
    found, more = _cut(worklists.proposed(actor().id, after[0] if after else None, _SIZE + 1))
    documents = _documents([one["claim"] for one in found])
    items = [{**telling.row(documents[one["claim"]]), "proposal": telling.proposal(one)} for one in found]
    return items, [found[-1]["id"]] if more else None


def _suggestions(after: list[Any] | None) -> _Page:
    found, more = _cut(worklists.suggested(after[0] if after else None, _SIZE + 1))
    known = {one: sources.get(one) for one in {s[name] for s in found for name in ("source", "origin")} - {None}}
    return [telling.suggestion(one, known) for one in found], [found[-1]["id"]] if more else None


def _claims(filters: Filters, after: list[Any] | None) -> _Page:
    found, more = claim_lists.page(filters, "-updated", Position(*after) if after else None, _SIZE)
    rows = [telling.row(orjson.loads(bytes(body))) for _, _, body in found]
    return rows, [more.value, more.claim, more.head] if more else None


def _cut(found: list[Any]) -> tuple[list[Any], bool]:
    return found[:_SIZE], len(found) > _SIZE


def _documents(claim_ids: list[str]) -> dict[str, Json]:
    found = search.documents(list(dict.fromkeys(claim_ids))) if claim_ids else {}
    return {claim: orjson.loads(bytes(body)) for claim, (_, body) in found.items()}


_LISTS = {
    "mine": _mine,
    "unreviewed": _unreviewed,
    "review": _review,
    "proposals": _proposals,
    "suggestions": _suggestions,
}
