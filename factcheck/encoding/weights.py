"""The weights of the encoder by names of our own, layer by layer, out of the file of the package that has them.

They are bytes: of each product a matrix `weight` of numbers from -127 to 127 with a `scale` for each of its columns.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Tensor = NDArray[Any]
    Weights = Mapping[str, Tensor]

LAYERS, DIMENSIONS, HEADS = 6, 384, 12
EPSILON = 1e-12
"""What keeps a norm from dividing by nothing."""
_EMBEDDINGS = "inner.embeddings"


def named(stored: "Weights") -> "Iterator[tuple[str, Tensor]]":
    """Each with its name.

    The file's products have no names of their own; they come in order, layer by layer: query, key, value, output, and
    the two of the feed-forward. Query, key and value are put together, as one product.
    """
    yield "words", stored[f"{_EMBEDDINGS}.word_embeddings.weight_q"]
    yield "words_scale", stored[f"{_EMBEDDINGS}.word_embeddings.weight_scale"]
    places = f"{_EMBEDDINGS}.position_embeddings.weight"
    # A text is all of one type, so what says so is added to every place.
    kind = stored[f"{_EMBEDDINGS}.token_type_embeddings.weight"][0]
    yield "places", (stored[f"{places}_q"] * stored[f"{places}_scale"] + kind).astype(np.float32)
    yield from _norm(stored, "norm", f"{_EMBEDDINGS}.LayerNorm")
    products = [name.removesuffix("_q") for name in stored if name.startswith("val_") and name.endswith("_q")]
    for layer in range(LAYERS):
        yield from _layer(stored, layer, products[6 * layer : 6 * layer + 6])


def _layer(stored: "Weights", layer: int, products: Sequence[str]) -> "Iterator[tuple[str, Tensor]]":
    theirs = f"inner.encoder.layer.{layer}"
    own = [f"{theirs}.attention.self.{part}.bias" for part in ("query", "key", "value")]
    yield from _product(stored, f"{layer}.attention", products[:3], own)
    yield from _product(stored, f"{layer}.joined", products[3:4], [f"{theirs}.attention.output.dense.bias"])
    yield from _norm(stored, f"{layer}.joined.norm", f"{theirs}.attention.output.LayerNorm")
    yield from _product(stored, f"{layer}.wide", products[4:5], [f"{theirs}.intermediate.dense.bias"])
    yield from _product(stored, f"{layer}.narrow", products[5:6], [f"{theirs}.output.dense.bias"])
    yield from _norm(stored, f"{layer}.narrow.norm", f"{theirs}.output.LayerNorm")


def _product(
    stored: "Weights", name: str, weights: Sequence[str], biases: Sequence[str]
) -> "Iterator[tuple[str, Tensor]]":
    yield f"{name}.weight", np.concatenate([stored[f"{one}_q"] for one in weights], axis=1)
    yield f"{name}.scale", np.concatenate([stored[f"{one}_scale"].reshape(-1) for one in weights])
    yield f"{name}.bias", np.concatenate([stored[one] for one in biases])


def _norm(stored: "Weights", name: str, theirs: str) -> "Iterator[tuple[str, Tensor]]":
    for part in ("weight", "bias"):
        yield f"{name}.{part}", stored[f"{theirs}.{part}"]
