"""A backup (`storage.backup`) put into an empty database, checked against its ledger: all of it or nothing.

The file can be anybody's. Names of tables and columns, and all SQL, are those of our own migrations; a value has to fit
its column; a file goes into the directory of its kind, where a row names it.
"""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import IO, Any

import orjson

from factcheck.storage import building, catalogue, check, db, import_jobs, journal, key_files, snapshots, upgrade
from factcheck.storage.arriving_files import Arriving
from factcheck.storage.backup import (
    FORMAT,
    IMPORTS,
    KEY_FILE,
    KEYS,
    LEFT_OUT,
    ROWS,
    SNAPSHOTS,
    VERSION,
    Places,
)
from factcheck.storage.backup_file import FIRST, LAST, Damaged, Member, Reader
from factcheck.storage.building import NotEmpty
from factcheck.storage.catalogue import Table, Unfitting
from factcheck.storage.snapshot_files import Store
from factcheck.storage.unreadable import UNREADABLE

_LONGEST_KEY = 64 * 1024
_UPLOAD = re.compile(r"([0-9a-f-]{36})\.upload")
_KEPT = "SELECT name FROM kept_files WHERE name > ? ORDER BY name LIMIT 500"


class Refused(Exception):
    """Nothing was restored, for this reason."""


@dataclass(frozen=True, slots=True)
class First:
    """What the file says of itself at its beginning."""

    made_at: str
    size: int
    root_hash: str
    migrations: list[str]
    tables: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Restored:
    """What has come; `missing` is how many files the record had and are not there."""

    first: First
    rows: dict[str, int]
    files: int
    missing: int
    upgraded: list[str]


def restore(file: IO[bytes], places: Places, *, unchecked: bool = False) -> Restored:
    """Restore a backup into the empty database; raises Refused, OSError.

    It is brought to the shape of this release, and then held against its own ledger (`storage.check`), unless
    `unchecked`. The root that the ledger's head has is that of the file in any case; whether the events have it is for
    the check.
    """
    try:
        members = Reader(file).members()
        first = _first(next(members))
        with building.in_place_of_nothing():
            return _restored(first, members, places, unchecked=unchecked)
    except Damaged as error:
        raise Refused(f"the file is damaged: {error}") from None
    except db.Unfit as error:
        raise Refused(f"the file is damaged: its rows do not fit together: {error}") from None
    except NotEmpty:
        raise Refused("the database is not empty; a record is restored into a new one") from None


def _restored(first: First, members: Iterator[Member], places: Places, *, unchecked: bool) -> Restored:
    upgrade.step_up_to(first.migrations[-1])
    tables = _tables(first)
    arriving = _Files(places)
    try:
        with building.without_indexes():
            rows, files = _take(members, first, tables, arriving)
        if rows.get("ledger_head") != 1:
            raise Damaged("it has no ledger")
        with _telling_unreadable():
            upgraded = upgrade.upgrade()
            _check(first, places, unchecked=unchecked)
        missing = arriving.forget_missing()
        arriving.place()
    finally:
        arriving.discard()
    return Restored(first, rows, files, missing, upgraded)


def _first(member: Member) -> First:
    if member.name != FIRST:
        raise Damaged("it does not begin like a backup")
    said = member.as_json()
    if said.get("format") != FORMAT:
        raise Damaged("it does not begin like a backup")
    if said.get("version") != VERSION:
        raise Refused("the file has another form than this release reads; restore it with the release that wrote it")
    try:
        ledger = said["ledger"]
        found = First(said["made_at"], ledger["size"], ledger["root_hash"], said["migrations"], said["tables"])
        texts = [found.made_at, found.root_hash, *found.migrations, *found.tables]
        if not all(isinstance(text, str) for text in texts) or not isinstance(found.tables, dict):
            raise TypeError
    except (KeyError, TypeError):
        raise Damaged(f"{FIRST} cannot be read") from None
    known = upgrade.steps()
    if not found.migrations or found.migrations != known[: len(found.migrations)]:
        raise Refused("the backup is of a newer release, whose database this one does not know; restore it with that")
    return found


def _tables(first: First) -> dict[str, Table]:
    """The tables as migrations made them; they have to be those of the file."""
    found = {table.name: table for table in catalogue.tables(catalogue.names() - LEFT_OUT - {catalogue.HISTORY})}
    columns = {name: sorted(table.columns) for name, table in found.items()}
    try:
        said = {name: sorted(named) for name, named in first.tables.items()}
    except TypeError:
        said = {}
    if said != columns:
        raise Damaged("it has other tables than its migrations make")
    return found


