import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.domain import claims_text, matching, ranking
from factcheck.domain.differences import Pair
from factcheck.domain.matching import Match
from factcheck.domain.ranking import Candidate, Statistics
from tests.thoroughness import times

CLAIMS = (
    Candidate(
        "troops", "North Korea has sent at least 3,000 soldiers to eastern Russia", "Kirby on North Korea's troops"
    ),
    Candidate("more", "North Korea has sent at least 11,000 soldiers to eastern Russia"),
    Candidate("shark", "A photograph shows a shark that swims along a flooded highway in Houston, Texas"),
    Candidate("budget", "The mayor of Springfield cut the budget of its schools by 12 percent"),
    Candidate("tax", "America is one of the highest-taxed nations in the world", speaker="Donald Trump"),
)


def statistics(text: str) -> Statistics:
    held = Counter(term for one in CLAIMS for term in set(claims_text.terms(f"{one.text} {one.title or ''}")))
    return Statistics(len(CLAIMS), {term: held[term] for term in claims_text.terms(text)})


def matches(text: str, *, limit: int = 10, min_score: float = 0.0) -> list[Match]:
    known = statistics(text)
    return matching.rank(ranking.query(text, known), CLAIMS, known, limit=limit, min_score=min_score)


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("At least 3,000 North Korean soldiers were sent to eastern Russia", "troops"),
        ("Shark swimming on the flooded highway in Houston right now!! pic.twitter.com/x", "shark"),
        ("The Springfield mayor has cut the budget for schools by twelve percent", "budget"),
    ],
)
def test_the_same_claim_comes_first_and_is_sure(text: str, claim: str) -> None:
    best = matches(text)[0]
    assert best.id == claim
    assert best.score > 0.5
    assert not best.why.differs


def test_another_number_is_near_and_not_the_same_and_says_so() -> None:
    found = {one.id: one for one in matches("North Korea has sent 3,000 soldiers to Russia")}
    assert found["more"].score < matching.OTHERWISE < found["troops"].score
    assert found["more"].why.differs.numbers == (Pair("3,000", "11,000"),)
    assert found["troops"].why.shared.numbers == ("3,000",)


def test_why_tells_the_words_that_both_have_as_the_claim_writes_them() -> None:
    why = matches("3,000 soldiers of North Korea are in Russia")[0].why
    assert {"North", "Korea", "soldiers", "Russia", "3,000"} == {word.text for word in why.words}
    assert [word.rarity for word in why.words] == sorted((word.rarity for word in why.words), reverse=True)
    assert why.shared.names == ("North Korea", "Russia")
    assert why.similarity is None


def test_what_nobody_claimed_is_not_taken_for_a_match() -> None:
    assert not matches("Bananas are radioactive", min_score=0.1)
    assert not matches("Schools are closed on Monday", min_score=0.3)


def test_limit_and_least_score_are_kept() -> None:
    assert len(matches("soldiers", limit=2)) == 2
    assert all(one.score >= 0.3 for one in matches("North Korea sent 3,000 soldiers", min_score=0.3))
    assert matching.rank(ranking.query("x", statistics("x")), [], statistics("x")) == []


def test_a_long_text_is_looked_up_by_its_sentences_and_each_claim_comes_once() -> None:
    filler = "Nothing of that had been said by anyone before the meeting of the committee on that day. " * 9
    said = "The mayor of Springfield cut the budget of its schools by 12 percent."
    text = f"{filler}{said} {filler}A shark swims along a flooded highway in Houston, Texas."
    parts = matching.parts(text)
    assert len(parts) == 3
    found = matching.merged([matches(part) for part in parts])
    assert {one.id for one in found[:2]} == {"budget", "shark"}
    assert len({one.id for one in found}) == len(found)
    assert next(one for one in found if one.id == "budget").why.sentence.strip(".") == said.strip(".")


def test_a_post_is_one_query_read_with_and_without_what_is_around_it() -> None:
    post = "It is so #Fires — A (@b) May 3, 2020"
    assert matching.parts(post) == [post]
    assert matching.readings(post) == [post, "It is so Fires"]
    assert matching.readings("It is so") == ["It is so"]
    assert matching.parts("  ") == []


def test_models_that_ship_rise_with_what_speaks_for_a_match() -> None:
    for name, model in ranking.models().items():
        assert list(model.points) == sorted(set(model.points)), name
        assert list(model.shares) == sorted(model.shares), name
        assert 0 < model.shares[0] < 0.05, name
        assert 0.9 < model.shares[-1] < 1, name
        assert {one for one, _ in model.weights} <= set(ranking.NAMES), name
    assert ranking.WORDS_ALONE in ranking.models()


def test_a_probability_lies_between_the_points() -> None:
    made = ranking.model(json.loads('{"weights": {}, "bias": 0.0, "points": [0.0, 2.0], "shares": [0.2, 0.6]}'))
    assert [round(made.probability(at), 3) for at in (-5, 0, 1, 2, 9)] == [0.2, 0.2, 0.4, 0.6, 0.6]


@settings(max_examples=times(50, 10))
@given(st.text(max_size=100), st.lists(st.text(max_size=60), max_size=4), st.floats(-1, 1))
def test_any_texts_have_scores_from_0_to_1_in_order(text: str, claims: list[str], similarity: float) -> None:
    known = Statistics(len(claims), {})
    asked = ranking.query(text, known)
    those = [Candidate(str(at), one, title=one[:9], similarity=similarity) for at, one in enumerate(claims)]
    for encoder in (None, "minilm-l6-v2-int8", "another"):
        scores = [one.score for one in matching.rank(asked, those, known, encoder=encoder)]
        assert all(0 <= score <= 1 for score in scores)
        assert scores == sorted(scores, reverse=True)
