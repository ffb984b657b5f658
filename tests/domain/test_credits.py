"""Credit lines: forms of words in six languages, names that are cut off rightly, and what credits nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.domain.credits import MAX_PHRASE, Credit, credits_in, fold, known_in, names_of

PUBLISHERS = [
    "The New York Times", "Time", "The Sun", "Associated Press", "Reuters", "dpa", "Agence France-Presse", "EFE",
    "TASS", "Ukrinform", "The Times", "The Times of Israel", "Le Monde", "Die Zeit", "L'Équipe", "Financial Times",
    "Українська правда", "Bloomberg", "Moody's", "The Guardian", "El País", "BBC",
]  # fmt: skip
KNOWN = {name: publisher for publisher in PUBLISHERS for name in names_of(publisher)}


def _named(text: str) -> list[str]:
    return [publisher for publisher, _ in known_in(credits_in(text), KNOWN)]


@pytest.mark.parametrize(
    ("text", "publishers"),
    [
        ("It fell, according to the New York Times on Monday.", ["The New York Times"]),
        ("He told The Associated Press early Wednesday that", ["Associated Press"]),
        ("as first reported by Bloomberg.", ["Bloomberg"]),
        ("This article was originally published in The Guardian", ["The Guardian"]),
        ("in an interview with the newspaper Le Monde on Friday", ["Le Monde"]),
        ("with material from Reuters", ["Reuters"]),
        ("according to Time magazine", ["Time"]),
        ("according to TIME, it", ["Time"]),
        ("according to Moody's", ["Moody's"]),
        ("he told the Guardian's editor", ["The Guardian"]),
        ("On Monday the Financial Times reported that", ["Financial Times"]),
        ("Reuters said in a report", ["Reuters"]),
        ("MIAMI (AP) — The storm", ["Associated Press"]),
        ("PESCARA, Italy (Reuters) - Hopes", ["Reuters"]),
        ("PARIS (AFP) Le ministre", ["Agence France-Presse"]),
        ("It fell. (dpa)", ["dpa"]),
        ("(dpa/AFP)", ["dpa", "Agence France-Presse"]),
        ("It ended well. — AP", ["Associated Press"]),
        ("By Jane Doe, Associated Press\nIt fell.", ["Associated Press"]),
        ("By The Associated Press\nIt fell.", ["Associated Press"]),
        ("It fell.\nSource: AP, Reuters", ["Associated Press", "Reuters"]),
        ("Jane Doe and Reuters contributed to this report.", ["Reuters"]),
        ("Laut der Nachrichtenagentur Reuters sank", ["Reuters"]),
        ("Das ist laut dpa so.", ["dpa"]),
        ("Wie Die Zeit berichtet, ist", ["Die Zeit"]),
        ("selon l'AFP, il", ["Agence France-Presse"]),
        ("selon l’agence Reuters", ["Reuters"]),
        ("d'après L'Équipe", ["L'Équipe"]),
        ("según EFE y otros", ["EFE"]),
        ("informó El País", ["El País"]),
        ("за даними Укрінформу", ["Ukrinform"]),
        ("про це пише «Українська правда».", ["Українська правда"]),
        ("Об этом сообщает ТАСС.", ["TASS"]),
        ("по данным агентства Reuters", ["Reuters"]),
        ("ТАСС сообщает, что", ["TASS"]),
        ("according to the Times of Israel", ["The Times of Israel"]),
        ("according to The Times, which", ["The Times"]),
        ("It is so, according to the BBC. Reuters reported it too.", ["BBC", "Reuters"]),
    ],
)
def test_who_is_credited(text: str, publishers: list[str]) -> None:
    assert _named(text) == publishers


@pytest.mark.parametrize(
    "text",
    [
        "",
        "according to officials",
        "according to time and place",
        "according to ap",
        "according to The Sun King's doctor",
        "as published in The Times Literary Supplement",
        "the Daily Time reported",
        "according to Daily Time",
        "the Editors of Time reported",
        "at that time reported cases rose",
        "pupils took Advanced Placement (AP) exams in May",
        "Time is short. The sun was out, and Reuters has a new office.",
        "ACCORDING TO THE",
        "told ",
        "Source:",
        "(Somebody)",
    ],
)
def test_who_is_not_credited(text: str) -> None:
    assert _named(text) == []


def test_the_phrase_is_what_stands_around_it_on_its_line() -> None:
    text = f"{'before ' * 40}\nIt fell, according to the New York Times on Monday, {'after ' * 80}"
    (_, credit), *more = known_in(credits_in(text), KNOWN)
    assert not more
    assert credit.phrase.startswith("It fell, according to the New York Times on Monday, after")
    assert len(credit.phrase) <= MAX_PHRASE


@pytest.mark.parametrize(
    ("publisher", "names"),
    [
        ("Associated Press", {"associated press", "AP"}),
        ("The Associated Press", {"associated press", "AP"}),
        ("AP", {"associated press", "AP"}),
        ("dpa", {"deutsche presse agentur", "dpa", "DPA", "dpa international"}),
        ("The Sun", {"sun"}),
        ("Time", {"time", "TIME"}),
        ("Example Gazette", {"example gazette"}),
        ("...", set()),
    ],
)
def test_by_which_names_a_publisher_goes(publisher: str, names: set[str]) -> None:
    assert names_of(publisher) == names


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("AP", "A.P.", True),
        ("AP", "ap", False),
        ("The Times", "times", True),
        ("El País", "el pais", True),
        ("ТАСС", "тасс", False),
        ("The", "the", True),
        ("", " ", True),
    ],
)
def test_folded_names(one: str, other: str, same: bool) -> None:
    assert (fold(one) == fold(other)) is same


_PIECES = [
    "according to ",
    "told ",
    "The ",
    "AP",
    "Reuters",
    " reported",
    "(",
    ")",
    "\n",
    "By ",
    ", ",
    "— ",
    ". ",
    "'s",
    "ТАСС",
]


@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(_PIECES), max_size=60).map("".join)))
def test_any_text_can_be_read(text: str) -> None:
    found = credits_in(text)
    assert found == credits_in(text)
    assert all(one.name and len(one.phrase) <= MAX_PHRASE and 0 <= one.at <= len(text) for one in found)
    assert found == sorted(found, key=lambda one: (one.at, -len(one.name), one.name))


def test_the_longest_known_name_of_a_place_counts() -> None:
    readings = [Credit("Times of Israel", "", 3), Credit("Times", "", 3), Credit("Times", "", 9)]
    assert [one for one, _ in known_in(readings, KNOWN)] == ["The Times of Israel", "The Times"]


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "piece", ["according to ", "AP reported ", "told The ", "(AP) - \n", "By A, ", "(", "— ", "Source: "]
)
def test_long_texts_take_their_length(piece: str) -> None:
    assert len(credits_in(piece * (2_000_000 // len(piece)))) < 20_000
