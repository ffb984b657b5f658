"""Counting independent origins, not links: five links to one briefing are one witness.

The rules, with their reasons, are in docs/design.md. Every choice leans to counting less: a witness that
was missed can be added, one that was counted twice has already misled.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum

from factcheck.domain.entities import Entity


class Uncounted(StrEnum):
    """Why a link is no witness."""

    CLAIM_ITSELF = "claim_itself"
    ORIGIN_UNKNOWN = "origin_unknown"


@dataclass(frozen=True, slots=True)
class Group:
    """Links that are one witness (`uncounted` is None) or that fall out for the same reason.

    `reasons` says what joins them: {"kind": "shared_origin", "source": id, "links": [ids]} or
    {"kind": "same_publisher", "publisher": id of the owner at the top, "links": [ids]}.
    """

    links: list[str]
    origins: list[str]
    uncounted: Uncounted | None = None
    reasons: list[dict[str, object]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Corroboration:
    """The count for the evidence of one stance."""

    links: int
    publishers: int
    independent_origins: int
    origin_unknown: int
    groups: list[Group]

    def counts(self) -> dict[str, int]:
        return {
            "links": self.links,
            "publishers": self.publishers,
            "independent_origins": self.independent_origins,
            "origin_unknown": self.origin_unknown,
        }


def corroborate(
    evidence: Iterable[Entity],
    *,
    sources: Mapping[str, Entity],
    citations: Iterable[Entity],
    publishers: Mapping[str, Entity],
    claim_sources: Iterable[str],
) -> Corroboration:
    """Count the evidence of one stance; `claim_sources` are those in which the claim itself was made.

    A link reaches its source and all that this relies on; its ends are those that rely on nothing. It
    counts when an end is marked as an origin and it reaches no source in which the claim was made. Links
    that share an end, or reach publishers of one owner, are one.
    """
    links = sorted(evidence, key=lambda link: str(link["id"]))
    relies_on = _edges(citations)
    own = frozenset(claim_sources)
    families = {source_id: _family(source, publishers) for source_id, source in sources.items()}
    reached = {link["id"]: _reached(link["source"], relies_on) for link in links}
    ends = {link: {source for source in chain if not relies_on.get(source)} for link, chain in reached.items()}

    itself, unknown, witnesses = [], [], set()
    for link in links:
        if reached[link["id"]] & own:
            itself.append(link)
        elif any(sources[end]["is_origin"] for end in ends[link["id"]]):
            witnesses.add(link["id"])
        else:
            unknown.append(link)

    # Links that do not count still join others: else one that falls out could raise the count.
    groups = _joined([link["id"] for link in links], witnesses, ends, _sharing(links, reached, ends, families))
    for left, reason in ((itself, Uncounted.CLAIM_ITSELF), (unknown, Uncounted.ORIGIN_UNKNOWN)):
        if left:
            origins = sorted(set().union(*(ends[link["id"]] for link in left)))
            groups.append(Group([link["id"] for link in left], origins, reason))
    return Corroboration(
        links=len(links),
        publishers=len({families[link["source"]] for link in links} - {None}),
        independent_origins=sum(group.uncounted is None for group in groups),
        origin_unknown=len(unknown),
        groups=groups,
    )


def closes_loop(source: str, origin: str, citations: Iterable[Entity]) -> bool:
    """Whether `source` relying on `origin` would make some source rely on itself."""
    return source == origin or source in _reached(origin, _edges(citations))


def _edges(citations: Iterable[Entity]) -> dict[str, set[str]]:
    relies_on: dict[str, set[str]] = {}
    for citation in citations:
        relies_on.setdefault(citation["source"], set()).add(citation["origin"])
    return relies_on


def _reached(start: str, relies_on: Mapping[str, set[str]]) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        for origin in relies_on.get(waiting.pop(), ()):
            if origin not in reached:
                reached.add(origin)
                waiting.append(origin)
    return reached


def _family(source: Entity, publishers: Mapping[str, Entity]) -> str | None:
    """The owner at the top above a source's publisher; None where the publisher is unknown."""
    publisher: str | None = source["publisher"]
    while publisher is not None and publishers[publisher]["owner"] is not None:
        publisher = publishers[publisher]["owner"]
    return publisher


def _sharing(
    links: Sequence[Entity],
    reached: Mapping[str, set[str]],
    ends: Mapping[str, set[str]],
    families: Mapping[str, str | None],
) -> dict[tuple[str, str], list[str]]:
    """Which links have an end, or a publisher's family, in common: (kind, id) to links."""
    sharing: dict[tuple[str, str], list[str]] = {}
    for link in links:
        link_id = link["id"]
        for end in ends[link_id]:
            sharing.setdefault(("source", end), []).append(link_id)
        for family in {families[source] for source in reached[link_id]}:
            if family is not None:
                sharing.setdefault(("publisher", family), []).append(link_id)
    return sharing


def _joined(
    links: Sequence[str],
    witnesses: Set[str],
    ends: Mapping[str, set[str]],
    sharing: Mapping[tuple[str, str], list[str]],
) -> list[Group]:
    """The witnesses in groups, each those that something shared joins (a union-find over all links)."""
    parent = {link: link for link in links}

    def root(link: str) -> str:
        while parent[link] != link:
            parent[link] = parent[parent[link]]
            link = parent[link]
        return link

    for together in sharing.values():
        for other in together[1:]:
            low, high = sorted((root(together[0]), root(other)))
            parent[high] = low

    groups: dict[str, Group] = {}
    for link in links:
        if link in witnesses:
            group = groups.setdefault(root(link), Group([], []))
            group.links.append(link)
            group.origins[:] = sorted({*group.origins, *ends[link]})
    for (kind, shared), together in sorted(sharing.items()):
        if len(together) > 1 and (found := groups.get(root(together[0]))):
            name = "shared_origin" if kind == "source" else "same_publisher"
            found.reasons.append({"kind": name, kind: shared, "links": together})
    return list(groups.values())
