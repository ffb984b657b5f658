"""Numbers and dates that a text names, in one form: "11,000", "11 000", "11k" and "eleven thousand" are the same.

Years and days are kept apart from quantities. Never raises on any string.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from unicodedata import decimal

from factcheck.domain.claims_text import MAX_TEXT, STOPWORDS, fold, stem


class Kind(StrEnum):
    """What a number counts: things, hundredths, money."""

    COUNT = "count"
    PERCENT = "percent"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Number:
    """A quantity: its value, its kind, the (stemmed) words next to it that may be its unit, and how it is written."""

    value: Decimal
    kind: Kind
    units: frozenset[str]
    text: str


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as it is given: a year, a month of a year, a day with or without its year."""

    year: int | None
    month: int | None
    day: int | None
    text: str


_UNIT_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL = {word: at for at, word in enumerate(_UNIT_WORDS.split())} | {
    word: 10 * at for at, word in enumerate(_TEN_WORDS.split(), 2)
}
_SCALES = {
    "hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12,
    "hundreds": 2, "thousands": 3, "millions": 6, "billions": 9, "trillions": 12,
    "tausend": 3, "millionen": 6, "milliarde": 9, "milliarden": 9, "mille": 3, "milliard": 9, "milliards": 9,
    "mil": 3, "millones": 6, "millon": 6, "milhao": 6, "milhoes": 6, "bilhao": 9, "bilhoes": 9, "mila": 3,
    "milione": 6, "milioni": 6, "miliardo": 9, "miliardi": 9, "miljoen": 6, "miljard": 9, "duizend": 3,
    "тысяч": 3, "тысячи": 3, "тыс": 3, "миллион": 6, "миллиона": 6, "миллионов": 6, "млн": 6, "миллиард": 9,
    "миллиарда": 9, "миллиардов": 9, "млрд": 9, "mio": 6, "mrd": 9, "mln": 6, "bn": 9, "tn": 12, "mn": 6,
    "万": 4, "萬": 4, "亿": 8, "億": 8,
}  # fmt: skip
_LETTER_SCALES = {"k": 3, "m": 6, "b": 9}
"""Only where they touch the number: "5 m" is a length."""

MONTHS = {
    name: month
    for month, those in enumerate(
        (
            "january jan januar janvier enero gennaio janeiro januari",
            "february feb februar fevrier febrero febbraio fevereiro februari",
            "march mar marz mars marzo marco maart",
            "april apr avril abril aprile",
            "may mai mayo maggio maio mei",
            "june jun juni juin junio giugno junho",
            "july jul juli juillet julio luglio julho",
            "august aug aout agosto augustus",
            "september sep sept septembre septiembre settembre setembro",
            "october oct oktober okt octobre octubre ottobre outubro",
            "november nov novembre noviembre novembro",
            "december dec dezember dez decembre diciembre dicembre dezembro",
        ),
        1,
    )
    for name in those.split()
}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))

