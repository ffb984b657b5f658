"""Has this been checked already? Earlier claims that say the same as a text, found by words and by meaning."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from factcheck.domain import claims_text, matching, words
from factcheck.domain.matching import Match
from factcheck.domain.ranking import Candidate, Query, Statistics, query
from factcheck.encoding import Encoder, encoder
from factcheck.encoding.ahead import begin
from factcheck.storage import candidates, following, journal, meanings, rows, search
from factcheck.storage.claims import Filters
from factcheck.storage.known_meanings import KNOWN, similarities
from factcheck.storage.models import Claim, Relation

if TYPE_CHECKING:
    from factcheck.encoding import Vectors

Values = dict[str, Any]
_Forms = Sequence[tuple[str, Collection[str]]]
"""Of each word of a text the term of matching, and those that search knows it by."""

_FOLLOWER = "meanings_followed_to"
_MOST_TERMS = 24
_EACH_WAY, _BY_WORDS_ALONE = 10, 15
"""Candidates by words, and by the meaning of each reading of a text; as many as are asked for at least."""
_POOL = 500
"""Claims that share words, out of which the first that pass a filter are taken."""
_MEASURED = 16
_ALL = Filters()


@dataclass(frozen=True, slots=True)
class _Scope:
    """Among which claims candidates are sought, `few` being all that pass the filters where they are few, and how many
    each way."""

    filters: Filters
    few: set[str] | None
    without: frozenset[str]
    most: int


def match(
    text: str, limit: int, min_score: float, *, filters: Filters = _ALL, without: Iterable[str] = ()
) -> list[Values]:
    """Claims that may say the same as a text, best first; a long one is looked up sentence by sentence.

    Each has the claim's id as `claim`, its `score` and `why` (`domain.matching.Why`).
    """
    known, left_out = encoder(), frozenset(without)
    most = max(limit, _EACH_WAY if known else _BY_WORDS_ALONE) + len(left_out)
    scope = _Scope(filters, candidates.few(filters), left_out, most)
    found = [_matches(part, known, scope, limit, min_score) for part in matching.parts(text)]
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

    meanings.are_of(known.name)
    following.go_on(_FOLLOWER, meanings.follow)
    waiting = meanings.waiting(limit)
    if not waiting:
        return 0
    texts = [matching.meanings(one) for one in waiting]
    points = vectors.quantized(begin(known, [text for some in texts for text in some])())
    with journal.alone():
        at = 0
        for one, some in zip(waiting, texts, strict=True):
            meanings.put(one, known.name, [point.tobytes() for point in points[at : at + len(some)]])
            at += len(some)
    return len(waiting)


def backlog() -> int:
    """How many claims wait to be encoded."""
    return meanings.backlog()


def _matches(part: str, known: Encoder | None, scope: _Scope, limit: int, min_score: float) -> list[Match]:
    points = begin(known, matching.readings(part)) if known else None
    forms = [(term, words.read(word, None).terms) for word, term in claims_text.spelled(part)]
    asked, statistics = _query(part, forms)
    ids = _by_words(asked, forms, scope)
    found = _with_meaning(ids, known, points(), scope) if known and points else meanings.texts(ids)
    those = [one for one in found if one.id not in scope.without]
    name = known.name if known else None
    return matching.rank(asked, those, statistics, encoder=name, limit=limit, min_score=min_score)


def _query(text: str, forms: _Forms) -> tuple[Query, Statistics]:
    """What is looked up, and in how many claims its terms stand: in as many as the commonest form that search knows."""
    terms = claims_text.terms(text)
    counted = search.frequencies(sorted({form for _, some in forms for form in some}))
    frequencies = {term: max((counted.get(form, 0) for form in some), default=0) for term, some in forms}
    known = Statistics(search.total(), frequencies)
    return query(text, known, terms), known


def _with_meaning(ids: set[str], known: Encoder, points: "Vectors", scope: _Scope) -> list[Candidate]:
    """These claims and those whose meaning is near, each with its similarity where that is known, in no order."""
    near, those = _near(ids, known, points, scope)
    alike = similarities(known.name, points, {one.id: one.text for one in those})
    ids = ids | set(sorted(near & alike.keys(), key=lambda one: -alike[one][0])[: len(points) * scope.most])
    alike |= _measured(known, points, [one for one in those if one.id in ids and one.id not in alike])
    return [_measured_by(one, alike.get(one.id)) for one in those if one.id in ids]


def _measured_by(one: Candidate, alike: tuple[float, float] | None) -> Candidate:
    return replace(one, similarity=alike[0], text_similarity=alike[1]) if alike else one


def _by_words(asked: Query, forms: _Forms, scope: _Scope) -> set[str]:
    rarest = set(asked.rarest(_MOST_TERMS))
    sought = sorted({form for term, some in forms if term in rarest for form in some})
    if scope.few is not None:
        return set(candidates.best_among(scope.few, sought, scope.most))
    found = candidates.best(sought, scope.most if scope.filters == _ALL else _POOL)
    return set(_first(found, scope))


def _near(ids: set[str], known: Encoder, points: "Vectors", scope: _Scope) -> tuple[set[str], list[Candidate]]:
    """The claims whose meaning is near, and what they and these others say. One that was merged, which may have been
    said in much the same words as what it was merged into, gives its place to the next."""
    if scope.few is not None:
        return scope.few, meanings.texts(ids | scope.few)
    lists = [_passing(found, scope) for found in KNOWN.nearest(known.name, points)]
    while True:
        near = {one for found in lists for one in found[: scope.most]}
        those = meanings.texts(ids | near)
        merged = near.difference(one.id for one in those)
        if not merged:
            return near, those
        lists = [[one for one in found if one not in merged] for found in lists]


def _first(found: list[str], scope: _Scope) -> list[str]:
    return _passing(found, scope)[: scope.most]


def _passing(found: list[str], scope: _Scope) -> list[str]:
    if scope.filters == _ALL:
        return found
    passing = candidates.passing(found, scope.filters)
    return [one for one in found if one in passing]


def _measured(known: Encoder, points: "Vectors", those: list[Candidate]) -> dict[str, tuple[float, float]]:
    """The similarities of the newest of these claims, whose meaning no worker has worked out yet."""
    new = sorted(those, key=lambda one: one.id)[-_MEASURED:]
    if not new:
        return {}
    cosines = (begin(known, [claims_text.stated(one.text) for one in new])() @ points.T).max(axis=1)
    return {one.id: (cosine, cosine) for one, cosine in zip(new, cosines.tolist(), strict=True)}


def _document(found: Match) -> Values:
    return {"claim": found.id, "score": found.score, "why": found.why}
