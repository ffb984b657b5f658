"""JSON of any size, cut into the objects of its long lists as its bytes come in, so that none but one is held.

Knows what lists of schema.org are called that are long, and nothing else of what it cuts.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from factcheck.formats.entries import BadRow, Unreadable

MAX_PIECE = 4 * 1024 * 1024
"""Bytes that one object may have."""
MAX_LEVELS = 200
"""Levels of objects and lists around any byte."""

_OPEN_LIST, _OBJECT = "[", "{"
_TOKEN = re.compile(rb'["\[\]{}]')
_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_BLANK = b" \t\r\n,"
_LONG_LIST = re.compile(rb'"(?:[^"\\]*[:/])?(?:dataFeedElement|itemListElement|@graph)"\s*:\s*$')
_LOOK_BACK = 200

Piece = tuple[int, bytes | BadRow]
"""The line that an object begins on, and its bytes, in which lists that were cut stand empty."""


@dataclass(slots=True)
class _Frame:
    """A list that is cut, or an object that is read: what was kept of it, and how deep in it we are."""

    kind: str
    line: int = 0
    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    open: bytearray = field(default_factory=bytearray)
    tail: bytes = b""

    def keep(self, part: bytes) -> None:
        self.size += len(part)
        self.tail = (self.tail + part[-_LOOK_BACK:])[-_LOOK_BACK:]
        if self.size <= MAX_PIECE:
            self.parts.append(part)
        else:
            self.parts.clear()

    def bytes(self) -> bytes | BadRow:
        if self.size > MAX_PIECE:
            return BadRow(f"has more than {MAX_PIECE // 1024 // 1024} MiB")
        return b"".join(self.parts)


class _Cutter:
    """Reads chunk after chunk; `ready` are the pieces that are whole."""

    def __init__(self) -> None:
        self.ready: list[Piece] = []
        self._frames: list[_Frame] = []
        self._line = 1
        self._in_string = False
        self._carry = b""

    def feed(self, chunk: bytes) -> None:
        """Raises Unreadable where the bytes are no JSON whatever follows."""
        data, at, kept, self._carry = self._carry + chunk, 0, 0, b""
        counted = 0
        while True:
            if self._in_string:
                at = _STRING.match(data, at).end()  # type: ignore[union-attr]  # it matches nothing, too
                if at == len(data) or data[at] != 0x22:
                    break  # the rest comes with the next chunk, and a last backslash with what it escapes
                at += 1
                self._in_string = False
            found = _TOKEN.search(data, at)
            if found is None:
                break
            start = found.start()
            self._line += data.count(b"\n", counted, start)
            counted = start
            if not self._within():
                self._require_blank(data[at:start])
            at, kept = self._token(data, start, kept)
        self._end_of_chunk(data, at, kept, counted)

    def end(self) -> None:
        if self._frames or self._in_string or self._carry:
            raise Unreadable("the file ends before its JSON does", self._line)

    def _within(self) -> bool:
        return bool(self._frames) and self._frames[-1].kind == _OBJECT

    def _token(self, data: bytes, start: int, kept: int) -> tuple[int, int]:
        """Take the bracket or quotation mark at `start`; gives where to read on, and from where bytes are not kept."""
        token = data[start]
        if token == 0x22:
            if not self._within():
                raise Unreadable("a text stands where an object is expected", self._line)
            self._in_string = True
        elif token in b"[{":
            return start + 1, self._opened(data, start, kept)
        else:
            return start + 1, self._closed(data, start, kept)
        return start + 1, kept

    def _opened(self, data: bytes, start: int, kept: int) -> int:
        if not self._within():
            self._push(_Frame(_OPEN_LIST if data[start] == 0x5B else _OBJECT, self._line))
            if self._within():
                self._frames[-1].open += b"}"
                return start
            return start + 1
        frame = self._frames[-1]
        if data[start] == 0x5B and len(frame.open) == 1 and self._names_long_list(frame, data[kept:start]):
            frame.keep(data[kept : start + 1])
            self._push(_Frame(_OPEN_LIST, self._line))
            return start + 1
        frame.open += b"]" if data[start] == 0x5B else b"}"
        if len(frame.open) + len(self._frames) > MAX_LEVELS:
            raise Unreadable("is nested too deeply", self._line)
        return kept

    def _closed(self, data: bytes, start: int, kept: int) -> int:
        frame = self._frames[-1] if self._frames else None
        wanted = b"]" if frame and frame.kind == _OPEN_LIST else bytes(frame.open[-1:]) if frame else b""
        if frame is None or data[start : start + 1] != wanted:
            raise Unreadable("is no JSON: a bracket closes what was not opened", self._line)
        if frame.kind == _OPEN_LIST:
            self._frames.pop()
            return start
        frame.open.pop()
        if not frame.open:
            frame.keep(data[kept : start + 1])
            self.ready.append((frame.line, frame.bytes()))
            self._frames.pop()
            return start + 1
        return kept

    def _push(self, frame: _Frame) -> None:
        if len(self._frames) >= MAX_LEVELS:
            raise Unreadable("is nested too deeply", self._line)
        self._frames.append(frame)

    def _names_long_list(self, frame: _Frame, unkept: bytes) -> bool:
        return _LONG_LIST.search((frame.tail + unkept[-_LOOK_BACK:])[-_LOOK_BACK:]) is not None

    def _end_of_chunk(self, data: bytes, at: int, kept: int, counted: int) -> None:
        # Within a string a last backslash waits for what it escapes.
        end = at if self._in_string and at < len(data) else len(data)
        self._carry = data[end:]
        if self._within():
            self._frames[-1].keep(data[kept:end])
        elif not self._in_string:
            self._require_blank(data[at:end])
        self._line += data.count(b"\n", counted, end)

    def _require_blank(self, between: bytes) -> None:
        if between.strip(_BLANK):
            raise Unreadable("is no JSON, or no list of objects", self._line)


def pieces(chunks: Iterable[bytes]) -> Iterator[Piece]:
    """The objects of a file of JSON: itself, or those of its lists where it is one, or holds ones that are long.

    Several values behind one another are taken too. Memory is bounded by MAX_PIECE, whatever comes. Raises
    Unreadable; what came before that stands.
    """
    cutter = _Cutter()
    for number, chunk in enumerate(chunks):
        try:
            cutter.feed(chunk if number else _without_mark(chunk))
        except Unreadable:
            yield from cutter.ready
            raise
        yield from cutter.ready
        cutter.ready.clear()
    cutter.end()


def _without_mark(chunk: bytes) -> bytes:
    if chunk.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in chunk[:4]:
        raise Unreadable("has NULs, as UTF-16 and UTF-32 do: save it as UTF-8", 1)
    return chunk.removeprefix(b"\xef\xbb\xbf")
