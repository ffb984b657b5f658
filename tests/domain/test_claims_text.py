import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.domain import claims_text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The soldiers' mission", "the Soldier mission"),
        ("#AustralianFires", "Australian fires"),
        ("@BarackObama signed https://t.co/x", "Barack Obama signed"),
        ("Überfälle", "uberfalle"),
        ("11,000", "11000"),
        ("McDonald’s", "McDonald"),
        ("signed, signing, signs", "sign sign sign"),
    ],
)
def test_spellings_meet_in_one_term(one: str, other: str) -> None:
    assert claims_text.terms(one) == claims_text.terms(other)


def test_a_script_without_spaces_gives_pairs() -> None:
    assert claims_text.terms("北朝鮮の") == ["北朝", "朝鮮", "鮮の"]


def test_sentences_end_where_they_end() -> None:
    text = "Mr. Smith went to the U.S. Senate in 2010. He spoke! 兵士は三千人。彼らは去った。\nIt was over by then."
    assert claims_text.sentences(text) == [
        "Mr. Smith went to the U.S. Senate in 2010. He spoke!",
        "兵士は三千人。",
        "彼らは去った。",
        "It was over by then.",
    ]


def test_names_are_told_from_words_that_begin_a_sentence() -> None:
    found = claims_text.names("How did Julie Favell leave? Nobody told NATO, the U.S. Navy or the Bank of America.")
    assert [one.text for one in found] == ["Julie Favell", "NATO", "U.S. Navy", "Bank of America"]


def test_who_signed_a_post_is_taken_off() -> None:
    assert claims_text.unsigned("It is so — Ilhan Omar (@IlhanMN) January 6, 2020").strip() == "It is so"


@pytest.mark.parametrize(
    "claim",
    ['Says "we are one."', "Says that we are one.", "“We are one.”", "claims that  we are one.", "«We are one.»"],
)
def test_a_claim_states_the_same_however_it_is_reported(claim: str) -> None:
    assert claims_text.stated(claim).lower() == "we are one."


@pytest.mark.parametrize(
    "claim", ["Claims rose by a third", "Saysville is a town", "Somebody says it’s a 5' fence", '"']
)
def test_what_is_part_of_a_claim_stays(claim: str) -> None:
    assert claims_text.stated(claim) == claim


@given(st.text(max_size=200))
def test_any_string_is_read_and_its_words_are_as_written(text: str) -> None:
    claims_text.names(text)
    claims_text.sentences(text)
    claims_text.terms(text)
    assert claims_text.stated(text) or not text
    assert all(word and term for word, term in claims_text.spelled(text))


@pytest.mark.parametrize("unit", ["1 ", "A-", '?"', "— a(@", "\u0300", "a.", "#x", "million ", "é", "北", "1,000,"])
def test_a_long_text_takes_no_longer_than_its_length(unit: str) -> None:
    text = (unit * claims_text.MAX_TEXT)[: claims_text.MAX_TEXT]
    began = time.process_time()
    claims_text.terms(text)
    claims_text.names(text)
    claims_text.stated(text)
    claims_text.sentences(claims_text.plain(claims_text.unsigned(text)))
    assert time.process_time() - began < 2
