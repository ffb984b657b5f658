"""Holds what is withheld from the public against the fold of the ledger."""

from collections.abc import Iterator, Sequence
from typing import Any

from factcheck.domain.projections import State
from factcheck.domain.vocabulary import Subject
from factcheck.ledger.event import Envelope
from factcheck.storage import db, history
from factcheck.storage.items import withheld_item
from factcheck.storage.unreadable import UNREADABLE, as_bytes

_ITEMS = f"""
    SELECT w.seq, w.subject_id, w.item, e.leaf_hash, {history.ENVELOPE}
    FROM withheld w LEFT JOIN events e ON e.seq = w.seq AND e.subject_id = w.subject_id ORDER BY w.seq"""  # noqa: S608
_SHOWN = """
    SELECT e.subject_id, e.seq FROM events e LEFT JOIN withheld w ON w.seq = e.seq
    WHERE w.seq IS NULL AND e.subject_id IN ({}) ORDER BY e.seq"""


def problems(state: State) -> Iterator[str]:
    verdicts = state.entities[Subject.VERDICT]
    for (verdict_id,) in db.stream("SELECT DISTINCT subject_id FROM withheld ORDER BY subject_id"):
        if not _is_withheld(verdicts.get(verdict_id)):
            yield f"verdict {verdict_id} is public, and its events are withheld"
    for ids in db.chunks(verdicts):
        yield from _shown([one for one in ids if _is_withheld(verdicts[one])])
    for seq, verdict_id, item, leaf_hash, *envelope in db.stream(_ITEMS):
        if not _is_withheld(verdicts.get(verdict_id)):
            continue
        if envelope[0] is None:
            yield f"event {seq} is withheld with verdict {verdict_id}, of which it is not"
        elif not _is_shown(Envelope(*envelope), leaf_hash, item):
            yield f"event {seq}, of verdict {verdict_id}: the public is shown something else than its envelope"


def _shown(proposed: Sequence[str]) -> Iterator[str]:
    """Of these verdicts, none of which is public, those whose events the public may see."""
    marks = db.marks(proposed)
    sql = f"SELECT subject_id FROM withheld WHERE subject_id IN ({marks})"  # noqa: S608
    withheld = {verdict_id for (verdict_id,) in db.query(sql, proposed)}
    for verdict_id in proposed:
        if verdict_id not in withheld:
            yield f"verdict {verdict_id} is not public, and its events are not withheld"
    for verdict_id, seq in db.query(_SHOWN.format(marks), proposed):
        if verdict_id in withheld:
            yield f"verdict {verdict_id} is not public, and its event {seq} is not withheld"


def _is_withheld(verdict: dict[str, Any] | None) -> bool:
    """As `domain.documents.is_public` has it, also of what tampering has left without fields, or without a verdict."""
    return verdict is not None and verdict.get("published_at") is None


def _is_shown(envelope: Envelope, leaf_hash: str, item: object) -> bool:
    try:
        return withheld_item(envelope, leaf_hash) == as_bytes(item)
    except UNREADABLE:
        return False
