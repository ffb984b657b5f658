"""Files that are there whole or not at all."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from factcheck import clock

# What file systems say that have no second names for a file: FAT, some of the network's.
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS}


@contextmanager
def whole(path: Path, *, mode: int, replace: bool = True) -> Iterator[IO[bytes]]:
    """A file to write to, which takes its place when the block ends well; raises OSError.

    Without `replace` one that has come meanwhile stays, and FileExistsError is raised.
    """
    # No other process has the name, in whichever container it is.
    partial = path.with_name(f".{path.name}.{clock.new_id()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if replace or not _linked(partial, path):
                partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def _linked(partial: Path, path: Path) -> bool:
    """Give a file its name unless that is taken, which raises FileExistsError; False where only `replace` is left."""
    try:
        os.link(partial, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A moment is left in which another file can come: better than no backup on such a disk.
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        return False
    return True
