"""Counting independent origins: worked examples, and what never raises the count."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from factcheck.domain.corroboration import Corroboration, Uncounted, closes_loop, corroborate
from tests.domain.counting import corroborate_plainly
from tests.thoroughness import times

Json = dict[str, Any]


@dataclass(frozen=True)
class World:
    """Sources, who relies on whom, who puts them out, and the links of one stance.

    `links` has a source for each link; a link is called after its place in it.
    """

    links: Sequence[str]
    origins: frozenset[str] = frozenset()
    citations: Sequence[tuple[str, str]] = ()
    publishers: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    claim_sources: frozenset[str] = frozenset()
    more_sources: frozenset[str] = frozenset()

    def sources(self) -> set[str]:
        cited = {one for pair in self.citations for one in pair}
        return {*self.links, *self.origins, *cited, *self.publishers, *self.more_sources}

    def edges(self) -> list[Json]:
        return [{"id": f"{s}>{o}", "source": s, "origin": o, "kind": "based_on"} for s, o in self.citations]

    def evidence(self) -> list[Json]:
        return [{"id": f"link-{number}", "source": source} for number, source in enumerate(self.links)]

    def reaching(self, source: str) -> set[str]:
        """The source and all that rely on it, at whatever distance."""
        found, grown = {source}, True
        while grown:
            more = {one for one, other in self.citations if other in found}
            found, grown = found | more, not more <= found
        return found

    def counted(self) -> Corroboration:
        return _count(self, self.evidence(), self.edges())


def _count(
    world: World, evidence: Iterable[Json], edges: Iterable[Json], by: Callable[..., Corroboration] = corroborate
) -> Corroboration:
    houses = {*world.publishers.values(), *world.owners, *world.owners.values()}
    return by(
        evidence,
        sources={
            one: {"id": one, "publisher": world.publishers.get(one), "is_origin": one in world.origins or None}
            for one in world.sources()
        },
        citations=edges,
        publishers={house: {"id": house, "owner": world.owners.get(house)} for house in houses},
        claim_sources=world.claim_sources,
    )


PAPERS = ("paper-a", "paper-b", "paper-c", "paper-d", "paper-e")


def test_without_links_there_is_nothing_to_count() -> None:
    found = World(links=()).counted()
    assert found.counts() == {"links": 0, "publishers": 0, "independent_origins": 0, "origin_unknown": 0}
    assert found.groups == []


def test_two_origins_that_share_nothing_are_two() -> None:
    found = World(links=("report", "photograph"), origins=frozenset({"report", "photograph"})).counted()
    assert found.independent_origins == 2
    assert [group.reasons for group in found.groups] == [[], []]


def test_a_wire_copy_in_five_papers_is_one_origin() -> None:
    found = World(PAPERS, frozenset({"wire"}), [(paper, "wire") for paper in PAPERS]).counted()
    assert (found.links, found.independent_origins, found.origin_unknown) == (5, 1, 0)
    [group] = found.groups
    assert group.origins == ["wire"]
    links = [f"link-{number}" for number in range(5)]
    assert group.reasons == [{"kind": "shared_origin", "source": "wire", "links": links}]


def test_three_links_to_one_briefing_are_one_origin_however_long_the_way() -> None:
    way = [("paper-a", "briefing"), ("paper-b", "wire"), ("wire", "briefing"), ("blog", "paper-a")]
    found = World(("paper-a", "paper-b", "blog"), frozenset({"briefing"}), way).counted()
    assert (found.links, found.independent_origins) == (3, 1)


def test_two_papers_that_cite_each_others_source_are_one_origin() -> None:
    crossed = [("paper-a", "official"), ("paper-a", "witness"), ("paper-b", "witness"), ("paper-b", "official")]
    found = World(("paper-a", "paper-b"), frozenset({"official", "witness"}), crossed).counted()
    assert found.independent_origins == 1
    assert [reason["source"] for reason in found.groups[0].reasons] == ["official", "witness"]


def test_links_are_joined_through_a_third_that_shares_with_both() -> None:
    shared = [("paper-a", "official"), ("paper-b", "official"), ("paper-b", "witness"), ("paper-c", "witness")]
    found = World(PAPERS[:3], frozenset({"official", "witness"}), shared).counted()
    assert found.independent_origins == 1


def test_a_paper_and_the_wire_that_it_copied_are_one_origin() -> None:
    found = World(("paper-a", "wire"), frozenset({"wire"}), [("paper-a", "wire")]).counted()
    assert found.independent_origins == 1


def test_one_owner_with_three_titles_is_one_origin() -> None:
    papers = PAPERS[:3]
    titles = {"paper-a": "Morning", "paper-b": "Evening", "paper-c": "Sunday"}
    owners = {"Morning": "Holding", "Evening": "Holding", "Sunday": "Press Group", "Press Group": "Holding"}
    found = World(papers, frozenset(papers), publishers=titles, owners=owners).counted()
    assert (found.links, found.publishers, found.independent_origins) == (3, 1, 1)
    [reason] = found.groups[0].reasons
    assert (reason["kind"], reason["publisher"]) == ("same_publisher", "Holding")


def test_two_sources_of_one_publisher_are_one_origin() -> None:
    titles = {"paper-a": "Morning", "paper-b": "Morning"}
    assert World(PAPERS[:2], frozenset(PAPERS), publishers=titles).counted().independent_origins == 1


def test_unknown_publishers_join_nothing() -> None:
    found = World(PAPERS[:2], frozenset(PAPERS)).counted()
    assert (found.publishers, found.independent_origins) == (0, 2)


def test_a_source_that_nobody_marked_is_reported_as_unknown_and_not_counted() -> None:
    found = World(("blog", "report"), frozenset({"report"})).counted()
    assert (found.independent_origins, found.origin_unknown) == (1, 1)
    unknown = next(group for group in found.groups if group.uncounted)
    assert (unknown.uncounted, unknown.links, unknown.origins) == (Uncounted.ORIGIN_UNKNOWN, ["link-0"], ["blog"])


def test_a_link_whose_only_way_ends_at_an_unmarked_source_is_unknown() -> None:
    found = World(("paper-a",), citations=[("paper-a", "somebody")]).counted()
    assert (found.independent_origins, found.origin_unknown) == (0, 1)


def test_a_mark_on_a_source_that_turned_out_to_rely_on_another_is_not_enough() -> None:
    found = World(("paper-a",), frozenset({"paper-a"}), [("paper-a", "somebody")]).counted()
    assert (found.independent_origins, found.origin_unknown) == (0, 1)


def test_the_article_that_made_the_claim_never_counts() -> None:
    found = World(("article",), frozenset({"article"}), claim_sources=frozenset({"article"})).counted()
    assert (found.links, found.independent_origins, found.origin_unknown) == (1, 0, 0)
    assert [group.uncounted for group in found.groups] == [Uncounted.CLAIM_ITSELF]


def test_a_link_that_relies_on_the_article_that_made_the_claim_does_not_count_either() -> None:
    relying = World(("blog",), frozenset({"article"}), [("blog", "article")], claim_sources=frozenset({"article"}))
    assert relying.counted().independent_origins == 0


def test_a_claim_whose_only_links_are_the_article_that_it_came_from_has_no_witness() -> None:
    copied = [("paper-a", "article"), ("paper-b", "paper-a")]
    links, article = ("article", "paper-a", "paper-b"), frozenset({"article"})
    found = World(links, frozenset({"article", "paper-a"}), copied, claim_sources=article).counted()
    assert found.counts() == {"links": 3, "publishers": 0, "independent_origins": 0, "origin_unknown": 0}
    [group] = found.groups
    assert (group.uncounted, group.origins) == (Uncounted.CLAIM_ITSELF, ["article"])


def test_two_papers_of_which_one_cites_the_source_of_the_other_too_are_one_origin() -> None:
    """Each has a source of its own, and names the other's: neither is there without the other."""
    way = [("paper-a", "official"), ("paper-b", "witness"), ("paper-a", "witness")]
    found = World(("paper-a", "paper-b"), frozenset({"official", "witness"}), way).counted()
    assert found.independent_origins == 1
    [reason] = found.groups[0].reasons
    assert (reason["kind"], reason["source"]) == ("shared_origin", "witness")


