"""Any model of the package sentence-transformers, which brings torch: for better matches, or other languages."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


class SentenceTransformer:
    """The model in a folder, whose name it has. One that the ranker has no numbers for finds candidates by meaning, and
    ranks them by words."""

    def __init__(self, path: str) -> None:
        import sentence_transformers

        self._model = sentence_transformers.SentenceTransformer(path, local_files_only=True)
        self.name = path.rstrip("/").rsplit("/", 1)[-1]
        self.dimensions = int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> "Vectors":
        found: Vectors = self._model.encode(
            list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return found
