"""What counts as a change of a page, on pairs of texts as sites make them, and as rules that always hold."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.domain.changes import MAX_HUNKS, MAX_PARTS, Hunk, compare, unified
from factcheck.domain.passing import passes
from factcheck.domain.typography import fold

STORY = (
    "Troops have arrived, White House says\n"
    "On 23 October Kirby said 3,000 soldiers had come. They travelled by ship. Nobody knows what they will do.\n"
    "The ministry has not answered a request to comment.\n"
    "Officials in Seoul had given the same figure before, and Kyiv a higher one."
)


def changed(old: str, new: str) -> str:
    assert old in STORY
    return STORY.replace(old, new)


@pytest.mark.parametrize(
    "after",
    [
        changed("3,000", "11,000"),
        changed("3,000", "3,001"),
        changed("Kirby", "Miller"),
        changed("has not answered", "has answered"),
        changed("has not", "hasn't"),
        changed("23 October", "24 October"),
        changed("They travelled by ship. ", ""),
        changed("They travelled by ship. ", "They travelled by ship. Some flew. "),
        changed("\nThe ministry has not answered a request to comment.", ""),
        changed("Troops have arrived, White House says", "Troops may have arrived, White House says"),
        changed("Troops have arrived, White House says\n", ""),
        STORY + "\nCorrection: an earlier version of this page gave another figure.",
        STORY + "\nCorrection, 25 November 2026: the figure was wrong.",
        STORY + "\nGermany 3,000",
        STORY + "\nDeaths: 12",
        STORY + "\n4,000",
        STORY + "\nThis page is no longer kept up to date",
        STORY + "\nKirby resigned on 23 October",
        STORY + "\n白宫证实三千名士兵已经抵达俄罗斯东部",
        STORY + "\nСолдаты прибыли на восток страны вчера",
        "",
        "Page not found. It may have moved.",
    ],
)
def test_what_a_page_says_otherwise_is_a_change(after: str) -> None:
    found = compare(STORY, after)
    assert found.substantive
    assert compare(after, STORY).substantive
    assert found.hunks


@pytest.mark.parametrize(
    "after",
    [
        STORY,
        changed(" ", "\u00a0 "),
        changed(". ", ".\n"),
        changed(" soldiers had", "\nsoldiers had"),
        changed("\n", "\n\n \n"),
        changed("3,000 soldiers", "3,000 sol\u00addiers"),
        changed(", White House", " , White House").replace(" ,", ","),
        "\n".join(reversed(STORY.split("\n"))),
        changed("comment.\nOfficials", "comment. Officials"),
        STORY + "\n" + STORY.split("\n")[1],
        STORY + "\nThey travelled by ship.",
        STORY + "\n* * *",
        STORY + "\n\u00b8 .",
        STORY + "\nRead more\nShare\nSubscribe now",
        "Home\nWorld news\n" + STORY,
    ],
)
def test_what_stands_elsewhere_or_around_it_is_none(after: str) -> None:
    assert not compare(STORY, after).substantive
    assert not compare(after, STORY).substantive


PASSING = [
    ("Wednesday, 25 November 2026", "Thursday, 26 November 2026"),
    ("Today is Wednesday, November 25th, 2026", "Today is Thursday, November 26th, 2026"),
    ("Updated 3 hours ago", "Updated 1 day ago"),
    ("Last updated: 25 Nov 2026, 2:30 p.m. EST", "Last updated: 26 Nov 2026, 9:05 a.m. EST"),
    ("Published 25/11/2026 at 14:30", "Published 25/11/2026 at 14:31"),
    ("25.11.2026 14:30", "26.11.2026 08:00"),
    ("2026-11-25T14:30:00Z", "2026-11-25T14:31:00+01:00"),
    ("14:30", "14:31"),
    ("14:30:12 UTC", "14:31:01 UTC"),
    ("Berlin, Mittwoch, 25. November 2026", "Berlin, Donnerstag, 26. November 2026"),
    ("Stand: 25.11.2026, 14:30 Uhr", "Stand: 26.11.2026, 09:12 Uhr"),
    ("Aktualisiert vor 3 Stunden", "Aktualisiert vor 5 Stunden"),
    ("Mis à jour le 25 novembre 2026 à 14h30", "Mis à jour le 26 novembre 2026 à 09h12"),
    ("Publié il y a 3 heures", "Publié il y a 2 jours"),
    ("Mercredi 25 novembre 2026", "Jeudi 26 novembre 2026"),
    ("Miércoles, 25 de noviembre de 2026", "Jueves, 26 de noviembre de 2026"),
    ("Actualizado hace 3 horas", "Actualizado hace 4 horas"),
    ("Середа, 25 листопада 2026 року, 14:30", "Четвер, 26 листопада 2026 року, 09:12"),
    ("Оновлено 3 години тому", "Оновлено 5 годин тому"),
    ("Среда, 25 ноября 2026 г.", "Четверг, 26 ноября 2026 г."),
    ("Обновлено 25.11.2026 в 14:30", "Обновлено 26.11.2026 в 09:12"),
    ("2026年11月25日 星期三 14:30", "2026年11月26日 星期四 09:12"),
    ("更新时间：2026年11月25日", "更新时间：2026年11月26日"),
    ("2026年11月25日(水) 14時30分", "2026年11月26日(木) 9時12分"),
    ("3小时前", "5小时前"),
    ("2026년 11월 25일 수요일", "2026년 11월 26일 목요일"),
    ("입력 2026.11.25 14:30", "입력 2026.11.26 09:12"),
    ("3시간 전", "5시간 전"),
    ("12 comments", "15 comments"),
    ("1,204 views", "2,377 views"),
    ("1.2K shares", "1.4K shares"),
    ("Share 12", "Share 15"),
    ("Comments (12)", "Comments (15)"),
    ("5 min read", "6 min read"),
    ("12 Kommentare", "15 Kommentare"),
    ("1 204 vues", "1 377 vues"),
    ("12 комментариев", "15 комментариев"),
    ("Просмотров: 1 204", "Просмотров: 1 377"),
    ("12 коментарів", "15 коментарів"),
    ("조회수 1,204", "조회수 1,377"),
    ("12条评论", "15条评论"),
    ("阅读 1.2万", "阅读 1.3万"),
    ("Most read", "Recommended for you"),
    ("Home | World | 25 November 2026", "Home | Politics | 26 November 2026"),
    ("Read next: storm", "Read next: sun"),
]


@pytest.mark.parametrize(("was", "now"), PASSING)
def test_days_counters_and_labels_pass(was: str, now: str) -> None:
    for before, after in ((was, now), (now, was)):
        assert not compare(f"{before}\n{STORY}", f"{after}\n{STORY}").substantive
    assert not compare(STORY, f"{now}\n{STORY}").substantive


LASTING = [
    "4,000 soldiers",
    "12 dead",
    "12 civilians were killed today",
    "May 3,000",
    "Turnout 64.5%",
    "The talks begin on 25 November 2026",
    "Election day 2026 moved",
    "Kirby died.",
    "No.",
    "He left on Wednesday and came back on Thursday",
    "Correction: 25 November 2026, wrong name",
    "1 million",
    "Figure 12.5",
    "5,000 votes counted in Kyiv",
    "25 November 2026: Seoul says 10,000",
    "10,000",
    "死亡12人",
]


@pytest.mark.parametrize("block", LASTING)
def test_figures_and_sentences_do_not_pass(block: str) -> None:
    assert not passes(fold(block))
    assert compare(STORY, f"{STORY}\n{block}").substantive


def test_hunks_say_what_was_there_and_what_is() -> None:
    after = changed("3,000", "11,000") + "\nA correction was made.\nUpdated 3 hours ago"
    assert compare(STORY, after).hunks == (
        Hunk(
            ("On 23 October Kirby said 3,000 soldiers had come.",),
            ("On 23 October Kirby said 11,000 soldiers had come.",),
        ),
        Hunk((), ("A correction was made.",)),
    )
    both = changed("travelled by ship", "flew").replace("Kyiv a higher", "Kyiv a lower")
    assert [(len(hunk.removed), len(hunk.added)) for hunk in compare(STORY, both).hunks] == [(1, 1), (1, 1)]


def test_there_is_an_end_to_hunks() -> None:
    before = "\n".join(f"Stays {n}.\nSentence {n} of it." for n in range(MAX_HUNKS + 50))
    found = compare(before, before.replace(" of it", " of them"))
    assert (len(found.hunks), found.more, found.substantive) == (MAX_HUNKS, True, True)


lines = st.lists(
    st.sampled_from([*STORY.split("\n"), *(was for was, _ in PASSING), *LASTING]) | st.text(max_size=30), max_size=12
)
texts = lines.map("\n".join)


@given(texts, texts)
def test_it_is_the_same_both_ways(before: str, after: str) -> None:
    assert compare(before, after).substantive == compare(after, before).substantive
    assert not compare(before, before).substantive


@given(texts, st.randoms(use_true_random=False))
def test_white_space_and_order_never_matter(text: str, chance: random.Random) -> None:
    spaced = "".join(chance.choice([" ", "  ", "\u00a0", "\n", " \n\n"]) if one == " " else one for one in text)
    assert not compare(text, spaced).substantive
    shuffled = text.split("\n")
    chance.shuffle(shuffled)
    assert not compare(text, "\n".join(shuffled)).substantive


@given(texts, texts)
def test_any_two_texts_have_a_diff(before: str, after: str) -> None:
    assert (unified(before, after) == "") == (before == after)


BIG = "\n".join(f"Paragraph {n} says that {n * 7} people came. It goes on with a few words." for n in range(26_000))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BIG, BIG.replace("Paragraph 999 ", "Paragraph 998 ")),
        (BIG, BIG.replace("people", "soldiers")),
        (BIG, BIG.replace("words.", "words. ")),
        (BIG, ""),
        ("a\n" * 1_000_000, "b\n" * 1_000_000),
        ("\n".join(map(str, range(300_000))), "\n".join(map(str, range(300_000, 600_000)))),
        ("a. " * 600_000, "b. " * 600_000),
        ("." * 2_000_000, "!" * 2_000_000),
        ("." * 1_000_000 + "a", " | " * 600_000),
        ("'" * 2_000_000, ".'" * 1_000_000),
        ("ab " * 600_000, "ab " * 600_000 + "c"),
        ("\n".join("ab" * n for n in range(1_400)), "\n".join("ba" * n for n in range(1_400))),
    ],
)  # fmt: skip
def test_two_megabytes_are_a_matter_of_seconds(before: str, after: str) -> None:
    start = time.process_time()
    compare(before, after)
    unified(before, after)
    assert time.process_time() - start < 10


def test_where_too_much_has_changed_that_is_all_it_says() -> None:
    before = "\n".join(f"Sentence {n} of it." for n in range(MAX_PARTS + 5))
    found = compare(before, before.replace("of it", "of them"))
    assert (found.hunks, found.more, found.substantive) == ((), True, True)
    assert not compare(before, before.replace(" ", "  ")).substantive
