"""Vectors of meaning made small, and searched without an index: signs to look through, bytes to measure.

What is nearest by signs (Hamming distance) is nearest by angle but for noise, so the signs choose some hundreds and the
bytes put them in order (Yamada, Asai and Hajishirzi, "Efficient passage retrieval with hashing", 2021; Charikar,
"Similarity estimation techniques from rounding algorithms", 2002). A million vectors of 384 numbers are 48 MB of signs
and 384 MB of bytes; a query reads through the signs, and of the bytes those that were chosen. Pure numpy.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Bytes = NDArray[np.int8]
    Bits = NDArray[np.uint64]
    Rows = NDArray[np.int64]

CHOSEN = 500
"""How many the signs choose to be measured; up to so many vectors all are, and none is missed."""
_BLOCK = 65_536
_STEP = 16_384
"""Rows looked at in one go, so that what is in between fits the cache."""
_SCALE = 127.0


def quantized(vectors: "Floats") -> "Bytes":
    """Vectors of length 1, shape (n, dimensions), as bytes, each by its scale: a cosine is off by less than 0.01."""
    largest = np.abs(vectors).max(axis=-1, keepdims=True)
    scaled = vectors / np.where(largest == 0, 1, largest) * _SCALE
    return np.rint(scaled).astype(np.int8)


def bits(vectors: "Floats | Bytes") -> "Bits":
    """The signs of vectors, shape (n, dimensions / 64); dimensions are a multiple of 64."""
    packed = np.packbits(vectors > 0, axis=-1)
    return np.ascontiguousarray(packed).view(np.uint64)


def similarities(queries: "Floats", vectors: "Bytes") -> "Floats":
    """The cosines of queries of length 1, shape (queries, dimensions), with each of n vectors, shape (queries, n); 0
    for a vector of zeros."""
    exact = vectors.astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", exact, exact))
    lengths[lengths == 0] = 1
    # Query by query: a product of two matrices would be given to threads, which wait for each other where many work.
    return np.stack([exact @ query / lengths for query in queries])


class Signs:
    """The signs of vectors in the order in which they were added, in blocks: what is there is never copied again."""

    def __init__(self) -> None:
        self._blocks: list[Bits] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, vectors: "Bytes") -> None:
        """Add vectors, shape (n, dimensions)."""
        signs = bits(vectors).T
        at = 0
        while at < signs.shape[1]:
            used = self._count % _BLOCK
            if used == 0:
                self._blocks.append(np.empty((len(signs), _BLOCK), dtype=np.uint64))
            some = signs[:, at : at + _BLOCK - used]
            self._blocks[-1][:, used : used + some.shape[1]] = some
            self._count += some.shape[1]
            at += some.shape[1]

    def nearest(self, query: "Floats", most: int = CHOSEN) -> "Rows":
        """The places of the `most` vectors whose signs differ least from a query's, in order of their places."""
        if self._count <= most:
            return np.arange(self._count)
        found = self.distances(query)
        # Distances are small whole numbers: counting them is quicker than putting them in order.
        last = np.searchsorted(np.cumsum(np.bincount(found)), most)
        nearer, as_far = np.flatnonzero(found < last), np.flatnonzero(found == last)
        return np.sort(np.concatenate([nearer, as_far[: most - len(nearer)]]))

    def distances(self, query: "Floats") -> "NDArray[np.uint16]":
        """In how many signs each vector differs from a query."""
        [asked] = bits(query[None])
        found = np.zeros(self._count, dtype=np.uint16)
        differing, counted = np.empty(_STEP, dtype=np.uint64), np.empty(_STEP, dtype=np.uint8)
        for at, block in self._steps():
            size = block.shape[1]
            for word, own in enumerate(asked):
                np.bitwise_xor(block[word], own, out=differing[:size])
                np.bitwise_count(differing[:size], out=counted[:size])
                found[at : at + size] += counted[:size]
        return found

    def _steps(self) -> "Iterator[tuple[int, Bits]]":
        for at in range(0, self._count, _STEP):
            number, within = divmod(at, _BLOCK)
            yield at, self._blocks[number][:, within : within + min(_STEP, self._count - at)]
