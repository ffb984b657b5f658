"""Rating scales: which label a verdict gets, and what the shipped ones hold."""

from typing import Any

import pytest

from factcheck.domain.errors import Invalid
from factcheck.domain.scales import SHIPPED, label_of
from factcheck.domain.vocabulary import Rating

LABELS: list[dict[str, Any]] = [
    {"label": "False", "rating": "refuted", "value": 1},
    {"label": "Mostly false", "rating": "refuted", "value": 2},
    {"label": "True", "rating": "supported", "value": 3},
]


def test_a_rating_with_one_label_gets_it() -> None:
    assert label_of(LABELS, Rating.SUPPORTED, None)["label"] == "True"


def test_a_named_label_of_the_rating_is_taken_with_its_number() -> None:
    assert label_of(LABELS, Rating.REFUTED, "Mostly false") == LABELS[1]


@pytest.mark.parametrize(
    ("rating", "label"),
    [
        pytest.param(Rating.REFUTED, None, id="several labels and none chosen"),
        pytest.param(Rating.SATIRE, None, id="no label for the rating"),
        pytest.param(Rating.SUPPORTED, "False", id="another rating's label"),
        pytest.param(Rating.REFUTED, "Pants on fire", id="no such label"),
        pytest.param(Rating.REFUTED, "mostly false", id="another spelling"),
        pytest.param(Rating.SUPPORTED, "", id="an empty label"),
    ],
)
def test_a_label_that_does_not_fit_is_refused_at_its_field(rating: Rating, label: str | None) -> None:
    with pytest.raises(Invalid) as refused:
        label_of(LABELS, rating, label)
    assert refused.value.pointer == "/label"


def test_one_that_must_choose_is_told_between_what() -> None:
    with pytest.raises(Invalid, match="False, Mostly false"):
        label_of(LABELS, Rating.REFUTED, None)


def test_three_scales_ship() -> None:
    assert [scale["slug"] for scale in SHIPPED] == ["plain", "five-step", "six-step"]


@pytest.mark.parametrize("scale", SHIPPED, ids=lambda scale: scale["slug"])
def test_a_shipped_scale_has_a_label_for_every_rating_and_each_label_once(scale: dict[str, Any]) -> None:
    names = [label["label"] for label in scale["labels"]]
    assert {label["rating"] for label in scale["labels"]} == set(Rating)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("slug", "steps"), [("plain", 3), ("five-step", 5), ("six-step", 6)])
def test_the_numbers_of_a_shipped_scale_count_its_steps_from_false_to_true(slug: str, steps: int) -> None:
    labels = next(scale["labels"] for scale in SHIPPED if scale["slug"] == slug)
    numbered = [label for label in labels if label["value"] is not None]
    assert [label["value"] for label in numbered] == list(range(1, steps + 1))
    assert (numbered[0]["rating"], numbered[-1]["rating"]) == (Rating.REFUTED, Rating.SUPPORTED)


def test_the_plain_scale_decides_every_label_by_the_rating_alone() -> None:
    plain = SHIPPED[0]["labels"]
    assert {label_of(plain, rating, None)["rating"] for rating in Rating} == set(Rating)
