"""The encoder in numpy alone, for where onnxruntime is not installed: the same weights, as floats.

BERT as it is (Devlin et al., "BERT", 2019; Vaswani et al., "Attention is all you need", 2017), for one text at a time.
Its activation is drawn by tanh (Hendrycks and Gimpel, "Gaussian error linear units", 2016), which is off by .0005.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from factcheck.encoding.weights import DIMENSIONS, EPSILON, HEADS, LAYERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from factcheck.encoding.weights import Tensor, Weights

    Rows = NDArray[np.float32]
    """One of numbers for each piece of a text."""

_BENT = math.sqrt(2 / math.pi)


class InFloats:
    def __init__(self, weights: "Weights") -> None:
        self._weights: dict[str, Tensor] = {
            name: _unpacked(weights, name) for name in weights if not name.endswith(".scale")
        }

    def __call__(self, pieces: Sequence[int]) -> "Rows":
        """The mean over the pieces of a text, by their numbers in the vocabulary; shape (dimensions,)."""
        known = self._weights
        words = known["words"][pieces] * known["words_scale"][pieces]
        rows = self._normed(words + known["places"][: len(pieces)], "norm")
        for layer in range(LAYERS):
            seen = self._product(self._attention(rows, layer), f"{layer}.joined")
            rows = self._normed(seen + rows, f"{layer}.joined.norm")
            bent = self._product(_gelu(self._product(rows, f"{layer}.wide")), f"{layer}.narrow")
            rows = self._normed(bent + rows, f"{layer}.narrow.norm")
        mean: Rows = rows.mean(axis=0)
        return mean

    def _attention(self, rows: "Rows", layer: int) -> "Rows":
        each = self._product(rows, f"{layer}.attention").reshape(len(rows), 3, HEADS, DIMENSIONS // HEADS)
        query, key, value = each.transpose(1, 2, 0, 3)
        nearness = query @ key.transpose(0, 2, 1) / math.sqrt(DIMENSIONS // HEADS)
        shares = np.exp(nearness - nearness.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        seen: Rows = (shares @ value).transpose(1, 0, 2).reshape(len(rows), DIMENSIONS)
        return seen

    def _product(self, rows: "Rows", name: str) -> "Rows":
        found: Rows = rows @ self._weights[f"{name}.weight"]
        found += self._weights[f"{name}.bias"]
        return found

    def _normed(self, rows: "Rows", name: str) -> "Rows":
        apart: Rows = rows - rows.mean(axis=-1, keepdims=True)
        apart /= np.sqrt((apart * apart).mean(axis=-1, keepdims=True) + EPSILON)
        apart *= self._weights[f"{name}.weight"]
        apart += self._weights[f"{name}.bias"]
        return apart


def _unpacked(weights: "Weights", name: str) -> "Tensor":
    """A weight as it is used: what has a scale as floats, but for the vocabulary, of which a text takes a few rows."""
    scale = weights.get(f"{name.removesuffix('.weight')}.scale")
    return weights[name] if scale is None else weights[name] * scale


def _gelu(rows: "Rows") -> "Rows":
    bent: Rows = np.tanh(_BENT * (rows + 0.044715 * rows * rows * rows))
    bent += 1
    return 0.5 * rows * bent
