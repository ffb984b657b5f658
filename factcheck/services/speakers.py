"""Speakers: who asserted the claims."""

from typing import Any

from factcheck.domain.actors import Actor
from factcheck.domain.errors import AlreadyThere
from factcheck.domain.versions import Precondition, represent
from factcheck.domain.vocabulary import Subject
from factcheck.storage import db, journal, rows
from factcheck.storage.models import Speaker
from factcheck.storage.registry import speaker_values

_TALLY = """
    SELECT status, COUNT(*) FROM documents WHERE speaker = ? AND merged_into IS NULL
    GROUP BY status ORDER BY status"""

_OFFICES = """
    SELECT speaker_role, speaker_affiliation, MIN(claim_date), MAX(claim_date), COUNT(*) FROM claims
    WHERE speaker = ? AND merged_into IS NULL AND (speaker_role IS NOT NULL OR speaker_affiliation IS NOT NULL)
    GROUP BY speaker_role, speaker_affiliation
    ORDER BY MAX(claim_date) DESC, speaker_role, speaker_affiliation LIMIT ?"""


def add(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Raises AlreadyThere for a Wikidata id in use; names are not unique among people."""
    with journal.write(actor.id) as tx:
        _require_free(data.get("wikidata_id"))
        return get(tx.create("speaker.added", Subject.SPEAKER, speaker_values(data)))


def amend(actor: Actor, speaker_id: str, data: dict[str, Any], match: Precondition) -> dict[str, Any]:
    with journal.write(actor.id) as tx:
        speaker = rows.require(Speaker, speaker_id)
        match.require(represent(get(speaker_id)).etag)
        if data.get("wikidata_id") != speaker["wikidata_id"]:
            _require_free(data.get("wikidata_id"))
        tx.change("speaker.amended", Subject.SPEAKER, speaker, data)
        return get(speaker_id)


def get(speaker_id: str) -> dict[str, Any]:
    """The speaker with a tally of their claims by status; raises NotFound."""
    return {**document(rows.require(Speaker, speaker_id)), "tally": dict(db.query(_TALLY, (speaker_id,)))}


def offices(speaker_id: str, limit: int) -> list[dict[str, Any]]:
    """The offices in which the record has them speaking, the latest first, with the first and last date of a claim
    made in each (None where no claim of it is dated) and how many there are."""
    names = ("role", "affiliation", "first", "last", "claims")
    return [dict(zip(names, row, strict=True)) for row in db.query(_OFFICES, (speaker_id, limit))]


def page(after: str | None, limit: int, name: str | None, wikidata_id: str | None) -> list[dict[str, Any]]:
    wanted = {"name": name, "wikidata_id": wikidata_id}
    given = {column: value for column, value in wanted.items() if value is not None}
    condition = " AND ".join(f"{column} = ?" for column in given) or "1 = 1"
    return [document(row) for row in rows.newest_first(Speaker, after, limit, condition, list(given.values()))]


def document(speaker: dict[str, Any]) -> dict[str, Any]:
    fields = ("id", "name", "kind", "role", "affiliation", "wikidata_id", "aliases", "created_at", "updated_at", "seq")
    return {name: speaker[name] for name in fields}


def _require_free(wikidata_id: str | None) -> None:
    if wikidata_id and rows.where(Speaker, "wikidata_id = ?", [wikidata_id]):
        raise AlreadyThere("a speaker with this Wikidata id exists", pointer="/wikidata_id")