def test_a_chain_of_ten_thousand_is_walked_to_its_end() -> None:
    chain = [(f"s{number}", f"s{number + 1}") for number in range(10_000)]
    found = World(("s0", "s5000"), frozenset({"s10000"}), chain).counted()
    assert (found.independent_origins, found.groups[0].origins) == (1, ["s10000"])
    assert closes_loop("s10000", "s0", World((), citations=chain).edges())


def test_links_are_listed_once_each_in_the_groups() -> None:
    found = World(("article", "blog", "report"), frozenset({"report"}), claim_sources=frozenset({"article"})).counted()
    assert sorted(link for group in found.groups for link in group.links) == ["link-0", "link-1", "link-2"]


def test_a_source_that_relies_on_itself_closes_a_loop() -> None:
    assert closes_loop("paper-a", "paper-a", [])


@pytest.mark.parametrize(
    ("source", "origin", "loop"),
    [("wire", "paper-a", True), ("wire", "blog", True), ("blog", "wire", False), ("wire", "official", False)],
)
def test_a_citation_against_the_way_of_the_others_closes_a_loop(source: str, origin: str, loop: bool) -> None:
    edges = World((), citations=[("blog", "paper-a"), ("paper-a", "wire")]).edges()
    assert closes_loop(source, origin, edges) is loop


