"""Counting independent origins, not links: five links to one briefing are one witness.

The rules, with their reasons, are in docs/design.md. Every choice leans to counting less: a witness that
was missed can be added, one that was counted twice has already misled.

A set of links is a number here (`Links`): thousands of sources each have one, and joining two takes one step.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, reduce
from itertools import compress
from operator import or_

from factcheck.domain.entities import Entity
from factcheck.domain.owners import top_owner

Links = int
"""A set of links: its bits, the lowest for the first link in the order of ids."""

_Pick = Callable[[Links], list[str]]


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
    reaching = _reaching(links, relies_on)
    ends = {source: reaching[source] for source in sorted(reaching) if not relies_on.get(source)}
    families = _families(reaching, sources, publishers)

    itself = _union(reaching.get(source, 0) for source in claim_sources)
    marked = _union(found for end, found in ends.items() if sources[end]["is_origin"])
    witnesses, unknown = marked & ~itself, ~(marked | itself) & ((1 << len(links)) - 1)

    pick = _picker([link["id"] for link in links])
    # Links that do not count still join others: else one that falls out could raise the count.
    groups = _joined(len(links), witnesses, ends, _by_family(reaching, families), pick)
    for left, reason in ((itself, Uncounted.CLAIM_ITSELF), (unknown, Uncounted.ORIGIN_UNKNOWN)):
        if left:
            groups.append(Group(pick(left), [end for end, found in ends.items() if found & left], reason))
    return Corroboration(
        links=len(links),
        publishers=len({families[link["source"]] for link in links} - {None}),
        independent_origins=sum(group.uncounted is None for group in groups),
        origin_unknown=unknown.bit_count(),
        groups=groups,
    )


def closes_loop(source: str, origin: str, citations: Iterable[Entity]) -> bool:
    """Whether `source` relying on `origin` would make some source rely on itself."""
    if source == origin:
        return True
    relies_on, reached, waiting = _edges(citations), {origin}, [origin]
    while waiting:
        below = relies_on.get(waiting.pop(), set()) - reached
        reached |= below
        waiting += below
    return source in reached


def _edges(citations: Iterable[Entity]) -> dict[str, set[str]]:
    relies_on: dict[str, set[str]] = {}
    for citation in citations:
        relies_on.setdefault(citation["source"], set()).add(citation["origin"])
    return relies_on


def _reaching(links: Sequence[Entity], relies_on: Mapping[str, set[str]]) -> dict[str, Links]:
    """Every source that links reach, with these links."""
    reaching: dict[str, Links] = {}
    for place, link in enumerate(links):
        reaching[link["source"]] = reaching.get(link["source"], 0) | 1 << place
    for source in _downwards(list(reaching), relies_on):
        found = reaching[source]
        for origin in relies_on.get(source, ()):
            reaching[origin] = reaching.get(origin, 0) | found
    return reaching


def _downwards(start: Sequence[str], relies_on: Mapping[str, set[str]]) -> list[str]:
    """These sources and all below them, each after all that rely on it; without recursion, as chains can be long."""
    relying, waiting = dict.fromkeys(start, 0), list(start)
    while waiting:
        for origin in relies_on.get(waiting.pop(), ()):
            if origin not in relying:
                relying[origin] = 0
                waiting.append(origin)
            relying[origin] += 1
    order = [source for source in start if not relying[source]]
    for source in order:  # it grows meanwhile
        for origin in relies_on.get(source, ()):
            relying[origin] -= 1
            if not relying[origin]:
                order.append(origin)
    return order


def _families(
    source_ids: Iterable[str], sources: Mapping[str, Entity], publishers: Mapping[str, Entity]
) -> dict[str, str | None]:
    """The owner at the top above each source's publisher; None where the publisher is unknown."""

    @cache
    def top(publisher: str | None) -> str | None:
        return None if publisher is None else top_owner(publisher, publishers)

    return {source: top(sources[source]["publisher"]) for source in source_ids}


def _by_family(reaching: Mapping[str, Links], families: Mapping[str, str | None]) -> dict[str, Links]:
    """The links that reach each family, in the order of its id."""
    found: dict[str, Links] = {}
    for source, links in reaching.items():
        family = families[source]
        if family is not None:
            found[family] = found.get(family, 0) | links
    return dict(sorted(found.items()))


def _joined(
    count: int, witnesses: Links, ends: Mapping[str, Links], families: Mapping[str, Links], pick: _Pick
) -> list[Group]:
    """The witnesses in groups, each those that a shared end or family joins."""
    together = _components(count, [*ends.values(), *families.values()])
    groups = {
        joined: Group(pick(joined & witnesses), [])
        for joined in dict.fromkeys(together[place] for place in range(count) if witnesses >> place & 1)
    }
    for end, links in ends.items():
        if links & witnesses:
            groups[together[_first(links)]].origins.append(end)
    for name, kind, shared in (("same_publisher", "publisher", families), ("shared_origin", "source", ends)):
        for one, links in shared.items():
            if links.bit_count() > 1 and (group := groups.get(together[_first(links)])):
                group.reasons.append({"kind": name, kind: one, "links": pick(links)})
    return list(groups.values())


def _components(count: int, shared: Iterable[Links]) -> list[Links]:
    """For each of `count` links those that it is joined with, by whatever way of shared things (a union-find)."""
    parent = list(range(count))
    joined = [1 << place for place in range(count)]

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for links in shared:
        home = root(_first(links))
        # What is joined already falls out at once, so that each turn joins two or is the last.
        while rest := links & ~joined[home]:
            other = root(_first(rest))
            parent[other] = home
            joined[home] |= joined[other]
    return [joined[root(place)] for place in range(count)]


def _union(some: Iterable[Links]) -> Links:
    return reduce(or_, some, 0)


def _first(links: Links) -> int:
    """The place of the first link of a set that is not empty."""
    return (links & -links).bit_length() - 1


def _picker(ids: Sequence[str]) -> _Pick:
    """Gives the ids of a set of links, the same list for the same set: many origins can share all links."""

    @cache
    def pick(links: Links) -> list[str]:
        first = _first(links)
        bits = f"{links >> first:b}".encode()[::-1].replace(b"0", b"\0")
        return list(compress(ids[first : links.bit_length()], bits))

    return pick
