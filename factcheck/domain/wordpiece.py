"""A text as the numbers of word pieces that BERT models read (Devlin et al., "BERT", 2019; uncased English vocabulary).

`data/wordpieces.txt` is the vocabulary of google-research/bert (Apache License 2.0), one piece a line.
"""

from functools import cache, lru_cache
from importlib import resources
from unicodedata import category, normalize

_BEGIN, _END, _UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_LONGEST_WORD = 100
_CHARACTERS = 4
"""A piece has about so many characters: what lies far beyond the last piece that is kept is not looked at."""


class _Letters(dict[int, str]):
    """What the model's normalizer makes of a character: lower case, no accents, signs and Chinese standing alone."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _letter(chr(code))
        return found


def _letter(character: str) -> str:
    kind = category(character)
    if character in "\t\n\r" or kind[0] == "Z":
        return " "
    if kind[0] == "C" or character == "\ufffd":
        return ""
    if _stands_alone(character, kind):
        return f" {character} "
    plain = normalize("NFD", normalize("NFD", character).lower())
    return "".join(one for one in plain if category(one) != "Mn")


def _stands_alone(character: str, kind: str) -> bool:
    code = ord(character)
    if code < 128:
        return code >= 33 and not character.isalnum()
    chinese = 0x3400 <= code <= 0x4DBF or 0x4E00 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF
    return chinese or 0x20000 <= code <= 0x2CEAF or 0x2F800 <= code <= 0x2FA1F or kind[0] == "P"


_LETTERS = _Letters()


@cache
def vocabulary() -> dict[str, int]:
    """Each piece and its number."""
    lines = resources.files("factcheck.domain").joinpath("data/wordpieces.txt").read_text(encoding="utf-8")
    return {piece: at for at, piece in enumerate(lines.removesuffix("\n").split("\n"))}


def pieces(text: str, limit: int = 128) -> list[int]:
    """The numbers of a text's pieces between the begin and the end mark, at most `limit` with these."""
    known = vocabulary()
    found = [known[_BEGIN]]
    for word in text[: limit * _CHARACTERS * 4].translate(_LETTERS).split():
        found += _word(word)
        if len(found) >= limit:
            break
    return [*found[: limit - 1], known[_END]]


@lru_cache(maxsize=32_768)
def _word(word: str) -> tuple[int, ...]:
    """The longest pieces from the left; a word that does not come out whole is unknown as a whole."""
    known = vocabulary()
    if len(word) > _LONGEST_WORD:
        return (known[_UNKNOWN],)
    found, at = [], 0
    while at < len(word):
        end = len(word)
        while end > at and (piece := word[at:end] if at == 0 else f"##{word[at:end]}") not in known:
            end -= 1
        if end == at:
            return (known[_UNKNOWN],)
        found.append(known[piece])
        at = end
    return tuple(found)
