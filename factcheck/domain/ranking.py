"""How likely an earlier claim says the same as a text: features of the pair, and what a trained model makes of them.

Pure Python, and quick enough for fifty candidates a query. The model is a logistic regression: trees found no more in
these features (docs/matching.md), and its numbers can be read. `benchmarks/matching/train.py` makes them.
"""

import json
import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from factcheck.domain import claims_text
from factcheck.domain.numbers import Figures, figures

K1, B = 1.2, 0.75
"""The constants of BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009)."""
_FEWEST = 1_000
"""Claims that a record counts as at least: in one of ten, a word that stands in one of them is not a common word."""
_RIVALS = {"bm25": 1.5, "similarity": 0.45}
"""What the best of the others has at least: in a full record there is always something that is a little alike, and
in one that is nearly empty nothing may look sure for want of company."""

WORDS_ALONE = "words"
"""The name of the model for candidates without similarities."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What is known of the record as a whole: how many claims, in how many each term stands, usual lengths in terms.

    `frequencies` need to have the query's terms alone; one that is not there stands in no claim.
    """

    documents: int
    frequencies: Mapping[str, int]
    text_length: float = 12.0
    title_length: float = 7.0

    def rarity(self, term: str) -> float:
        """How much a term tells, from 0 (in nearly every claim) to 1 (in none): the idf of BM25 by its greatest."""
        documents = max(self.documents, _FEWEST)
        held = min(self.frequencies.get(term, 0), documents)
        return math.log(1 + (documents - held + 0.5) / (held + 0.5)) / math.log(2 * documents + 2)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An earlier claim. `similarity` is the highest cosine of the query with the vectors of its texts (text, title),
    and `text_similarity` that with its text's; None where nobody measured."""

    id: str
    text: str
    title: str | None = None
    speaker: str | None = None
    date: str | None = None
    language: str | None = None
    similarity: float | None = None
    text_similarity: float | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A text that is looked up: its terms with their rarity, and the numbers that it names."""

    text: str
    weights: Mapping[str, float]
    figures: Figures

    def rarest(self, most: int) -> list[str]:
        """The terms that tell most: enough to find candidates by."""
        return sorted(self.weights, key=lambda term: -self.weights[term])[:most]


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic regression over named features, and the share of matches at points of its sum, rising."""

    weights: tuple[tuple[str, float], ...]
    bias: float
    points: tuple[float, ...]
    shares: tuple[float, ...]

    def logit(self, row: Mapping[str, float]) -> float:
        return self.bias + sum(weight * row[name] for name, weight in self.weights)

    def probability(self, logit: float) -> float:
        """The share of pairs with such a sum that say the same, straight between the points that were measured."""
        at = bisect_right(self.points, logit)
        if at == 0 or at == len(self.points):
            return self.shares[max(0, at - 1)]
        low, high = self.points[at - 1], self.points[at]
        part = (logit - low) / (high - low)
        return self.shares[at - 1] + part * (self.shares[at] - self.shares[at - 1])


@cache
def models() -> dict[str, Model]:
    """The models that ship, by the name of the encoder whose similarities they were trained on."""
    text = resources.files("factcheck.domain").joinpath("data/ranker.json").read_text(encoding="utf-8")
    return {name: model(found) for name, found in json.loads(text).items()}


def model(found: Mapping[str, object]) -> Model:
    """A model as `train.py` writes it: `weights` by feature, `bias`, and the `points` and `shares` of calibration."""
    weights, points, shares, bias = found["weights"], found["points"], found["shares"], found["bias"]
    assert isinstance(weights, dict)
    assert isinstance(points, list)
    assert isinstance(shares, list)
    assert isinstance(bias, float)
    return Model(tuple(weights.items()), bias, tuple(points), tuple(shares))


def query(text: str, statistics: Statistics, terms: Sequence[str] | None = None) -> Query:
    """What is worked out once for a text, whatever it is compared with; `terms` where they are known already."""
    known = claims_text.terms(text) if terms is None else terms
    weights = {term: statistics.rarity(term) for term in known}
    return Query(text, weights, figures(claims_text.unsigned(claims_text.plain(text))))


NAMES = (
    "bm25", "bm25_part", "bm25_lead", "cover_query", "similarity", "similarity_part", "similarity_lead",
    "similarity_text", "both", "numbers", "numbers_missing",
)  # fmt: skip
WORD_NAMES = tuple(name for name in NAMES if not name.startswith(("similarity", "both")))


def features(asked: Query, those: Sequence[Candidate], statistics: Statistics) -> list[dict[str, float]]:
    """One row of named numbers for each candidate, in their order."""
    rows = [_alone(asked, one, statistics) for one in those]
    _beside(rows)
    return rows


def _alone(asked: Query, one: Candidate, statistics: Statistics) -> dict[str, float]:
    weights = asked.weights
    whole = sum(weights.values()) or 1.0
    text, title = claims_text.terms(one.text), claims_text.terms(one.title or "")
    numbers, missing = _numbers(asked, one)
    return {
        "bm25": bm25(text, weights, statistics.text_length) + bm25(title, weights, statistics.title_length),
        "cover_query": sum(weights[term] for term in weights.keys() & {*text, *title}) / whole,
        "similarity": one.similarity or 0.0,
        "similarity_text": one.text_similarity or 0.0,
        "numbers": numbers,
        "numbers_missing": missing,
    }


def bm25(document: Sequence[str], weights: Mapping[str, float], usual_length: float) -> float:
    """The BM25 of a document's terms for a query's terms with their rarity."""
    counts = Counter(term for term in document if term in weights)
    longer = K1 * (1 - B + B * len(document) / (usual_length or 1.0))
    return sum(weights[term] * count * (K1 + 1) / (count + longer) for term, count in counts.items())


def _numbers(asked: Query, one: Candidate) -> tuple[float, float]:
    """Which part of the numbers and years of a claim the text has, and which it has not; 0 and 0 if there are none."""
    mine, theirs = _values(asked.figures), _values(figures(one.text))
    if not theirs:
        return 0.0, 0.0
    has = len(mine & theirs) / len(theirs)
    return has, 1 - has


def _values(found: Figures) -> set[object]:
    return {number.value for number in found.numbers} | {day.year for day in found.days if day.year}


def _beside(rows: list[dict[str, float]]) -> None:
    """How each stands beside the best, and beside the best of the others."""
    for name, least in _RIVALS.items():
        values = sorted((row[name] for row in rows), reverse=True)
        best, second = (max(one, least) for one in (*values, 0.0, 0.0)[:2])
        for row in rows:
            lead = row[name] - (second if row[name] == values[0] else best)
            row[f"{name}_lead"] = lead / second
            row[f"{name}_part"] = row[name] / best
    for row in rows:
        row["both"] = row["bm25_part"] * row["similarity_part"]
