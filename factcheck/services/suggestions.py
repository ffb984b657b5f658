"""Suggestions of who relies on whom, from what pages say. None is counted before a reviewer has accepted it."""

import time
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from factcheck.domain import likeness, urls
from factcheck.domain.actors import SERVICE, Actor
from factcheck.domain.credits import names_of
from factcheck.domain.errors import Conflict, Invalid
from factcheck.domain.owners import top_owner
from factcheck.domain.suggestions import Basis, Known, Page, Suggestion, suggest
from factcheck.domain.vocabulary import Subject, SuggestionState
from factcheck.storage import citing, db, journal, rows, snapshots, texts
from factcheck.storage.journal import Transaction
from factcheck.storage.models import Citation, Publisher, Snapshot, Source
from factcheck.storage.models import Suggestion as Row
from factcheck.storage.snapshot_files import Missing, Store, text_name
from factcheck.storage.texts import Unsuggested

Values = dict[str, Any]

_LONGEST = 5.0
_FIELDS = (
    "id", "source", "kind", "basis", "origin", "publisher", "url", "score", "detail", "state", "citation", "reason",
    "created_at", "seq",
)  # fmt: skip


def of_source(source_id: str, after: str | None, limit: int, states: Iterable[str]) -> list[Values]:
    """What was suggested of a source, newest first; raises NotFound."""
    rows.require(Source, source_id)
    wanted = list(states)
    condition, params = "source = ?", [source_id, *wanted]
    if wanted:
        condition = f"{condition} AND state IN ({db.marks(wanted)})"
    return [_document(found) for found in rows.newest_first(Row, after, limit, condition, params)]


def get(suggestion_id: str) -> Values:
    """Raises NotFound."""
    return _document(rows.require(Row, suggestion_id))


def accept(actor: Actor, suggestion_id: str, data: Values) -> Values:
    """Record the citation that is suggested, of the origin that the reviewer names where the page alone does not.

    Raises NotFound, Conflict, Invalid, LoopInCitations, AlreadyThere, UnknownReference.
    """
    with journal.write(actor.id) as tx:
        found = _open(suggestion_id)
        origin = data.get("origin") or _origin(found)
        if origin is None:
            raise Invalid("the suggestion knows whose report it is, and not which: name it", pointer="/origin")
        reason = data.get("reason") or found["detail"]
        citation = citing.cite(tx, found["source"], origin, found["kind"], reason)
        values = {"state": SuggestionState.ACCEPTED, "citation": citation}
        tx.change("suggestion.accepted", Subject.SUGGESTION, found, values)
        return _document(rows.require(Row, suggestion_id))


def reject(actor: Actor, suggestion_id: str, reason: str | None) -> Values:
    """Turn a suggestion down: it is not made again. Raises NotFound, Conflict."""
    with journal.write(actor.id) as tx:
        found = _open(suggestion_id)
        values = {"state": SuggestionState.REJECTED, "reason": reason}
        tx.change("suggestion.rejected", Subject.SUGGESTION, found, values)
        return _document(rows.require(Row, suggestion_id))


def make_some(store: Store, limit: int) -> int:
    """Compare up to so many pages that were read, and suggest what they tell; gives how many pages.

    None is begun once `_LONGEST` is over: long texts that are all alike take a while.
    """
    until, compared = time.monotonic() + _LONGEST, 0
    waiting = texts.waiting(limit)
    known = _known_publishers() if waiting else Known()
    for one in waiting:
        _compare(store, one, known)
        compared += 1
        if time.monotonic() > until:
            break
    return compared


def backlog() -> int:
    """How many pages wait to be compared."""
    return texts.backlog()


