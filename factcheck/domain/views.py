"""A claim with all that its document is made of, picked from whatever holds the entities."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from factcheck.domain.entities import Entity
from factcheck.domain.vocabulary import Subject

PARTS = (
    Subject.APPEARANCE,
    Subject.EVIDENCE,
    Subject.VERDICT,
    Subject.CORRECTION,
    Subject.RELATION,
    Subject.REPLY,
    Subject.FLAG,
)
"""The kinds of subject that belong to a claim."""

Parts = Mapping[Subject, Collection[Entity]]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What claims share, by id; `citations` by the source that relies on another."""

    speakers: Mapping[str, Entity]
    sources: Mapping[str, Entity]
    publishers: Mapping[str, Entity]
    accounts: Mapping[str, Entity]
    citations: Mapping[str, Collection[Entity]]


@dataclass(frozen=True, slots=True)
class ClaimView:
    """One claim, its parts and what they refer to.

    `sources` holds those that the claim and its parts name and all that these rely on, `citations` the
    edges between them, `publishers` theirs and the owners above. Collections come in any order.
    """

    claim: Entity
    parts: Parts
    speakers: Mapping[str, Entity]
    sources: Mapping[str, Entity]
    publishers: Mapping[str, Entity]
    accounts: Mapping[str, Entity]
    citations: Collection[Entity]

    def all_but_accounts(self) -> Iterable[Entity]:
        """Every entity whose change changes the document; an account's name never changes."""
        yield self.claim
        for part in self.parts.values():
            yield from part
        for shared in (self.speakers, self.sources, self.publishers):
            yield from shared.values()
        yield from self.citations


def view_of(claim: Entity, parts: Parts, shelf: Shelf) -> ClaimView:
    """Pick from the shelf what this claim refers to; raises KeyError where the shelf lacks it."""
    sources, citations = _relied_on(named_sources(claim, parts), shelf)
    return ClaimView(
        claim=claim,
        parts=parts,
        speakers={one: shelf.speakers[one] for one in (claim["speaker"], claim["relayed_by"]) if one},
        sources=sources,
        publishers=_with_owners((source["publisher"] for source in sources.values()), shelf),
        accounts=shelf.accounts,
        citations=citations,
    )


def named_sources(claim: Entity, parts: Parts) -> set[str]:
    """The ids of the sources that a claim and its parts name themselves."""
    named = [claim["source"]]
    for subject in (Subject.APPEARANCE, Subject.EVIDENCE, Subject.REPLY):
        named.extend(part["source"] for part in parts[subject])
    return {source for source in named if source is not None}


def claims_of(part: Entity) -> set[str]:
    """The claims whose documents show this part; a relation stands in two."""
    return {part[name] for name in ("claim", "other") if part.get(name)}


def _relied_on(start: set[str], shelf: Shelf) -> tuple[dict[str, Entity], list[Entity]]:
    found, waiting, citations = set(start), list(start), []
    while waiting:
        for citation in shelf.citations.get(waiting.pop(), ()):
            citations.append(citation)
            if citation["origin"] not in found:
                found.add(citation["origin"])
                waiting.append(citation["origin"])
    return {source: shelf.sources[source] for source in found}, citations


def _with_owners(publisher_ids: Iterable[str | None], shelf: Shelf) -> dict[str, Entity]:
    found: dict[str, Entity] = {}
    for first in publisher_ids:
        above = first
        while above is not None and above not in found:
            found[above] = shelf.publishers[above]
            above = found[above]["owner"]
    return found
