"""Texts encoded in other threads, while the one that asks for it does something else."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

from factcheck.encoding import Encoder

if TYPE_CHECKING:
    from factcheck.encoding import Vectors


def begin(known: Encoder, texts: Sequence[str]) -> "Callable[[], Vectors]":
    """Begin to encode one or more texts; gives what waits for their vectors, shape (texts, dimensions).

    Each is encoded by one thread, several at a time: two threads on one text are quicker by half at most.
    """
    begun = [_threads().submit(known.encode, [text]) for text in texts]

    def vectors() -> "Vectors":
        import numpy as np

        return np.concatenate([one.result() for one in begun])

    return vectors


@cache
def _threads() -> ThreadPoolExecutor:
    """Those of this process, begun when they are first needed: like the model, they do not outlive a fork."""
    return ThreadPoolExecutor(min(2, os.cpu_count() or 1), thread_name_prefix="encoder")