_SOURCES = ("s0", "s1", "s2", "s3", "s4", "s5")
_HOUSES = ("h0", "h1", "h2", "h3")


@st.composite
def worlds(draw: st.DrawFn, *, origins_known: bool = False) -> World:
    """Any small world without loops; citations and owners always point to a later one."""
    pairs = [(one, other) for place, one in enumerate(_SOURCES) for other in _SOURCES[place + 1 :]]
    citations = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=8))
    owners = {house: draw(st.sampled_from(_HOUSES[place + 1 :])) for place, house in enumerate(_HOUSES[:-1])}
    kept = draw(st.sets(st.sampled_from(_HOUSES[:-1])))
    return World(
        links=draw(st.lists(st.sampled_from(_SOURCES), min_size=1, max_size=5)),
        origins=frozenset(_SOURCES) if origins_known else draw(st.frozensets(st.sampled_from(_SOURCES))),
        citations=citations,
        publishers=draw(st.dictionaries(st.sampled_from(_SOURCES), st.sampled_from(_HOUSES), max_size=3)),
        owners={house: owner for house, owner in owners.items() if house in kept},
        claim_sources=draw(st.frozensets(st.sampled_from(_SOURCES), max_size=1)),
        more_sources=frozenset(_SOURCES),
    )


@st.composite
def large_worlds(draw: st.DrawFn) -> World:
    """As `worlds`, with chains, forks and families enough to join groups of groups."""
    sources, houses = [f"s{number:02}" for number in range(24)], [f"h{number}" for number in range(8)]
    pairs = st.tuples(st.integers(0, 23), st.integers(0, 23)).filter(lambda pair: pair[0] < pair[1])
    owned = st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1])
    some = st.frozensets(st.sampled_from(sources))
    return World(
        links=draw(st.lists(st.sampled_from(sources), max_size=16)),
        origins=draw(some),
        citations=[(sources[one], sources[other]) for one, other in draw(st.lists(pairs, max_size=50))],
        publishers=draw(st.dictionaries(st.sampled_from(sources), st.sampled_from(houses), max_size=12)),
        owners={houses[one]: houses[other] for one, other in draw(st.lists(owned, max_size=8))},
        claim_sources=draw(st.frozensets(st.sampled_from(sources), max_size=2)),
        more_sources=frozenset(sources),
    )


