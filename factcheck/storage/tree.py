"""The stored tree over the ledger: its root at any size, and proofs, each from a few dozen rows."""

from collections.abc import Sequence

from factcheck.ledger.merkle import Node, Span, consistency_spans, inclusion_spans, position, prove
from factcheck.storage import db


def root(size: int) -> bytes:
    """The root over the first `size` events, which there are."""
    (found,) = prove([Span(0, size)], look_up)
    return found


def inclusion(seq: int, size: int) -> list[bytes]:
    """The path from event `seq` to the root over the first `size`; raises ValueError where it is none of them."""
    return prove(inclusion_spans(seq - 1, size), look_up)


def consistency(first: int, second: int) -> list[bytes]:
    """The path from the root over `first` events to that over `second`; raises ValueError where there is none."""
    return prove(consistency_spans(first, second), look_up)


def leaf(seq: int) -> bytes:
    """The hash of an event, which there is."""
    return look_up([Node(0, seq - 1)])[Node(0, seq - 1)]


def look_up(nodes: Sequence[Node]) -> dict[Node, bytes]:
    """The hashes of perfect subtrees that are complete."""
    inner = {position(node): node for node in nodes if node.level > 0}
    leaves = {node.index + 1: node for node in nodes if node.level == 0}
    kept = "SELECT position, hash FROM nodes WHERE position IN ({})"
    events = "SELECT seq, leaf_hash FROM events WHERE seq IN ({})"
    found = {inner[number]: bytes(hash_) for number, hash_ in _by_keys(kept, list(inner))}
    return found | {leaves[seq]: bytes.fromhex(hash_) for seq, hash_ in _by_keys(events, list(leaves))}


def _by_keys(sql: str, keys: Sequence[int]) -> list[db.Row]:
    return db.query(sql.format(db.marks(keys)), keys) if keys else []
