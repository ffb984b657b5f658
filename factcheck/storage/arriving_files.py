"""Files out of a backup on their way into the data directory: beside their places first, all into them at the end."""

import hashlib
import os
import re
import zlib
from collections.abc import Iterable
from pathlib import Path

from factcheck.storage.snapshot_files import INCOMING, Staged, Store, text_name

_PREFIX = "restored-"
_TEXT = re.compile(r"([0-9a-f]{64})\.txt\.gz")
_LONGEST_TEXT = 64 * 1024 * 1024
_GZIP = 16 + zlib.MAX_WBITS


class Arriving:
    """What arrives in one directory. Who dies on the way leaves files that `Store.sweep` removes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._incoming = store.directory / INCOMING

    def take(self, name: str, pieces: Iterable[bytes]) -> bool:
        """Write a file beside its place; False for a text that is not what its name says, of which nothing is kept."""
        self._incoming.mkdir(parents=True, exist_ok=True)
        path, text = self._path(name), _TextCheck(name)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for piece in pieces:
                file.write(piece)
                text.add(piece)
        if not text.holds():
            path.unlink()
        return text.holds()

    def will_have(self, name: str) -> bool:
        """Whether the directory has a file once all have taken their places."""
        return self._path(name).exists() or self._store.has(name)

    def place(self) -> None:
        """Give every file its place, over an older one of its name."""
        for path in self._arrived():
            name = path.name.removeprefix(_PREFIX)
            self._store.place(Staged(name, path, path.stat().st_size))

    def discard(self) -> None:
        """Remove what has no place yet."""
        for path in self._arrived():
            path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._incoming / f"{_PREFIX}{name}"

    def _arrived(self) -> Iterable[Path]:
        return self._incoming.glob(f"{_PREFIX}*")


class _TextCheck:
    """Whether a file of text is what its name says, and no longer than its readers can hold; of others, nothing."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._inflated = zlib.decompressobj(_GZIP) if _TEXT.fullmatch(name) else None
        self._digest, self._left, self._broken = hashlib.sha256(), _LONGEST_TEXT, False

    def add(self, piece: bytes) -> None:
        while piece and self._inflated and not self._broken:
            try:
                text = self._inflated.decompress(piece, self._left)
            except zlib.error:
                self._broken = True
                return
            self._digest.update(text)
            self._left -= len(text)
            piece = self._inflated.unconsumed_tail
            # Of a limit of 0 zlib makes none.
            self._broken = self._left <= 0 or bool(self._inflated.unused_data)

    def holds(self) -> bool:
        if self._inflated is None:
            return True
        return not self._broken and self._inflated.eof and text_name(self._digest.hexdigest()) == self._name
