"""What of a claim is searched, and how much each of its words says about it: its entry in the search index. Pure.

A term's weight is BM25's saturation over fields (BM25F, Robertson and Zaragoza 2009) with fixed average lengths, so
that it depends on the claim alone and is worked out once, when the claim is written. How rare a term is comes in when
somebody searches.
"""

import hashlib
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

import orjson

from factcheck.domain import words
from factcheck.domain.documents import is_public, standing_evidence
from factcheck.domain.entities import Entity
from factcheck.domain.views import ClaimView
from factcheck.domain.vocabulary import Subject

FORMAT = 1
"""Raised whenever the same claim would get another entry, so that an upgrade fills the index again."""

FULL = 1000
"""What a weight comes near to and never reaches."""

CORE_BITS = 10
"""The last bits of a packed weight: the weight over the claim's text and titles alone."""

_BREAK = "\n"
"""Parts texts among the words: no phrase goes across."""


class Field(StrEnum):
    """Where words stand; also the names of what is highlighted."""

    TEXT = "text"
    QUOTE = "quote"
    CONTEXT = "context"
    SPEAKER = "speaker"
    RELAYED_BY = "relayed_by"
    SOURCE = "source"
    VERDICT = "verdict"


class Text(NamedTuple):
    field: Field
    text: str
    language: str | None
    """BCP 47; None where unknown."""


class Entry(NamedTuple):
    """A claim's entry: its folded words with a space around each, and each term with its weight."""

    words: str
    weights: dict[str, int]


# How much a word counts there, and how many words there usually are.
_COUNTS = {
    Field.TEXT: (4.0, 20), Field.QUOTE: (3.0, 20), Field.SPEAKER: (3.0, 3), Field.RELAYED_BY: (2.0, 3),
    Field.SOURCE: (2.0, 10), Field.CONTEXT: (1.0, 25), Field.VERDICT: (1.0, 40),
}  # fmt: skip
_CORE = (Field.TEXT, Field.SOURCE)
_SATURATION, _BY_LENGTH = 4.8, 0.6


def texts(view: ClaimView) -> list[Text]:
    """Everything by which a claim is found; of verdicts only what is public."""
    claim = view.claim
    language = claim["language"]
    found = [Text(field, claim[field], language) for field in (Field.TEXT, Field.QUOTE, Field.CONTEXT)]
    for field in (Field.SPEAKER, Field.RELAYED_BY):
        found += [Text(field, name, language) for name in _names(view, claim[field])]
    found += [Text(Field.SOURCE, source["title"], source["language"] or language) for source in _sources(view)]
    verdicts = sorted(view.parts[Subject.VERDICT], key=lambda verdict: str(verdict["id"]))
    # Reasons come in the language of the house, which nobody has told.
    found += [Text(Field.VERDICT, one["justification"], None) for one in verdicts if is_public(one)]
    return [one for one in found if one.text]


def digest(found: list[Text]) -> str:
    """Tells whether a claim's texts, and the rules, are those of its entry."""
    return hashlib.blake2b(orjson.dumps([FORMAT, *map(tuple, found)]), digest_size=16).hexdigest()


def entry(found: list[Text]) -> Entry:
    """The entry of a claim with these texts. Each text counts for itself: another verdict changes nothing of what the
    words of the first say."""
    spelled: list[str] = []
    says: dict[str, float] = {}
    core: dict[str, float] = {}
    for field, text, language in found:
        reading = words.read(text, language)
        spelled += (" ", *(f"{word} " for word in reading.spelled), _BREAK)
        counts, usual = _COUNTS[field]
        share = counts / (1 - _BY_LENGTH + _BY_LENGTH * len(reading.spelled) / usual)
        for term in reading.terms:
            says[term] = says.get(term, 0.0) + share
            if field in _CORE:
                core[term] = core.get(term, 0.0) + share
    return Entry("".join(spelled), {term: _packed(total, core.get(term, 0.0)) for term, total in says.items()})


def weight_of(packed: int) -> int:
    """How much a term says about a claim, 1 to 1,000."""
    return packed >> CORE_BITS


def _packed(total: float, core: float) -> int:
    return _saturated(total) << CORE_BITS | (_saturated(core) if core else 0)


def _saturated(total: float) -> int:
    return max(1, round(FULL * total / (_SATURATION + total)))


def _names(view: ClaimView, speaker_id: str | None) -> Iterator[str]:
    if speaker_id is not None:
        speaker = view.speakers[speaker_id]
        yield speaker["name"]
        yield from speaker["aliases"]


def _sources(view: ClaimView) -> list[Entity]:
    """Those that the claim was made in, and those that stand as evidence."""
    parts = (*view.parts[Subject.APPEARANCE], *standing_evidence(view))
    named = {view.claim["source"], *(part["source"] for part in parts)} - {None}
    return [view.sources[one] for one in sorted(named)]
