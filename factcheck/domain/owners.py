"""Who owns whom among publishers."""

from collections.abc import Mapping

from factcheck.domain.entities import Entity


def top_owner(publisher: str, publishers: Mapping[str, Entity]) -> str:
    """The owner above a publisher that nobody owns; itself where nobody owns it."""
    while (owner := publishers[publisher]["owner"]) is not None:
        publisher = owner
    return publisher