_SEPARATED = (
    r"\d{1,3}(?:[, \u00a0\u2009\u202f'’]\d{3})+(?!\d)(?:\.\d+)?|\d{1,3}(?:\.\d{3})+(?!\d)(?:,\d+)?|\d+(?:[.,]\d+)?"
)
_DIGITS = re.compile(
    rf"(?<![\w.,])(?<![^\W\d_]-)(?<!\d:)(?P<money>[$€£¥₹]|us\$ ?)? ?"
    rf"(?P<number>{_SEPARATED})(?!\d|s\b|:\d\d| ?[ap]\.?m\b)"
    r"(?:(?P<letter>[kmb])(?![^\W\d_]))?"
    r"(?P<after>(?: ?(?:%|\uff05|‰|[$€£¥₹])| ?-?[^\W\d_]+\.?){0,4})"
)
_SPELLED_WORDS = (*_SMALL, "hundred", "thousand", "million", "billion", "trillion")
_SPELLED = re.compile(
    rf"\b(?P<number>(?:(?:{'|'.join(_SPELLED_WORDS)})"
    r"(?:\b(?:[ -](?:and )?)?))+)(?P<after>(?: ?(?:%|\uff05)| ?[^\W\d_]+){0,4})"
)
_PERCENT = re.compile(
    r" ?(?:%|\uff05|percent|per cent|pct|prozent|pour cent|por ciento|por cento|per cento|procent|процент)"
)
_MONEY = re.compile(
    r" ?(?:[$€£¥₹]|dollar|euro|pound|buck|usd|eur|gbp|yen|rupee|ruble|rouble|yuan|peso|franc|доллар|евро)"
)
_YEARS = re.compile(r"(?<![\w.,$€£/-])(?:1[5-9]|20)\d\d(?![\w%]|[.,/]\d|-\d{1,3}(?!\d))")
_AMOUNT = re.compile(r"(?:about|around|over|nearly|almost|than|least|some|of the|approximately|roughly|by|up to)\s*$")
_LONGEST = 24
"""Digits and separators of a number: what is longer is a code, and more than a Decimal can round."""
_WITH_MONTHS = (
    re.compile(rf"\b(?P<month>{_MONTH})\b\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\.?\d)(?:,? (?P<year>\d{{4}})\b)?"),
    re.compile(
        rf"(?<![\d.,])(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.)?(?: de| of)? (?P<month>{_MONTH})\b"
        r"\.?,?(?: de| of)?(?: (?P<year>\d{4})\b)?"
    ),
    re.compile(rf"\b(?P<month>{_MONTH})\b\.?,?(?: de| of)? (?P<year>\d{{4}})\b"),
)
_HYPHENATED = re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)")
_DOTTED = re.compile(r"(?<![\d./])(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?!\d)")
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4}|\d\d)(?![\d/])")


@dataclass(frozen=True, slots=True)
class Figures:
    """All that a text names of numbers and dates."""

    numbers: tuple[Number, ...] = ()
    days: tuple[Day, ...] = ()


_DECIMAL = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=256)
def figures(text: str) -> Figures:
    """The numbers and dates of a text, in order of kind; empty where there are none. A match reads a claim twice."""
    low = _ascii_digits(text[:MAX_TEXT]).casefold()
    # Most texts have few of what is looked for, and looking whether they have any is quicker than looking for it.
    words = frozenset(_LETTERS.findall(low))
    has_digits, has_words = _DECIMAL.search(low) is not None, not words.isdisjoint(_SPELLED_WORDS)
    days, rest = _days(low, words) if has_digits else ([], low)
    numbers = _written(rest) if has_digits else []
    if has_words:
        numbers += _spelled(_DIGITS.sub(_blank, rest))
    return Figures(tuple(numbers), tuple(days))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    return _DECIMAL.sub(lambda found: str(decimal(found[0])), text)


def _days(text: str, words: frozenset[str]) -> tuple[list[Day], str]:
    """The dates, and the text with blanks where they stood, so that they are not read as quantities too."""
    found: list[Day] = []

    def take(match: re.Match[str]) -> str:
        parts = match.groupdict()
        month = MONTHS.get(parts["month"]) or int(parts["month"] if parts["month"].isdigit() else 0)
        day = int(parts.get("day") or 0)
        year = int(parts.get("year") or 0)
        if not 1 <= month <= 12 or day > 31:
            return match[0]
        found.append(Day(year or None, month, day or None, match[0].strip(" ,.").title()))
        return _blank(match)

    if "-" in text:
        text = _HYPHENATED.sub(take, text)
    if not words.isdisjoint(MONTHS):
        for pattern in _WITH_MONTHS:
            text = pattern.sub(take, text)
    if "." in text:
        text = _DOTTED.sub(take, text)
    if "/" in text:
        text = _SLASHED.sub(lambda match: _slashed(match, found), text)
    return _years(text, found)


