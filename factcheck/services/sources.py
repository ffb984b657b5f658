"""Sources, and which of them rely on which."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from factcheck.domain import urls
from factcheck.domain.actors import Actor
from factcheck.domain.errors import AlreadyThere, Invalid
from factcheck.domain.versions import Precondition, represent
from factcheck.domain.vocabulary import LinkState, Role, Subject
from factcheck.storage import citing, copies, db, history, journal, link_checks, registry, rows, snapshots
from factcheck.storage.journal import Transaction
from factcheck.storage.link_checks import Found
from factcheck.storage.models import Account, Citation, Publisher, Source

_NAMING = ("url", "title")
_USED_BY = """
    SELECT claim FROM evidence WHERE source = ? AND NOT retracted
    UNION SELECT claim FROM appearances WHERE source = ? ORDER BY claim DESC LIMIT ?"""


def add(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Raises AlreadyThere for a page that the record knows, under whatever spelling."""
    with journal.write(actor.id) as tx:
        marked = _marked(tx, actor) if data.get("is_origin") is not None else {}
        _require_free(data.get("url"))
        publisher = registry.publisher(tx, data.get("publisher"), "/publisher/id")
        values = {**registry.source_values(data, publisher), **marked}
        return get(tx.create("source.added", Subject.SOURCE, values))


def amend(actor: Actor, source_id: str, data: dict[str, Any], match: Precondition) -> dict[str, Any]:
    """A new address is a link that nobody has checked yet."""
    with journal.write(actor.id) as tx:
        source = rows.require(Source, source_id)
        match.require(represent(get(source_id)).etag)
        values = dict(data)
        if data.get("is_origin", source["is_origin"]) != source["is_origin"]:
            values.update(_marked(tx, actor))
        if "publisher" in data:
            values["publisher"] = registry.publisher(tx, data["publisher"], "/publisher/id")
        if data.get("url", source["url"]) != source["url"]:
            values.update(_new_address(source, data["url"]))
            copies.forget_source(source_id)
        # A redaction may have left it neither: other fields can still be amended.
        if values.keys() & set(_NAMING) and not any(values.get(name, source[name]) for name in _NAMING):
            raise Invalid("a source keeps a URL or a title", pointer="/url")
        tx.change("source.amended", Subject.SOURCE, source, values)
        return get(source_id)


def cite(actor: Actor, source_id: str, data: dict[str, Any]) -> dict[str, Any]:
    """Record that a source relies on another; raises LoopInCitations, AlreadyThere, UnknownReference."""
    with journal.write(actor.id) as tx:
        rows.require(Source, source_id)
        citation = citing.cite(tx, source_id, data["origin"], data["kind"], data.get("reason"))
        return citation_document(rows.require(Citation, citation))


def get(source_id: str) -> dict[str, Any]:
    """Raises NotFound."""
    return _documents([rows.require(Source, source_id)])[0]


def page(after: str | None, limit: int, url: str | None) -> list[dict[str, Any]]:
    """Sources, newest first; `url` finds the page under any of its spellings."""
    condition, params = ("canonical_url = ?", [urls.canonical(url)]) if url is not None else ("1 = 1", [])
    return _documents(rows.newest_first(Source, after, limit, condition, params))


def citations(source_id: str, after: str | None, limit: int) -> list[dict[str, Any]]:
    """What a source relies on, as recorded; raises NotFound."""
    rows.require(Source, source_id)
    found = rows.newest_first(Citation, after, limit, "source = ?", [source_id])
    return [citation_document(citation) for citation in found]


def relying(source_id: str, limit: int) -> list[dict[str, Any]]:
    """Up to `limit` citations of other sources that rely on this one, newest first."""
    return [citation_document(found) for found in rows.newest_first(Citation, None, limit, "origin = ?", [source_id])]


def many(source_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Sources by id, as `get` gives each."""
    return {source["id"]: source for source in _documents(list(rows.by_ids(Source, source_ids).values()))}


def used_by(source_id: str, limit: int) -> list[str]:
    """Up to `limit` claims that were made in a source or have it as evidence, newest first."""
    return [claim for (claim,) in db.query(_USED_BY, (source_id, source_id, limit))]


def states(source_id: str) -> list[dict[str, Any]]:
    """How the link has stood: each change of its state with its time, newest first."""
    found = []
    for envelope, *_, item in history.events_of(source_id):
        changes = orjson.loads(item)["changes"] or {}
        if "link_state" in changes:
            found.append({"state": changes["link_state"]["after"], "at": envelope.recorded_at})
    return found[::-1]


def citation_document(citation: dict[str, Any]) -> dict[str, Any]:
    fields = ("id", "source", "origin", "kind", "reason", "created_at", "created_by", "seq")
    return {name: citation[name] for name in fields}


def _marked(tx: Transaction, actor: Actor) -> dict[str, Any]:
    """Who says whether a source is an origin, and when; raises NotPermitted."""
    actor.require(Role.REVIEWER, "marking an origin")
    return {"origin_marked_by": actor.id, "origin_marked_at": tx.now}


def _documents(sources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    publishers = rows.by_ids(Publisher, (source["publisher"] for source in sources))
    accounts = rows.by_ids(Account, (source["origin_marked_by"] for source in sources))
    looks = link_checks.found([(source["id"], source["url"]) for source in sources])
    newest = snapshots.newest(source["id"] for source in sources)
    fields = (
        "id", "url", "canonical_url", "title", "kind", "published_at", "language", "access", "is_origin",
        "origin_marked_at", "link_state", "archive_url", "created_at", "updated_at", "seq",
    )  # fmt: skip
    return [
        {
            **{name: source[name] for name in fields},
            "publisher": _named(source["publisher"], publishers),
            "origin_marked_by": _named(source["origin_marked_by"], accounts),
            "says": _says(newest.get(source["id"])),
            **_look(source, looks),
        }
        for source in sources
    ]


def _named(entity_id: str | None, known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    """An id with its name; that of the service itself is both."""
    if entity_id is None:
        return None
    return {"id": entity_id, "name": known[entity_id]["name"] if entity_id in known else entity_id}


def _look(source: dict[str, Any], looks: Mapping[str, Found]) -> dict[str, Any]:
    """What the last look at a source's link found: the ledger has the time of the last change of state alone."""
    look = looks.get(source["id"], Found(None, None, None))
    return {
        "checked_at": max(filter(None, (source["checked_at"], look.checked_at)), default=None),
        "link_reason": look.reason,
        "moved_to": look.moved_to,
    }


def _says(snapshot: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What the page says of itself, for a reviewer to take over or not."""
    if snapshot is None:
        return None
    return {"snapshot": snapshot["id"], **{name: snapshot[name] for name in ("title", "author", "published_at")}}


def _new_address(source: dict[str, Any], url: str | None) -> dict[str, Any]:
    canonical = urls.canonical(url) if url else None
    if canonical != source["canonical_url"]:
        _require_free(url)
    return {"canonical_url": canonical, "link_state": LinkState.UNCHECKED, "checked_at": None, "archive_url": None}


def _require_free(url: str | None) -> None:
    if url is None:
        return
    found = rows.where(Source, "canonical_url = ?", [urls.canonical(url)])
    if found:
        raise AlreadyThere("this page is a source already", pointer="/url", source=found[0]["id"])
