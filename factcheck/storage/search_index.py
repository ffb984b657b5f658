"""The search index, kept in the write's own transaction: each claim's entry, and in which claims each term stands.

Plain tables on both databases, so that both find the same in the same order, and a word that is erased is gone like
any other row (docs/design.md, "Search").
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from factcheck.domain import search_entries
from factcheck.domain.search_entries import Text
from factcheck.domain.views import ClaimView
from factcheck.storage import db, views

Filling = tuple[str, int, list[Text]]
"""A claim's id, its document's seq, and its texts."""

_CHUNK = 500
_SORTED = 2_000_000
"""Postings that are put in order at once."""

_UPSERT = """
    INSERT INTO search_claims (doc, claim, seq, digest, words, terms) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (doc) DO UPDATE SET
        seq = excluded.seq, digest = excluded.digest, words = excluded.words, terms = excluded.terms"""
_POST = "INSERT INTO search_postings (term, weight, doc) VALUES (?, ?, ?)"
_UNPOST = "DELETE FROM search_postings WHERE term = ? AND weight = ? AND doc = ?"
_NEW_TERM = "INSERT INTO search_terms (id, term, claims) VALUES (?, ?, ?)"


# Nobody else writes meanwhile, so the next numbers stay the next ones.
_STORED = """
    SELECT
        s.doc, s.digest, s.terms,
        (SELECT COALESCE(MAX(doc), 0) + 1 FROM search_claims), (SELECT COALESCE(MAX(id), 0) + 1 FROM search_terms)
    FROM (SELECT 1 AS one) AS one LEFT JOIN search_claims s ON s.claim = ?"""


def put(view: ClaimView, seq: int) -> None:
    """Have a claim found by what it says now, and a merged one by nothing."""
    claim = view.claim["id"]
    [(doc, stored, terms, next_doc, next_term)] = db.query(_STORED, (claim,))
    before = unpacked(terms or "")
    if view.claim["merged_into"] is not None:
        _post(doc, before, {})
        db.execute("DELETE FROM search_claims WHERE claim = ?", (claim,))
        return
    texts = search_entries.texts(view)
    digest = search_entries.digest(texts)
    if stored == digest:
        return
    entry = search_entries.entry(texts)
    weights = _numbered(entry.weights, next_term)
    _post(doc or next_doc, before, weights)
    db.execute(_UPSERT, (doc or next_doc, claim, seq, digest, entry.words, packed(weights)))


def fill() -> None:
    """Make the whole index again."""
    for table in ("search_postings", "search_claims", "search_terms"):
        db.execute(f"DELETE FROM {table}")  # noqa: S608
    load(_fillings())


def load(claims: Iterable[Filling]) -> None:
    """Fill the empty index. Its terms are held in memory meanwhile."""
    # Put in their order at once: one by one they would touch pages all over the table, again and again.
    numbers: dict[str, int] = {}
    counts = Counter[int]()
    given = iter(enumerate(claims, 1))
    while some := list(islice(given, _CHUNK)):
        _load_some(some, numbers, counts)
    for low, high in _ranges(counts):
        db.execute(_IN_ORDER, (low, high))
    db.execute("TRUNCATE search_loading" if db.is_postgresql() else "DELETE FROM search_loading")
    terms = ((number, term, counts[number]) for term, number in numbers.items())
    while some_terms := list(islice(terms, 20 * _CHUNK)):
        db.execute_many(_NEW_TERM, some_terms)


_IN_ORDER = """
    INSERT INTO search_postings (term, weight, doc)
    SELECT term, weight, doc FROM search_loading WHERE term BETWEEN ? AND ? ORDER BY term, weight, doc"""


def _load_some(claims: Iterable[tuple[int, Filling]], numbers: dict[str, int], counts: Counter[int]) -> None:
    rows, postings = [], []
    for doc, (claim, seq, texts) in claims:
        entry = search_entries.entry(texts)
        weights = {numbers.setdefault(term, len(numbers) + 1): one for term, one in entry.weights.items()}
        counts.update(weights.keys())
        rows.append((doc, claim, seq, search_entries.digest(texts), entry.words, packed(weights)))
        postings += [(term, one, doc) for term, one in weights.items()]
    db.execute_many(_UPSERT, rows)
    db.execute_many("INSERT INTO search_loading (term, weight, doc) VALUES (?, ?, ?)", postings)


def _ranges(counts: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """The numbers of terms in ranges that the database can sort in memory."""
    low, size = 1, 0
    for number in range(1, len(counts) + 1):
        size += counts[number]
        if size >= _SORTED or number == len(counts):
            yield low, number
            low, size = number + 1, 0


def packed(weights: Mapping[int, int]) -> str:
    """Terms by number with their weights, each between spaces, so that one is found in the whole."""
    return f" {' '.join([f'{term}={weight}' for term, weight in weights.items()])} "


def unpacked(terms: str) -> dict[int, int]:
    """What was `packed`."""
    return {int(term): int(weight) for term, _, weight in (one.partition("=") for one in terms.split())}


def _post(doc: int, before: Mapping[int, int], now: Mapping[int, int]) -> None:
    """Set a claim's postings, and count its terms; a term that stands nowhere any more is forgotten."""
    gone = [(term, weight, doc) for term, weight in before.items() if now.get(term) != weight]
    new = [(term, weight, doc) for term, weight in now.items() if before.get(term) != weight]
    if gone:
        db.execute_many(_UNPOST, gone)
    if new:
        db.execute_many(_POST, sorted(new))
    _count(now.keys() - before.keys(), 1)
    left = before.keys() - now.keys()
    _count(left, -1)
    for some in db.chunks(sorted(left)):
        db.execute(f"DELETE FROM search_terms WHERE claims = 0 AND id IN ({db.marks(some)})", some)  # noqa: S608


def _count(terms: Iterable[int], step: int) -> None:
    for some in db.chunks(sorted(terms)):
        sql = f"UPDATE search_terms SET claims = claims + ? WHERE id IN ({db.marks(some)})"  # noqa: S608
        db.execute(sql, (step, *some))


def _numbered(weights: Mapping[str, int], following: int) -> dict[int, int]:
    """The same by the terms' numbers; terms that are new get the `following` ones."""
    numbers: dict[str, int] = {}
    for some in db.chunks(sorted(weights)):
        sql = f"SELECT term, id FROM search_terms WHERE term IN ({db.marks(some)})"  # noqa: S608
        numbers.update((term, number) for term, number in db.query(sql, some))
    new = {term: number for number, term in enumerate((one for one in weights if one not in numbers), following)}
    if new:
        db.execute_many(_NEW_TERM, [(number, term, 0) for term, number in new.items()])
    numbers |= new
    return {numbers[term]: weight for term, weight in weights.items()}


def _fillings() -> Iterator[Filling]:
    after = ""
    sql = "SELECT claim, seq FROM documents WHERE claim > ? AND merged_into IS NULL ORDER BY claim LIMIT ?"
    while found := db.query(sql, (after, _CHUNK)):
        gathered = views.gather([claim for claim, _ in found])
        for claim, seq in found:
            yield claim, seq, search_entries.texts(gathered[claim])
        after = found[-1][0]
