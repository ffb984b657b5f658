"""Claims that may say the same as a text, by their words, and which of some claims pass a list's filters."""

from collections.abc import Collection, Mapping, Sequence

from factcheck.domain.search_entries import CORE_BITS
from factcheck.storage import db, search
from factcheck.storage.claims import Filters
from factcheck.storage.search_statements import FEW, conjunction, narrowed

_CORE = 2**CORE_BITS - 1
"""The bits of a packed weight that are the weight over text and titles."""

_BUDGET = 10_000
"""Postings that are looked at for one text."""


def best(terms: Sequence[str], limit: int) -> list[str]:
    """Claims that have any of these terms (`domain.words`) in their text or titles, by their BM25 over those, the best
    first.

    Rare terms are looked up first, a budget of postings in all; of those that come after only claims that the others
    have found are scored. So a long text costs no more than a short one.
    """
    known = sorted(search.known(set(terms)).values(), key=lambda one: (one[1], one[0]))
    rarity = _rarity(known)
    reads, left = [], _BUDGET
    for number, count in known:
        if left > 0:
            reads.append((number, min(count, left)))
            left -= count
    return _ranked(_heaviest(reads, rarity, 2 * limit), rarity, limit)


def best_among(claims: Collection[str], terms: Sequence[str], limit: int) -> list[str]:
    """The same of these claims alone."""
    rarity = _rarity(list(search.known(set(terms)).values()))
    return _ranked([row for some in db.chunks(sorted(claims)) for row in _entries(some)], rarity, limit)


def few(filters: Filters) -> set[str] | None:
    """The claims that pass, where they are few; None where they are many, or nothing is filtered."""
    conditions = narrowed(filters)
    if not conditions:
        return None
    rest, params = conjunction(conditions)
    sql = f"SELECT d.claim FROM documents d WHERE d.merged_into IS NULL AND {rest} LIMIT ?"  # noqa: S608
    found = {claim for (claim,) in db.query(sql, (*params, FEW + 1))}
    return found if len(found) <= FEW else None


def passing(claims: Collection[str], filters: Filters) -> set[str]:
    """Which of these claims pass."""
    conditions = narrowed(filters)
    if not conditions:
        return set(claims)
    rest, params = conjunction(conditions)
    return {
        claim
        for some in db.chunks(sorted(claims))
        for (claim,) in db.query(
            f"SELECT d.claim FROM documents d WHERE d.claim IN ({db.marks(some)}) AND {rest}",  # noqa: S608
            (*some, *params),
        )
    }


def _rarity(known: Sequence[tuple[int, int]]) -> dict[int, int]:
    size = search.total()
    return {number: search.rarity(size, count) for number, count in known}


def _heaviest(reads: Sequence[tuple[int, int]], rarity: Mapping[int, int], limit: int) -> list[db.Row]:
    """The claims, with their terms, that score best by these terms' heaviest so many postings."""
    if not reads:
        return []
    lists = " UNION ALL ".join([_HEAVIEST_OF_CORE] * len(reads))
    sql = f"""
        SELECT s.claim, s.terms FROM (
            SELECT doc FROM ({lists}) AS parts GROUP BY doc HAVING SUM(part) > 0
            ORDER BY SUM(part) DESC, doc DESC LIMIT ?) AS best
        JOIN search_claims s ON s.doc = best.doc"""  # noqa: S608
    params = [value for number, count in reads for value in (rarity[number], number, count)]
    return db.query(sql, (*params, limit))


# In whole numbers, whose sum is the same in any order.
_HEAVIEST_OF_CORE = f"""
    SELECT doc, ? * (weight & {_CORE}) AS part FROM (
        SELECT doc, weight FROM search_postings WHERE term = ? ORDER BY weight DESC, doc DESC LIMIT ?) AS heaviest"""  # noqa: S608


def _entries(claims: Sequence[str]) -> list[db.Row]:
    return db.query(f"SELECT claim, terms FROM search_claims WHERE claim IN ({db.marks(claims)})", claims)  # noqa: S608


def _ranked(entries: Sequence[db.Row], rarity: Mapping[int, int], limit: int) -> list[str]:
    scored = [(_score(packed, rarity), claim) for claim, packed in entries]
    return [claim for score, claim in sorted(scored, reverse=True)[:limit] if score]


def _score(packed: str, rarity: Mapping[int, int]) -> int:
    weights = search.weights_of(packed, tuple(rarity))
    return sum([share * (weights.get(number, 0) & _CORE) for number, share in rarity.items()])
