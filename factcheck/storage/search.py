"""Searching: which claims have all that a query wants, the best first, in pages that stay right while others write.

The rarest thing wanted leads: the claims that have it, those first about which it says most, are looked through for
the rest, until they are more than a page, up to `MOST` claims. The numbers of a list are those of its first page, so
scores of claims whose words stay the same stay the same, whatever else is written meanwhile.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from factcheck.domain.search_entries import CORE_BITS, weight_of
from factcheck.domain.search_queries import Group as Words
from factcheck.domain.search_queries import Query
from factcheck.storage import db
from factcheck.storage.claims import Filters
from factcheck.storage.search_index import unpacked
from factcheck.storage.search_statements import (
    NOTHING,
    Also,
    Group,
    Search,
    has,
    narrowed,
    other_conditions,
    statements,
)

MOST = 500
"""Claims that one search ranks and lists at most."""

DEPTHS = (2_000, 16_000, 2**31)
"""Claims that are looked through for one list, the first number of them with which a page is full: two words that each
stand in every tenth claim have that many in common among the first of these."""

_BEGINNINGS = 50
"""Words that a beginning stands for: the commonest."""

_MANY = 20
"""Terms from which on an entry is unpacked as a whole."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the score and id of its last claim; and of the list's first page how many claims there were,
    in how many of them each thing wanted, the ledger's head, and how deep was looked."""

    score: int
    claim: str
    total: int
    counts: tuple[int, ...]
    head: int
    depth: int

    def listed(self) -> list[Any]:
        """As a list, for cursors; `Position.of` gives it back."""
        return [self.score, self.claim, self.total, self.counts, self.head, self.depth]

    @classmethod
    def of(cls, listed: Sequence[Any] | None) -> "Position | None":
        if listed is None:
            return None
        score, claim, total, counts, head, depth = listed
        return cls(score, claim, total, tuple(counts), head, depth)


@dataclass(frozen=True, slots=True)
class Found:
    score: int
    claim: str


def page(
    query: Query, filters: Filters, after: Position | None, limit: int, *, also: Also = NOTHING
) -> tuple[list[Found], Position | None]:
    """Up to `limit` claims after a position, the best first, and where the next page begins."""
    if not query.wanted:
        return [], None
    terms = known(query.terms())
    wanted = tuple(_resolve(group, terms) for group in query.wanted)
    counts = after.counts if after else tuple(_count(group, terms) for group in wanted)
    total, head = (after.total, after.head) if after else _size()
    if 0 in counts or len(counts) != len(wanted):
        return [], None
    search = Search(
        wanted,
        counts,
        tuple(rarity(total, count) for count in counts),
        tuple({number for group in wanted for number in group.numbers()}),
        [has(group) for group in wanted],
        [*narrowed(filters), *also.narrowed],
        [*other_conditions(query, [_resolve(group, terms) for group in query.unwanted]), *also.others],
    )
    if after:
        changed = _changed_since(head)
        found, depth = _ranked(search, MOST + changed, after.depth + changed), after.depth
        ranked = [one for one in found if (one.score, one.claim) < (after.score, after.claim)]
    else:
        ranked, depth = _deep_enough(search, limit)
    shown = ranked[:limit]
    if len(ranked) <= limit:
        return shown, None
    return shown, Position(shown[-1].score, shown[-1].claim, total, counts, head, depth)


def documents(claims: Sequence[str]) -> dict[str, tuple[int, bytes]]:
    """The documents of these claims with their seq."""
    sql = f"SELECT claim, seq, body FROM documents WHERE claim IN ({db.marks(claims)})"  # noqa: S608
    return {claim: (seq, bytes(body)) for claim, seq, body in db.query(sql, claims)}


def frequencies(terms: Sequence[str]) -> dict[str, int]:
    """In how many claims each of these terms (`domain.words`) stands; those that stand in none are left out."""
    return {term: count for term, (_, count) in known(set(terms)).items()}


def total() -> int:
    """How many claims can be found, but for merged ones, which may be counted in."""
    [(count,)] = db.query("SELECT COALESCE(MAX(doc), 0) FROM search_claims")
    return int(count)


def known(terms: set[str]) -> dict[str, tuple[int, int]]:
    """Of these terms those that the record has: each one's number, and in how many claims it stands."""
    found: dict[str, tuple[int, int]] = {}
    for some in db.chunks(sorted(terms)):
        sql = f"SELECT term, id, claims FROM search_terms WHERE term IN ({db.marks(some)})"  # noqa: S608
        found.update((term, (number, claims)) for term, number, claims in db.query(sql, some))
    return found


