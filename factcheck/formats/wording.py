"""Words for people: what a status and a verdict are called, and text that cannot disturb what stands around it."""

import re
from typing import Any

from factcheck.domain.vocabulary import Status

Json = dict[str, Any]

# XML 1.0, section 2.2: all that a document may hold; a control character makes it malformed, escaped or not.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Embeddings, overrides and isolates turn what follows them, ours included (Unicode Annex 9, section 2).
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def inert(text: str) -> str:
    """The text without characters that XML does not take or that turn the direction of the text around them."""
    return _NO_XML.sub("\ufffd", _TURNING.sub("", text))


def status_words(status: str) -> str:
    """`not_enough_evidence` as "Not enough evidence"."""
    return Status(status).replace("_", " ").capitalize()


def verdict_words(verdict: Json) -> str:
    """The house's own label where the verdict has one, else its rating in words."""
    return str(verdict["label"] or status_words(verdict["rating"]))


def shortened(text: str, longest: int) -> str:
    """The text on one line, cut at a word where it has more than `longest` characters."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    return line[: longest - 1].rpartition(" ")[0].rstrip() + "…" if " " in line[:longest] else line[: longest - 1] + "…"
