"""Who owns whom among publishers."""

from collections.abc import Mapping

from factcheck.domain.entities import Entity


def top_owner(publisher: str, publishers: Mapping[str, Entity]) -> str:
    """The owner above a publisher that nobody owns; itself where nobody owns it.

    Raises ValueError for publishers that own one another, which no record has that nobody has tampered with.
    """
    passed = {publisher}
    while (owner := publishers[publisher]["owner"]) is not None:
        if owner in passed:
            raise ValueError(f"publisher {owner} would own itself")
        passed.add(owner)
        publisher = owner
    return publisher
