"""Finds the speaker, publisher or source that a client describes, and makes it where there is none."""

from collections.abc import Mapping
from typing import Any

from factcheck.domain import urls
from factcheck.domain.errors import UnknownReference
from factcheck.domain.vocabulary import LinkState, SourceKind, SpeakerKind, Subject
from factcheck.storage import rows
from factcheck.storage.journal import Transaction
from factcheck.storage.models import EntityModel, Publisher, Source, Speaker

Values = Mapping[str, Any]


def speaker(tx: Transaction, given: Values | None, pointer: str) -> str | None:
    """Matched by id, Wikidata id or exact name and kind; of namesakes, one whose Wikidata id differs is another."""
    if given is None:
        return None
    if "id" in given:
        return existing(Speaker, given["id"], pointer)
    wikidata_id = given.get("wikidata_id")
    found = rows.where(Speaker, "wikidata_id = ?", [wikidata_id]) if wikidata_id else []
    if not found:
        kind = given.get("kind") or SpeakerKind.PERSON
        namesakes = rows.where(Speaker, "name = ? AND kind = ? ORDER BY id", [given["name"], kind])
        found = [one for one in namesakes if not wikidata_id or not one["wikidata_id"]]
    return found[0]["id"] if found else tx.create("speaker.added", Subject.SPEAKER, speaker_values(given))


def speaker_values(given: Values) -> dict[str, Any]:
    return {
        "name": given["name"],
        "kind": given.get("kind") or SpeakerKind.PERSON,
        "role": given.get("role"),
        "affiliation": given.get("affiliation"),
        "wikidata_id": given.get("wikidata_id"),
        "aliases": given.get("aliases") or [],
    }


def publisher(tx: Transaction, given: Values | None, pointer: str) -> str | None:
    """Matched by id or exact name."""
    if given is None:
        return None
    if "id" in given:
        return existing(Publisher, given["id"], pointer)
    found = rows.where(Publisher, "name = ?", [given["name"]])
    if found:
        return str(found[0]["id"])
    values = {"name": given["name"], "url": given.get("url"), "owner": None}
    return tx.create("publisher.added", Subject.PUBLISHER, values)


def source(tx: Transaction, given: Values | None, pointer: str) -> str | None:
    """Matched by id or canonical URL; without a URL by exact title among the sources that have none."""
    if given is None:
        return None
    if "id" in given:
        return existing(Source, given["id"], pointer)
    url = given.get("url")
    if url:
        found = rows.where(Source, "canonical_url = ?", [urls.canonical(url)])
    else:
        title = given.get("title") or ""
        # As much of it as the index has, and the rest. (SQLite would put a whole title that it is to equal in place of
        # the column in the first condition, and not see the index any more.)
        titled = "substr(title, 1, 200) = ? AND substr(title, 201) = ? AND url IS NULL ORDER BY id"
        found = rows.where(Source, titled, [title[:200], title[200:]])
    if found:
        return str(found[0]["id"])
    publisher_id = publisher(tx, given.get("publisher"), f"{pointer}/publisher/id")
    return tx.create("source.added", Subject.SOURCE, source_values(given, publisher_id))


def source_values(given: Values, publisher_id: str | None) -> dict[str, Any]:
    url = given.get("url")
    return {
        "url": url,
        "canonical_url": urls.canonical(url) if url else None,
        "title": given.get("title"),
        "kind": given.get("kind") or SourceKind.ARTICLE,
        "publisher": publisher_id,
        "published_at": given.get("published_at"),
        "language": given.get("language"),
        "access": given.get("access"),
        "is_origin": given.get("is_origin"),
        "origin_marked_by": None,
        "origin_marked_at": None,
        "link_state": LinkState.UNCHECKED,
        "checked_at": None,
    }


def existing(model: type[EntityModel], entity_id: str, pointer: str) -> str:
    """The id, once it is sure that it names something; raises UnknownReference."""
    if rows.get(model, entity_id) is None:
        raise UnknownReference(f"there is no {model.__name__.lower()} {entity_id}", pointer=pointer)
    return entity_id
