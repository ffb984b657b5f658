"""Trees for tests: the definitions of RFC 9162, section 2.1, as they stand there, and a tree that keeps its nodes."""

import hashlib
from collections.abc import Sequence

from factcheck.ledger.merkle import Frontier, Node, first_position, position


def leaf_of(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def leaves(count: int) -> list[bytes]:
    return [leaf_of(str(number).encode()) for number in range(count)]


def naive_root(hashes: Sequence[bytes]) -> bytes:
    """MTH(D[n]) over leaf hashes; RFC 9162, section 2.1.1."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = largest_power_below(len(hashes))
    return hashlib.sha256(b"\x01" + naive_root(hashes[:k]) + naive_root(hashes[k:])).digest()


def naive_path(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]); RFC 9162, section 2.1.3.1."""
    if len(hashes) == 1:
        return []
    k = largest_power_below(len(hashes))
    if index < k:
        return [*naive_path(index, hashes[:k]), naive_root(hashes[k:])]
    return [*naive_path(index - k, hashes[k:]), naive_root(hashes[:k])]


def naive_proof(first: int, hashes: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF(m, D[n], b); RFC 9162, section 2.1.4.1."""
    if first == len(hashes):
        return [] if whole else [naive_root(hashes)]
    k = largest_power_below(len(hashes))
    if first <= k:
        return [*naive_proof(first, hashes[:k], whole=whole), naive_root(hashes[k:])]
    return [*naive_proof(first - k, hashes[k:], whole=False), naive_root(hashes[:k])]


def largest_power_below(count: int) -> int:
    k = 1
    while k * 2 < count:
        k *= 2
    return k


class GrownTree:
    """Keeps the leaves, and each inner node under its number, as `Frontier.append` gives them."""

    def __init__(self, hashes: Sequence[bytes]) -> None:
        self.leaves = list(hashes)
        self.inner: list[bytes] = []
        self.roots = [Frontier().root()]
        frontier = Frontier()
        for leaf in hashes:
            made = frontier.append(leaf)
            self.inner += made
            self.roots.append(frontier.root())
            assert first_position(frontier.size) == len(self.inner) + 1

    def look_up(self, nodes: Sequence[Node]) -> dict[Node, bytes]:
        return {node: self.inner[position(node) - 1] if node.level else self.leaves[node.index] for node in set(nodes)}
