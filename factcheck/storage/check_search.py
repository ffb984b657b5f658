"""Holds the search index against the claims, some at a time, and at the end against itself."""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factcheck import clock
from factcheck.domain.projections import State
from factcheck.domain.search_entries import Entry
from factcheck.domain.vocabulary import Subject
from factcheck.storage import db
from factcheck.storage.search_index import unpacked
from factcheck.storage.unreadable import UNREADABLE

_MOST_TERMS = 100_000
"""Terms that are kept in memory."""

_STORED = "SELECT claim, doc, words, terms FROM search_claims"
_NUMBERS = range(-(2**63), 2**63)
"""What a database can be asked for."""


class _Sums:
    """A sum of 64 bits for each number, in little memory where the numbers lie close together."""

    _SHIFT = 12

    def __init__(self) -> None:
        self._blocks: dict[int, array[int]] = {}

    def add(self, number: int, value: int) -> None:
        block = self._blocks.get(number >> self._SHIFT)
        if block is None:
            block = self._blocks[number >> self._SHIFT] = array("Q", bytes(8 << self._SHIFT))
        place = number & (1 << self._SHIFT) - 1
        block[place] = block[place] + value & 0xFFFF_FFFF_FFFF_FFFF

    def others_than_zero(self) -> Iterator[int]:
        for high, block in sorted(self._blocks.items()):
            for place, value in enumerate(block):
                if value:
                    yield high << self._SHIFT | place


class Comparison:
    """First some claims are loaded and then each of them compared, until none is left; then comes the index itself."""

    def __init__(self) -> None:
        # Sums are compared. Nobody who fills the index knows this number, and could make them agree.
        self._secret = int.from_bytes(clock.random_bytes(8))
        self._unposted = _Sums()
        self._claims = Counter[int]()
        self._terms: dict[int, str] = {}
        self._stored: dict[str, _Stored] = {}

    def load(self, claims: Sequence[str]) -> None:
        """Read the entries of some claims, in place of those before."""
        sql = f"{_STORED} WHERE claim IN ({db.marks(claims)})"
        self._stored = {claim: _Stored.read(*rest) for claim, *rest in db.query(sql, claims)}
        for one in self._stored.values():
            self._count(one)
        self._load_terms({term for one in self._stored.values() for term in one.weights or ()})

    def problems_of(self, claim: str, wanted: Entry | None) -> Iterator[str]:
        """What a loaded claim's entry is not; None where it should have none."""
        found = self._stored.get(claim)
        if wanted is None:
            if found is not None:
                yield f"claim {claim} is in the search index and should not be found"
        elif found is None:
            yield f"claim {claim} is not in the search index"
        elif found.words != wanted.words or self._spelt(found) != wanted.weights:
            yield f"claim {claim}: its words in the search index are not those of the claim"
        if found is not None and not isinstance(found.doc, int):
            yield f"claim {claim}: the search index has no number for it"

    def problems_at_end(self, state: State) -> Iterator[str]:
        """What the index has of claims that the ledger does not have, and where its tables do not agree."""
        claims = state.entities[Subject.CLAIM]
        for claim, *rest in db.stream(_STORED):
            if claim not in claims:
                yield f"claim {claim} is in the search index and should not be found"
                self._count(_Stored.read(*rest))
        yield from self._posting_problems()
        yield from self._count_problems()

    def _spelt(self, stored: "_Stored") -> dict[str, int]:
        return {self._terms.get(number, ""): weight for number, weight in (stored.weights or {}).items()}

    def _load_terms(self, numbers: set[int]) -> None:
        if len(self._terms) > _MOST_TERMS:
            self._terms.clear()
        missing = (number for number in numbers - self._terms.keys() if number in _NUMBERS)
        for some in db.chunks(missing, 5000):
            self._terms.update(db.query(f"SELECT id, term FROM search_terms WHERE id IN ({db.marks(some)})", some))  # noqa: S608

    def _count(self, stored: "_Stored") -> None:
        """Take an entry in for the sums: postings come by term and entries by claim."""
        weights, secret = stored.weights or {}, self._secret
        self._claims.update(weights.keys())
        if isinstance(stored.doc, int):
            self._unposted.add(stored.doc, sum([hash((secret, term, weight)) for term, weight in weights.items()]))

    def _posting_problems(self) -> Iterator[str]:
        for term, weight, doc in db.stream("SELECT term, weight, doc FROM search_postings", batch=10_000):
            if isinstance(doc, int):
                self._unposted.add(doc, -hash((self._secret, term, weight)))
            else:
                yield f"the search index finds number {doc!r}, which is no claim's"
        for some in db.chunks(self._unposted.others_than_zero()):
            sql = f"SELECT doc, claim FROM search_claims WHERE doc IN ({db.marks(some)})"  # noqa: S608
            claims: dict[int, str] = dict(db.query(sql, some))
            for doc in some:
                if doc in claims:
                    yield f"claim {claims[doc]}: the search index does not find it by all of its words and no others"
                else:
                    yield f"the search index finds number {doc}, which is no claim's"

    def _count_problems(self) -> Iterator[str]:
        for number, term, claims in db.stream("SELECT id, term, claims FROM search_terms ORDER BY id"):
            count = self._claims[number]
            if count != claims or not claims:
                yield f"the search index has {term!r} in {claims} claims, and there are {count}"


@dataclass(frozen=True, slots=True)
class _Stored:
    """A claim's entry as it stands; `weights` is None where it cannot be read."""

    doc: int
    words: str
    weights: dict[int, int] | None

    @classmethod
    def read(cls, doc: int, words: str, terms: str) -> "_Stored":
        try:
            return cls(doc, words, unpacked(terms))
        except UNREADABLE:
            return cls(doc, words, None)
