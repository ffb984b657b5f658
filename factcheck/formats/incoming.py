"""Rows of files that come from anywhere, one at a time: lines of JSON, tables, lists of JSON. Memory is bounded by the
longest row that is taken, whatever the file's size; what is wrong with a row is told and the next one is read."""

import codecs
import csv
import json
from collections.abc import Iterable, Iterator
from typing import IO, Any, NoReturn

import orjson

from factcheck.formats.entries import BadRow, Json, Place, Unreadable, depth_exceeds
from factcheck.formats.json_pieces import pieces

MAX_LINE = 1024 * 1024
"""Bytes that a line may have: as many as a request's body."""
MAX_RECORD = 4 * MAX_LINE
"""Bytes of a row of a table, with all of its lines."""
MAX_COLUMNS = 500

_CHUNK = 256 * 1024
_DELIMITERS = ",;\t"
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What our own exports put an apostrophe before.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

Found = Iterator[tuple[Place, Json | BadRow]]


def parsed(raw: bytes) -> Any:
    """A JSON value of a bounded depth, halves of surrogate pairs included, for a schema to name; raises BadRow."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        value = _with_surrogates(raw, error)
    if depth_exceeds(value):
        raise BadRow("is nested too deeply")
    return value


def json_lines(file: IO[bytes]) -> Found:
    """An object on each line; empty lines are passed over. Raises Unreadable."""
    row = 0
    for number, line in _lines(file):
        if isinstance(line, BadRow) or line.strip():
            row += 1
            place = Place(row, number, 0 if isinstance(line, BadRow) else len(line))
            yield place, line if isinstance(line, BadRow) else _object(line)


def json_objects(file: IO[bytes]) -> Found:
    """The objects of a JSON list, or one alone; raises Unreadable."""
    for row, (line, piece) in enumerate(pieces(chunks(file)), start=1):
        place = Place(row, line, 0 if isinstance(piece, BadRow) else len(piece))
        yield place, piece if isinstance(piece, BadRow) else _object(piece)


def table(file: IO[bytes]) -> Found:
    """The rows of a CSV file with a head (RFC 4180; commas, semicolons or tabs), as texts by column.

    Empty cells are left out, and so is the apostrophe that keeps a formula from being run. Raises Unreadable.
    """
    feed = _Feed(_lines(file))
    head, delimiter = _head(feed)
    row = 0
    reader = _reader(feed, delimiter)
    while True:
        feed.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, BadRow) as error:
            reader = _reader(feed, delimiter)
            row += 1
            yield Place(row, feed.began), error if isinstance(error, BadRow) else BadRow(f"is no CSV: {error}")
            continue
        if any(cells):
            row += 1
            yield Place(row, feed.began, sum(map(len, cells))), _named(head, cells)


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: file.read(_CHUNK), b"")


def _object(raw: bytes) -> Json | BadRow:
    try:
        found = parsed(raw)
    except BadRow as error:
        return error
    return found if isinstance(found, dict) else BadRow("is no object")


def _with_surrogates(raw: bytes, error: orjson.JSONDecodeError) -> Any:
    """JSON that orjson refuses for a lone surrogate alone."""
    try:
        return json.loads(raw, parse_constant=_refuse)
    except UnicodeDecodeError as wrong:
        raise BadRow(f"is no UTF-8: byte {wrong.start + 1} is 0x{raw[wrong.start]:02x}") from None
    except (ValueError, RecursionError):
        raise BadRow(f"is no JSON: {error.msg}") from None


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes | BadRow]]:
    """Each line with its number; of one that is too long nothing is kept."""
    number = 0
    while line := file.readline(MAX_LINE + 1):
        number += 1
        if number == 1:
            if line.startswith(_WIDE) or b"\0" in line[:4]:
                raise Unreadable("has NULs, as UTF-16 and UTF-32 do: save it as UTF-8", 1)
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) <= MAX_LINE:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(MAX_LINE)
        yield number, BadRow(f"has more than {MAX_LINE // 1024 // 1024} MiB")


class _Feed:
    """Lines for the reader of a table, as text, with the one that the present row began on; raises BadRow for a line
    that is no text, and for a row that has too many bytes."""

    def __init__(self, lines: Iterator[tuple[int, bytes | BadRow]]) -> None:
        self._lines = lines
        self.began: int | None = None
        self._size = 0

    def begin(self) -> None:
        self.began, self._size = None, 0

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        number, line = next(self._lines)
        if self.began is None:
            self.began = number
        if isinstance(line, BadRow):
            raise line
        self._size += len(line)
        if self._size > MAX_RECORD:
            raise BadRow(f"has more than {MAX_RECORD // 1024 // 1024} MiB: is a quotation mark missing?")
        try:
            return line.decode()
        except UnicodeDecodeError as wrong:
            raise BadRow(f"is no UTF-8: byte {wrong.start + 1} is 0x{line[wrong.start]:02x}") from None


def _reader(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    # The module's own limit, for all of the process, is 128 KiB.
    csv.field_size_limit(MAX_LINE)
    return csv.reader(lines, delimiter=delimiter, strict=True)


def _head(feed: _Feed) -> tuple[list[str], str]:
    try:
        first = next(feed, "")
        delimiter = max(_DELIMITERS, key=first.count)
        head = [name.strip() for name in next(_reader(_again(first, feed), delimiter), [])]
    except (BadRow, csv.Error) as error:
        said = error.reason if isinstance(error, BadRow) else f"is no CSV: {error}"
        raise Unreadable(f"the head {said}", 1) from None
    if not any(head):
        raise Unreadable("is empty: a table begins with the names of its columns", 1)
    if len(head) > MAX_COLUMNS:
        raise Unreadable(f"has more than {MAX_COLUMNS} columns", 1)
    twice = next((name for name in head if name and head.count(name) > 1), None)
    if twice:
        raise Unreadable(f"has the column {twice!r} twice", 1)
    return head, delimiter


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _named(head: list[str], cells: list[str]) -> Json | BadRow:
    if len(cells) > len(head):
        return BadRow(f"has {len(cells)} cells, and the head {len(head)}")
    named = zip(head, cells, strict=False)
    return {name: _unquoted(cell) for name, cell in named if name and cell.strip()}


def _unquoted(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell
