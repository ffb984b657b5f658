"""How far two texts are the same: overlapping runs of words, and keys by which a database finds texts alike.

Broder, "On the resemblance and containment of documents" (1997): a text is the set of its shingles, the runs of so
many words in a row. What one set holds of the other tells a copy that was cut or added to; MinHash estimates how
alike sets are from small signatures, and bands of these are keys of candidates (Leskovec, Rajaraman and Ullman,
"Mining of Massive Datasets", chapter 3). Widths and limits are measured by `benchmarks/syndication.py`.
"""

import re
import struct
import unicodedata
from collections.abc import Set
from hashlib import blake2b

from rensa import RMinHash

VERSION = 1
"""Keys made under another number are not comparable: raise it with any change here, or of `rensa`'s digests."""

WIDTH = 3
"""Words of a shingle: with four, a word that a desk has changed in each sentence hides a copy."""
WIDTH_UNSPACED = 6
"""Characters of a shingle, where the script has no spaces between words."""
ENOUGH = 30
"""Shingles that a text needs to be compared: less is a headline, a notice or a list of names."""
COPIED = 0.43
"""From this likeness on a text is taken for a copy: over all sets measured both targets are met from 0.40 to
0.48."""

BANDS, ROWS = 64, 2
"""Of texts with a fifth of their shingles in common (of both together) 93 in 100 share a key, with a twentieth 15, and
with a hundredth, as texts of one language may have, less than one."""
_SEED = 1

Signature = tuple[int, ...]

# Up to 2,000 characters: a mark that nobody closed must not swallow the page.
_QUOTED = re.compile(
    r"„[^„“”]{1,2000}[“”]|“[^“”]{1,2000}”|«[^«»]{1,2000}»|»[^«»]{1,2000}«|「[^「」]{1,2000}」"
    r"|(?<!\w)‘[^‘’]{1,2000}’(?!\w)"
    r'|"[^"\n]{1,2000}"'
    r"|(?<!\w)'[^'\n]{1,2000}'(?!\w)"
)
_INNER = re.compile(r"(?<=\w)['’ʼ`](?=\w)|(?<=\d)[.,\u00a0\u2009\u202f](?=\d{3}(?!\d))")
_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"
)


def words(text: str) -> list[str]:
    """The words of a text as they are compared: case, accents, apostrophes, marks and commas in numbers are gone."""
    text = unicodedata.normalize("NFKD", _INNER.sub("", text).casefold())
    # Marks and invisible characters by what occurs: the set of a text's characters is small, that of all is not.
    gone = {ord(one): None for one in set(text) if unicodedata.category(one) in ("Mn", "Mc", "Me", "Cf")}
    return _WORD.findall(text.translate(gone))


def shingles(text: str) -> frozenset[str]:
    """The runs of `WIDTH` words in a text, or of `WIDTH_UNSPACED` characters in a script without spaces.

    What stands in quotation marks is left out: reports that nobody copied share what an official said word by word,
    and copies share what stands around it.
    """
    units: list[str] = words(_QUOTED.sub(" ", _INNER.sub("", text)))
    width, between = WIDTH, " "
    together = "".join(units)
    if 2 * len(_UNSPACED.findall(together)) > len(together):
        units, width, between = list(together), WIDTH_UNSPACED, ""
    return frozenset(between.join(units[at : at + width]) for at in range(len(units) - width + 1))


def signature(text: str) -> Signature | None:
    """The MinHash of a text's shingles, the same in every process; None for a text with too few."""
    found = shingles(text)
    if len(found) < ENOUGH:
        return None
    minhash = RMinHash(num_perm=BANDS * ROWS, seed=_SEED)
    minhash.update(found)
    return tuple(minhash.digest())


def bands(of: Signature) -> list[int]:
    """The keys of a signature, one a band: texts that share one are candidates. Signed, as a BIGINT is."""
    return [_key(band, of[band * ROWS : (band + 1) * ROWS]) for band in range(BANDS)]


def likeness(one: str, other: str) -> float:
    """How much of the one text is in the other, 0 to 1, by the shorter: a part of a page is wholly like the page."""
    return containment(shingles(one), shingles(other))


def containment(one: Set[str], other: Set[str]) -> float:
    """What the smaller set of shingles has in common with the larger, as a share of itself; 0 if there are too few."""
    fewer = min(len(one), len(other))
    return len(one & other) / fewer if fewer >= ENOUGH else 0.0


def percent(share: float) -> str:
    """A likeness in words, rounded down: only what is wholly the same is 100%."""
    return f"{int(share * 100 + 1e-9)}%"


def _key(band: int, rows: Signature) -> int:
    digest = blake2b(struct.pack(f">H{ROWS}I", band, *rows), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
