"""Vectors of meaning made small, and searched without an index: bits to look through, bytes to measure.

What is nearest by bits (Hamming distance) is nearest by angle but for noise, so the bits choose some hundreds and the
bytes put them in order (Yamada, Asai and Hajishirzi, "Efficient passage retrieval with hashing", 2021; Charikar,
"Similarity estimation techniques from rounding algorithms", 2002). A million vectors of 384 numbers are 48 MB of bits
and 384 MB of bytes; the bits are read through for each query, of the bytes the rows that were chosen, so they may be
a file that is mapped. Pure numpy, no state.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Bytes = NDArray[np.int8]
    Bits = NDArray[np.uint64]

EXACT_TO = 2_000
"""Up to so many vectors all are measured: it takes a few milliseconds and misses nothing."""
CHOSEN = 1_000
"""How many the bits choose to be measured."""
_BLOCK = 65_536
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


def similarities(query: "Floats", vectors: "Bytes") -> "Floats":
    """The cosines of a query of length 1 with each of the vectors, shape (n,); 0 for a vector of zeros."""
    found = np.empty(len(vectors), dtype=np.float32)
    for at in range(0, len(vectors), _BLOCK // 16):
        block = vectors[at : at + _BLOCK // 16].astype(np.float32)
        lengths = np.sqrt(np.einsum("ij,ij->i", block, block))
        found[at : at + len(block)] = (block @ query) / np.where(lengths == 0, 1, lengths)
    return found


def nearest(query: "Floats", vectors: "Bytes", signs: "Bits", limit: int) -> "tuple[NDArray[np.int64], Floats]":
    """The rows nearest to a query of length 1, nearest first, and their cosines.

    `vectors` and `signs` have the same rows and may be mapped from a file. Up to `EXACT_TO` rows all are measured.
    """
    if len(vectors) <= EXACT_TO:
        rows = np.arange(len(vectors))
        found = similarities(query, vectors)
    else:
        rows = np.sort(_fewest(distances(bits(query[None])[0], signs), max(CHOSEN, 4 * limit)))
        found = similarities(query, vectors[rows])
    best = _fewest(-found, limit)
    best = best[np.argsort(-found[best], kind="stable")]
    return rows[best], found[best]


def distances(query: "Bits", signs: "Bits") -> "NDArray[np.uint16]":
    """In how many signs each row differs from the query."""
    found = np.empty(len(signs), dtype=np.uint16)
    for at in range(0, len(signs), _BLOCK):
        block = signs[at : at + _BLOCK]
        total = np.zeros(len(block), dtype=np.uint16)
        for word in range(signs.shape[1]):
            total += np.bitwise_count(block[:, word] ^ query[word])
        found[at : at + len(block)] = total
    return found


def _fewest(values: "NDArray[np.generic]", limit: int) -> "NDArray[np.int64]":
    """The places of the smallest values, in no order."""
    if len(values) <= limit:
        return np.arange(len(values))
    return np.argpartition(values, limit - 1)[:limit].astype(np.int64)