def _resolve(group: Words, terms: dict[str, tuple[int, int]]) -> Group:
    """The group by numbers; what begins as its prefix does is added to `terms`."""
    parts: list[tuple[str, ...]] = list(group.parts)
    if group.prefix:
        begun = {term: (number, claims) for term, number, claims in _beginning(group.prefix)}
        terms |= begun
        parts.append(tuple(begun))
    known = [[terms[term] for term in part if term in terms] for part in parts]
    # The rarest first: they lead.
    known.sort(key=lambda part: sum(claims for _, claims in part))
    return Group(tuple(tuple(number for number, _ in part) for part in known), group.need, group.prefix)


def _beginning(prefix: str) -> list[db.Row]:
    sql = """
        SELECT term, id, claims FROM search_terms WHERE term >= ? AND term < ? ORDER BY claims DESC, term LIMIT ?"""
    return db.query(sql, (prefix, prefix + "\U0010ffff", _BEGINNINGS))


def _count(group: Group, terms: Mapping[str, tuple[int, int]]) -> int:
    """In how many claims a group stands, about; 0 where it can stand in none."""
    claims = dict(terms.values())
    by_part = [sum(claims[number] for number in part) for part in group.parts]
    if sum(count > 0 for count in by_part) < group.need:
        return 0
    return sum(by_part[: len(by_part) - group.need + 1]) or 1


def rarity(total: int, count: int) -> int:
    """A group's inverse document frequency as BM25 has it, in thousandths."""
    count = min(count, total)
    return max(1, round(1000 * math.log(1 + (total - count + 0.5) / (count + 0.5))))


def _size() -> tuple[int, int]:
    [(claims, head)] = db.query(
        "SELECT (SELECT COALESCE(MAX(doc), 0) FROM search_claims), (SELECT seq FROM ledger_head WHERE id = 1)"
    )
    return claims, head


def _changed_since(head: int) -> int:
    """How many claims have other words since, up to as many as a list has: they may come before those that it had."""
    sql = "SELECT COUNT(*) FROM (SELECT 1 FROM search_claims WHERE seq > ? LIMIT ?) AS changed"
    [(changed,)] = db.query(sql, (head, MOST))
    return int(changed)


def _deep_enough(search: Search, limit: int) -> tuple[list[Found], int]:
    """The best of the claims that match, and how deep was looked until they were more than a page."""
    for depth in DEPTHS:
        ranked = _ranked(search, MOST, depth)
        if len(ranked) > limit or search.counts[search.leading()] <= depth:
            break
    return ranked, depth


def _ranked(search: Search, most: int, depth: int) -> list[Found]:
    """The best of the claims that match, the best first, among so many about which the leading thing says most."""
    found: dict[str, tuple[int, str]] = {}
    for sql, params in statements(search, most, depth):
        for claim, weight, packed in db.query(sql, params):
            if claim not in found or found[claim][0] < weight:
                found[claim] = (weight, packed)
    scored = [(_score(search, weight, packed), claim) for claim, (weight, packed) in found.items()]
    return [Found(score, claim) for score, claim in sorted(scored, reverse=True)[:most]]


def _score(search: Search, weight: int, packed: str) -> int:
    """How well a claim answers: of each group its rarity times what its terms say about the claim."""
    if not packed:
        return search.rarity[0] * weight_of(weight)
    weights, score = weights_of(packed, search.numbers), 0
    for group, rarity in zip(search.wanted, search.rarity, strict=True):
        best = [max([weights.get(number, 0) for number in part], default=0) >> CORE_BITS for part in group.parts]
        score += rarity * sum(best) // len(best)
    return score


def weights_of(packed: str, numbers: Sequence[int]) -> Mapping[int, int]:
    """The weights of an entry, of these terms at least."""
    if len(numbers) > _MANY:
        return unpacked(packed)
    return {number: _weight(packed, number) for number in numbers}


def _weight(packed: str, number: int) -> int:
    """A term's weight in an entry; 0 where it is not there."""
    key = f" {number}="
    start = packed.find(key)
    if start < 0:
        return 0
    start += len(key)
    return int(packed[start : packed.index(" ", start)])
