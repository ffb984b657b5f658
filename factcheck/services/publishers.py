"""Publishers: who puts sources out, and who owns them."""

from typing import Any

from factcheck.domain.actors import Actor
from factcheck.domain.errors import AlreadyThere, LoopInOwners
from factcheck.domain.versions import Precondition, represent
from factcheck.domain.vocabulary import Subject
from factcheck.storage import journal, rows, views
from factcheck.storage.models import Publisher
from factcheck.storage.registry import existing


def add(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Raises AlreadyThere for a name in use, UnknownReference for an owner that is not there."""
    with journal.write(actor.id) as tx:
        _require_free(data["name"])
        owner = existing(Publisher, data["owner"], "/owner") if data.get("owner") else None
        values = {"name": data["name"], "url": data.get("url"), "owner": owner}
        return get(tx.create("publisher.added", Subject.PUBLISHER, values))


def amend(actor: Actor, publisher_id: str, data: dict[str, Any], match: Precondition) -> dict[str, Any]:
    with journal.write(actor.id) as tx:
        publisher = rows.require(Publisher, publisher_id)
        match.require(represent(document(publisher)).etag)
        if data.get("name", publisher["name"]) != publisher["name"]:
            _require_free(data["name"])
        if data.get("owner"):
            existing(Publisher, data["owner"], "/owner")
            if publisher_id in views.with_owners([data["owner"]]):
                raise LoopInOwners("a publisher cannot own itself", pointer="/owner")
        tx.change("publisher.amended", Subject.PUBLISHER, publisher, data)
        return get(publisher_id)


def get(publisher_id: str) -> dict[str, Any]:
    """Raises NotFound."""
    return document(rows.require(Publisher, publisher_id))


def page(after: str | None, limit: int, name: str | None) -> list[dict[str, Any]]:
    condition, params = ("name = ?", [name]) if name is not None else ("1 = 1", [])
    return [document(row) for row in rows.newest_first(Publisher, after, limit, condition, params)]


def document(publisher: dict[str, Any]) -> dict[str, Any]:
    return {name: publisher[name] for name in ("id", "name", "url", "owner", "created_at", "updated_at", "seq")}


def _require_free(name: str) -> None:
    if rows.where(Publisher, "name = ?", [name]):
        raise AlreadyThere("a publisher of this name exists", pointer="/name")
