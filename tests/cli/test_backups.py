"""flask backup and flask restore: a file that is whole or not there, refusals in a line, and exit codes."""

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from click.testing import Result
from flask import Flask

from factcheck.app import create_app
from factcheck.config import Settings
from factcheck.domain.actors import SERVICE
from factcheck.services import claims, webhooks
from factcheck.services.webhooks import House
from factcheck.storage import backup, db, journal
from factcheck.storage.backup_file import FIRST
from tests import databases, witnesses
from tests.backups import empty, members, packed, rows_of, with_rows
from tests.callers import Callers


@pytest.fixture
def app(callers: Callers) -> Flask:
    claims.submit(SERVICE, {"text": "The moon is made of rock"})
    witnesses.sign()
    return callers.app


@pytest.fixture
def file(app: Flask, tmp_path: Path) -> Path:
    """A backup of the record."""
    path = tmp_path / "record.backup"
    assert flask(app, "backup", path).exit_code == 0
    return path


@pytest.fixture
def elsewhere(file: Path, tmp_path: Path) -> Iterator[Flask]:
    """The service over an empty database, with a data directory of its own, once there is a backup."""
    assert file
    with empty("sqlite", tmp_path) as url:
        yield create_app(Settings(database_url=url, data_dir=tmp_path / "elsewhere", log_level="CRITICAL"))
        db.database.close()


def flask(app: Flask, *arguments: object, given: bytes | None = None) -> Result:
    return app.test_cli_runner().invoke(args=[str(argument) for argument in arguments], input=given)


