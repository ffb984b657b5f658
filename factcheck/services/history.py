"""Histories: a claim's events in order, with what each changed."""

from factcheck.domain.errors import NotFound
from factcheck.storage import history


def page(claim_id: str, after: int, limit: int, *, see_withheld: bool) -> tuple[list[bytes], int | None, int | None]:
    """Events after a seq, the seq to go on from (None after the last) and the page's version, if it has one.

    A claim that others were merged into shows their events too. Raises NotFound.
    """
    found = history.page(claim_id, after, limit + 1, see_withheld=see_withheld)
    if found is None:
        raise NotFound(f"there is no claim {claim_id}")
    more = found.events[limit - 1][0] if len(found.events) > limit else None
    return [item for _, item in found.events[:limit]], more, found.version
