"""flask export log, flask export claims and flask verify: files that are whole or not there, and exit codes."""

import csv
import io
from pathlib import Path

import orjson
import pytest
from click.testing import Result
from flask import Flask

from factcheck.cli import exporting
from factcheck.domain.actors import SERVICE
from factcheck.services import checkpoints, claims
from factcheck.storage import db
from tests import witnesses
from tests.callers import Callers
from tests.storage.test_check import unguarded


@pytest.fixture
def app(callers: Callers) -> Flask:
    claims.submit(SERVICE, {"text": "The moon is made of rock"})
    witnesses.sign()
    return callers.app


def flask(app: Flask, *arguments: object, given: bytes | None = None) -> Result:
    return app.test_cli_runner().invoke(args=[str(argument) for argument in arguments], input=given)


def test_an_exported_file_verifies(app: Flask, tmp_path: Path) -> None:
    file, key = tmp_path / "log.jsonl", tmp_path / "key"
    key.write_text(f"{checkpoints.active_key()}\n")
    assert flask(app, "export", "log", "--output", file).exit_code == 0
    done = flask(app, "verify", file, "--key", key)
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "everything holds")


def test_what_goes_to_standard_output_verifies_from_standard_input(app: Flask) -> None:
    done = flask(app, "export", "log")
    assert done.exit_code == 0
    assert flask(app, "verify", "-", given=done.stdout_bytes).exit_code == 0


def test_a_kept_checkpoint_catches_a_log_that_was_cut_off(app: Flask, tmp_path: Path) -> None:
    file, kept = tmp_path / "log.jsonl", tmp_path / "kept"
    flask(app, "export", "log", "--output", file)
    claims.submit(SERVICE, {"text": "The sun is made of gas"})
    kept.write_text(str(witnesses.sign()))
    done = flask(app, "verify", file, "--checkpoint", kept)
    assert done.exit_code == 1
    assert "the log was truncated" in done.output


@pytest.mark.parametrize(("file", "code"), [("none", 2), ("other", 2)])
def test_a_file_that_cannot_be_read_has_a_code_of_its_own(app: Flask, tmp_path: Path, file: str, code: int) -> None:
    (tmp_path / "other").write_text("{}\n")
    done = flask(app, "verify", tmp_path / file)
    assert done.exit_code == code
    assert done.output.startswith("UNREADABLE: ")


def test_a_file_with_everything_is_its_owners_alone(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    flask(app, "export", "log", "--everything", "--output", file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_written_is_said(app: Flask, tmp_path: Path) -> None:
    done = flask(app, "export", "log", "--output", tmp_path / "none" / "log.jsonl")
    assert done.exit_code == 1
    assert "No such file or directory" in done.output


def test_a_damaged_ledger_makes_no_file_and_leaves_the_older_one(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text("the older one")
    unguarded()
    ((payload,),) = db.query("SELECT payload FROM payloads WHERE seq = 2")
    db.execute("UPDATE payloads SET payload = 'gone' WHERE seq = 2")
    done = flask(app, "export", "log", "--output", file)
    db.execute("UPDATE payloads SET payload = ? WHERE seq = 2", (payload,))
    assert (done.exit_code, file.read_text()) == (1, "the older one")
    assert "the payload of event 2 cannot be read" in done.output
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_claims_go_out_as_lines_or_as_a_table(app: Flask, tmp_path: Path) -> None:
    done = flask(app, "export", "claims")
    (line,) = done.stdout_bytes.splitlines()
    assert (done.exit_code, done.stderr) == (0, "")
    assert orjson.loads(line)["text"] == "The moon is made of rock"
    file = tmp_path / "claims.csv"
    assert flask(app, "export", "claims", "--format", "csv", "--output", file).exit_code == 0
    (row,) = csv.DictReader(io.StringIO(file.read_text(), newline=""))
    assert row["id"] == orjson.loads(line)["id"]


def test_a_file_of_claims_that_cannot_be_written_is_said(app: Flask, tmp_path: Path) -> None:
    done = flask(app, "export", "claims", "--output", tmp_path / "none" / "claims.jsonl")
    assert (done.exit_code, "No such file or directory" in done.output) == (1, True)


def test_on_a_terminal_a_bar_says_how_far_it_is(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "_terminal", lambda: True)
    done = flask(app, "export", "claims", "--output", tmp_path / "claims.jsonl")
    assert (done.exit_code, "claims" in done.stderr) == (0, True)
