"""Files that are there whole or not at all."""

import errno
import fcntl
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from factcheck import clock

# What file systems say that have no second names for a file: FAT, some of the network's.
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS}
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@contextmanager
def whole(path: Path, *, mode: int, replace: bool = True) -> Iterator[IO[bytes]]:
    """A file to write to, which takes its place when the block ends well; raises OSError.

    Without `replace` one that has come meanwhile stays, and FileExistsError is raised. What processes that were killed
    have left of the same file is removed.
    """
    partial, handle = _begun(path, mode)
    with os.fdopen(handle, "wb") as file:
        try:
            _sweep(path)
            yield file
            file.flush()
            os.fsync(file.fileno())
            if replace or not _linked(partial, path):
                partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def _begun(path: Path, mode: int) -> tuple[Path, int]:
    """A new file beside the place, locked while it is open: by that others know that it is being written."""
    while True:
        # No other process has the name, in whichever container it is.
        partial = path.with_name(f".{path.name}.{clock.new_id()}")
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        # On a disk that has no locks nothing is removed either.
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        if partial.exists():
            return partial, handle
        # Somebody has taken it for left, in the moment before it was locked.
        os.close(handle)


def _sweep(path: Path) -> None:
    # Where a directory may be written to and not listed, they stay.
    listed: list[Path] = []
    with suppress(OSError):
        listed = list(path.parent.iterdir())
    for left in listed:
        name, _, written_by = left.name.rpartition(".")
        if name == f".{path.name}" and _ID.fullmatch(written_by):
            # It is being written, or gone by now, or not ours to remove.
            with suppress(OSError):
                _remove_unless_locked(left)


def _remove_unless_locked(left: Path) -> None:
    handle = os.open(left, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if stat.S_ISREG(os.fstat(handle).st_mode):
            left.unlink()
    finally:
        os.close(handle)


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
