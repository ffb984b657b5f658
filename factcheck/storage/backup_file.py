"""The form of a backup: a tar file (POSIX ustar) under gzip, written and read as a stream. Knows no database.

Its first member says what it is, its last one gives the SHA-256 of all bytes before; both are JSON. Whoever has no
factcheck can unpack it with `tar xzf`. Reading takes plain files by short names and nothing else that tar could hold,
and never more than a piece of them at once.
"""

import gzip
import hashlib
import json
import re
import tarfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

FIRST, LAST = "backup.json", "end.json"

_BLOCK = 512
_END = bytes(2 * _BLOCK)
_PIECE = 64 * 1024
_LEVEL = 6
_LONGEST_JSON = 1024 * 1024
_NAME = re.compile(r"[0-9a-z_]+(/[0-9a-zA-Z_][0-9a-zA-Z_.-]*){0,2}|backup\.json|end\.json")

LONGEST_LINE = 256 * 1024 * 1024
"""Bytes that a row can have."""


class Damaged(Exception):
    """The file is no backup, or not all of one, or not as it was written."""


class Writer:
    """Writes members one after the other; `close` makes the file whole."""

    def __init__(self, file: IO[bytes]) -> None:
        self._out = gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=_LEVEL)
        self._digest = hashlib.sha256()

    def add(self, name: str, content: bytes | bytearray) -> None:
        self._begin(name, len(content))
        self._write(content)
        self._write(bytes(-len(content) % _BLOCK))

    def add_file(self, name: str, file: IO[bytes], size: int) -> None:
        """Add so many bytes of an open file; raises EOFError where it has fewer."""
        self._begin(name, size)
        left = size
        while left:
            piece = file.read(min(left, _PIECE))
            if not piece:
                raise EOFError(f"{name} has become shorter")
            self._write(piece)
            left -= len(piece)
        self._write(bytes(-size % _BLOCK))

    def close(self, said: dict[str, Any]) -> None:
        self.add(LAST, json.dumps({**said, "sha256": self._digest.hexdigest()}).encode())
        self._write(_END)
        self._out.close()

    def _begin(self, name: str, size: int) -> None:
        header = tarfile.TarInfo(name)
        header.size, header.mode = size, 0o600
        self._write(header.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict"))

    def _write(self, data: bytes | bytearray) -> None:
        self._digest.update(data)
        self._out.write(data)


class Member:
    """A part of the file, which is read from its beginning to its end, once."""

    def __init__(self, name: str, size: int, reader: "Reader") -> None:
        self.name, self.size = name, size
        self._left = size
        self._reader = reader

    def pieces(self) -> Iterator[bytes]:
        """Its bytes, some at a time; raises Damaged."""
        while self._left:
            piece = self._reader.read(min(self._left, _PIECE))
            self._left -= len(piece)
            yield piece

    def lines(self) -> Iterator[bytes]:
        """Its lines; raises Damaged, also for one that is too long."""
        rest = bytearray()
        for piece in self.pieces():
            first, *more = piece.split(b"\n")
            rest += first
            for line in more:
                yield bytes(rest)
                rest = bytearray(line)
            if len(rest) > LONGEST_LINE:
                raise Damaged(f"{self.name} has a line without an end")
        if rest:
            raise Damaged(f"{self.name} ends within a line")

    def as_json(self) -> dict[str, Any]:
        """What a small member says; raises Damaged."""
        if self.size > _LONGEST_JSON:
            raise Damaged(f"{self.name} is too long")
        try:
            found = json.loads(b"".join(self.pieces()))
        except (ValueError, RecursionError):
            raise Damaged(f"{self.name} cannot be read") from None
        if not isinstance(found, dict):
            raise Damaged(f"{self.name} cannot be read")
        return found

    def skip(self) -> None:
        for _ in self.pieces():
            pass


class Reader:
    """Reads members one after the other, up to the end, which has to be there and to agree with the rest."""

    def __init__(self, file: IO[bytes]) -> None:
        self._in = gzip.GzipFile(fileobj=file, mode="rb")
        self._digest = hashlib.sha256()

    def members(self) -> Iterator[Member]:
        """Every member up to and with the last, whose digest is checked first; raises Damaged."""
        while True:
            before = self._digest.hexdigest()
            member = self._next()
            if member.name == LAST:
                yield self._checked(member, before)
                return
            yield member
            member.skip()
            self.read(-member.size % _BLOCK)

    def _checked(self, last: Member, digest: str) -> Member:
        said = last.as_json()
        if said.get("sha256") != digest:
            raise Damaged("its bytes are not those that were written")
        self.read(-last.size % _BLOCK)
        # To the very end, where gzip has its own checksum.
        if self.read(len(_END)) != _END or self._read(1):
            raise Damaged("something follows its end")
        return _Known(last.name, said, self)

    def _next(self) -> Member:
        try:
            header = tarfile.TarInfo.frombuf(self.read(_BLOCK), "ascii", "strict")
        except (tarfile.HeaderError, ValueError):
            raise Damaged("it is not in the form of a backup") from None
        if header.type != tarfile.REGTYPE or header.size < 0 or not _NAME.fullmatch(header.name):
            raise Damaged("it holds something that no backup has")
        return Member(header.name, header.size, self)

    def read(self, size: int) -> bytes:
        """Exactly so many bytes; raises Damaged where there are fewer."""
        found = self._read(size)
        while len(found) < size:
            more = self._read(size - len(found))
            if not more:
                raise Damaged("it ends too early")
            found += more
        self._digest.update(found)
        return found

    def _read(self, size: int) -> bytes:
        try:
            return self._in.read(size)
        except EOFError:
            raise Damaged("it ends too early") from None
        except (gzip.BadGzipFile, zlib.error):
            raise Damaged("it is not a backup, or its bytes have changed") from None


class _Known(Member):
    """A member that has been read already."""

    def __init__(self, name: str, said: dict[str, Any], reader: Reader) -> None:
        super().__init__(name, 0, reader)
        self._said = said

    def as_json(self) -> dict[str, Any]:
        return self._said
