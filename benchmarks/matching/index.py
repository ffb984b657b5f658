"""Candidates for a text out of a corpus: a small index in memory that does what the service's own does.

Everything else of the benchmark asks `Index`, so that it can be the service that answers instead.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from factcheck.domain import claims_text, vectors
from factcheck.domain.matching import meanings, readings
from factcheck.domain.ranking import Candidate, Query, Statistics, query
from factcheck.encoding import Encoder

MOST_TERMS = 24
EACH_WAY, BY_WORDS_ALONE = 10, 15
"""So few candidates by words, and by the meaning of each reading, are enough: with three times as many the first five
are the same, and each takes time."""


class Index:
    """A corpus by words (SQLite's FTS5 over our own terms) and by meaning (bytes and bits)."""

    def __init__(self, claims: Sequence[Candidate], encoder: Encoder | None, cache: Path | None = None) -> None:
        self.claims = claims
        self.encoder = encoder
        self._db = sqlite3.connect(":memory:")
        self._db.execute("CREATE VIRTUAL TABLE words USING fts5(text, title, content='', tokenize='unicode61')")
        self._db.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(words, row)")
        texts = [claims_text.terms(one.text) for one in claims]
        titles = [claims_text.terms(one.title or "") for one in claims]
        rows = (
            (at, " ".join(text), " ".join(title)) for at, (text, title) in enumerate(zip(texts, titles, strict=True))
        )
        self._db.executemany("INSERT INTO words(rowid, text, title) VALUES (?, ?, ?)", rows)
        self._lengths = [sum(map(len, those)) / (len(claims) or 1) for those in (texts, titles)]
        self._read: dict[str, NDArray[np.float32]] = {}
        """Queries are asked twice, once without their matches."""
        if encoder:
            self._owners, self.vectors = _encoded(claims, encoder, cache)
            self._signs = vectors.Signs()
            self._signs.add(self.vectors)

    def query(self, text: str) -> tuple[Query, Statistics]:
        """What is looked up, and what the corpus says of its terms."""
        terms = claims_text.terms(text)
        known = self.statistics(terms)
        return query(text, known, terms), known

    def statistics(self, terms: Sequence[str]) -> Statistics:
        distinct = list(dict.fromkeys(terms))
        marks = ",".join("?" * len(distinct))
        held = self._db.execute(f"SELECT term, doc FROM terms WHERE term IN ({marks})", distinct)
        return Statistics(len(self.claims), dict(held), *self._lengths)

    def by_words(self, terms: Sequence[str], limit: int) -> list[int]:
        asked = " OR ".join(f'"{term}"' for term in terms)
        if not asked:
            return []
        found = self._db.execute("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?", (asked, limit))
        return [row for (row,) in found]

    def candidates(self, asked: Query, without: frozenset[str] = frozenset()) -> list[Candidate]:
        """Claims that share words or meaning, each with its similarity, in no order; none of those in `without`."""
        found = self.by_words(asked.rarest(MOST_TERMS), EACH_WAY if self.encoder else BY_WORDS_ALONE)
        rows = dict.fromkeys(found)
        if self.encoder is None:
            return [self.claims[row] for row in rows if self.claims[row].id not in without]
        points = self._points(asked.text, self.encoder)
        for point in points:
            rows |= dict.fromkeys(self._near(point)[:EACH_WAY])
        kept = [row for row in rows if self.claims[row].id not in without]
        alike = self._similarities(points, kept)
        return [
            replace(self.claims[row], similarity=highest, text_similarity=text)
            for row, (highest, text) in zip(kept, alike, strict=True)
        ]

    def _points(self, text: str, known: Encoder) -> NDArray[np.float32]:
        if text not in self._read:
            self._read[text] = known.encode(readings(text))
        return self._read[text]

    def _near(self, point: NDArray[np.float32]) -> list[int]:
        """Claims by the nearest of their vectors."""
        chosen = self._signs.nearest(point)
        order = np.argsort(-vectors.similarities(point[None], self.vectors[chosen])[0], kind="stable")
        return list(dict.fromkeys(self._owners[chosen[order]].tolist()))

    def _similarities(self, points: NDArray[np.float32], rows: Sequence[int]) -> list[tuple[float, float]]:
        """The highest cosine of any of the points with any vector of each claim, and with that of its text."""
        starts = np.searchsorted(self._owners, rows)
        ends = np.searchsorted(self._owners, rows, side="right")
        wanted = [at for start, end in zip(starts, ends, strict=True) for at in range(start, end)]
        cosines = vectors.similarities(points, self.vectors[wanted]).max(axis=0).tolist()
        highest = dict(zip(wanted, cosines, strict=True))
        # A text comes before its title.
        return [
            (max(highest[at] for at in range(start, end)), highest[start])
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]


def _encoded(
    claims: Sequence[Candidate], encoder: Encoder, cache: Path | None
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """The vectors of all texts and titles, and whose each is (a row of the corpus); kept in `cache`."""
    texts = [(at, text) for at, one in enumerate(claims) for text in meanings(one)]
    owners = np.array([at for at, _ in texts])
    if cache and cache.exists():
        return owners, np.load(cache)
    found = vectors.quantized(encoder.encode([text for _, text in texts]))
    if cache:
        np.save(cache, found)
    return owners, found


def corpus(path: Path) -> list[Candidate]:
    """Claims of a file: a line is a JSON object with `id`, `text`, and maybe `title` and `speaker`."""
    return [Candidate(str(one["id"]), one["text"], one.get("title"), one.get("speaker")) for one in lines(path)]


def lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())
