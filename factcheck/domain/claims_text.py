"""Texts of claims and posts made fit to be compared: addresses off, hashtags apart, folded words, sentences, names.

Never raises on any string, and takes time in proportion to its length.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import category, normalize

from factcheck.domain.typography import UNSPACED

MAX_TEXT = 20_000
"""Characters of a text that are looked at."""
MAX_SENTENCES = 200
_SHORTEST = 3
"""Words that a sentence needs to stand alone; a shorter one is put to the one before it."""

_LONGEST = 500

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\b(?:pic\.twitter\.com|t\.co|bit\.ly|youtu\.be)/\S+", re.IGNORECASE)
_TAG = re.compile(r"[#@\uff03\uff20](\w+)")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)|_")
_SIGNED = re.compile(
    r"[—–-]\s?[^—\n]{1,60}\(\s?@\w{1,30}\s?\)[ ,]{0,3}(?:\w{3,12}\.? \d{1,2}, \d{4}|\d{1,2} \w{3,12}\.? \d{4})?"
)
_REPORTED = re.compile(r"\A\s*(?:says(?: that)?|claims that)\s+", re.IGNORECASE)
_QUOTATION_MARKS = re.compile('["«»“”„‟「」『』]')
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_INNER = re.compile(r"['’ʼ](?:(?<=\w['’ʼ])[sS]\b|(?<=\w['’ʼ])(?=\w))|[.,\u00a0\u2009\u202f](?<=\d.)(?=\d{3}(?!\d))")
_WORD = re.compile(rf"[{UNSPACED}]+|[^\W{UNSPACED}]+")
_SPELLED = re.compile(rf"[{UNSPACED}]+|(?:[^\W{UNSPACED}]\.){{2,}}|[^\W{UNSPACED}]+(?:['’.,-][^\W{UNSPACED}]+)*")
_END = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+|(?<=[。\uff01\uff1f])|\n+")
_ABBREVIATED = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Gov|Sen|Rep|Gen|St|No|vs|Jr|Sr|U\.S|U\.K|[ap]\.m|approx|Jan|Feb|Aug|Sept?|Oct|Nov|Dec)\.)$"
)

_STOPWORDS = (
    "a about after again all also am an and any are as at be because been being but by can could did do does doing "
    "done for from get got had has have having he her here hers him his how i if in into is it its just let me more "
    "most my no nor not now of off on one only or other our out over own re said same say says saying she should so "
    "some such than that the their them then there these they this those to too under up us very was we were what "
    "when where which while who whom why will with would you your im ive dont didnt doesnt isnt wasnt wont cant "
    "couldnt thats hes shes theyre youre via rt amp show shows video photograph photo picture image"
)
STOPWORDS = frozenset(_STOPWORDS.split())
"""English words that tell nothing of what a claim is about; those of other languages are told by being frequent."""


class _Letters(dict[int, str]):
    """What each character is folded to, worked out once: case, accents, forms and invisible characters are gone."""

    def __missing__(self, code: int) -> str:
        spelled = normalize("NFKD", chr(code)).casefold()
        self[code] = found = "".join(one for one in normalize("NFKD", spelled) if category(one)[0] not in "MC")
        if category(chr(code)) == "Cc":
            self[code] = found = " "
        return found


_LETTERS = _Letters()


def plain(text: str) -> str:
    """A post as its sentences: no addresses, hashtags and handles as words, one space between words."""
    text = text[:MAX_TEXT]
    if "/" in text or "www." in text:
        text = _ADDRESS.sub(" ", text)
    if _TAG.search(text):
        text = _TAG.sub(lambda found: _HUMPS.sub(" ", found[1]), text)
    return " ".join(text.split())


def unsigned(text: str) -> str:
    """A post without who signed it and when ("— Name (@handle) May 3, 2020"), which is not what it says."""
    return _SIGNED.sub(" ", text[:MAX_TEXT])


def stated(text: str) -> str:
    """What a claim says without that it is said: no "Says" before it and no quotation marks, which name no meaning."""
    return _QUOTATION_MARKS.sub("", _REPORTED.sub("", text)).strip() or text


def fold(text: str) -> str:
    """Letters without case and accents, numbers without separators, words without apostrophes and a last 's."""
    ascii_alone = text.isascii()
    if ascii_alone and text.isalpha():
        return text.lower()
    if "." in text:
        text = _INITIALS.sub(lambda found: found[0].replace(".", "") + " ", text)
    text = _INNER.sub("", text)
    return text.lower() if ascii_alone else text.translate(_LETTERS)


