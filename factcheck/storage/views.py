"""Gathers, from the tables, what the documents of claims are made of. The fold's twin is
`domain.projections.State.view`; `flask db check` holds the two against each other."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from factcheck.domain.entities import Entity
from factcheck.domain.views import PARTS, ClaimView, Shelf, claims_of, named_sources, view_of
from factcheck.domain.vocabulary import Subject
from factcheck.storage import db, rows
from factcheck.storage.models import ENTITIES, Account, Citation, Claim, EntityModel, Publisher, Source, Speaker

_Parts = dict[Subject, list[Entity]]

BELOW = """
    source IN (
        WITH RECURSIVE below (source) AS (
            SELECT id FROM sources WHERE id IN ({})
            UNION SELECT citations.origin FROM citations JOIN below ON citations.source = below.source
        )
        SELECT source FROM below)"""
"""Which citations lie on the way from some sources to all that they rely on; their ids go in place of `{}`."""


def gather(claim_ids: Sequence[str]) -> dict[str, ClaimView]:
    """The views of these claims, in a number of queries that does not depend on what the claims hold.

    Queries that need not wait for one another go out together: on PostgreSQL each wait is a way there and back.
    """
    claims, parts = _with_parts(claim_ids)
    named = set().union(*(named_sources(claim, parts[claim_id]) for claim_id, claim in claims.items()))
    found, theirs, speakers, accounts, first = rows.where_in_all(
        [
            (Source, "id IN ({})", named),
            (Publisher, "id IN (SELECT publisher FROM sources WHERE id IN ({}))", named),
            (Speaker, "id IN ({})", (c[name] for c in claims.values() for name in ("speaker", "relayed_by"))),
            (Account, "id IN ({})", _account_ids(claims.values(), parts.values())),
            (Citation, "source IN ({})", named),
        ]
    )
    sources, citations = rows.by_id(found), _citations_below(named, first)
    relied_on = {citation["origin"] for some in citations.values() for citation in some}
    sources |= rows.by_ids(Source, relied_on - sources.keys())
    publishers = with_owners((source["publisher"] for source in sources.values()), known=rows.by_id(theirs))
    shelf = Shelf(rows.by_id(speakers), sources, publishers, rows.by_id(accounts), citations)
    return {claim_id: view_of(claim, parts[claim_id], shelf) for claim_id, claim in claims.items()}


def with_markers(view: ClaimView) -> ClaimView:
    """The view with the accounts that marked its sources; documents do without, so that writes need not ask."""
    marked = rows.by_ids(Account, (source["origin_marked_by"] for source in view.sources.values()))
    return replace(view, accounts={**view.accounts, **marked})


def with_owners(publisher_ids: Iterable[str | None], *, known: Mapping[str, Entity] | None = None) -> dict[str, Entity]:
    """The publishers and the owners above them; `known` are those of them that are at hand."""
    found: dict[str, Entity] = {}
    waiting = {publisher_id for publisher_id in publisher_ids if publisher_id}
    while waiting:
        at_hand = {one: known[one] for one in waiting if known and one in known}
        found |= at_hand | rows.by_ids(Publisher, waiting - at_hand.keys())
        waiting = {found[one]["owner"] for one in waiting if found[one]["owner"]} - found.keys()
    return found


_TOUCHED = """
    relying (source) AS (
        SELECT id FROM start
        UNION SELECT citations.source FROM citations JOIN relying ON citations.origin = relying.source
    )
    SELECT claim FROM evidence WHERE source IN (SELECT source FROM relying)
    UNION SELECT claim FROM appearances WHERE source IN (SELECT source FROM relying)
    UNION SELECT claim FROM replies WHERE source IN (SELECT source FROM relying)
    UNION SELECT id FROM claims WHERE source IN (SELECT source FROM relying)"""
_TOUCHED_BY_SOURCE = f"WITH RECURSIVE start (id) AS (SELECT CAST(? AS TEXT)), {_TOUCHED}"
_TOUCHED_BY_PUBLISHER = f"""
    WITH RECURSIVE family (id) AS (
        SELECT CAST(? AS TEXT) UNION SELECT publishers.id FROM publishers JOIN family ON publishers.owner = family.id
    ),
    start (id) AS (SELECT id FROM sources WHERE publisher IN (SELECT id FROM family)), {_TOUCHED}"""  # noqa: S608


def touched_by_source(source_id: str) -> set[str]:
    """Claims whose documents show this source, or a link that relies on it."""
    return {claim for (claim,) in db.query(_TOUCHED_BY_SOURCE, (source_id,))}


def touched_by_publisher(publisher_id: str) -> set[str]:
    """Claims whose documents show a source of this publisher, or of one that it owns."""
    return {claim for (claim,) in db.query(_TOUCHED_BY_PUBLISHER, (publisher_id,))}


def touched_by_speaker(speaker_id: str) -> set[str]:
    sql = "SELECT id FROM claims WHERE speaker = ? UNION SELECT id FROM claims WHERE relayed_by = ?"
    return {claim for (claim,) in db.query(sql, (speaker_id, speaker_id))}


def _with_parts(claim_ids: Sequence[str]) -> tuple[dict[str, Entity], dict[str, _Parts]]:
    """These claims, those that exist, and the parts of each."""
    listed = db.marks(claim_ids)
    asked: list[tuple[type[EntityModel], str, Sequence[object]]] = [(Claim, f"id IN ({listed})", claim_ids)]
    for subject in PARTS:
        condition, params = f"claim IN ({listed})", list(claim_ids)
        if subject == Subject.RELATION:
            condition, params = f"{condition} OR other IN ({listed})", params * 2
        asked.append((ENTITIES[subject], condition, params))
    claims, *kinds = rows.where_all(asked)
    found: dict[str, _Parts] = {claim["id"]: {subject: [] for subject in PARTS} for claim in claims}
    for subject, parts in zip(PARTS, kinds, strict=True):
        for part in parts:
            for claim_id in claims_of(part) & found.keys():
                found[claim_id][subject].append(part)
    return {claim["id"]: claim for claim in claims}, found


def citations_below(start: set[str]) -> dict[str, list[dict[str, Any]]]:
    """Every citation on the way from these sources to all that they rely on, by the source that cites."""
    return _citations_below(start, rows.where_in_all([(Citation, "source IN ({})", start)])[0])


def _citations_below(start: set[str], first: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The same, where those that these sources make themselves are at hand."""
    # However long the chains are, what is further below comes in one query; some of it can be at hand already.
    deeper = rows.where_in_all([(Citation, BELOW, {citation["origin"] for citation in first} - start)])[0]
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for citation in rows.by_id([*first, *deeper]).values():
        found[citation["source"]].append(citation)
    return found


def _account_ids(claims: Iterable[Entity], parts: Iterable[_Parts]) -> set[str | None]:
    ids: set[str | None] = {claim["taken_by"] for claim in claims}
    for some in parts:
        ids.update(verdict["reviewer"] for verdict in some[Subject.VERDICT])
        ids.update(link["created_by"] for link in some[Subject.EVIDENCE])
    return ids
