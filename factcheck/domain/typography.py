"""Spellings of the same words made one: white space, quotation marks, dashes, dots, ligatures, full-width forms."""

import re
from unicodedata import category, normalize

QUOTE, DASH, DOTS = "'", "-", "..."

_QUOTES = "\"'`\u00b4«»‘’‚‛“”„‟‹›′″‴ʹʺʻʼʽˊˋ״׳「」『』〝〞〟｢｣＂＇"  # noqa: RUF001 - they are looked for because they look alike
_DASHES = "\u2043\u2212\u02d7\u2796"
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
_LONGEST = 4

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Letters of scripts that put no spaces between words, as a part of a class of a regular expression."""

_BESIDE_UNSPACED = re.compile(f"(?<=[{UNSPACED}]) | (?=[{UNSPACED}])")
_VOICED = re.compile("[\u3040-\u30ff][\u3099\u309a]")
_FRENCH = re.compile(r"(?<!\w)(«) | (»)(?!\w)")
_SPACE = re.compile(r"\s+")
_SOME_DOTS = re.compile(r" ?\.(?: ?\.)+ ?")
_SOME_DASHES = re.compile(" ?-[- ]*")
_SOME_QUOTES = re.compile("''+")


class _Letters(dict[int, str | None]):
    """What each character is folded to, worked out once. No string is normalized as a whole: putting marks in order
    takes time that grows with the square of how many there are."""

    def __missing__(self, code: int) -> str | None:
        self[code] = found = _folded(chr(code))
        return found


_LETTERS = _Letters()


def fold(text: str) -> str:
    """A text with one spelling for all that only looks different; words, case and marks of sense stay.

    `text` is NFC. Takes time in proportion to its length. What has the same words has the same folding, and a part
    of a text that begins and ends between words is a part of its folding, white space at its ends aside.
    """
    spaced = _SPACE.sub(" ", _INVISIBLE.sub("", text))
    if "«" in spaced or "»" in spaced:
        spaced = _FRENCH.sub(r"\1\2", spaced)
    folded = _SPACE.sub(" ", spaced.translate(_LETTERS))
    folded = _SOME_DASHES.sub(DASH, _SOME_DOTS.sub(DOTS, _SOME_QUOTES.sub(QUOTE, folded)))
    folded = _VOICED.sub(lambda found: normalize("NFC", found[0]), folded)
    return _BESIDE_UNSPACED.sub("", folded).strip()


def _folded(character: str) -> str:
    if character in _QUOTES:
        return QUOTE
    if character in _DASHES or category(character) == "Pd":
        return DASH
    found = normalize("NFKC", character)
    # A few stand for whole sentences, and a page full of them would fill the memory; accents alone become a space too.
    return character if len(found) > _LONGEST or (len(found) > 1 and found[0] == " ") else found
