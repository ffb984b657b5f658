"""Stored documents: the claim's JSON as bytes, with the columns that lists filter and sort by.

Rendered once, when a write touches the claim, so that a read is one indexed look-up and a send.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from factcheck.domain import documents
from factcheck.domain.views import ClaimView
from factcheck.domain.vocabulary import Status, Subject
from factcheck.storage import db, reviews, revisions, search_index
from factcheck.storage.views import gather

_CHUNK = 500

# Documents in a page of a walk, some 400 kB.
_PAGE = 200
_NOT_REVIEWED = (Status.UNREVIEWED, Status.IN_REVIEW, Status.VOID)
_REVIEWED = "AND merged_into IS NULL AND status NOT IN ({})".format(
    ", ".join(f"'{status}'" for status in _NOT_REVIEWED)
)

COLUMNS = (
    "claim", "seq", "created_at", "status", "kind", "speaker", "language", "claimed_low", "claimed_high",
    "merged_into", "needs_review", "absorbed", "body", "status_body",
)  # fmt: skip

_UPSERT = f"""
    INSERT INTO documents ({", ".join(COLUMNS)}) VALUES ({db.marks(COLUMNS)})
    ON CONFLICT (claim) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:])}"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Document:
    """A stored document, and where the claim went if it was merged."""

    seq: int
    merged_into: str | None
    body: bytes


def get(claim_id: str) -> Document | None:
    """The claim's whole document."""
    row = db.first("SELECT seq, merged_into, body FROM documents WHERE claim = ?", (claim_id,))
    return Document(row[0], row[1], bytes(row[2])) if row else None


def get_status(claim_id: str) -> Document | None:
    """The small document for dashboards."""
    row = db.first("SELECT seq, merged_into, status_body FROM documents WHERE claim = ?", (claim_id,))
    return Document(row[0], row[1], bytes(row[2])) if row else None


def get_statuses(claim_ids: Collection[str]) -> dict[str, bytes]:
    ids = sorted(claim_ids)
    sql = f"SELECT claim, status_body FROM documents WHERE claim IN ({db.marks(ids)})"  # noqa: S608
    return {claim: bytes(body) for claim, body in db.query(sql, ids)}


def get_many(claim_ids: Collection[str]) -> dict[str, bytes]:
    """The whole documents of these claims, by id."""
    ids = sorted(claim_ids)
    sql = f"SELECT claim, body FROM documents WHERE claim IN ({db.marks(ids)})"  # noqa: S608
    return {claim: bytes(body) for claim, body in db.query(sql, ids)}


def walk(*, reviewed: bool = False) -> Iterator[list[tuple[str, bytes]]]:
    """All documents with their claims' ids, oldest first, a page at a time; none is held longer than its page.

    With `reviewed` those of claims that have published verdicts and were not merged.
    """
    condition = _REVIEWED if reviewed else ""
    sql = f"SELECT claim, body FROM documents WHERE claim > ? {condition} ORDER BY claim LIMIT ?"  # noqa: S608
    last = ""
    while found := db.query(sql, (last, _PAGE)):
        last = found[-1][0]
        yield [(claim, bytes(body)) for claim, body in found]


def count() -> int:
    """How many there are; for the command line, as it looks at each."""
    row = db.first("SELECT COUNT(*) FROM documents")
    return int(row[0]) if row else 0


def refresh(claim_ids: Collection[str]) -> None:
    """Render these claims again from their rows; called inside the write's transaction."""
    ids = sorted(claim_ids)
    for start in range(0, len(ids), _CHUNK):
        for view in gather(ids[start : start + _CHUNK]).values():
            _store(view)


def set_topics(claim_id: str, topics: Collection[str]) -> None:
    """Keep the index of topics in step with a claim."""
    db.execute("DELETE FROM claim_topics WHERE claim = ?", (claim_id,))
    if topics:
        db.execute_many("INSERT INTO claim_topics (topic, claim) VALUES (?, ?)", [(t, claim_id) for t in topics])


def _store(view: ClaimView) -> None:
    columns = stored_columns(view)
    db.execute(_UPSERT, [columns[name] for name in COLUMNS])
    revisions.store(columns["claim"], columns["seq"], columns)
    if view.parts[Subject.VERDICT]:
        reviews.store(columns["claim"], columns["reviews"])
    search_index.put(view, columns["seq"])


def stored_columns(view: ClaimView) -> dict[str, Any]:
    """A claim's row of `documents`, and of `revisions`, as rendered from this view; and its rows of `reviews`."""
    claim = view.claim
    document, status = documents.claim_document(view), documents.status_document(view)
    return {
        **revisions.columns(view, document["status"]),
        "claim": claim["id"],
        "seq": document["seq"],
        "absorbed": orjson.dumps(claim["absorbed"]).decode() if claim["absorbed"] else None,
        "body": orjson.dumps(document),
        "status_body": orjson.dumps(status),
        "reviews": reviews.rows_of(document),
    }
