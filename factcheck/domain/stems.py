"""Stems of words: what inflected forms of a word have in common. Pure, and never fails: an unknown language has none.

Snowball's algorithms (https://snowballstem.org) where there is one; Ukrainian, which has none, by its endings.
"""

import threading
from collections.abc import Iterable

from Stemmer import Stemmer

_SNOWBALL = {
    "en": "english", "de": "german", "fr": "french", "es": "spanish", "it": "italian", "pt": "portuguese",
    "nl": "dutch", "pl": "polish", "ru": "russian", "ar": "arabic",
}  # fmt: skip
"""By the language's subtag. Each one more is tried on every word of a query, so these are few."""

LATIN = ("en", "de", "fr", "es", "it", "pt", "nl", "pl")
CYRILLIC = ("ru", "uk")
ARABIC = ("ar",)

_own = threading.local()

# Of nouns, adjectives and verbs. The apostrophe is gone already, and ґ is г.
_UKRAINIAN = """
    ами ями ові еві єві ою ею єю ах ях ам ям ом ем єм ів їв ей ий ій их іх ого його ому йому им ім ими іми ої ую юю
    а я о е є и і ї у ю ь й
    ння нню нням ннями ннях
    ити іти увати ювати ть ться тися ав ив ів яв ала ила яла ало ило яло али или яли ють уть ать ять ає яє ує ює
    аємо уємо аєте ував ували увала увати ований ована овані ованих"""
_UKRAINIAN_ENDINGS = sorted(set(_UKRAINIAN.split()), key=lambda ending: (-len(ending), ending))
_LEAST = 3
"""Letters that stay of a Ukrainian word."""

_ARABIC_PREFIXES = ("وال", "بال", "كال", "فال", "ال", "لل", "و")
_ARABIC_SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "يا", "ه", "ي", "ا")


def known(languages: Iterable[str]) -> tuple[str, ...]:
    """Those of these languages that have a stemmer."""
    return tuple(one for one in languages if one in _SNOWBALL or one == "uk")


def stem(word: str, language: str) -> str:
    """A lower-case word without its endings; the word itself where the language has no stemmer."""
    if language == "uk":
        return _ukrainian(word)
    algorithm = _SNOWBALL.get(language)
    return _stemmer(algorithm).stemWord(word) if algorithm else word


def light_arabic(word: str) -> str:
    """A folded Arabic word without article, conjunction and one ending (Larkey et al. 2002, "light10")."""
    for prefix in _ARABIC_PREFIXES:
        if word.startswith(prefix) and len(word) >= len(prefix) + _LEAST:
            word = word.removeprefix(prefix)
            break
    for suffix in _ARABIC_SUFFIXES:
        if word.endswith(suffix) and len(word) >= len(suffix) + _LEAST:
            return word.removesuffix(suffix)
    return word


def _ukrainian(word: str) -> str:
    for endings in (("ся", "сь"), _UKRAINIAN_ENDINGS):
        word = word.removesuffix(
            next((one for one in endings if len(word) >= len(one) + _LEAST and word.endswith(one)), "")
        )
    return word


def _stemmer(algorithm: str) -> Stemmer:
    """One for each thread: it has a buffer of its own."""
    found: Stemmer | None = getattr(_own, algorithm, None)
    if found is None:
        found = Stemmer(algorithm, 0)
        setattr(_own, algorithm, found)
    return found
