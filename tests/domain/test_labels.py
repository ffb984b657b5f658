"""Which rating another publisher's label means, and when nobody can tell."""

import pytest

from factcheck.domain.labels import Labels, Meaning, UnknownLabel, fold_all
from factcheck.domain.scales import SHIPPED
from factcheck.domain.vocabulary import Rating

OWN = {"slug": "own", "labels": [{"label": "True", "rating": "missing_context", "value": None}]}
RECORD = Labels(scales=SHIPPED)


@pytest.mark.parametrize("label", ["Mostly false", " MOSTLY  FALSE. ", "“Mostly false”"])
def test_a_label_of_the_records_scales_means_what_it_means_there(label: str) -> None:
    assert RECORD.meaning(label, None) == Meaning(Rating.REFUTED)


def test_the_ratings_own_words_need_no_scale() -> None:
    for rating in Rating:
        for label in (rating, rating.replace("_", " ").capitalize(), rating.replace("_", "-")):
            assert Labels().meaning(label, None).rating == rating


@pytest.mark.parametrize("label", ["Pants on fire", "", "2", "mixture"])
def test_another_label_is_asked_for(label: str) -> None:
    with pytest.raises(UnknownLabel, match="mapping"):
        RECORD.meaning(label, None)


def test_a_label_on_which_scales_differ_is_asked_for_until_one_is_chosen() -> None:
    with pytest.raises(UnknownLabel, match="differ"):
        Labels(scales=[*SHIPPED, OWN]).meaning("true", None)
    assert Labels(scales=[*SHIPPED, OWN], chosen="own").meaning("true", None) == Meaning(
        Rating.MISSING_CONTEXT, "own", "True"
    )


def test_a_label_stands_on_a_scale_whose_numbers_are_its_own() -> None:
    assert RECORD.meaning("true", None, (5.0, 1.0, 5.0)) == Meaning(Rating.SUPPORTED, "five-step", "True")
    assert RECORD.meaning("true", None, (6.0, 1.0, 6.0)) == Meaning(Rating.SUPPORTED, "six-step", "True")
    assert RECORD.meaning("true", None, (10.0, 1.0, 10.0)) == Meaning(Rating.SUPPORTED)


def test_numbers_that_say_the_opposite_are_asked_about() -> None:
    with pytest.raises(UnknownLabel, match="opposite"):
        RECORD.meaning("true", None, (1.0, 1.0, 5.0))
    with pytest.raises(UnknownLabel, match="opposite"):
        RECORD.meaning("false", None, (5.0, 1.0, 5.0))
    # Numbers that are on no line say nothing.
    assert RECORD.meaning("false", None, (1.0, 1.0, 1.0)).rating == Rating.REFUTED
    assert RECORD.meaning("false", None, (9.0, 1.0, 5.0)).rating == Rating.REFUTED


def test_a_mapping_goes_first_and_the_publishers_own_before_everyones() -> None:
    everyone = fold_all({"Half true": "refuted", "Mixture": "missing_context"})
    labels = Labels(everyone, {"example checkers": fold_all({"Half True!": "supported"})}, SHIPPED)
    assert labels.meaning("half true", "Example  Checkers").rating == Rating.SUPPORTED
    assert labels.meaning("half true", "Others").rating == Rating.REFUTED
    assert labels.meaning("MIXTURE", None).rating == Rating.MISSING_CONTEXT
    assert labels.meaning("half true", None, (5.0, 1.0, 5.0)).rating == Rating.REFUTED
