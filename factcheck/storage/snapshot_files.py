"""Files under one directory, each named by what is in it, written whole or not at all. Knows no database."""

import gzip
import hashlib
import os
import re
import time
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from factcheck import clock

INCOMING = "incoming"
"""The folder of what has no place yet."""

_LEFT_BEHIND = 3600.0
_LEVEL = 6
_NAME = re.compile(r"[0-9a-zA-Z][0-9a-zA-Z.-]*")


class Missing(Exception):
    """The file is not kept any more."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that is written and has not taken its place yet; `size` is in bytes on the disk."""

    name: str
    path: Path
    size: int


def archive_name(key: str) -> str:
    """The WARC file of a body, by the body's SHA-256, or of one more exchange with the same body, by its snapshot."""
    return f"{key}.warc.gz"


def text_name(sha256: str) -> str:
    return f"{sha256}.txt.gz"


def compressed(text: str) -> bytes:
    return gzip.compress(text.encode(), _LEVEL, mtime=0)


@dataclass(frozen=True, slots=True)
class Store:
    """The files below `directory`, which is made when it is needed."""

    directory: Path

    def stage(self, name: str, content: bytes) -> Staged:
        """Write a file, to the disk; it takes its place by `place`."""
        incoming = self.directory / INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        path = incoming / clock.new_id()
        # For those alone who run the service: it is other people's text.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return Staged(name, path, len(content))

    def place(self, staged: Staged) -> None:
        """Give a file its place; one that has it already, from a write that was taken back, keeps it."""
        target = self._path(staged.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            staged.path.replace(target)
        except FileNotFoundError:
            if not target.exists():
                raise

    def discard(self, staged: Staged) -> None:
        """Remove what was staged, unless it has taken its place."""
        staged.path.unlink(missing_ok=True)

    def has(self, name: str) -> bool:
        try:
            return self._path(name).is_file()
        except Missing:
            return False

    def read(self, name: str) -> bytes:
        """Raises Missing."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            raise Missing(name) from None

    def open(self, name: str) -> IO[bytes]:
        """The file, to be read bit by bit; raises Missing."""
        try:
            return self._path(name).open("rb")
        except FileNotFoundError:
            raise Missing(name) from None

    def read_text(self, name: str) -> str:
        """The text of a file that its SHA-256 names; raises Missing, also for one that is not what it was."""
        try:
            content = gzip.decompress(self.read(name))
        except (EOFError, OSError, zlib.error):
            raise Missing(name) from None
        if text_name(hashlib.sha256(content).hexdigest()) != name:
            raise Missing(name)
        return content.decode()

    def remove(self, names: Collection[str]) -> None:
        for name in names:
            with suppress(Missing):
                self._path(name).unlink(missing_ok=True)

    def sweep(self, remove: Callable[[set[str]], None]) -> None:
        """Have what a process that died left behind removed, an hour old or more; of files in their place `remove`
        does so with those that nobody needs."""
        for folder in self.directory.glob("*"):
            old = [path for path in _files(folder) if _is_old(path)]
            if folder.name != INCOMING:
                remove({path.name for path in old})
            else:
                for path in old:
                    path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        # A name can be out of a database that somebody else has filled: none leads out of the directory.
        if not _NAME.fullmatch(name):
            raise Missing(name)
        # By the end: what begins with a time would all be in one folder.
        return self.directory / name.partition(".")[0][-2:] / name


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob("*") if path.is_file())


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > _LEFT_BEHIND
    except FileNotFoundError:
        return False  # another worker was faster
