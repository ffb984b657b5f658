"""Rating scales: the three that ship, and which label a verdict gets."""

from collections.abc import Mapping, Sequence
from typing import Any

from factcheck.domain.errors import Invalid
from factcheck.domain.vocabulary import Rating

SLUG = "[a-z0-9]+(-[a-z0-9]+)*"


def _label(label: str, rating: Rating, value: int | None) -> dict[str, Any]:
    return {"label": label, "rating": rating, "value": value}


# Ratings that lie on no line from false to true have no number.
_OFF_THE_LINE = [
    _label("Conflicting evidence", Rating.CONFLICTING_EVIDENCE, None),
    _label("Not enough evidence", Rating.NOT_ENOUGH_EVIDENCE, None),
    _label("Outdated", Rating.OUTDATED, None),
    _label("Satire", Rating.SATIRE, None),
    _label("Not checkable", Rating.NOT_CHECKABLE, None),
]

SHIPPED: list[dict[str, Any]] = [
    {
        "slug": "plain",
        "title": "The ratings themselves",
        "labels": [
            _label("Refuted", Rating.REFUTED, 1),
            _label("Missing context", Rating.MISSING_CONTEXT, 2),
            _label("Supported", Rating.SUPPORTED, 3),
            *_OFF_THE_LINE,
        ],
    },
    {
        "slug": "five-step",
        "title": "Five steps from false to true",
        "labels": [
            _label("False", Rating.REFUTED, 1),
            _label("Mostly false", Rating.REFUTED, 2),
            _label("Half true", Rating.MISSING_CONTEXT, 3),
            _label("Mostly true", Rating.SUPPORTED, 4),
            _label("True", Rating.SUPPORTED, 5),
            *_OFF_THE_LINE,
        ],
    },
    {
        "slug": "six-step",
        "title": "Six steps from made up to true",
        "labels": [
            _label("Made up", Rating.REFUTED, 1),
            _label("False", Rating.REFUTED, 2),
            _label("Mostly false", Rating.REFUTED, 3),
            _label("Half true", Rating.MISSING_CONTEXT, 4),
            _label("Mostly true", Rating.SUPPORTED, 5),
            _label("True", Rating.SUPPORTED, 6),
            *_OFF_THE_LINE,
        ],
    },
]


def check_labels(labels: Sequence[Mapping[str, Any]]) -> None:
    """Raises Invalid where two labels of a scale have the same wording."""
    words = [label["label"] for label in labels]
    for position, word in enumerate(words):
        if word in words[:position]:
            raise Invalid(f"the scale has the label {word!r} twice", pointer=f"/labels/{position}/label")


def label_of(
    labels: Sequence[Mapping[str, Any]], rating: str, label: str | None, pointer: str = "/label"
) -> Mapping[str, Any]:
    """The scale's label for a rating; raises Invalid where the scale has none, several or another rating's."""
    fitting = [one for one in labels if one["rating"] == rating]
    if label is not None:
        fitting = [one for one in fitting if one["label"] == label]
    if len(fitting) == 1:
        return fitting[0]
    if label is None and fitting:
        several = ", ".join(one["label"] for one in fitting)
        raise Invalid(f"the scale has several labels for {rating}: {several}", pointer=pointer)
    raise Invalid(f"the scale has no such label for {rating}", pointer=pointer)
