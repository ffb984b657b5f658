"""How far reviewers agree beyond chance: Krippendorff's alpha for nominal data."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agreement:
    """`alpha` is 1 where all agree, 0 where they do as by chance, below 0 where less so; None where it is undefined.

    It rests on the `claims` that two reviewers or more have rated, on those `reviewers`, and on their `pairs`.
    """

    alpha: float | None
    claims: int
    reviewers: int
    pairs: int


def agreement(ratings: Iterable[tuple[str, str, str]]) -> Agreement:
    """Alpha over ratings as (claim, reviewer, rating), one of each reviewer on a claim.

    Undefined without pairs, and where all ratings are one and the same: without variation nothing tells agreement
    from a habit. Source: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C.
    """
    rated: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for claim, reviewer, rating in ratings:
        rated[claim].append((reviewer, rating))
    units = [unit for unit in rated.values() if len(unit) > 1]
    return Agreement(
        alpha=_alpha([Counter(rating for _, rating in unit) for unit in units]),
        claims=len(units),
        reviewers=len({reviewer for unit in units for reviewer, _ in unit}),
        pairs=sum(len(unit) * (len(unit) - 1) // 2 for unit in units),
    )


def _alpha(units: list[Counter[str]]) -> float | None:
    """1 - observed / expected disagreement; a unit counts its ratings, two at least."""
    totals: Counter[str] = Counter()
    observed = 0.0
    for unit in units:
        totals.update(unit)
        observed += _unlike(unit) / (unit.total() - 1)
    expected = _unlike(totals)
    return 1 - (totals.total() - 1) * observed / expected if expected else None


def _unlike(counts: Counter[str]) -> int:
    """Ordered pairs of unlike ratings."""
    return counts.total() ** 2 - sum(count**2 for count in counts.values())
