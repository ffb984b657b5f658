"""The log as auditors read it: entries, and proofs over the stored tree."""

from typing import Any

from factcheck.domain.actors import Actor, hidden_from
from factcheck.domain.errors import Invalid, NotFound, NotYet
from factcheck.storage import checkpoints, history, journal, tree


def entries(reader: Actor | None, start: int, limit: int, *, see_withheld: bool) -> list[tuple[int, bytes]]:
    """Events from number `start` on, with the payloads that this reader may see."""
    return history.entries(start, limit, see_withheld=see_withheld, hidden=hidden_from(reader))


def inclusion(seq: int, size: int | None) -> dict[str, Any]:
    """The path from an event to the root over `size` events, or over those of the newest checkpoint.

    Raises NotYet, NotFound, Invalid.
    """
    size = _existing(size)
    if seq > size:
        raise Invalid(f"event {seq} is not among the first {size}", pointer="/seq")
    path = tree.inclusion(seq, size)
    return {"seq": seq, "size": size, "leaf_hash": tree.leaf(seq).hex(), "path": [one.hex() for one in path]}


def consistency(first: int, second: int | None) -> dict[str, Any]:
    """The path that shows that the first `first` events are how the first `second` began. Raises as `inclusion`."""
    second = _existing(second)
    if first > second:
        raise Invalid(f"there are more than {second} in {first}", pointer="/first")
    path = tree.consistency(first, second) if first else []
    return {"first": first, "second": second, "path": [one.hex() for one in path]}


def _existing(size: int | None) -> int:
    if size is None:
        newest = checkpoints.newest()
        if newest is None:
            raise NotFound("no checkpoint has been signed yet: name a size")
        return newest.size
    if size > journal.size():
        raise NotYet(f"there are no {size} events yet")
    return size
