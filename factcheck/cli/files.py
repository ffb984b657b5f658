"""Files that are there whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


@contextmanager
def whole(path: Path, *, mode: int, replace: bool = True) -> Iterator[IO[bytes]]:
    """A file to write to, which takes its place when the block ends well; raises OSError.

    Without `replace` one that has come meanwhile stays, and FileExistsError is raised.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if replace:
            partial.replace(path)
        else:
            os.link(partial, path)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()