def terms(text: str) -> list[str]:
    """The words by which texts are compared, in order: folded, stemmed, without those that say nothing.

    Scripts that put no spaces between words give their pairs of characters.
    """
    words = _WORD.findall(fold(plain(text)))
    if text.isascii():
        return [stem(word) for word in words if word not in STOPWORDS]
    return [term for word in words for term in _terms(word)]


def spelled(text: str) -> list[tuple[str, str]]:
    """The words of a text as they are written, each with its term; stop words are left out."""
    several = ((word, _spelled(word)) for word in _SPELLED.findall(plain(text)))
    return [(word if len(those) == 1 else term, term) for word, those in several for term in those]


@lru_cache(maxsize=32_768)
def _spelled(word: str) -> list[str]:
    return [term for part in _WORD.findall(fold(word)) for term in _terms(part)]


def _terms(word: str) -> list[str]:
    if len(word) > 1 and _unspaced(word[0]):
        return [word[at : at + 2] for at in range(len(word) - 1)]
    return [] if word in STOPWORDS else [stem(word)]


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A word without its English endings, so far that its forms meet; others are left as they are.

    Steps 1a to 1c of Porter, "An algorithm for suffix stripping" (1980), and a last e.
    """
    if len(word) < 4 or len(word) > 30 or not (word.isascii() and word.isalpha()):
        return word
    word = _singular(word)
    for ending in ("ing", "edly", "ed", "ly"):
        if word.endswith(ending) and len(word) - len(ending) > 2 and _VOWEL.search(word[: -len(ending)]):
            word = _undoubled(word[: -len(ending)])
            break
    if word.endswith("e") and len(word) > 4:
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


_VOWEL = re.compile("[aeiouy]")


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _undoubled(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz" else word


@lru_cache(maxsize=4_096)
def _unspaced(character: str) -> bool:
    return re.match(f"[{UNSPACED}]", character) is not None


def sentences(text: str) -> list[str]:
    """The sentences of a text in order, at most `MAX_SENTENCES`; very short ones stay with the one before."""
    found: list[str] = []
    for part in map(str.strip, _END.split(text[:MAX_TEXT])):
        if not part:
            continue
        if found and (_ABBREVIATED.search(found[-1]) or (_short(part) and len(found[-1]) < _LONGEST)):
            found[-1] = f"{found[-1]} {part}"
        else:
            found.append(part)
    return found[:MAX_SENTENCES]


def _short(part: str) -> bool:
    words = _WORD.findall(part)
    return len(words) < _SHORTEST and not any(_unspaced(word[0]) for word in words)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is written, and the terms that tell it."""

    text: str
    terms: tuple[str, ...]


_CAPITAL = re.compile(
    r"\b(?:(?:[A-Z]\.){2,}|[^\W\d_a-z][\w'’-]*)"
    r"(?:(?:\.? |-)(?:(?:of|the|de|van|von|bin|al|del|da) )?(?:(?:[A-Z]\.){2,}|[^\W\d_a-z][\w'’-]*))*"
)
_START = re.compile(r"(?:^|[.!?:…\"“”]\s*)$")


def names(text: str) -> list[Name]:
    """What looks like a name: words that begin with a capital letter inside a sentence, or have more than one.

    In scripts without capital letters nothing does.
    """
    found: dict[tuple[str, ...], Name] = {}
    for match in _CAPITAL.finditer(text[:MAX_TEXT]):
        name = match[0]
        if not name[0].isupper() or len(name) < 2:
            continue
        if (
            " " not in name
            and not name[1:2].isupper()
            and _START.search(text[max(0, match.start() - 3) : match.start()])
        ):
            continue
        key = tuple(terms(name))
        if key:
            found.setdefault(key, Name(name, key))
    return list(found.values())
