"""The process that reads pages: whatever it does, the one that asks goes on, and it never outlives that one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from factcheck.domain.readings import Reading, ReadingFailure
from factcheck.pages.reader import Limits, Reader
from factcheck.pages.reading import read
from tests import articles
from tests.articles import URL

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = articles.ARTICLE.encode()


def child(code: str) -> tuple[str, ...]:
    """A command for a child that does as told in place of reading."""
    return (sys.executable, "-c", code)


def pid(reader: Reader) -> int:
    assert reader._child is not None
    return reader._child._process.pid


def ask(reader: Reader, text: str = "<article><p>Words.</p></article>") -> Reading:
    return reader.read(text.encode(), "text/html", "utf-8", URL)


def wait_for(what: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def is_alive(number: int) -> bool:
    """Whether a process is, and is more than an entry that nobody has asked for."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_it_reads_what_reading_does_in_one_process_for_many_pages() -> None:
    with Reader() as reader:
        assert reader._child is None
        for body, kind in ((PAGE, "text/html"), (articles.pdf(["Words."]), "application/pdf"), (b"", "image/png")):
            assert reader.read(body, kind, None, URL) == read(body, kind, None, URL)
        first = pid(reader)
        assert ask(reader).text == "Words."
        assert pid(reader) == first
    assert not is_alive(first)


def test_a_page_of_many_megabytes_goes_through() -> None:
    with Reader() as reader:
        found = reader.read(b"word " * 2_000_000, "text/plain", None, URL)
        assert len(str(found.text)) > 1_999_990


def test_a_child_is_replaced_after_so_many_pages() -> None:
    with Reader(Limits(pages=2)) as reader:
        ask(reader)
        first = pid(reader)
        ask(reader)
        assert (reader._child, is_alive(first)) == (None, False)
        assert ask(reader).text == "Words."


def test_a_page_that_takes_too_long_is_given_up_and_its_child_ended() -> None:
    with Reader(Limits(seconds=0.5), child("import time; time.sleep(600)")) as reader:
        start = time.monotonic()
        assert ask(reader) == Reading(failed=ReadingFailure.TIMEOUT)
        # More than a pipe holds, to a child that takes none of it.
        assert reader.read(b"x" * 10_000_000, "text/html", None, URL) == Reading(failed=ReadingFailure.TIMEOUT)
        assert time.monotonic() - start < 10
        assert reader._child is None


TALK = "import sys; sys.stdout.buffer.write({}); sys.stdout.flush(); sys.stdin.read()"
NONSENSE = [b"[]", b"{}", b"7", b"\xff{", b"[" * 99_999, b'{"failed": null, "links": [1]}',
            b'{"failed": "so", "links": []}', b'{"failed": null, "links": [], "text": 1}',
            b'{"failed": null, "links": [], "words": "x"}']  # fmt: skip


@pytest.mark.parametrize(
    "code",
    [
        "",
        "raise SystemExit(3)",
        "import sys; sys.stdin.buffer.read(8); sys.exit()",
        "import sys; sys.stdout.buffer.write(b'abc')",
        TALK.format(b"\xff" * 8),
        *(TALK.format(len(text).to_bytes(4) + bytes(4) + text) for text in NONSENSE),
    ],
)
def test_a_child_that_ends_or_talks_nonsense_gives_nothing(code: str) -> None:
    with Reader(command=child(code)) as reader:
        assert ask(reader) == Reading(failed=ReadingFailure.CRASHED)


def test_a_program_that_is_not_there_gives_nothing() -> None:
    with Reader(command=("/no/such/program",)) as reader:
        assert ask(reader) == Reading(failed=ReadingFailure.CRASHED)


def test_a_child_killed_between_pages_is_replaced() -> None:
    with Reader() as reader:
        ask(reader)
        first = pid(reader)
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: not is_alive(first))
        assert ask(reader).text == "Words."
        assert pid(reader) != first


