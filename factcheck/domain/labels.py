"""Which rating another publisher's label means: told by a mapping, by a scale of the record, or by nobody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from factcheck.domain.vocabulary import Rating

Scale = Mapping[str, Any]

_RATED_FALSE = (Rating.REFUTED,)
_RATED_TRUE = (Rating.SUPPORTED,)
_MIDDLE = 0.5


class UnknownLabel(Exception):
    """Nobody has said which rating a label means; `args` has why."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A label's rating, and the scale of the record on which the label stands (slug and the wording there), if any."""

    rating: str
    scale: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Labels:
    """Mappings by folded label, of everyone and by folded publisher; scales of the record, each with `slug` and
    `labels`; the slug of the one that all labels stand on, if an importer said so."""

    everyone: Mapping[str, str] = field(default_factory=dict)
    publishers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    scales: Sequence[Scale] = ()
    chosen: str | None = None

    def meaning(self, label: str, publisher: str | None, numbers: tuple[float, float, float] | None = None) -> Meaning:
        """The rating that a label means. `numbers` are the label's own, its scale's worst and its best.

        A mapping goes first, the publisher's before everyone's; then scales of the record on which the label
        stands, as long as all of them agree and the numbers do not say the opposite. Raises UnknownLabel.
        """
        said = fold(label)
        mapped = self.publishers.get(fold(publisher or ""), {}).get(said) or self.everyone.get(said)
        standing = [
            (scale, one) for scale in self.scales for one in scale["labels"]
            if fold(one["label"]) == said and self.chosen in (None, scale["slug"])
        ]  # fmt: skip
        if mapped is None:
            mapped = _agreed(label, standing) if standing else _own_word(said)
            _require_accord(label, mapped, numbers)
        for scale, one in standing:
            if one["rating"] == mapped and self._fits(scale, one, numbers):
                return Meaning(mapped, scale["slug"], one["label"])
        return Meaning(mapped)

    def _fits(self, scale: Scale, label: Mapping[str, Any], numbers: tuple[float, float, float] | None) -> bool:
        """Whether the label stands on this scale, by the importer's word or by all of its numbers."""
        if self.chosen is not None:
            return True
        values = [one["value"] for one in scale["labels"] if one["value"] is not None]
        return bool(values) and numbers == (label["value"], min(values), max(values))


def fold(label: str) -> str:
    """A label as it is compared: case, space and marks at its ends count for nothing."""
    return " ".join(label.casefold().split()).strip(" .!:;\"'“”‘’«»")


def fold_all(mapping: Mapping[str, str]) -> dict[str, str]:
    return {fold(label): rating for label, rating in mapping.items()}


def _agreed(label: str, standing: Iterable[tuple[Scale, Mapping[str, Any]]]) -> str:
    ratings = sorted({str(one["rating"]) for _, one in standing})
    if len(ratings) > 1:
        raise UnknownLabel(f"scales of the record differ on what {label!r} means: {', '.join(ratings)}")
    return ratings[0]


def _own_word(said: str) -> str:
    """The ratings' own words, with spaces or underscores between them."""
    word = said.replace(" ", "_").replace("-", "_")
    if word not in list(Rating):
        raise UnknownLabel("no scale of the record has this label: say in a mapping which rating it means")
    return word


def _require_accord(label: str, rating: str, numbers: tuple[float, float, float] | None) -> None:
    """A scale on which a low number means true is not the one that the label's word is from."""
    if numbers is None:
        return
    value, worst, best = numbers
    if not worst < best or not worst <= value <= best:
        return
    share = (value - worst) / (best - worst)
    if (rating in _RATED_FALSE and share > _MIDDLE) or (rating in _RATED_TRUE and share < _MIDDLE):
        raise UnknownLabel(f"{label!r} reads as {rating}, and its number says the opposite: say so in a mapping")
