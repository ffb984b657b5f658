"""The encoder by onnxruntime, its weights and the numbers of a text as bytes.

The package's file turns its bytes into floats and multiplies those; `minilm.onnx` is a graph of our own without weights
(`benchmarks/matching/graph.py` makes it) that takes them as they are, and the numbers of a text as bytes too, each
product with its scale. That is more than twice as fast, in half the memory.
"""

from collections.abc import Sequence
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from factcheck.encoding.weights import Weights


class InBytes:
    def __init__(self, weights: "Weights") -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # Its arena keeps what the longest text took; a process that mostly waits should not.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(one)) for one in weights.values()]
        options.add_external_initializers(list(weights), values)
        graph = resources.files("factcheck.encoding").joinpath("minilm.onnx").read_bytes()
        # A sum and its norm as one operator take four times as long as two.
        apart = ["SkipLayerNormFusion"]
        self._session = onnxruntime.InferenceSession(
            graph, options, ["CPUExecutionProvider"], disabled_optimizers=apart
        )

    def __call__(self, pieces: Sequence[int]) -> "NDArray[np.float32]":
        """The mean over the pieces of a text, by their numbers in the vocabulary; shape (dimensions,)."""
        [[mean]] = self._session.run(None, {"ids": np.array([pieces], dtype=np.int64)})
        found: NDArray[np.float32] = mean
        return found
