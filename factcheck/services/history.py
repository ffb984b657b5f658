"""Histories: a claim's events in order, with what each changed."""

from factcheck.domain.errors import NotFound
from factcheck.storage import documents, history


def page(claim_id: str, after: int, limit: int, *, see_withheld: bool) -> tuple[list[bytes], int | None, int]:
    """Events after a seq, the seq to go on from (None after the last) and the claim's own seq.

    A claim that others were merged into shows their events too. Raises NotFound.
    """
    version = documents.version(claim_id)
    if version is None:
        raise NotFound(f"there is no claim {claim_id}")
    seq, absorbed = version
    found = history.page([claim_id, *absorbed], after, limit + 1, see_withheld=see_withheld)
    more = found[limit - 1][0] if len(found) > limit else None
    return [item for _, item in found[:limit]], more, seq
