"""Recording that a source relies on another, once it is sure that it may be."""

from collections.abc import Mapping
from typing import Any

from factcheck.domain.corroboration import closes_loop
from factcheck.domain.errors import AlreadyThere, LoopInCitations
from factcheck.domain.vocabulary import Subject
from factcheck.storage import registry, rows, views
from factcheck.storage.journal import Transaction
from factcheck.storage.models import Citation


def cite(tx: Transaction, source: str, given: Mapping[str, Any], kind: str, reason: str | None) -> str:
    """The citation's id; `given` describes the origin. Raises LoopInCitations, AlreadyThere, UnknownReference."""
    origin = registry.source(tx, given, "/origin/id")
    assert origin is not None, "an origin is given"
    if closes_loop(source, origin, _citations_above(origin)):
        raise LoopInCitations("the origin relies on this source itself", pointer="/origin")
    if rows.where(Citation, "source = ? AND origin = ? AND kind = ?", [source, origin, kind]):
        raise AlreadyThere("this citation is in the record", pointer="/origin")
    values = {"source": source, "origin": origin, "kind": kind, "reason": reason}
    return tx.create("citation.added", Subject.CITATION, values)


def _citations_above(source_id: str) -> list[dict[str, Any]]:
    """The citations on the way from a source to all that it relies on."""
    return [citation for some in views.citations_below({source_id}).values() for citation in some]
