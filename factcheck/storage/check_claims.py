"""Holds what is made of each claim against what the ledger gives: its document, its reviews that go out, its place in
the index of topics and its entry in the search index."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from factcheck.domain.projections import State
from factcheck.domain.search_entries import Entry, entry, texts
from factcheck.domain.vocabulary import Subject
from factcheck.storage import check_search, db, documents, reviews
from factcheck.storage.unreadable import UNREADABLE, as_bytes

_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the ledger gives of a claim; `entry` is None for one that should not be found."""

    columns: dict[str, Any]
    topics: set[str]
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class _Stored:
    """What stands of some claims, by their ids."""

    documents: dict[str, db.Row]
    reviews: dict[str, set[reviews.Row]]
    topics: dict[str, set[str]]


def problems(state: State) -> Iterator[str]:
    search = check_search.Comparison()
    for ids in db.chunks(state.claim_ids(), _AT_ONCE):
        stored = _stored(ids)
        search.load(ids)
        for claim_id in ids:
            try:
                wanted = _wanted(state, claim_id)
            except UNREADABLE as error:
                yield f"claim {claim_id}: the ledger gives no document of it ({error!r})"
                wanted = None
            if wanted is not None:
                yield from _document_problems(claim_id, stored, wanted)
            yield from search.problems_of(claim_id, wanted.entry if wanted else None)
    yield from _strangers(state)
    yield from search.problems_at_end(state)


def _wanted(state: State, claim_id: str) -> _Wanted:
    view = state.view(claim_id)
    found = None if view.claim["merged_into"] is not None else entry(texts(view))
    return _Wanted(documents.stored_columns(view), set(view.claim["topics"]), found)


def _stored(ids: Sequence[str]) -> _Stored:
    listed = db.marks(ids)
    sql = f"SELECT {', '.join(documents.COLUMNS)} FROM documents WHERE claim IN ({listed})"  # noqa: S608
    topics: dict[str, set[str]] = {}
    for claim_id, topic in db.query(f"SELECT claim, topic FROM claim_topics WHERE claim IN ({listed})", ids):  # noqa: S608
        topics.setdefault(claim_id, set()).add(topic)
    return _Stored({row[0]: row for row in db.query(sql, ids)}, reviews.stored(ids), topics)


def _document_problems(claim_id: str, stored: _Stored, wanted: _Wanted) -> Iterator[str]:
    found = stored.documents.get(claim_id)
    if found is None:
        yield f"claim {claim_id} has no stored document"
    else:
        for name, value in zip(documents.COLUMNS, found, strict=True):
            there = wanted.columns[name]
            if (as_bytes(value) if isinstance(there, bytes) else value) != there:
                yield f"claim {claim_id}: the stored document's {name} is not what the ledger gives"
        going_out = stored.reviews.get(claim_id, set())
        for verdict in sorted({row[1] for row in going_out.symmetric_difference(wanted.columns["reviews"])}, key=str):
            yield f"claim {claim_id}: of verdict {verdict} goes out what the ledger does not give"
    for topic in sorted(stored.topics.get(claim_id, set()) ^ wanted.topics, key=str):
        yield f"claim {claim_id}: the index of topics does not agree on {topic!r}"


def _strangers(state: State) -> Iterator[str]:
    """What stands of claims that the ledger does not have."""
    claims = state.entities[Subject.CLAIM]
    for (claim_id,) in db.stream("SELECT claim FROM documents"):
        if claim_id not in claims:
            yield f"document of claim {claim_id}, which the ledger does not have"
    for (claim_id,) in db.stream("SELECT DISTINCT claim FROM reviews ORDER BY claim"):
        if claim_id not in claims:
            yield f"claim {claim_id}, which the ledger does not have, has reviews that go out"
    for claim_id, topic in db.stream("SELECT claim, topic FROM claim_topics"):
        if claim_id not in claims:
            yield f"claim {claim_id}: the index of topics does not agree on {topic!r}"
