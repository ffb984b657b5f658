"""Whether quoted words stand in a text: a TextQuoteSelector (W3C Web Annotation Data Model, section 4.2.4)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import category, normalize

from factcheck.domain.typography import DASH, DOTS, QUOTE, UNSPACED, fold
from factcheck.domain.vocabulary import QuoteState

# Korean puts spaces between words, but particles on them: a quote may well end in front of one.
_WHEREVER = re.compile(f"[{UNSPACED}\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_CUT = f" {QUOTE}{DASH}{DOTS}"
_WORK = 50_000_000
"""Characters that are compared at most, about: a word that a text is full of is not followed to each place."""


@dataclass(frozen=True, slots=True)
class _Quote:
    """What is looked for, folded."""

    exact: str
    prefix: str
    suffix: str


def look_for(exact: str, prefix: str | None, suffix: str | None, texts: Sequence[str]) -> QuoteState:
    """Where quoted words stand: `present` in one of the texts, between the given surroundings; `moved` if they
    stand there, but not between those; `missing` if they do not. Texts are NFC.

    White space and typography count for nothing, case does. Words and figures are whole ones: "he ran" does not stand
    in "she rant", nor "3,000" in "13,000" or "3,000,000"; in Chinese, Japanese, Korean and other scripts without
    spaces, any part may be quoted. Where a quote has no letter and no digit, or there is no text, nothing can be
    told: `unchecked`.
    """
    words, before, after = (fold(normalize("NFC", part or "")) for part in (exact, prefix, suffix))
    # Surroundings may be cut off anywhere, through dots or a dash as well, of which the rest would be others.
    quote = _Quote(words, before.lstrip(_CUT), after.rstrip(_CUT))
    if not texts or not any(character.isalnum() for character in quote.exact):
        return QuoteState.UNCHECKED
    states = set[QuoteState]()
    for text in texts:
        states.add(_state(quote, _folded(text)))
        if QuoteState.PRESENT in states:
            return QuoteState.PRESENT
    return QuoteState.MOVED if QuoteState.MOVED in states else QuoteState.MISSING


def stands(words: str, text: str) -> bool:
    """Whether words stand in a text as whole words; both are folded."""
    return _state(_Quote(words, "", ""), text, _WORK // 50) is QuoteState.PRESENT


@lru_cache(maxsize=2)
def _folded(text: str) -> str:
    # A page is looked through for each link to it, one after another.
    return fold(text)


def _state(quote: _Quote, text: str, work: int = _WORK) -> QuoteState:
    state = QuoteState.MISSING
    for start in _places(quote, text, work):
        end = start + len(quote.exact)
        begins, ends = not _divides(text, start), not _divides(text, end) and not _negates(text, end)
        if (_follows(quote.prefix, text, start) if quote.prefix else begins) and (
            _precedes(quote.suffix, text, end) if quote.suffix else ends
        ):
            return QuoteState.PRESENT
        if begins and ends:
            state = QuoteState.MOVED
    return state


def _places(quote: _Quote, text: str, work: int) -> Iterator[int]:
    tries = work // (len(quote.exact) + len(quote.prefix) + len(quote.suffix) + 50)
    start = text.find(quote.exact)
    while start >= 0 and tries > 0:
        yield start
        tries -= 1
        start = text.find(quote.exact, start + 1)


def _follows(prefix: str, text: str, start: int) -> bool:
    """Whether a place comes right after the prefix, which may be cut off anywhere."""
    return text.endswith(prefix, 0, start) or text.endswith(f"{prefix} ", 0, start)


def _precedes(suffix: str, text: str, end: int) -> bool:
    return text.startswith(suffix, end) or text.startswith(f" {suffix}", end)


def _divides(text: str, place: int) -> bool:
    """Whether a cut in front of a place goes through a word or a figure."""
    before, after = text[max(place - 2, 0) : place], text[place : place + 2]
    if not before or not after:
        return False
    if category(after[0]).startswith("M"):
        return True
    if before[-1].isalnum() or category(before[-1]).startswith("M"):
        if after[0].isalnum():
            return not (_WHEREVER.match(before[-1]) or _WHEREVER.match(after[0]))
        return _is_point(before[-1], after)
    return _is_point(before[0], before[1:] + after[0])


def _is_point(digit: str, rest: str) -> bool:
    """Whether a digit is followed by a point or comma and another digit."""
    return digit.isdigit() and len(rest) > 1 and rest[0] in ".," and rest[1].isdigit()


def _negates(text: str, end: int) -> bool:
    """Whether an English "can" goes on as "can't"."""
    return text.startswith("'t", end) and text[end - 1].isalpha() and not text[end + 2 : end + 3].isalpha()