def _take(
    members: Iterator[Member], first: First, tables: dict[str, Table], files: "_Files"
) -> tuple[dict[str, int], int]:
    """Take everything in; gives how many rows there are of each table, and how many files besides keys."""
    rows, count = dict.fromkeys(tables, 0), 0
    for table in tables.values():
        building.empty(table)
    for member in members:
        folder, _, name = member.name.partition("/")
        if folder == ROWS:
            of = name.partition("/")[0]
            if of not in tables:
                raise Damaged(f"{member.name} is of no table")
            rows[of] += _fill(tables[of], first.tables[of], member)
        elif member.name == LAST:
            if member.as_json().get("rows") != rows or member.as_json().get("files") != count:
                raise Damaged("it does not have all that it should")
        else:
            files.take(folder, name, member)
            count += folder != KEYS
    return rows, count


def _fill(table: Table, columns: list[str], member: Member) -> int:
    unpack, count = catalogue.unpacker([table.columns[name] for name in columns]), 0

    def rows() -> Iterator[list[Any]]:
        nonlocal count
        for line in member.lines():
            try:
                yield unpack(orjson.loads(line))
            except (orjson.JSONDecodeError, Unfitting):
                raise Damaged(f"{member.name} has something that is no row of {table.name}") from None
            count += 1

    building.fill(table, columns, rows())
    return count


@contextmanager
def _telling_unreadable() -> Iterator[None]:
    try:
        yield
    except UNREADABLE as error:
        raise Damaged(f"its rows cannot be read ({error!r})") from None


def _check(first: First, places: Places, *, unchecked: bool) -> None:
    head = journal.head()
    try:
        root = head.frontier().root().hex()
    except ValueError:
        root = ""
    if (head.size, root) != (first.size, first.root_hash):
        raise Damaged("its ledger has another root than it says")
    with closing(check.differences_within(places.data)) as differences:
        if not unchecked and (difference := next(differences, None)):
            raise Refused(f"the backup does not agree with its own ledger: {difference}")


class _Files:
    """Files on their way into the data directory."""

    def __init__(self, places: Places) -> None:
        self._directory = places.data
        self._snapshots, self._imports = Arriving(Store(places.snapshots)), Arriving(Store(places.imports))
        self._keys: dict[str, str] = {}
        self.discard()  # of one that was killed

    def take(self, folder: str, name: str, member: Member) -> None:
        """Take a file in; raises Damaged for one that no row names, Refused for a key that would replace another."""
        if folder == KEYS and KEY_FILE.fullmatch(name) and member.size <= _LONGEST_KEY:
            self._take_key(name, b"".join(member.pieces()))
        elif folder == SNAPSHOTS and snapshots.kept([name]):
            self._snapshots.take(name, member.pieces())
        elif folder == IMPORTS and _is_waited_for(name):
            self._imports.take(name, member.pieces())
        else:
            raise Damaged("it has a file that is no part of the record")

    def _take_key(self, name: str, content: bytes) -> None:
        path = self._directory / name
        if not path.exists():
            try:
                self._keys[name] = content.decode()
            except UnicodeDecodeError:
                raise Damaged(f"{name} holds no key") from None
        elif name.endswith(".key") and path.read_bytes() != content:
            raise Refused(f"{path} is another key than the one in the backup; move it away first")
        # What a key that is here has signed last stays, as it may be newer.

    def forget_missing(self) -> int:
        """Have the record know of no page that is not there; gives how many there were."""
        after, count = "", 0
        while found := [name for (name,) in db.query(_KEPT, (after,))]:
            missing = [name for name in found if not self._snapshots.will_have(name)]
            if missing:
                snapshots.drop(missing)
            after, count = found[-1], count + len(missing)
        return count

    def place(self) -> None:
        self._snapshots.place()
        self._imports.place()
        for name, text in self._keys.items():
            key_files.write(self._directory / name, text)

    def discard(self) -> None:
        self._snapshots.discard()
        self._imports.discard()


def _is_waited_for(name: str) -> bool:
    found = _UPLOAD.fullmatch(name)
    job = import_jobs.get(found[1]) if found else None
    return job is not None and job.finished_at is None