def _slashed(match: re.Match[str], found: list[Day]) -> str:
    """Month and day in the American order, or in the other where only that one can be."""
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    month, day = (first, second) if first <= 12 else (second, first)
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return match[0]
    found.append(Day(year if year > 99 else 2000 + year, month, day, match[0]))
    return _blank(match)


def _years(text: str, found: list[Day]) -> tuple[list[Day], str]:
    def take(match: re.Match[str]) -> str:
        if _AMOUNT.search(text, max(0, match.start() - 16), match.start()):
            return match[0]
        found.append(Day(int(match[0]), None, None, match[0]))
        return _blank(match)

    return found, _YEARS.sub(take, text)


def _written(text: str) -> list[Number]:
    return [
        _number(_value(match["number"], match["letter"], match["after"]), match, bool(match["money"]))
        for match in _DIGITS.finditer(text)
        if len(match["number"]) <= _LONGEST
    ]


def _spelled(text: str) -> list[Number]:
    found = []
    for match in _SPELLED.finditer(text):
        words = [word for word in re.split(r"[ -]+", match["number"].strip(" -")) if word not in ("and", "")]
        # "one" and "two" alone are mostly not counts ("one of the", "the two of them").
        if words and words not in (["one"], ["two"]):
            found.append(_number(_from_words(words), match, money=False))
    return found


def _value(written: str, letter: str | None, after: str) -> Decimal:
    """The value of digits with separators: three digits after each make thousands, a last other one a fraction.

    A single dot before a scale or a percent sign begins a fraction, however many digits follow.
    """
    bare = re.sub(r"[ \u00a0\u2009\u202f'’]", "", written)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", bare):
        bare = bare.replace(",", "")
    elif re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?", bare) and not (bare.count(".") == 1 and _scaled(after)):
        bare = bare.replace(".", "")
    if not re.fullmatch(r"\d+(?:[.,]\d+)?", bare):
        bare = re.sub(r"\D", "", bare)
    return Decimal(bare.replace(",", ".")).scaleb(_LETTER_SCALES[letter] if letter else 0)


def _scaled(after: str) -> bool:
    return _PERCENT.match(after) is not None or after.strip().split(" ")[0] in _SCALES


def _from_words(words: list[str]) -> Decimal:
    """Three hundred and fifty thousand: what is small is added up, a scale multiplies what stands before it."""
    total = current = Decimal(0)
    for word in words:
        if word in _SMALL:
            current += _SMALL[word]
        elif word == "hundred":
            current = (current or Decimal(1)) * 100
        else:
            total, current = total + (current or Decimal(1)).scaleb(_SCALES[word]), Decimal(0)
    return total + current


def _number(value: Decimal, match: re.Match[str], money: bool) -> Number:
    after, written = match["after"], match[0][: match.end("after") - match.start()]
    first = fold(re.sub("^([万萬亿億])", r"\1 ", after)).split()
    while first and (scale := _SCALES.get(first[0].strip(".-"))):
        value, first = value.scaleb(scale), first[1:]
    rest = " ".join(first)
    kind = Kind.PERCENT if _PERCENT.match(rest) else Kind.MONEY if money or _MONEY.match(rest) else Kind.COUNT
    units = frozenset(stem(word) for one in first[:3] if len(word := one.strip(".-")) > 2 and word not in STOPWORDS)
    return Number(value.normalize(), kind, units, _shown(written, after, first))


def _shown(written: str, after: str, rest: list[str]) -> str:
    """The number as it is written, with its scale and sign and no words behind."""
    words = after.split()
    kept = len(words) - len(rest) + (1 if rest and re.match(r"%|\uff05|per ?c|pct|[$€£¥₹]", rest[0]) else 0)
    return " ".join([written[: len(written) - len(after)].strip(), *words[:kept]]).replace(" %", "%")