def told(done: Result) -> str:
    """The one line that a refusal is."""
    assert (done.exit_code, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    return line


def test_a_backup_is_its_owners_alone_and_says_what_is_in_it(app: Flask, tmp_path: Path) -> None:
    done = flask(app, "backup", tmp_path / "record.backup")
    assert (done.exit_code, done.stdout) == (0, "")
    assert f"{journal.size()} events, 1 claims" in done.stderr
    assert journal.head().frontier().root().hex() in done.stderr
    assert stat.S_IMODE((tmp_path / "record.backup").stat().st_mode) == 0o600


def test_the_keys_that_are_left_out_are_named(app: Flask, tmp_path: Path) -> None:
    names = [path.name for path in databases.data_dir().glob("log-*.key")]
    done = flask(app, "backup", tmp_path / "without")
    assert all(name in done.stderr for name in names)
    done = flask(app, "backup", tmp_path / "with", "--with-keys")
    assert (done.exit_code, [name for name in names if name in done.stderr]) == (0, [])


def test_a_backup_takes_no_files_place_unless_told(app: Flask, file: Path) -> None:
    before = file.read_bytes()
    assert "is there already" in told(flask(app, "backup", file))
    assert file.read_bytes() == before
    claims.submit(SERVICE, {"text": "Another one"})
    assert flask(app, "backup", "--force", file).exit_code == 0
    assert file.read_bytes() != before


def test_a_file_that_came_meanwhile_stays(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, write = tmp_path / "record.backup", backup.write

    def slow(*given: object, **more: object) -> object:
        path.write_text("of somebody else")
        return write(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(backup, "write", slow)
    assert "is there already" in told(flask(app, "backup", path))
    assert [path.read_text() for path in tmp_path.glob("*record.backup*")] == ["of somebody else"]


def test_a_disk_that_links_no_files_takes_backups(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    # As FAT and some file systems of the network have it.
    monkeypatch.setattr(os, "link", link)
    assert flask(app, "backup", tmp_path / "record.backup").exit_code == 0
    assert [path.name for path in tmp_path.glob("*record.backup*")] == ["record.backup"]
    assert "is there already" in told(flask(app, "backup", tmp_path / "record.backup"))


def test_a_backup_that_was_killed_is_in_nobodys_way(app: Flask, tmp_path: Path) -> None:
    half = tmp_path / f".record.backup.{os.getpid()}"
    half.write_text("of one in another container, where processes have the same numbers")
    assert flask(app, "backup", tmp_path / "record.backup").exit_code == 0
    assert half.exists()


@pytest.mark.parametrize("where", ["none/record.backup", "."])
def test_where_a_backup_cannot_be_written_is_said(app: Flask, tmp_path: Path, where: str) -> None:
    done = flask(app, "backup", tmp_path / where)
    assert done.exit_code == 2
    assert str(tmp_path) in done.stderr


def test_a_device_is_not_replaced_by_a_file(app: Flask) -> None:
    assert "no file" in told(flask(app, "backup", "--force", "/dev/null"))


def test_what_goes_to_standard_output_comes_in_by_standard_input(app: Flask, tmp_path: Path) -> None:
    content = flask(app, "backup", "-").stdout_bytes
    with empty("sqlite", tmp_path) as url:
        elsewhere = create_app(Settings(database_url=url, data_dir=tmp_path / "elsewhere", log_level="CRITICAL"))
        assert "damaged" in told(flask(elsewhere, "restore", "-", given=content[:-1]))
        assert flask(elsewhere, "restore", "-", given=content).exit_code == 0
        db.database.close()


def test_a_restore_says_what_came_and_checks_it(elsewhere: Flask, file: Path) -> None:
    done = flask(elsewhere, "restore", file)
    assert done.exit_code == 0
    assert f"{journal.size()} events, 1 claims" in done.stdout
    assert f"root hash {journal.head().frontier().root().hex()}" in done.stdout
    assert "agree with the ledger" in done.stdout
    assert flask(elsewhere, "db", "check").exit_code == 0


def test_a_restore_says_that_the_logs_key_is_not_here(elsewhere: Flask, file: Path) -> None:
    done = flask(elsewhere, "restore", file)
    assert (done.exit_code, "no checkpoint can be signed" in done.stderr) == (0, True)


def test_a_restore_says_that_the_webhooks_key_is_not_here(app: Flask, tmp_path: Path) -> None:
    webhooks.add(SERVICE, {"url": "https://hooks.example.org/", "types": []}, House(tmp_path / "keys"))
    content = flask(app, "backup", "-").stdout_bytes
    for sealing, missing in ((None, True), ("00" * 32, True), ((tmp_path / "keys" / "sealing.key").read_text(), False)):
        with empty("sqlite", tmp_path) as url:
            elsewhere = create_app(Settings(database_url=url, data_dir=tmp_path / "elsewhere", log_level="CRITICAL"))
            if sealing:
                (tmp_path / "elsewhere").mkdir(exist_ok=True)
                (tmp_path / "elsewhere" / "sealing.key").write_text(sealing)
            done = flask(elsewhere, "restore", "-", given=content)
            assert (done.exit_code, "no webhook can be told" in done.stderr) == (0, missing)
            db.database.close()


def test_a_key_of_the_file_that_is_none_is_told_in_a_line(elsewhere: Flask, file: Path) -> None:
    parts = members(file.read_bytes())
    at = orjson.loads(parts[FIRST])["tables"]["log_keys"].index("vkey")
    keys = [[*row[:at], "no\x1bkey", *row[at + 1 :]] for row in rows_of(parts, "log_keys")]
    file.write_bytes(packed(with_rows(parts, "log_keys", keys)))
    done = flask(elsewhere, "restore", "--unchecked", file)
    (line,) = done.stderr.splitlines()
    assert (done.exit_code, "no checkpoint can be signed" in line, "\x1b" in line) == (0, True, False)


def test_a_restore_without_the_check_does_not_say_that_all_agrees(elsewhere: Flask, file: Path) -> None:
    done = flask(elsewhere, "restore", "--unchecked", file)
    assert (done.exit_code, "agree" in done.stdout) == (0, False)


def test_a_restore_into_a_record_is_refused(app: Flask, file: Path) -> None:
    assert "the database is not empty" in told(flask(app, "restore", file))


def test_a_damaged_file_is_refused_in_a_line_and_a_whole_one_still_goes_in(elsewhere: Flask, file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[:-100])
    assert "damaged" in told(flask(elsewhere, "restore", file))
    file.write_bytes(whole)
    assert flask(elsewhere, "restore", file).exit_code == 0


def test_what_the_database_says_is_told_in_a_line(
    elsewhere: Flask, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = db.open_sqlite
    monkeypatch.setattr(db, "open_sqlite", lambda path, pragmas: opened(path, pragmas | {"max_page_count": 20}))
    done = flask(elsewhere, "restore", file)
    assert (done.exit_code, done.stderr) == (1, "Error: the database: database or disk is full\n")
    assert db.database.get_tables() == []


def test_what_is_in_the_way_of_a_restore_is_said(elsewhere: Flask, file: Path) -> None:
    way = Path(f"{db.database.database}.restoring")
    way.write_text("a file of this name")
    said = told(flask(elsewhere, "restore", file))
    assert (str(way) in said, "--force" in said) == (True, False)


def test_a_file_that_is_not_there_is_said(elsewhere: Flask, tmp_path: Path) -> None:
    assert "No such file" in told(flask(elsewhere, "restore", tmp_path / "none"))


def test_where_there_is_no_record_there_is_no_backup(elsewhere: Flask, tmp_path: Path) -> None:
    done = flask(elsewhere, "backup", tmp_path / "of-nothing")
    assert (done.exit_code, "no record" in done.stderr) == (1, True)
    assert not list(tmp_path.glob("*of-nothing*"))
