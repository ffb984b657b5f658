"""The Merkle tree over the leaves: roots, inclusion and consistency proofs, and their verification.

Source: RFC 9162, section 2.1, with SHA-256. Hashes are 32 bytes; a tree of `size` leaves has the indexes
0 to `size` - 1, and the event `seq` is the leaf `seq` - 1. Pure: who builds a proof is told which nodes it takes
and looks them up wherever they are kept.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()
"""The root of the tree without leaves (RFC 9162, section 2.1.1)."""

_NODE_PREFIX = b"\x01"


class BadProof(ValueError):
    """The proof does not show what it should."""


@dataclass(frozen=True, slots=True)
class Node:
    """The root of a perfect subtree: over the leaves from `index` * 2^`level`, 2^`level` of them; level 0 is a leaf."""

    level: int
    index: int


@dataclass(frozen=True, slots=True)
class Span:
    """The leaves from `start` up to, and without, `end`."""

    start: int
    end: int

    def nodes(self) -> list[Node]:
        """The perfect subtrees that the span's own subtree is made of, from the left."""
        found, start = [], self.start
        while start < self.end:
            level = (self.end - start).bit_length() - 1
            found.append(Node(level, start >> level))
            start += 1 << level
        return found


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right); RFC 9162, section 2.1.1."""
    return hashlib.sha256(_NODE_PREFIX + left + right).digest()


def joined(hashes: Sequence[bytes]) -> bytes:
    """The root over neighbouring perfect subtrees, which get smaller from left to right."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


class Frontier:
    """The right edge of a growing tree: the roots of the perfect subtrees it is made of, at most one a level.

    Memory and the work of an append are O(log n).
    """

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if size.bit_count() != len(peaks):
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(peaks)}")
        self.size = size
        self.peaks = list(peaks)

    def append(self, leaf: bytes) -> list[bytes]:
        """Take in the next leaf; gives the inner nodes that it completes, the lowest first (`completed` names them)."""
        made: list[bytes] = []
        right, count = leaf, self.size
        while count & 1:
            right = node_hash(self.peaks.pop(), right)
            made.append(right)
            count >>= 1
        self.peaks.append(right)
        self.size += 1
        return made

    def root(self) -> bytes:
        return joined(self.peaks)


def position(node: Node) -> int:
    """An inner node's number among all inner nodes in the order in which they are completed, from 1, without a gap.

    So a store that is keyed by it only ever grows at its end.
    """
    last = ((node.index + 1) << node.level) - 1
    return last - last.bit_count() + node.level


def first_position(size: int) -> int:
    """The number of the inner node that is completed first once the tree has `size` leaves."""
    return size - size.bit_count() + 1


def inclusion_spans(index: int, size: int) -> list[Span]:
    """The subtrees whose roots are the inclusion path of a leaf (RFC 9162, section 2.1.3.1), the lowest first.

    Raises ValueError where there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(Span(middle, end))
            end = middle
        else:
            path.append(Span(start, middle))
            start = middle
    return path[::-1]


def consistency_spans(first: int, second: int) -> list[Span]:
    """The subtrees whose roots prove that the tree of `first` leaves began that of `second`; RFC 9162, section 2.1.4.1.

    Raises ValueError unless 0 < `first` <= `second`.
    """
    if not 0 < first <= second:
        raise ValueError(f"there is no consistency proof from {first} to {second}")
    path, start, end = [], 0, second
    # `first` - `start` of the present subtree's leaves are the old tree's; it is whole as long as it starts at 0.
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(Span(middle, end))
            end = middle
        else:
            path.append(Span(start, middle))
            start = middle
    if start > 0:
        path.append(Span(start, end))
    return path[::-1]


def prove(spans: Sequence[Span], look_up: Callable[[Sequence[Node]], dict[Node, bytes]]) -> list[bytes]:
    """The hashes of these subtrees; `look_up` gives those of perfect ones, all that are needed at once."""
    parts = [span.nodes() for span in spans]
    known = look_up([node for nodes in parts for node in nodes])
    return [joined([known[node] for node in nodes]) for nodes in parts]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Raises BadProof unless the path shows that `leaf` is at `index` in the tree of this root.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        raise BadProof(f"a tree of {size} leaves has no leaf {index}")
    _require_hashes([leaf, *path, root])
    found = leaf
    for sibling, on_the_left in _climbed(index, size - 1, path):
        found = node_hash(sibling, found) if on_the_left else node_hash(found, sibling)
    if found != root:
        raise BadProof("the path leads to another root")


def verify_consistency(first: int, second: int, path: Sequence[bytes], first_root: bytes, second_root: bytes) -> None:
    """Raises BadProof unless the path shows that the tree of `first` leaves is how that of `second` began.

    Source: RFC 9162, section 2.1.4.2. A tree without leaves is how every tree began: its path is empty.
    """
    _require_hashes([*path, first_root, second_root])
    if not 0 <= first <= second:
        raise BadProof(f"a tree of {second} leaves did not begin with {first}")
    if first in (0, second):
        _verify_trivial(first, second, path, first_root, second_root)
        return
    # Up to the root of the largest subtree that ends where the old tree did.
    whole = _trailing_ones(first - 1)
    place, last = (first - 1) >> whole, (second - 1) >> whole
    # That root is the old tree's own, or else the path begins with it.
    hashes = [first_root, *path] if place == 0 else list(path)
    if not hashes:
        raise BadProof("the path is too short")
    old = new = hashes[0]
    for sibling, on_the_left in _climbed(place, last, hashes[1:]):
        old = node_hash(sibling, old) if on_the_left else old
        new = node_hash(sibling, new) if on_the_left else node_hash(new, sibling)
    if old != first_root:
        raise BadProof("the path leads to another root for the older tree")
    if new != second_root:
        raise BadProof("the path leads to another root for the newer tree")


def _verify_trivial(first: int, second: int, path: Sequence[bytes], first_root: bytes, second_root: bytes) -> None:
    if path:
        raise BadProof("the path is too long")
    if first == 0 and first_root != EMPTY_ROOT:
        raise BadProof("this is not the root of the tree without leaves")
    if first == second and first_root != second_root:
        raise BadProof("two trees of one size have different roots")


def _climbed(place: int, last: int, path: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """From node `place` of a level whose last is `last` to the root: each sibling, and whether it is on the left.

    Raises BadProof for a path that is longer or shorter than the way.
    """
    for sibling in path:
        if last == 0:
            raise BadProof("the path is too long")
        on_the_left = place & 1 == 1 or place == last
        yield sibling, on_the_left
        if on_the_left:
            # A node without a sibling on its level stands for itself on the next.
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    if last != 0:
        raise BadProof("the path is too short")


def _trailing_ones(number: int) -> int:
    return (number ^ (number + 1)).bit_length() - 1


def _split(count: int) -> int:
    """The largest power of two below `count`, which is at least 2."""
    return 1 << ((count - 1).bit_length() - 1)


def _require_hashes(hashes: Sequence[bytes]) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise BadProof(f"a hash is {HASH_BYTES} bytes")