def _compare(store: Store, one: Unsuggested, known: Known) -> None:
    """What a page suggests, all recorded with its being compared, or nothing."""
    snapshot = rows.require(Snapshot, one.snapshot)
    page = _page(store, snapshot)
    keys: list[int] = []
    found: list[Suggestion] = []
    if page is not None:
        page = replace(page, canonical_url=one.canonical, links=one.links)
        signature = likeness.signature(page.text)
        keys = likeness.bands(signature) if signature else []
        found = suggest(page, _alike(store, page.id, keys), _with_sources(known, page))
    with journal.write(SERVICE.id) as tx:
        if texts.take(one.snapshot):
            if page is not None:
                texts.set_keys(page.id, keys)
            for suggestion in found:
                _record(tx, suggestion)


def _page(store: Store, snapshot: Values) -> Page | None:
    """A source as it is compared; None where its text is not kept."""
    source = rows.require(Source, snapshot["source"])
    if snapshot["text_sha256"] is None:
        return None
    try:
        text = store.read_text(text_name(snapshot["text_sha256"]))
    except Missing:
        return None
    return Page(
        id=source["id"],
        text=text,
        first_seen=datetime.fromisoformat(source["created_at"]),
        url=source["url"],
        published=source["published_at"] or snapshot["published_at"],
        publisher=source["publisher"],
    )


def _alike(store: Store, source: str, keys: list[int]) -> list[Page]:
    """The pages of other sources whose texts may be the same for a part."""
    newest = snapshots.newest(texts.candidates(source, keys))
    pages = (_page(store, snapshot) for snapshot in newest.values())
    return [page for page in pages if page is not None]


def _known_publishers() -> Known:
    """All publishers, by the names and hosts under which pages tell of them."""
    names: dict[str, str] = {}
    hosts: dict[str, str] = {}
    publishers = {one["id"]: one for one in rows.stream(Publisher, "1 = 1")}
    for one in publishers.values():
        for name in names_of(one["name"]):
            names.setdefault(name, one["id"])
        if one["url"]:
            hosts.setdefault(urls.host(one["url"]).removeprefix("www."), one["id"])
    families = {one: top_owner(one, publishers) for one in publishers}
    return Known(names=names, hosts=hosts, families=families)


def _with_sources(known: Known, page: Page) -> Known:
    """What the record knows of the pages that this one points to."""
    given = [url for url in (page.canonical_url, *page.links) if url]
    canonical = {spelled for url in given if (spelled := _canonical(url))}
    found = rows.where_in_all([(Source, "canonical_url IN ({})", canonical)])[0]
    return replace(
        known,
        sources={source["canonical_url"]: source["id"] for source in found},
        publisher_of={source["id"]: source["publisher"] for source in found},
    )


def _canonical(url: str) -> str | None:
    try:
        return urls.canonical(url)
    except ValueError:
        return None


def _record(tx: Transaction, found: Suggestion) -> None:
    """A suggestion that was not made before, accepted and rejected ones included, and that the record does not have."""
    if _made_before(found):
        return
    if found.origin and rows.where(Citation, "source = ? AND origin = ?", [found.source, found.origin]):
        return
    values = {**asdict(found), "state": SuggestionState.OPEN, "citation": None, "reason": None}
    tx.create("suggestion.made", Subject.SUGGESTION, values)


def _made_before(found: Suggestion) -> bool:
    """Whether it was made, by the page where that is known: what was none then can be a source by now."""
    at, of = "source = ? AND kind = ?", [found.source, found.kind]
    if found.origin is None and found.basis != Basis.CANONICAL:
        return bool(rows.where(Row, f"{at} AND origin IS NULL AND publisher = ?", [*of, found.publisher]))
    return bool(rows.where(Row, f"{at} AND (origin = ? OR url = ?)", [*of, found.origin, found.url]))


def _open(suggestion_id: str) -> Values:
    found = rows.require(Row, suggestion_id)
    if found["state"] != SuggestionState.OPEN:
        raise Conflict(f"this suggestion is {found['state']} already")
    return found


def _origin(suggestion: Values) -> Values | None:
    """What the suggestion itself says of the origin."""
    if suggestion["origin"]:
        return {"id": suggestion["origin"]}
    return {"url": suggestion["url"]} if suggestion["url"] else None


def _document(found: Values) -> Values:
    return {name: found[name] for name in _FIELDS}
