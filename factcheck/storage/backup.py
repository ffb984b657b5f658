"""Everything that a record is made of, as of one moment, in one file (`storage.backup_file`) for both databases."""

import itertools
import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from factcheck import clock
from factcheck.storage import catalogue, db, journal, upgrade
from factcheck.storage.backup_file import FIRST, LONGEST_LINE, Writer
from factcheck.storage.catalogue import Table
from factcheck.storage.snapshot_files import Missing, Store

FORMAT, VERSION = "factcheck-backup", 1
KEYS, ROWS, SNAPSHOTS, IMPORTS = "keys", "rows", "snapshots", "imports"
"""The folders in the file."""

LEFT_OUT = {"sessions", "search_loading"}
"""Tables that are not in it: who signed in signs in again; and what is filled for a moment, while an index is made."""

KEY_FILE = re.compile(r"log-[0-9a-f]{8}\.(key|signed)|sealing\.key")
"""The names of an installation's keys, and of what they have signed last."""

_PART = 1024 * 1024
_AT_ONCE = 500
_TREE = "0002_merkle"
_KEPT = "SELECT name FROM kept_files ORDER BY name"
_UPLOADS = "SELECT id FROM import_jobs WHERE finished_at IS NULL ORDER BY id"


class NotPossible(Exception):
    """There is no record here, or one that this release cannot put into a file."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the files are that are no rows."""

    data: Path
    snapshots: Path
    imports: Path


@dataclass(frozen=True, slots=True)
class Made:
    """What is in a backup; `missing` are files that rows name and that were not there."""

    events: int
    root_hash: str
    rows: dict[str, int]
    files: int
    missing: list[str]


def key_files(directory: Path) -> list[Path]:
    """The keys of an installation, and what they have signed last; not copies of them under other names."""
    return sorted(path for path in directory.glob("*") if KEY_FILE.fullmatch(path.name) and path.is_file())


def write(file: IO[bytes], places: Places, *, with_keys: bool = False) -> Made:
    """Write a backup of the present moment, while others go on writing; raises NotPossible, OSError."""
    # First the keys: what they have signed is in the moment that comes after.
    keys = [(path.name, path.read_bytes()) for path in key_files(places.data)] if with_keys else []
    with db.snapshot():
        tables, out = _tables(), Writer(file)
        head = journal.head()
        root = head.frontier().root().hex()
        out.add(FIRST, json.dumps(_first(tables, head.size, root), indent=1).encode())
        for name, content in keys:
            out.add(f"{KEYS}/{name}", content)
        rows = {table.name: _add_rows(out, table) for table in tables}
        files, missing = _add_files(out, places)
        out.close({"rows": rows, "files": files})
    return Made(head.size, root, rows, files, missing)


def _tables() -> list[Table]:
    if not {"ledger_head", catalogue.HISTORY} <= catalogue.names():
        raise NotPossible("there is no record in this database")
    steps = catalogue.steps()
    if _TREE not in steps:
        raise NotPossible("this database is of an older release: flask db upgrade")
    if steps[-1] not in upgrade.steps():
        raise NotPossible("this database is of a newer release: back it up with that")
    # Others can have tables beside ours: a replicator, an extension.
    return catalogue.tables(upgrade.tables_after(steps[-1]) - LEFT_OUT)


def _first(tables: list[Table], size: int, root: str) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": clock.timestamp(clock.now()),
        "ledger": {"size": size, "root_hash": root},
        "migrations": catalogue.steps(),
        "tables": {table.name: list(table.columns) for table in tables},
    }


def _add_rows(out: Writer, table: Table) -> int:
    """Add a table's rows, as parts of JSON Lines; gives how many there are."""
    pack, count = catalogue.packer(list(table.columns.values())), 0
    part, numbers = bytearray(), itertools.count(1)

    def finish() -> None:
        if part:
            out.add(f"{ROWS}/{table.name}/{next(numbers):08}.jsonl", part)
            part.clear()

    with closing(db.stream(table.select(), batch=_AT_ONCE)) as found:
        for row in found:
            line = orjson.dumps(pack(row), option=orjson.OPT_APPEND_NEWLINE)
            if len(line) > LONGEST_LINE:
                raise NotPossible(f"a row of {table.name} has {len(line)} bytes, which is too much")
            if len(part) + len(line) > _PART:
                finish()
            # Copied, not kept: each of many small results would hold a kilobyte.
            part += line
            count += 1
    finish()
    return count


def _add_files(out: Writer, places: Places) -> tuple[int, list[str]]:
    """Add the files that rows name; gives how many, and which are not there."""
    count, missing = 0, []
    for folder, store, name in _named(places):
        try:
            with store.open(name) as file:
                out.add_file(f"{folder}/{name}", file, os.fstat(file.fileno()).st_size)
            count += 1
        except Missing:
            # Removed since the moment began, or lost.
            missing.append(f"{folder}/{name}")
    return count, missing


def _named(places: Places) -> Iterator[tuple[str, Store, str]]:
    wanted = (
        (SNAPSHOTS, Store(places.snapshots), "kept_files", _KEPT, "{}"),
        (IMPORTS, Store(places.imports), "import_jobs", _UPLOADS, "{}.upload"),
    )
    there = catalogue.names()
    with ExitStack() as stack:
        for folder, store, table, sql, name in wanted:
            # An older release has not all of them.
            if table in there:
                for (value,) in stack.enter_context(closing(db.stream(sql))):
                    yield folder, store, name.format(value)
