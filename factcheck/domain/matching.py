"""Which earlier claims say the same as a text, how sure that is, and why.

Pure: candidates, similarities and statistics come in, matches go out. A score is the share of pairs like this one that
fact-checkers took for the same claim, so it means the same from query to query; at 0.9 nine of ten are. What says
something else in the same words (another number, another date, a "not") stays below `OTHERWISE`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from factcheck.domain import claims_text, ranking
from factcheck.domain.differences import Differences, Shared, Statement, differences, read, shared
from factcheck.domain.ranking import WORDS_ALONE, Candidate, Query, Statistics

OTHERWISE = 0.5
"""What a score is multiplied by where the claim has another number or date, or the opposite: it stays below this."""
DENIED = 0.75
"""The same where a "not" is all that differs. Fact-checkers mostly take what denies a claim for the same question."""
LONG = 700
"""Characters from which on a text is looked up sentence by sentence: posts are shorter, and are one query."""
MOST_WORDS = 12
MOST_READ = 10
"""So many of the best, or as many as are asked for, are held against the text number by number."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word that both have, as the claim writes it, and how much it tells (its rarity in the record)."""

    text: str
    rarity: float


@dataclass(frozen=True, slots=True)
class Why:
    """What a score rests on: the sentence that was compared, what both have, and what the claim says otherwise.

    `similarity` is that with the claim; `title_similarity` that with the title of its source, where that is nearer.
    """

    sentence: str
    similarity: float | None
    title_similarity: float | None
    words: tuple[Word, ...]
    shared: Shared
    differs: Differences


@dataclass(frozen=True, slots=True)
class Match:
    """An earlier claim that may say the same; `score` from 0 to 1."""

    id: str
    score: float
    why: Why


def parts(text: str) -> list[str]:
    """What of a text is looked up: itself, or the sentences of a long one, in order and each once."""
    text = text[: claims_text.MAX_TEXT].strip()
    if len(text) <= LONG:
        return [text] if text else []
    return list(dict.fromkeys(claims_text.sentences(text)))


def readings(part: str) -> list[str]:
    """What of a part is encoded: as it is and, where that is another text, without addresses, signs and who signed it.

    The similarity of a claim is the highest that any of them has with any of its texts.
    """
    plain = claims_text.plain(claims_text.unsigned(part))
    return [part, plain] if plain and plain != part else [part]


def meanings(claim: Candidate) -> list[str]:
    """What of a claim is encoded: what it states and, after it, the title of its source."""
    return [claims_text.stated(claim.text), *([claim.title] if claim.title else [])]


def rank(
    asked: Query,
    candidates: Sequence[Candidate],
    statistics: Statistics,
    *,
    encoder: str | None = None,
    limit: int = 10,
    min_score: float = 0.0,
) -> list[Match]:
    """The best of the candidates for one part of a text, best first.

    `encoder` is the name of the encoder that the similarities are of; without it, or without numbers for it, words
    alone are ranked. `statistics` are of the terms of `asked`.
    """
    known = ranking.models()
    ranker = known.get(encoder or WORDS_ALONE) or known[WORDS_ALONE]
    rows = ranking.features(asked, candidates, statistics)
    logits = [ranker.logit(row) for row in rows]
    order = sorted(range(len(rows)), key=lambda at: (-logits[at], candidates[at].id))[: max(limit, MOST_READ)]
    sentences = _sentences(asked)
    found = [_match(asked, sentences, candidates[at], ranker.probability(logits[at])) for at in order]
    # Sorted by score alone: those of one score stay in the order of their sums.
    return sorted((one for one in found if one.score >= min_score), key=lambda one: -one.score)[:limit]


def merged(those: Iterable[Sequence[Match]], limit: int = 10) -> list[Match]:
    """The matches of the parts of a text as one list, each claim once, with the part that matches it best."""
    best: dict[str, Match] = {}
    for matches in those:
        for match in matches:
            if match.id not in best or best[match.id].score < match.score:
                best[match.id] = match
    return sorted(best.values(), key=lambda one: -one.score)[:limit]


def _sentences(asked: Query) -> list[Statement]:
    plain = claims_text.plain(claims_text.unsigned(asked.text))
    return [read(one) for one in claims_text.sentences(plain)] or [read(plain)]


def _match(asked: Query, sentences: Sequence[Statement], one: Candidate, probability: float) -> Match:
    claim = read(one.text)
    nearest = max(sentences, key=lambda it: sum(asked.weights.get(term, 0.0) for term in it.terms & claim.terms))
    differs = differences(nearest, claim, sentences)
    score = probability * _kept(differs)
    title = one.similarity if one.similarity != one.text_similarity else None
    why = Why(nearest.text, one.text_similarity, title, _words(asked, one), shared(sentences, claim), differs)
    return Match(one.id, round(score, 4), why)


def _kept(differs: Differences) -> float:
    if differs.numbers or differs.dates or differs.opposites:
        return OTHERWISE
    return DENIED if differs.negation else 1.0


def _words(asked: Query, one: Candidate) -> tuple[Word, ...]:
    """The words of the claim that the text has too, the rarest first, each once."""
    found: dict[str, Word] = {}
    for word, term in claims_text.spelled(f"{one.text} {one.title or ''}"):
        if term in asked.weights and term not in found:
            found[term] = Word(word, round(asked.weights[term], 2))
    return tuple(sorted(found.values(), key=lambda it: -it.rarity)[:MOST_WORDS])
