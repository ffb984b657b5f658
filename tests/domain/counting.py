"""Independent origins counted the plain way, a walk for each link: what `corroborate` is held against."""

from collections.abc import Iterable, Mapping
from typing import Any

from factcheck.domain.corroboration import Corroboration, Group, Uncounted
from factcheck.domain.entities import Entity

Sharing = dict[tuple[str, str], list[str]]


def corroborate_plainly(
    evidence: Iterable[Entity],
    *,
    sources: Mapping[str, Entity],
    citations: Iterable[Entity],
    publishers: Mapping[str, Entity],
    claim_sources: Iterable[str],
) -> Corroboration:
    links = sorted(evidence, key=lambda link: str(link["id"]))
    relies_on: dict[str, set[str]] = {}
    for citation in citations:
        relies_on.setdefault(citation["source"], set()).add(citation["origin"])
    families = {source_id: _family(source, publishers) for source_id, source in sources.items()}
    reached = {link["id"]: _reached(link["source"], relies_on) for link in links}
    ends = {link: {source for source in chain if not relies_on.get(source)} for link, chain in reached.items()}

    itself = [link["id"] for link in links if reached[link["id"]] & set(claim_sources)]
    rest = [link["id"] for link in links if link["id"] not in itself]
    witnesses = [link for link in rest if any(sources[end]["is_origin"] for end in ends[link])]
    unknown = [link for link in rest if link not in witnesses]

    sharing: Sharing = {}
    for link in links:
        for end in ends[link["id"]]:
            sharing.setdefault(("source", end), []).append(link["id"])
        for family in {families[source] for source in reached[link["id"]]} - {None}:
            sharing.setdefault(("publisher", str(family)), []).append(link["id"])
    groups = _groups([link["id"] for link in links], witnesses, ends, sharing)
    for left, reason in ((itself, Uncounted.CLAIM_ITSELF), (unknown, Uncounted.ORIGIN_UNKNOWN)):
        if left:
            groups.append(Group(left, sorted(set().union(*(ends[link] for link in left))), reason))
    return Corroboration(
        links=len(links),
        publishers=len({families[link["source"]] for link in links} - {None}),
        independent_origins=sum(group.uncounted is None for group in groups),
        origin_unknown=len(unknown),
        groups=groups,
    )


def _reached(start: str, relies_on: Mapping[str, set[str]]) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        for origin in relies_on.get(waiting.pop(), set()) - reached:
            reached.add(origin)
            waiting.append(origin)
    return reached


def _family(source: Entity, publishers: Mapping[str, Entity]) -> str | None:
    publisher: str | None = source["publisher"]
    while publisher is not None and publishers[publisher]["owner"] is not None:
        publisher = publishers[publisher]["owner"]
    return publisher


def _groups(links: list[str], witnesses: list[str], ends: dict[str, set[str]], sharing: Sharing) -> list[Group]:
    home = {link: link for link in links}
    for together in sharing.values():
        joined = {home[link] for link in together}
        for link in links:
            if home[link] in joined:
                home[link] = min(joined)
    groups: dict[str, Group] = {}
    for link in witnesses:
        group = groups.setdefault(home[link], Group([], []))
        group.links.append(link)
        group.origins[:] = sorted({*group.origins, *ends[link]})
    for (kind, shared), together in sorted(sharing.items()):
        if len(together) > 1 and home[together[0]] in groups:
            name = "shared_origin" if kind == "source" else "same_publisher"
            reason: dict[str, Any] = {"kind": name, kind: shared, "links": together}
            groups[home[together[0]]].reasons.append(reason)
    return list(groups.values())