def test_a_child_killed_at_a_page_gives_nothing_and_the_next_page_a_new_one(tmp_path: Path) -> None:
    # It kills itself at the first page, and is the real one at the second.
    mark = tmp_path / "been"
    code = (
        "import os, pathlib, sys; mark = pathlib.Path(sys.argv[1]); first = not mark.exists(); mark.touch();"
        "first and (sys.stdin.buffer.read(8), os.kill(os.getpid(), 9));"
        "sys.argv = ['', sys.argv[2]]; from factcheck.pages.reader import main; main()"
    )
    with Reader(command=(*child(code), str(mark))) as reader:
        assert ask(reader) == Reading(failed=ReadingFailure.CRASHED)
        assert ask(reader).text == "Words."


def test_signals_that_stop_a_service_are_its_parents_to_answer() -> None:
    with Reader() as reader:
        ask(reader)
        first = pid(reader)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(first, number)
        assert ask(reader).text == "Words."
        assert pid(reader) == first


def test_what_libraries_print_disturbs_nothing() -> None:
    code = (
        "import os, sys; import factcheck.pages.reading as room; real = room.read;\n"
        "def read(*page):\n"
        "    print('x' * 100_000, flush=True); os.write(2, b'y' * 100_000); os.system('echo z'); return real(*page)\n"
        "room.read = read; sys.argv = ['', sys.argv[1]]; from factcheck.pages.reader import main; main()"
    )
    with Reader(command=child(code)) as reader:
        assert [ask(reader).text for _ in range(3)] == ["Words."] * 3


def test_memory_has_an_end() -> None:
    code = (
        "import sys; import factcheck.pages.reading as room; room.read = lambda *page: bytearray(10**12);"
        "sys.argv = ['', sys.argv[1]]; from factcheck.pages.reader import main; main()"
    )
    with Reader(command=child(code)) as reader:
        assert ask(reader) == Reading(failed=ReadingFailure.CRASHED)


def test_threads_take_turns() -> None:
    with Reader(Limits(pages=7)) as reader, ThreadPoolExecutor(6) as pool:
        texts = [f"Page {number} of them." for number in range(40)]
        found = pool.map(lambda text: ask(reader, f"<article><p>{text}</p></article>").text, texts)
        assert list(found) == texts


def test_closing_ends_the_page_in_hand_and_reads_no_more() -> None:
    reader = Reader(command=child("import time; time.sleep(600)"))
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ask, reader)
        wait_for(lambda: reader._child is not None)
        number = pid(reader)
        reader.close()
        assert waiting.result(10) == Reading(failed=ReadingFailure.CLOSED)
    assert not is_alive(number)
    reader.close()
    assert ask(reader) == Reading(failed=ReadingFailure.CLOSED)


PARENT = """
import sys, threading, time
from factcheck.pages.reader import COMMAND, Limits, Reader
reader = Reader(Limits(seconds=float(sys.argv[1])), tuple(sys.argv[2:]) or COMMAND)
threading.Thread(target=reader.read, args=(b"<p>Words.</p>", "text/html", None, "https://a.example.org/")).start()
while reader._child is None:
    time.sleep(0.01)
time.sleep(1.0)
print(reader._child._process.pid, flush=True)
time.sleep(600)
"""
BUSY = (
    "import sys, time; import factcheck.pages.reading as room; room.read = lambda *page: time.sleep(600);"
    "sys.argv = ['', sys.argv[1]]; from factcheck.pages.reader import main; main()"
)


@pytest.mark.parametrize(("seconds", "command"), [("20", ()), ("3", child(BUSY))])
def test_a_child_does_not_outlive_a_parent_that_was_killed(seconds: str, command: tuple[str, ...]) -> None:
    started = [sys.executable, "-c", PARENT, seconds, *command]
    with subprocess.Popen(started, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        number = int(parent.stdout.readline())
        assert is_alive(number)
        parent.kill()
    wait_for(lambda: not is_alive(number), 10)


def test_the_child_knows_no_web_no_database_and_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "import os, sys; import factcheck.pages.reader, factcheck.pages.reading;"
        "print(sorted({'flask', 'peewee', 'psycopg', 'requests', 'sqlite3'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret@db.example.org/record")
    with Reader() as reader:
        ask(reader)
        assert b"secret" not in Path(f"/proc/{pid(reader)}/environ").read_bytes()


def test_the_parent_carries_none_of_what_reads() -> None:
    code = (
        "import sys; import factcheck.pages.reader; print(sorted({'lxml', 'trafilatura', 'pypdf'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
