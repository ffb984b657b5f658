"""Mappings in a file of their own, for a while: what is too much for memory, and no part of the record."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from factcheck.domain.projections import Keep

_PRAGMAS = (
    # Nothing in it is worth a way back.
    "journal_mode = OFF",
    "synchronous = OFF",
    # It has no name by which another process could open it.
    "locking_mode = EXCLUSIVE",
    # Kilobytes in memory; the rest is on the disk.
    "cache_size = -32768",
)
_BATCH = 1000

_RECENT = 5000
"""Values that are kept as they are; afterwards as many again, until the next so many have come."""

_LONGEST = 4096
"""Bytes of JSON that a value among these has at most."""


class _Recent:
    """Values that were asked for or set lately, by kind and key; None for what is not there.

    What was put among the `young` is newer than what is among the `old`.
    """

    def __init__(self) -> None:
        self.young: dict[tuple[str, str], Any] = {}
        self.old: dict[tuple[str, str], Any] = {}

    def put(self, place: tuple[str, str], value: Any) -> None:
        if len(self.young) >= _RECENT:
            self.old, self.young = self.young, {}
        self.young[place] = value


@contextmanager
def shelves(folder: Path | None) -> Iterator[Keep]:
    """Makes mappings of JSON values in a file without a name, in a folder or else where temporary files go.

    They have their keys sorted by bytes, and raise TypeError or ValueError for what JSON cannot say.
    """
    handle, name = tempfile.mkstemp(prefix=".shelves-", dir=folder if folder and folder.is_dir() else None)
    os.close(handle)
    database = sqlite3.connect(name, cached_statements=256)
    try:
        for pragma in _PRAGMAS:
            database.execute(f"PRAGMA {pragma}")
        # Opened now, it is gone for all others, and with this process, however that ends.
        Path(name).unlink()
        recent = _Recent()
        yield lambda kind: _Shelf(database, kind, recent)
    finally:
        database.close()


class _Shelf(MutableMapping[str, Any]):
    def __init__(self, database: sqlite3.Connection, kind: str, recent: _Recent) -> None:
        self._kind, self._recent = kind, recent
        self._execute = database.execute
        self._execute(f'CREATE TABLE "{kind}" (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID')
        self._get = f'SELECT value FROM "{kind}" WHERE key = ?'  # noqa: S608
        self._set = f'INSERT OR REPLACE INTO "{kind}" VALUES (?, ?)'  # noqa: S608
        self._keys = f'SELECT key FROM "{kind}" WHERE key >= ? ORDER BY key LIMIT {_BATCH} OFFSET ?'  # noqa: S608
        self._count = f'SELECT COUNT(*) FROM "{kind}"'  # noqa: S608

    def get(self, key: object, default: Any = None) -> Any:
        if not isinstance(key, str):
            # SQLite would take a number for text.
            return default
        place, recent = (self._kind, key), self._recent
        if place in recent.young:
            found = recent.young[place]
        elif place in recent.old:
            found = recent.old[place]
            recent.put(place, found)
        else:
            found = self._read(place)
        return default if found is None else found

    def _read(self, place: tuple[str, str]) -> Any:
        try:
            row = self._execute(self._get, place[1:]).fetchone()
        except UnicodeEncodeError:
            # What cannot be put in is not there.
            return None
        found = orjson.loads(row[0]) if row else None
        if not row or len(row[0]) <= _LONGEST:
            self._recent.put(place, found)
        return found

    def __getitem__(self, key: str) -> Any:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return self.get(key) is not None

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str):
            raise TypeError(f"a key is text, not {key!r}")
        written, place = orjson.dumps(value), (self._kind, key)
        self._execute(self._set, (key, written))
        if len(written) <= _LONGEST:
            self._recent.put(place, value)
        else:
            self._recent.young.pop(place, None)
            self._recent.old.pop(place, None)

    def __delitem__(self, key: str) -> None:
        raise NotImplementedError("a fold forgets nothing")

    def __iter__(self) -> Iterator[str]:
        """In batches, so that others can be set meanwhile."""
        last, passed = "", 0
        while found := self._execute(self._keys, (last, passed)).fetchall():
            yield from (key for (key,) in found)
            last, passed = found[-1][0], 1

    def __len__(self) -> int:
        [count] = self._execute(self._count).fetchone()
        return int(count)
