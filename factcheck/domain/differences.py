"""What two statements say otherwise in like words: another number, another date, a "not", "fell" for "rose".

A number is held against one that counts the same thing, so that a post that names many does not differ by each. The
lists of words are short on purpose: what they do not know is not reported, and what they report is to be believed.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from factcheck.domain import claims_text
from factcheck.domain.claims_text import Name
from factcheck.domain.numbers import MONTHS, Day, Figures, Kind, Number, figures

_ROUNDED_FROM = 1_000
_DIGITS = 2
"""From this value on, numbers that agree in their first digits, so many at least, are one number said more roughly."""

CLOSE = 0.55
"""From this on two statements have so many words in common that a date, a "not" or "fell" makes them two: posts and the
claims that they spread differ in each of these all the time."""

_NEGATION_WORDS = (
    "no not never none nobody nothing neither nor cannot without "
    "nicht kein keine keinen keiner keinem keines nie niemals "
    "pas jamais aucun aucune nunca jamas ningun ninguna ninguno nao nessun nessuno nessuna mai "
    "niet geen nooit inte aldrig ikke ikkje aldri nie nigdy не нет никогда ні ніколи degil "
    "ليس لا لم لن नहीं नही"
)
_NEGATIONS = frozenset(_NEGATION_WORDS.split())
_NOT = re.compile(r"\b(?:(?:is|are|was|were|do|does|did|has|have|had|wo|ca|could|should|would|must|ai)n['’]?t)\b")
_NO_SPACES = re.compile("[不没沒未無无]|ません|なかった|ではない|않|못")
_SPOKEN_NO = re.compile(r"\bno (?:\d|longer than|one but|doubt|less than|more than|fewer than)|\bnot only\b|\bno\.")
_OPPOSITE_WORDS = (
    (
        "rose rise risen rising increase increased increasing grew grow grown growing up higher soared climbed "
        "/ fell fall fallen falling decrease decreased decreasing declined decline shrank down lower dropped drop"
    ),
    "more / fewer less",
    "most highest largest biggest / least fewest lowest smallest",
    "won win wins winning / lost lose loses losing",
    "alive / dead died",
    "allow allows allowed legal / ban bans banned illegal",
    "support supports supported for / oppose opposes opposed against",
    "guilty convicted / innocent acquitted",
    "true / false",
    "before / after",
    "hired / fired",
    "safe / unsafe dangerous",
    "approved / rejected",
)
_OPPOSITES = tuple(
    (frozenset(one.split()), frozenset(other.split()))
    for one, _, other in (line.partition("/") for line in _OPPOSITE_WORDS)
)
_ASIDE = frozenset(
    claims_text.stem(word) for line in (*_OPPOSITE_WORDS, *_NEGATIONS) for word in line.replace("/", " ").split()
)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Pair:
    """What the text says, and what the claim says in its place."""

    asked: str
    claim: str


@dataclass(frozen=True, slots=True)
class Shared:
    """What both name."""

    numbers: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Differences:
    """What they say otherwise; `negation` is true where one of them denies what the other says."""

    numbers: tuple[Pair, ...] = ()
    dates: tuple[Pair, ...] = ()
    opposites: tuple[Pair, ...] = ()
    negation: bool = False

    def __bool__(self) -> bool:
        return bool(self.numbers or self.dates or self.opposites or self.negation)


@dataclass(frozen=True, slots=True)
class Statement:
    """A text read once, to be held against many."""

    text: str
    terms: frozenset[str]
    figures: Figures
    names: tuple[Name, ...]
    words: frozenset[str]
    negations: int


def read(text: str) -> Statement:
    low = text[: claims_text.MAX_TEXT].lower()
    words = _words(low)
    bare = _SPOKEN_NO.sub(" ", low)
    negations = _negations(bare, words if bare == low else _words(bare))
    return Statement(
        text,
        frozenset(claims_text.terms(text)),
        figures(text),
        tuple(claims_text.names(text)),
        frozenset(words),
        negations,
    )


def _words(low: str) -> list[str]:
    return [claims_text.fold(word) for word in _WORD.findall(low)]


def _negations(low: str, words: Sequence[str]) -> int:
    return sum(word in _NEGATIONS for word in words) + len(_NOT.findall(low)) + len(_NO_SPACES.findall(low))


def shared(those: Sequence[Statement], claim: Statement) -> Shared:
    """The numbers, dates and names of a claim that the sentences of a text have too, as the claim writes them."""
    terms = frozenset[str]().union(*(one.terms for one in those))
    return Shared(
        _texts(number for number in claim.figures.numbers if _has_number(those, number)),
        _texts(day for day in claim.figures.days if _has_day(those, day)),
        _texts(name for name in claim.names if terms.issuperset(name.terms) and not _is_month(name)),
    )


def _has_number(those: Sequence[Statement], number: Number) -> bool:
    return any(same_number(number, mine) for one in those for mine in one.figures.numbers)


def _has_day(those: Sequence[Statement], day: Day) -> bool:
    return any(same_day(day, mine) for one in those for mine in one.figures.days)


def _is_month(name: Name) -> bool:
    return claims_text.fold(name.text) in MONTHS


def _texts(those: Iterable[Number | Day | Name]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.text for one in those))


def differences(nearest: Statement, claim: Statement, those: Sequence[Statement] = ()) -> Differences:
    """What a claim says otherwise than the sentence of a text that is nearest to it.

    A number or a date that stands in any of the sentences, `those`, is no difference.
    """
    whole = (nearest, *those)
    numbers = [number for number in claim.figures.numbers if not _has_number(whole, number)]
    close = closeness(nearest, claim) >= CLOSE
    if not close:
        return Differences(_numbers(nearest.figures.numbers, claim.figures.numbers, numbers, close))
    days = [day for day in claim.figures.days if not _has_day(whole, day)]
    return Differences(
        _numbers(nearest.figures.numbers, claim.figures.numbers, numbers, close),
        _dates(nearest.figures.days, claim.figures.days, days),
        _opposites(nearest.words, claim.words),
        nearest.negations % 2 != claim.negations % 2,
    )


def closeness(one: Statement, other: Statement) -> float:
    """How much of their words both have, numbers, opposites and denials aside: the cosine of the two sets."""
    mine, theirs = _wordy(one.terms), _wordy(other.terms)
    return len(mine & theirs) / math.sqrt(len(mine) * len(theirs) or 1)


def _wordy(terms: frozenset[str]) -> frozenset[str]:
    return frozenset(term for term in terms - _ASIDE if not term[0].isdecimal())


def same_number(one: Number, other: Number) -> bool:
    """Of one kind and one value, or one is the other rounded (10,900 and 11,000; never 50% and 51%)."""
    if one.kind != other.kind:
        return False
    if one.value == other.value:
        return True
    if min(one.value, other.value) < _ROUNDED_FROM or one.kind == Kind.PERCENT:
        return False
    digits = max(_DIGITS, min(_significant(one.value), _significant(other.value)))
    return _rounded(one.value, digits) == _rounded(other.value, digits)


def _significant(value: Decimal) -> int:
    return len(value.normalize().as_tuple().digits)


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(value.adjusted() - digits + 1)).normalize()


def _numbers(
    asked: Sequence[Number], claimed: Sequence[Number], missing: Sequence[Number], close: bool
) -> tuple[Pair, ...]:
    """Numbers of the claim that the text does not have, each beside one of the text's that counts the same.

    Where the two are close, that is also the only number of the one beside the only number of the other.
    """
    alone = close and len(asked) == len(claimed) == 1
    left = [mine for mine in asked if not any(same_number(mine, theirs) for theirs in claimed)]
    found = []
    for number in missing:
        rival = next((mine for mine in left if _comparable(mine, number, alone)), None)
        if rival is not None:
            found.append(Pair(rival.text, number.text))
    return tuple(found)


def _comparable(mine: Number, theirs: Number, alone: bool) -> bool:
    """Of one kind and one unit; or the only two, where no units speak against it."""
    if mine.kind != theirs.kind:
        return False
    if mine.units & theirs.units:
        return True
    return alone and (mine.kind != Kind.COUNT or not (mine.units and theirs.units))


def same_day(one: Day, other: Day) -> bool:
    """Nothing that both give is different, and they give something in common."""
    pairs = [(one.year, other.year), (one.month, other.month), (one.day, other.day)]
    known = [(mine, theirs) for mine, theirs in pairs if mine is not None and theirs is not None]
    return bool(known) and all(mine == theirs for mine, theirs in known)


def _dates(asked: Sequence[Day], claimed: Sequence[Day], missing: Sequence[Day]) -> tuple[Pair, ...]:
    """A claim's date that no date of the text agrees with, where the text gives one that could be it."""
    left = [day for day in asked if not any(same_day(day, theirs) for theirs in claimed)]
    found = []
    for day in missing:
        rival = next((mine for mine in left if _overlaps(mine, day)), None)
        if rival is not None:
            found.append(Pair(rival.text, day.text))
    return tuple(found)


def _overlaps(one: Day, other: Day) -> bool:
    return any(
        mine is not None and theirs is not None
        for mine, theirs in ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    )


def _opposites(asked: frozenset[str], claimed: frozenset[str]) -> tuple[Pair, ...]:
    found = []
    for up, down in _OPPOSITES:
        for mine, theirs in ((up, down), (down, up)):
            said, written = mine & asked, theirs & claimed
            if said and written and not theirs & asked and not mine & claimed:
                found.append(Pair(min(said), min(written)))
    return tuple(found)
