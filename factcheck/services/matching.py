"""Has this been checked already? Earlier claims that say the same as a text, found by words and by meaning."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

from factcheck.domain import claims_text, matching, words
from factcheck.domain.matching import Match
from factcheck.domain.ranking import Candidate, Query, Statistics, query
from factcheck.encoding import Encoder, encoder
from factcheck.storage import following, journal, meanings, rows, search
from factcheck.storage.known_meanings import KNOWN
from factcheck.storage.models import Claim, Relation

Values = dict[str, Any]
_Forms = Sequence[tuple[str, Collection[str]]]
"""Of each word of a text the term of matching, and those that search knows it by."""

_FOLLOWER = "meanings_followed_to"
_MOST_TERMS = 24
_BY_WORDS, _BY_MEANING = 15, 15
_MEASURED = 16


def match(text: str, limit: int, min_score: float, *, without: Iterable[str] = ()) -> list[Values]:
    """Claims that may say the same as a text, best first; a long one is looked up sentence by sentence.

    Each has the claim's id as `claim`, its `score` and `why`.
    """
    known, left_out = encoder(), frozenset(without)
    found = [_matches(part, known, limit, min_score, left_out) for part in matching.parts(text)]
    return [_document(one) for one in matching.merged(found, limit)]


def of_claim(claim_id: str, limit: int, min_score: float) -> list[Values]:
    """Other claims that may say the same, but for those whose relation to it somebody has recorded; raises NotFound."""
    claim = rows.require(Claim, claim_id)
    related = rows.where(Relation, "claim = ? OR other = ?", [claim_id, claim_id])
    known = {one[name] for one in related for name in ("claim", "other")}
    return match(claim["text"], limit, min_score, without={claim_id, *known})


def encode_some(limit: int) -> int:
    """Work out what up to so many claims mean that are new or were worded anew; gives how many."""
    known = encoder()
    if known is None:
        return 0
    # It needs numpy, which is there where an encoder is.
    from factcheck.domain import vectors

    following.go_on(_FOLLOWER, meanings.follow)
    waiting = meanings.waiting(limit)
    if not waiting:
        return 0
    texts = [[text for text in (one.text, one.title) if text] for one in waiting]
    points = vectors.quantized(known.encode([text for some in texts for text in some]))
    with journal.alone():
        at = 0
        for one, some in zip(waiting, texts, strict=True):
            meanings.put(one, known.name, [point.tobytes() for point in points[at : at + len(some)]])
            at += len(some)
    return len(waiting)


def backlog() -> int:
    """How many claims wait to be encoded."""
    return meanings.backlog()


def _matches(part: str, known: Encoder | None, limit: int, min_score: float, without: frozenset[str]) -> list[Match]:
    forms = [(term, words.read(word, None).terms) for word, term in claims_text.spelled(part)]
    asked, statistics = _query(part, forms)
    those = [one for one in _candidates(asked, forms, known) if one.id not in without]
    name = known.name if known else None
    return matching.rank(asked, those, statistics, encoder=name, limit=limit, min_score=min_score)


def _query(text: str, forms: _Forms) -> tuple[Query, Statistics]:
    """What is looked up, and in how many claims its terms stand: in as many as the commonest form that search knows."""
    terms = claims_text.terms(text)
    counted = search.frequencies(sorted({form for _, some in forms for form in some}))
    frequencies = {term: max((counted.get(form, 0) for form in some), default=0) for term, some in forms}
    known = Statistics(search.total(), frequencies)
    return query(text, known, terms), known


def _candidates(asked: Query, forms: _Forms, known: Encoder | None) -> list[Candidate]:
    """Claims that share words or meaning, each with its similarity where that is known, in no order."""
    rarest = set(asked.rarest(_MOST_TERMS))
    sought = {form for term, some in forms if term in rarest for form in some}
    ids = {claim for claim, _ in search.candidates(sorted(sought), _BY_WORDS)}
    if known is None:
        return meanings.texts(ids)
    points = known.encode(matching.readings(asked.text))
    near = {claim for point in points for claim in _nearest(known, point)}
    those = meanings.texts(ids | near)
    current = meanings.current(those)
    alike = KNOWN.similarities(known.name, points, sorted(current)) | _measured(known, points, those, current)
    return [replace(one, similarity=alike.get(one.id)) for one in those if one.id in ids | current]


def _nearest(known: Encoder, point: Any) -> list[str]:
    return list(KNOWN.nearest(known.name, point, 2 * _BY_MEANING))[:_BY_MEANING]


def _measured(known: Encoder, points: Any, those: list[Candidate], current: set[str]) -> dict[str, float]:
    """The similarities of the newest claims whose meaning no worker has worked out yet."""
    new = sorted((one for one in those if one.id not in current), key=lambda one: one.id)[-_MEASURED:]
    if not new:
        return {}
    cosines = (known.encode([one.text for one in new]) @ points.T).max(axis=1)
    return {one.id: float(cosine) for one, cosine in zip(new, cosines, strict=True)}


def _document(found: Match) -> Values:
    return {"claim": found.id, "score": found.score, "why": asdict(found.why)}
