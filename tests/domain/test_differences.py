import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.domain.differences import Differences, Pair, differences, read, shared


def held(text: str, claim: str) -> Differences:
    one = read(text)
    return differences(one, read(claim), [one])


@pytest.mark.parametrize(
    ("text", "claim", "pair"),
    [
        ("North Korea sent 3,000 soldiers", "North Korea has sent 11,000 soldiers to Russia", ("3,000", "11,000")),
        ("North Korea sent 3k soldiers", "North Korea has sent eleven thousand soldiers", ("3k", "eleven thousand")),
        ("The vaccine kills 5% of people", "The vaccine kills 50% of people", ("5%", "50%")),
        ("The bridge cost $1.5 million", "The bridge cost $2 million", ("$1.5 million", "$2 million")),
        ("11,000 North Korean soldiers are in Russia", "3,000 soldiers of North Korea are there", ("11,000", "3,000")),
    ],
)
def test_another_number_is_told(text: str, claim: str, pair: tuple[str, str]) -> None:
    assert held(text, claim).numbers == (Pair(*pair),)


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("11 000 soldiers were sent", "eleven thousand soldiers were sent"),
        ("10,900 soldiers were sent", "11,000 soldiers were sent"),
        ("3,000 soldiers and 20 tanks were sent", "20 tanks were sent"),
        ("soldiers were sent", "3,000 soldiers were sent"),
        ("5 people saw 3,000 soldiers", "3,000 soldiers were seen on 12 trains"),
        ("He said so on October 23", "He said so on October 23, 2024"),
        ("It rose in 2016 and fell in 2017", "It fell in 2017"),
        ("No fewer than 30 people came", "30 people came"),
        ("Not only that: 30 people came", "30 people came"),
    ],
)
def test_the_same_said_otherwise_differs_in_nothing(text: str, claim: str) -> None:
    assert not held(text, claim)


def test_other_dates_opposites_and_denials_are_told() -> None:
    assert held("Unemployment fell in 2016", "Unemployment fell in 2012").dates == (Pair("2016", "2012"),)
    assert held("Unemployment fell to 4%", "Unemployment rose to 4%").opposites == (Pair("fell", "rose"),)


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("The president did not sign the bill", "The president signed the bill"),
        ("The president didn’t sign the bill", "The president signed the bill"),
        ("Der Präsident hat das Gesetz nicht unterschrieben", "Der Präsident hat das Gesetz unterschrieben"),
        ("Le président n'a pas signé la loi", "Le président a signé la loi"),
        ("El presidente nunca firmó la ley", "El presidente firmó la ley"),
        ("Президент не подписал закон", "Президент подписал закон"),
        ("北朝鮮は兵士を送っていません", "北朝鮮は兵士を送っています"),
    ],
)
def test_a_denial_is_told_in_several_languages(text: str, claim: str) -> None:
    assert held(text, claim).negation
    assert held(claim, text).negation
    assert not held(text, text).negation


def test_a_not_in_a_sentence_about_something_else_is_no_denial() -> None:
    assert not held("Do not open any perfume in a hot car", "A video shows a fire caused by perfume in a car")


def test_what_both_name_is_told_as_the_claim_writes_it() -> None:
    claim = read("North Korea has sent 3,000 soldiers to Russia in October 2024")
    found = shared([read("On October 23 three thousand men left."), read("They left North Korea in 2024.")], claim)
    assert found.numbers == ("3,000",)
    assert found.dates == ("October 2024",)
    assert found.names == ("North Korea",)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_strings_can_be_held_against_each_other(one: str, other: str) -> None:
    differences(read(one), read(other), [read(one)])
    assert not differences(read(one), read(one), [read(one)])
