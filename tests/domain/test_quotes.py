"""Where quoted words stand in a text, whatever hands typography has passed them through."""

import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from factcheck.domain import quotes
from factcheck.domain.quotes import look_for
from factcheck.domain.typography import fold

TEXT = (
    "The spokesman spoke on Wednesday.\n"
    "“We don’t yet know whether these soldiers will enter into combat,” he said — adding that it’s a «highly\n"
    "concerning» probability… At least 3,000 of them had come, or 13,500 by others' counts, and 2.5% were officers.\n"
    "She ranted. He ran. He can't stay. The naïve ﬁnal oﬀer: ＡＢＣ １２３. Il a dit « oui » à tous.\n"
    "발표에서 대통령은 병력이 이동했다고 밝혔다.\n"
    "发言人表示，三千名士兵已经抵达 俄罗斯东部。\n"
    "ｶﾞｿﾘﾝ価格は上昇した。"
)


@pytest.mark.parametrize(
    ("exact", "expected"),
    [
        ("The spokesman spoke on Wednesday.", "present"),
        ("the spokesman spoke", "missing"),
        ("spoke on Wednesday. \"We don't", "present"),
        ("We don't yet know whether these soldiers will enter into combat,\" he said - adding", "present"),
        ("he said—adding that", "present"),
        ("a 'highly concerning' probability...", "present"),
        ("a highly concerning probability", "missing"),
        ("probability . . . At least", "present"),
        ("con\u00adcern\u200bing\u2019 proba\u2060bility", "present"),
        ("At\u00a0least  \t\n 3,000 of them", "present"),
        ("3,000", "present"),
        ("000 of them", "missing"),
        ("3,500", "missing"),
        ("13", "missing"),
        ("2", "missing"),
        ("2.5%", "present"),
        ("he ran", "missing"),
        ("He ran", "present"),
        ("She rant", "missing"),
        ("He can", "missing"),
        ("He can't", "present"),
        ("final offer: ABC 123", "present"),
        ("na\u00efve", "present"),
        ("nai\u0308ve", "present"),
        ("naive", "missing"),
        ('a dit "oui" à tous', "present"),
        ("oui", "present"),
        ("대통령은 병력이", "present"),
        ("대통령", "present"),
        ("대통렬", "missing"),
        ("三千名士兵", "present"),
        ("三千名士兵已经抵达俄罗斯东部", "present"),
        ("发言人表示, 三千名", "present"),
        ("ガソリン価格", "present"),
        ("…", "unchecked"),
        ("“ ” —", "unchecked"),
        ("", "unchecked"),
    ],
)  # fmt: skip
def test_words_are_whole_and_typography_is_nothing(exact: str, expected: str) -> None:
    assert look_for(exact, None, None, [TEXT]) == expected


@pytest.mark.parametrize(
    ("prefix", "suffix", "expected"),
    [
        ("The dog came. ", " The cat", "present"),
        ("The dog came.", "The cat", "present"),
        ("og came. ", None, "present"),
        (None, " The c", "present"),
        (None, " Then", "present"),
        ("The cat came. ", None, "moved"),
        ("The dog came. ", " Then", "moved"),
        (None, "!", "moved"),
        ("", "", "present"),
    ],
)
def test_words_that_stand_elsewhere_have_moved(prefix: str | None, suffix: str | None, expected: str) -> None:
    text = "The dog came. It ate all. The cat saw. It ate all. Then night fell."
    assert look_for("It ate all.", prefix, suffix, [text]) == expected


def test_surroundings_may_cut_a_word_where_no_other_would() -> None:
    assert look_for("comb", "non-", "at troops", ["Only non-combat troops"]) == "present"
    assert look_for("comb", "non-", None, ["Only non-combat troops"]) == "missing"


def test_surroundings_may_cut_dots_and_dashes() -> None:
    text = "And then... he ran. So -- it is said."
    assert look_for("he ran", ".. ", ". So -", [text]) == "present"
    assert look_for("he ran", "- ", None, [text]) == "present"


