"""Words in any script: folded, stemmed, found in other forms than they were written in, and never a failure."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.domain import words
from factcheck.domain.highlights import highlights, sought
from factcheck.domain.search_entries import Field, Text, entry
from factcheck.domain.search_queries import LONGEST, Group, parse


def index(text: str, language: str | None) -> set[str]:
    return set(words.read(text, language).terms)


def finds(query: str, text: str, language: str | None) -> bool:
    """Whether a claim of this text has all that the query wants."""
    made, wanted = entry([Text(Field.TEXT, text, language)]), parse(query)
    return bool(wanted.wanted) and all(_has(group, made.words, made.weights) for group in wanted.wanted)


def _has(group: Group, spelled: str, weights: dict[str, int]) -> bool:
    if group.prefix:
        return f" {group.prefix}" in spelled
    return sum(any(term in weights for term in part) for part in group.parts) >= group.need


CLAIMS = {
    "en": "The Pentagon's officials said on Wednesday that 3,000 soldiers were sent to Russia's east.",
    "de": "Außenminister Müller erklärte, die Häuser in den größten Städten seien teurer geworden.",
    "fr": "L'armée a envoyé trois mille soldats nord-coréens vers les régions orientales de l'État.",
    "es": "El Gobierno envió tres mil soldados a las regiones orientales, según los funcionarios.",
    "ru": "Королёв заявил, что ещё три тысячи солдат были отправлены на восток страны.",
    "uk": "Північнокорейські солдати прибули до Курської області, п'ять об'єктів війни знищено в Росії.",
    "ar": "قال المسؤولون إنّ كوريا الشمالية أرسلت ثلاثة آلاف جنديّ إلى شرق روسيا، والجنود يتدرّبون.",
    "ko": "북한은 병사들을 러시아 동부로 보냈다고 백악관이 밝혔다.",
    "zh": "白宫称朝鲜向俄罗斯东部派遣了至少三千名士兵。",
    "ja": "ホワイトハウスは北朝鮮がロシアに兵士を派遣したと述べた。",
}

FOUND = {
    "en": ["official", "soldier", "PENTAGON", "3000", "3,000", "3.000", "Russia", "east"],
    "de": ["Mueller", "Muller", "müller", "Haus", "Städte", "aussenminister", "grösste", "größten", "teure"],
    "fr": ["armee", "armées", "soldat", "envoyés", "region", "etat", "nord-coréen", "coréens"],
    "es": ["envio", "soldado", "region", "oriental", "funcionario", "gobiernos"],
    "ru": ["Королев", "солдаты", "солдатами", "отправлен", "еще", "востоке", "страна", "тысяч"],
    "uk": ["північнокорейських", "солдатів", "солдатами", "Курська", "областю", "війна", "війною", "об’єкт", "об'єкти",
           "Росія", "Росією"],
    "ar": ["كوريا", "الكورية", "جندي", "جنود", "الجنود", "ارسلت", "الشماليه", "روسيا", "شرق", "مسؤولون"],
    "ko": ["북한", "북한이", "병사", "병사는", "러시아", "러시아에", "백악관"],
    "zh": ["朝鲜", "俄罗斯", "士兵", "派遣士兵", "三千名", "白宫", "朝"],
    "ja": ["北朝鮮", "兵士", "ロシア", "派遣", "ホワイトハウス"],
}  # fmt: skip

NOT_FOUND = {
    "en": ["pentagram", "soldering", "300", "russian's roulette"],
    "de": ["Maus", "Mühle"],
    "fr": ["arme blanche", "solde"],
    "es": ["soldadura", "gobernador"],
    "ru": ["королева красоты", "солнце"],
    "uk": ["курка", "солдат Джейн", "роса"],
    "ar": ["اليابان", "جنوب"],
    "ko": ["남한", "병원", "미국"],
    "zh": ["韩国", "士气", "白银"],
    "ja": ["韓国", "兵器", "ローマ"],
}


@pytest.mark.parametrize("language", CLAIMS)
def test_a_claim_is_found_by_other_forms_of_its_words(language: str) -> None:
    assert [query for query in FOUND[language] if not finds(query, CLAIMS[language], language)] == []


@pytest.mark.parametrize("language", CLAIMS)
def test_a_claim_is_not_found_by_words_that_it_does_not_have(language: str) -> None:
    assert [query for query in NOT_FOUND[language] if finds(query, CLAIMS[language], language)] == []


@pytest.mark.parametrize("language", CLAIMS)
@pytest.mark.parametrize("told", [None, "x-unknown", "und", "tlh"])
def test_the_words_themselves_are_found_whatever_language_is_told(language: str, told: str | None) -> None:
    text = CLAIMS[language]
    assert [token.text for token in words.tokens(text) if not finds(f'"{token.text}"', text, told)] == []


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ru", "uk", "ar"])
def test_a_claim_of_no_language_is_found_by_other_forms_as_well(language: str) -> None:
    assert [query for query in FOUND[language] if not finds(query, CLAIMS[language], None)] == []


def test_a_tag_with_script_and_region_is_its_language() -> None:
    assert index(CLAIMS["uk"], "uk-Cyrl-UA") == index(CLAIMS["uk"], "uk") == index(CLAIMS["uk"], "UK")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ｆｕｌｌ ｗｉｄｔｈ", "full width"), ("ﬁre", "fire"), ("ÉCOLE", "ecole"), ("e\u0301cole", "école"),
        ("Straße", "STRASSE"), ("İstanbul", "istanbul"), ("٣٠٠٠", "3000"), ("3\u202f000", "3,000"), ("3’000", "3000"),
        ("об’єкт", "об'єкт"), ("обʼєкт", "об'єкт"), ("ґанок", "ганок"), ("ёлка", "елка"), ("за́мок", "замок"),
        ("كـــتاب", "كتاب"), ("مُحَمَّد", "محمد"), ("Łódź", "lodz"), ("3,5", "3.5"),
    ],
)  # fmt: skip
def test_what_reads_the_same_is_the_same(one: str, other: str) -> None:
    assert words.read(one, None).spelled == words.read(other, None).spelled


@pytest.mark.parametrize(("one", "other"), [("й", "и"), ("їжа", "іжа"), ("3", "30"), ("ja", "ia"), ("हिन्दी", "हन्दी")])
def test_what_carries_meaning_stays(one: str, other: str) -> None:
    assert words.read(one, None).spelled != words.read(other, None).spelled


@given(st.text(max_size=300), st.none() | st.sampled_from([*CLAIMS, "xx", "de-AT"]))
def test_any_text_is_read_and_found_by_each_of_its_words(text: str, language: str | None) -> None:
    reading = words.read(text, language)
    assert all(term and not any(char.isspace() for char in term) for term in reading.terms)
    for token in words.tokens(text):
        assert text[token.start : token.end] == token.text
        if token.kind is None:
            assert words.folded(token.text) in ("", *reading.terms)


OPERATORS = [
    '"',
    "-",
    "*",
    "(",
    ")",
    "AND",
    "OR",
    "NOT",
    "NEAR(",
    ":",
    "^",
    "+",
    "{",
    "}",
    "&",
    "|",
    "!",
    "<->",
    "\\",
    "'",
    "\0",
]


@given(
    st.lists(st.sampled_from(OPERATORS) | st.text(max_size=12), max_size=30).map(" ".join) | st.text(max_size=LONGEST)
)
def test_any_text_is_a_query(text: str) -> None:
    query = parse(text)
    assert all(term for term in query.terms())
    assert all(group.prefix or len(group.parts) >= group.need >= 1 for group in (*query.wanted, *query.unwanted))


def test_the_parts_of_a_query() -> None:
    query = parse('soldiers "North Korea" -ship* -"far east" nucl* -far-fetched')
    assert [group.prefix for group in query.wanted if group.prefix] == ["nucl"]
    assert query.phrases == (" north korea ",)
    assert query.unwanted_phrases == (" far east ", " far fetched ")
    assert [group.prefix for group in query.unwanted] == ["ship"]


def test_words_that_say_nothing_count_where_there_are_no_others() -> None:
    assert len(parse("the soldiers in the east").wanted) == 2
    assert len(parse("to be or not to be").wanted) == 4
    assert parse("-soldiers").wanted == parse("... !!! -- ***").wanted == ()


def test_fragments_and_marks_are_of_the_text_itself() -> None:
    text = f"<script>alert(1)</script> {'x ' * 200} Soldiers 😀 of the North, {'y ' * 200} more soldiers"
    document = {
        "text": text, "quote": None, "context": None, "speaker": {"name": "Soldier & Son"}, "relayed_by": None,
        "source": None, "appearances": [], "evidence": [], "verdicts": [{"justification": "No soldiers"}] * 5,
    }  # fmt: skip
    found = highlights(document, sought(parse("soldier script")))
    assert [one["field"] for one in found] == ["text", "speaker", "verdict", "verdict", "verdict"]
    for one in found:
        assert one["fragment"] in (text, "Soldier & Son", "No soldiers") or one["fragment"] in text
        marked = {one["fragment"][start:end].lower() for start, end in one["marks"]}
        assert marked
        assert marked <= {"soldiers", "soldier", "script"}
    far = highlights({**document, "text": text[26:]}, sought(parse("soldiers")))[0]
    assert "Soldiers 😀" in far["fragment"]
    assert len(far["fragment"]) < 300


def test_chinese_and_korean_words_are_marked_within_their_runs() -> None:
    document: dict[str, Any] = {"quote": None, "context": None, "speaker": None, "relayed_by": None, "source": None,
                "appearances": [], "evidence": [], "verdicts": []}  # fmt: skip
    for language, query, marked in (("zh", "俄罗斯", ["俄罗斯"]), ("ko", "북한이", ["북한"])):
        [found] = highlights({**document, "text": CLAIMS[language]}, sought(parse(query)))
        assert [found["fragment"][start:end] for start, end in found["marks"]] == marked