@given(large_worlds())
@settings(max_examples=times(300, 60), deadline=None)
def test_counting_fast_is_counting_a_walk_for_each_link(world: World) -> None:
    assert world.counted() == _count(world, world.evidence(), world.edges(), by=corroborate_plainly)


@given(large_worlds() | worlds(), st.data())
@settings(max_examples=times(150, 30), deadline=None)
def test_adding_a_link_that_shares_an_origin_never_raises_the_count(world: World, data: st.DataObject) -> None:
    before = world.counted()
    origins = {origin for group in before.groups if group.uncounted is None for origin in group.origins}
    assume(origins)
    origin = data.draw(st.sampled_from(sorted(origins)))
    another = data.draw(st.sampled_from(sorted(world.reaching(origin))))
    assert replace(world, links=[*world.links, another]).counted().independent_origins <= before.independent_origins


# The middle one of three links, which joins the other two, turns out to rely on the claim's own source.
_CHAIN = World(
    links=("s0", "s1", "s2"),
    origins=frozenset(_SOURCES),
    citations=[("s0", "s3"), ("s1", "s3"), ("s1", "s4"), ("s2", "s4")],
    claim_sources=frozenset({"s5"}),
    more_sources=frozenset(_SOURCES),
)


@given(worlds(origins_known=True), st.sampled_from(_SOURCES), st.sampled_from(_SOURCES))
@example(_CHAIN, "s1", "s5")
@settings(max_examples=times(100, 20), deadline=None)
def test_once_every_sources_origins_are_known_adding_a_citation_never_raises_the_count(
    world: World, source: str, origin: str
) -> None:
    assume(not closes_loop(source, origin, world.edges()))
    cited = replace(world, citations=[*world.citations, (source, origin)])
    assert cited.counted().independent_origins <= world.counted().independent_origins


@given(worlds(), st.data())
@settings(max_examples=times(60, 12), deadline=None)
def test_the_order_of_the_input_never_matters(world: World, data: st.DataObject) -> None:
    evidence = data.draw(st.permutations(world.evidence()))
    edges = data.draw(st.permutations(world.edges()))
    assert _count(world, evidence, edges) == world.counted()


@given(worlds(), st.data())
@settings(max_examples=times(60, 12), deadline=None)
def test_the_order_in_which_links_were_attached_never_matters(world: World, data: st.DataObject) -> None:
    attached = replace(world, links=data.draw(st.permutations(world.links)))
    assert attached.counted().counts() == world.counted().counts()


@given(worlds())
@settings(max_examples=times(60, 12), deadline=None)
def test_every_link_is_in_one_group_and_the_counts_are_those_of_the_groups(world: World) -> None:
    found = world.counted()
    assert sorted(link for group in found.groups for link in group.links) == sorted(e["id"] for e in world.evidence())
    assert found.independent_origins == sum(group.uncounted is None for group in found.groups)
    unknown = [link for group in found.groups if group.uncounted == Uncounted.ORIGIN_UNKNOWN for link in group.links]
    assert found.origin_unknown == len(unknown)


@given(worlds())
@settings(max_examples=times(60, 12), deadline=None)
def test_there_are_never_more_independent_origins_than_marked_ones(world: World) -> None:
    assert world.counted().independent_origins <= min(len(world.origins), len(set(world.links)))


@given(worlds(), st.sampled_from(_SOURCES), st.sampled_from(_SOURCES))
@settings(max_examples=times(150, 30), deadline=None)
def test_a_loop_is_what_would_lead_from_a_source_back_to_itself(world: World, source: str, origin: str) -> None:
    below, grown = {origin}, True
    while grown:
        more = {other for one, other in world.citations if one in below}
        below, grown = below | more, not more <= below
    assert closes_loop(source, origin, world.edges()) is (source in below)
