"""The words of a text as a search compares them, in any script: where they stand, folded, and by stem.

Both databases index these terms, so that they find the same. Pure.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from factcheck.domain import stems

LONGEST = 64
"""Characters of a word that count."""

# Written without spaces between words: Thai, Lao, Burmese, Khmer, kana, Han.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\uff66-\uff9f\U00020000-\U0003ffff"
)
# Particles are glued to words.
_HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7ff"
# They belong to the letter before them, and are no letters to Python's \w; the dandas of the block are none.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903\u093a-\u094f"
    "\u0951-\u0963\u0980-\u0dff\u0f18-\u0fbc\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
_LETTER = rf"[^\W_{_UNSPACED}{_HANGUL}]"
_REST = rf"(?:{_LETTER}|[{_MARKS}])*"
_CYRILLIC = "\u0400-\u052f"
_TOKEN = re.compile(
    # 3,000 and 3.000 and 3 000 (of narrow spaces) are one number, 3.5 and 3,5 too.
    r"(?P<grouped>\d{1,3}(?:[.,'’\u00a0\u202f]\d{3})+(?!\d))|(?P<number>\d+[.,]\d+(?!\d))"
    rf"|(?P<run>[{_UNSPACED}]+|[{_HANGUL}]+)"
    # An apostrophe is a letter of Ukrainian, and an end of words elsewhere.
    rf"|{_LETTER}{_REST}(?:(?<=[{_CYRILLIC}])['’`](?=[{_CYRILLIC}]){_REST})*"
)
_STRIPPED = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u0640\u200c\u200d'’`ʼʹ]"
)
_LATIN = re.compile("[a-z\u00df-\u024f\u0370-\u03ff\u1e00-\u1fff]", re.IGNORECASE)
_IN_CYRILLIC = re.compile(f"[{_CYRILLIC}]")
_IN_ARABIC = re.compile("[\u0600-\u06ff]")
_IN_HANGUL = re.compile(f"[{_HANGUL}]")
_ALIKE = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th",
    "ё": "е", "ґ": "г", "ў": "у",
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ؤ": "و", "ئ": "ي",
})  # fmt: skip
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


class Token(NamedTuple):
    """A word, a number or a run of characters that are written without spaces, and where it stands."""

    start: int
    end: int
    text: str
    kind: str | None
    """`grouped` or `number`, `run`, or None for a word."""


class Reading(NamedTuple):
    """A text as it is indexed: its folded words in order, and each term as often as it occurs."""

    spelled: tuple[str, ...]
    terms: tuple[str, ...]


def tokens(text: str) -> Iterator[Token]:
    """The words of a text, in order."""
    for match in _TOKEN.finditer(text):
        yield Token(match.start(), match.end(), match[0], match.lastgroup)


# A claim is written to again and again, and most of its texts stay.
@lru_cache(maxsize=1_000)
def read(text: str, language: str | None) -> Reading:
    """A text's words and terms; `language` is its BCP 47 tag, None where unknown."""
    languages = index_languages(language)
    spelled: list[str] = []
    terms: list[str] = []
    for token in tokens(text):
        if token.kind == "run":
            run = spell(token)
            spelled += run
            terms += run_terms(run)
        else:
            spelled.append(folded(token.text, token.kind))
            terms += forms(token.text, token.kind, languages)
    return Reading(tuple(spelled), tuple(terms))


def index_languages(language: str | None) -> tuple[str, ...]:
    """The languages by whose rules a text is indexed: its own and English, or all that are likely where unknown."""
    if language is None:
        return ("en", "de", "fr", "es", *stems.CYRILLIC, *stems.ARABIC)
    # Names, titles and reasons come in English, and people search for them so, whatever the claim's language.
    return tuple(dict.fromkeys((*stems.known([language.partition("-")[0].lower()]), "en")))


QUERY_LANGUAGES = (*stems.LATIN, *stems.CYRILLIC, *stems.ARABIC)
"""A query has no language: a word counts as whatever it is by the rules of any."""


@lru_cache(maxsize=20_000)
def forms(word: str, kind: str | None, languages: tuple[str, ...]) -> tuple[str, ...]:
    """The terms under which a word is found: folded, and its stems by the rules of those languages that are written in
    its script. The folded word is the first."""
    plain = folded(word, kind)
    if kind is not None or not plain.isalpha():
        return (plain,)
    lower = unicodedata.normalize("NFC", word[:LONGEST].casefold())
    found = [plain]
    if not lower.isascii():
        found.append(_fold(lower.translate(_UMLAUTS)))
    for language in _of_script(plain, languages):
        found += (_fold(stems.stem(lower, language)), stems.stem(plain, language))
    if _IN_ARABIC.match(plain):
        found.append(stems.light_arabic(plain))
    return tuple(dict.fromkeys(one for one in found if one))


def folded(word: str, kind: str | None = None) -> str:
    """A word without what does not change it: case, accents, forms of one letter, signs within numbers."""
    if kind == "grouped":
        return "".join(char for char in _fold(word[:LONGEST]) if char.isdigit())
    return _fold(word[:LONGEST].replace(",", ".") if kind == "number" else word[:LONGEST])


def spell(token: Token) -> list[str]:
    """The characters of a run."""
    return [char for char in unicodedata.normalize("NFKC", token.text) if not char.isspace()]


def run_terms(run: list[str]) -> list[str]:
    """The terms under which a run of characters is indexed: each pair, and the last one alone, so that every character
    begins some term."""
    return [*pairs(run), *run[-1:]]


def pairs(run: list[str]) -> list[str]:
    return [one + other for one, other in pairwise(run)]


def is_korean(run: list[str]) -> bool:
    return bool(run) and _IN_HANGUL.match(run[0]) is not None


def _of_script(word: str, languages: tuple[str, ...]) -> Iterator[str]:
    if _IN_CYRILLIC.match(word):
        written: tuple[str, ...] = stems.CYRILLIC
    elif _IN_ARABIC.match(word):
        written = stems.ARABIC
    elif _LATIN.match(word):
        written = stems.LATIN
    else:
        written = ()
    return (one for one in languages if one in written)


@lru_cache(maxsize=20_000)
def _fold(word: str) -> str:
    word = word.casefold()
    if not word.isascii():
        # Accents of Latin and Greek go; й and ї are letters of their own.
        word = unicodedata.normalize("NFKD" if _LATIN.match(word) else "NFKC", word).casefold()
        word = _STRIPPED.sub("", word).translate(_ALIKE)
        word = unicodedata.normalize("NFC", word)
        word = "".join([str(unicodedata.decimal(char, char)) for char in word])
    return _kept(word)


def _kept(word: str) -> str:
    """Without spaces, which a compatibility form may bring: they part the words of the index."""
    return word if word.isalnum() else "".join(word.split()).strip("'’`")
