"""Likeness of texts: what is left out, cut and added copies, keys that a table holds, and the made set."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import syndication
from factcheck.domain.likeness import (
    COPIED,
    ENOUGH,
    bands,
    containment,
    likeness,
    percent,
    shingles,
    signature,
    words,
)
from tests.thoroughness import times

STORY = (
    "The council of Ostermouth has shut the old harbour bridge after inspectors found cracks in its northern arch."
    " Repairs will cost eleven million euros and are to last until spring, when the ferry stops for the season."
    " Around 12,000 people use the crossing every day, many of them pupils from villages on the far side of the water."
    " A bus runs every twenty minutes from the station, though drivers complain that the detour takes twice as long."
)
OTHER = (
    "Farmers in the hills expect a poor harvest this year because rain has washed away most of the seed they had sown."
    " Prices for wheat rose on the exchange by a third, and two mills have said that they may have to lay off workers."
)
CHINESE = (
    "市议会在检查人员发现裂缝后关闭了旧港口大桥、维修费用估计为一千一百万欧元、"
    "工程将持续到明年春天、渡轮停运期间每天有公共汽车开行。"
)

texts = st.one_of(st.text(max_size=400), st.lists(st.sampled_from(STORY.split()), max_size=120).map(" ".join))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The COUNCIL, of: Ostermouth!", "the council of ostermouth"),
        ("12,000 people", "12.000 people"),
        ("12,000 people", "12\u202f000 people"),
        ("doesn't", "doesn’t"),
        ("Zürich café", "Zu\u0308rich cafe"),
        ("ёлка", "елка"),
        ("ﬁle", "file"),
        ("hy\u00adphen", "hyphen"),
        ("ＡＢＣ", "abc"),  # noqa: RUF001
    ],
)
def test_one_word_in_several_spellings(one: str, other: str) -> None:
    assert words(one) == words(other)


@pytest.mark.parametrize("marks", ["“{}”", '"{}"', "«{}»", "»{}«", "„{}“", "‘{}’", "'{}'", "「{}」"])
def test_words_in_quotation_marks_are_left_out(marks: str) -> None:
    quote = marks.format("We don't owe anybody an answer that we do not have")
    assert shingles(f"The mayor of the town said: {quote}. She then left.") == shingles(
        "The mayor of the town said: She then left."
    )


@pytest.mark.parametrize(
    "text", ['a pipe of 5" width and\nno other mark', "the workers' union and its members", "“ nobody closed this mark"]
)
def test_a_mark_alone_quotes_nothing(text: str) -> None:
    assert len(shingles(text)) == len(words(text)) - 2


@pytest.mark.parametrize(
    ("copy", "least"),
    [
        (STORY, 1.0),
        (STORY.upper(), 1.0),
        (STORY[: len(STORY) // 2], 0.97),
        (f"{OTHER}\n{STORY}\n{OTHER}", 1.0),
        (STORY.replace("euros", "euro").replace("villages", "places").replace("12,000", "12.000"), 0.85),
    ],
)
def test_copies_are_like_their_original_and_share_a_key(copy: str, least: float) -> None:
    one, other = signature(STORY), signature(copy)
    assert one is not None
    assert other is not None
    assert likeness(STORY, copy) >= least > COPIED
    assert set(bands(one)) & set(bands(other))


def test_other_texts_are_not_alike() -> None:
    assert likeness(STORY, OTHER) == 0.0


def test_a_script_without_spaces_is_compared_by_characters() -> None:
    assert likeness(CHINESE, CHINESE[: len(CHINESE) * 2 // 3]) == 1.0
    assert likeness(CHINESE, CHINESE[::-1]) == 0.0


@pytest.mark.parametrize("text", ["", " ", "one", " ".join(STORY.split()[: ENOUGH + 1]), f"“{STORY}”"])
def test_what_is_short_or_all_quoted_has_no_signature_and_is_like_nothing(text: str) -> None:
    assert signature(text) is None
    assert likeness(text, text) == likeness(text, STORY) == 0.0


def test_enough_is_enough() -> None:
    text = " ".join(STORY.split()[: ENOUGH + 2])
    assert signature(text) is not None
    assert likeness(text, STORY) == 1.0


@pytest.mark.parametrize(("share", "said"), [(1.0, "100%"), (0.9999, "99%"), (0.94, "94%"), (0.29, "29%"), (0.0, "0%")])
def test_a_percentage_is_rounded_down(share: float, said: str) -> None:
    assert percent(share) == said


def test_keys_are_those_that_tables_hold() -> None:
    """Other keys find nothing in tables that are filled: with a change here goes a higher `VERSION`."""
    made = signature(STORY)
    assert made is not None
    assert made[:3] == (20206330, 1210814680, 2415241449)
    assert bands(made)[:2] == [-4786829374176933171, 1576343026301081170]


def test_another_process_makes_the_same_keys() -> None:
    program = f"from factcheck.domain.likeness import *; print(bands(signature({STORY!r})))"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    made = signature(STORY)
    assert made is not None
    assert answer.stdout.strip() == str(bands(made))


@given(texts, texts)
def test_likeness_is_symmetric_and_bounded(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0.0 <= likeness(one, other) <= 1.0
    assert likeness(one, one) == (1.0 if len(shingles(one)) >= ENOUGH else 0.0)


@given(texts)
def test_any_text_has_keys_that_fit_or_none(text: str) -> None:
    made = signature(text)
    assert (made is None) == (len(shingles(text)) < ENOUGH)
    if made is not None:
        keys = bands(made)
        assert keys == bands(signature(f"\n {text} ") or ())
        assert len(keys) == len(set(keys))
        assert all(-(2**63) <= key < 2**63 for key in keys)


@given(st.text(alphabet=st.characters(), max_size=200))
def test_no_character_is_too_much(text: str) -> None:
    assert likeness(text, STORY + text) in (0.0, 1.0) or 0 < likeness(text, STORY + text) < 1


@given(st.permutations([STORY, OTHER, CHINESE]))
@settings(max_examples=times(6, 6))
def test_a_set_is_contained_in_more(order: list[str]) -> None:
    assert containment(shingles(STORY), frozenset().union(*map(shingles, order))) == 1.0


def test_the_made_set_reaches_its_targets() -> None:
    found = syndication.suggested(syndication.pages(seed=7))
    assert found.copies == 100
    assert found.precision >= syndication.PRECISION
    assert found.recall >= syndication.RECALL
