"""Files that are there whole or not at all, and what is left of those whose writers were killed."""

import fcntl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from factcheck import clock
from factcheck.cli.files import whole

_WRITER = """
import sys
from pathlib import Path
from factcheck.cli.files import whole

with whole(Path(sys.argv[1]), mode=0o600) as file:
    file.write(b"half")
    file.flush()
    print("written", flush=True)
    sys.stdin.read()
"""


@contextmanager
def writing(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that is in the midst of writing a file."""
    command = [sys.executable, "-c", _WRITER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"written\n"
        yield process
        if process.poll() is None:
            process.communicate(timeout=30)


def left(path: Path) -> list[Path]:
    return [one for one in path.parent.iterdir() if one != path]


def write(path: Path) -> None:
    with whole(path, mode=0o600) as file:
        file.write(b"all")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "record.backup"


def test_what_a_killed_process_has_left_goes_with_the_next_one(path: Path) -> None:
    with writing(path) as process:
        process.kill()
    assert [one.read_bytes() for one in left(path)] == [b"half"]
    write(path)
    assert (path.read_bytes(), left(path)) == (b"all", [])


def test_what_another_process_is_writing_stays_and_takes_its_place(path: Path) -> None:
    with writing(path):
        write(path)
        assert [one.read_bytes() for one in left(path)] == [b"half"]
    assert (path.read_bytes(), left(path)) == (b"half", [])


def test_what_was_left_of_another_file_stays(path: Path) -> None:
    others = [
        path.with_name(name) for name in (f".other.backup.{clock.new_id()}", ".record.backup.1", ".record.backup")
    ]
    for other in others:
        other.write_bytes(b"of something else")
    write(path)
    assert sorted(left(path)) == sorted(others)


def test_a_link_that_has_such_a_name_is_not_followed(path: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(b"of something else")
    path.with_name(f".{path.name}.{clock.new_id()}").symlink_to(kept)
    write(path)
    assert kept.read_bytes() == b"of something else"


def test_a_file_that_is_swept_before_it_is_locked_is_begun_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flock, swept = fcntl.flock, list[Path]()

    def late(handle: int, how: int) -> None:
        if not swept:
            swept.extend(left(path))
            swept[0].unlink()
        flock(handle, how)

    monkeypatch.setattr(fcntl, "flock", late)
    write(path)
    assert (len(swept), path.read_bytes(), left(path)) == (1, b"all", [])


def test_a_disk_without_locks_takes_files(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    half = path.with_name(f".{path.name}.{clock.new_id()}")
    half.write_bytes(b"half")

    def none(*_: object) -> None:
        raise OSError("no locks available")

    monkeypatch.setattr(fcntl, "flock", none)
    write(path)
    assert (path.read_bytes(), left(path)) == (b"all", [half])
