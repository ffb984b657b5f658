"""flask db check: what it prints and how it ends, whatever stands in the tables."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

from factcheck.app import create_app
from factcheck.config import Settings
from factcheck.domain.actors import SERVICE
from factcheck.services import claims
from factcheck.storage import db, journal
from tests import databases


@pytest.fixture
def url(backend: str, tmp_path: Path) -> Iterator[str]:
    """A record with a claim, which need not be in order when the test ends."""
    url = databases.fresh(backend, tmp_path)
    db.connect(url)
    claims.submit(SERVICE, {"text": "The moon is made of rock", "speaker": {"name": "Somebody"}})
    yield url
    databases.drop(url)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "data"


def checked(url: str, directory: Path) -> Result:
    db.database.close()
    app = create_app(Settings(database_url=url, data_dir=directory, log_level="CRITICAL"))
    return app.test_cli_runner().invoke(args=["db", "check"])


def test_a_record_in_order_is_said_to_be_so(url: str, directory: Path) -> None:
    done = checked(url, directory)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"{journal.size()} events; tables and documents agree with them\n"


def test_a_difference_is_named_and_fails(url: str, directory: Path) -> None:
    db.execute("UPDATE speakers SET name = 'Somebody  else'")
    done = checked(url, directory)
    assert (done.exit_code, done.stdout) == (1, "")
    named, failed = done.stderr.splitlines()
    assert named.endswith(": name is 'Somebody  else' in the tables, 'Somebody' in the ledger")
    assert failed == "Error: tables and ledger differ"


def test_nothing_that_stands_in_a_row_reaches_the_terminal_as_more_than_text(url: str, directory: Path) -> None:
    columns = "id, created_at, created_by, updated_at, seq, name, kind, aliases"
    forged = "('\x1b[31m\nagree', '', '', '', 1, '', '', '[]')"
    db.execute(f"INSERT INTO speakers ({columns}) VALUES {forged}")
    done = checked(url, directory)
    named, _ = done.stderr.splitlines()
    assert (done.exit_code, named) == (1, "speaker \ufffd[31m\ufffdagree stands in the tables and not in the ledger")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_text_that_is_no_utf_8_is_named(url: str, directory: Path) -> None:
    db.execute("UPDATE speakers SET name = CAST(x'ff41' AS TEXT)")
    done = checked(url, directory)
    named, _ = done.stderr.splitlines()
    assert (done.exit_code, "name is '\\udcffA' in the tables" in named) == (1, True)


def test_what_the_database_says_is_told_in_a_line(url: str, directory: Path) -> None:
    db.execute("ALTER TABLE reviews RENAME TO gone")
    done = checked(url, directory)
    db.execute("ALTER TABLE gone RENAME TO reviews")
    (line,) = done.stderr.splitlines()
    assert (done.exit_code, line.startswith("Error: the database: "), "reviews" in line) == (1, True, True)


def test_a_check_leaves_no_file(url: str, directory: Path) -> None:
    directory.mkdir()
    assert checked(url, directory).exit_code == 0
    assert list(directory.iterdir()) == []