def test_the_best_of_several_texts_counts() -> None:
    texts = ["Nothing here.", "He ran. Then", "So he said: He ran."]
    assert look_for("He ran", "said:", None, texts) == "present"
    assert look_for("He ran", "hid:", None, texts) == "moved"
    assert look_for("He ran", None, None, texts[:1]) == "missing"
    assert look_for("He ran", None, None, [""]) == "missing"
    assert look_for("He ran", None, None, []) == "unchecked"


words = st.text("abcdeéABß019дЯ가각中国かー.,!?;:()%'\"-…’", min_size=1, max_size=8)
texts = st.lists(words, min_size=1, max_size=30).map(" ".join)
VARIANTS = {
    " ": [" ", "  ", "\n", "\u00a0", " \t\u2009", "\u200b \u3000"],
    "'": ["’", "‘", '"', "“", "”", "`"],
    '"': ["'", "„", "”"],
    "-": ["–", "—", "\u2011", "−"],
    "…": ["...", ". . .", "…"],
    "a": ["a", "a\u200d", "\u00ada", "ａ"],
    "1": ["1", "１"],
    "!": ["！", "!"],
}


@st.composite
def retyped(draw: st.DrawFn, text: str) -> str:
    """The text as another hand would have set it."""
    return "".join(draw(st.sampled_from(VARIANTS.get(character, [character]))) for character in text)


@given(st.data(), texts, texts)
def test_typography_never_changes_a_state(data: st.DataObject, exact: str, text: str) -> None:
    part = data.draw(st.sampled_from([exact, text, text[len(text) // 3 : 2 * len(text) // 3]]))
    prefix, suffix = data.draw(st.sampled_from([None, "a", text[: len(text) // 3]])), None
    expected = look_for(part, prefix, suffix, [text])
    again = look_for(data.draw(retyped(part)), prefix, suffix, [data.draw(retyped(text))])
    assert again == expected


@given(st.data(), texts)
def test_what_is_cut_out_with_its_surroundings_is_there(data: st.DataObject, text: str) -> None:
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    assume(any(character.isalnum() for character in text[start:end]))
    # Where a cut goes through dots or a dash, what is left of them is other dots or another dash.
    assume(not any(edge in ".-…'\"’ " for edge in text[start : start + 1] + text[end - 1 : end]))
    assume(not any(edge in ".-…'\"’" for edge in text[max(start - 1, 0) : start].strip() + text[end : end + 1].strip()))
    assert look_for(text[start:end], text[max(start - 32, 0) : start], text[end : end + 32], [text]) == "present"


@given(st.text())
def test_any_text_can_be_folded_and_again(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("exact", "text"),
    [
        ("word " * 400 + "end", "word " * 400_000),
        ("a" * 2_000, "a" * 2_000_000),
        ("a" * 2_000, "a" * 1_999 + ("b" + "a" * 1_999) * 999),
        ("the", "the " * 500_000),
        ("x", " " * 2_000_000),
        ("x", ". " * 1_000_000),
        ("x", "- " * 1_000_000),
        ("x", "'" * 2_000_000),
        ("x", "« " * 1_000_000),
        ("x", "\ufdfa" * 2_000_000),
        ("x", "a" + "\u0301\uff9e" * 1_000_000),
        ("x", "中 " * 1_000_000),
        ("x", "か\u3099" * 1_000_000),
    ],
)
def test_two_megabytes_are_a_matter_of_seconds(exact: str, text: str) -> None:
    start = time.process_time()
    look_for(exact, "so", "on", [text])
    assert time.process_time() - start < 10


def test_a_page_is_folded_once_for_all_who_quote_it(monkeypatch: pytest.MonkeyPatch) -> None:
    folded: list[str] = []

    def counted(text: str) -> str:
        folded.append(text)
        return fold(text)

    monkeypatch.setattr(quotes, "fold", counted)
    texts = ["A text that nobody else has looked through", "And another one, with all that is around"]
    for words in ("nobody", "with all", "neither here"):
        quotes.look_for(words, None, None, texts)
    assert [text for text in folded if text in texts] == texts
