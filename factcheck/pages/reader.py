"""Reads pages in a process of its own, so that none can hang, bloat or end the process that wants to know.

`Reader` is the parent's side; `python -m factcheck.pages.reader` is the child's. Between them go frames: a head in
JSON and a body, each after its length.
"""

import json
import logging
import os
import resource
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Self

from factcheck.domain.readings import Reading, ReadingFailure

COMMAND = (sys.executable, "-m", "factcheck.pages.reader")

_ROOT = Path(__file__).resolve().parent.parent.parent
_LENGTHS = struct.Struct(">II")
_MAX_ANSWER = 64 * 1024 * 1024
# The child works for strangers: it gets nothing of the settings, which hold secrets.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "TZ")


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for a page, a first start of the child included; bytes of the child's memory; pages to a child."""

    seconds: float = 10.0
    memory: int = 1024 * 1024 * 1024
    pages: int = 500


class Reader:
    """Reads pages, one at a time, whichever threads ask. Raises nothing for anything that a page does."""

    def __init__(self, limits: Limits | None = None, command: Sequence[str] = COMMAND) -> None:
        self._limits = limits or Limits()
        self._command = command
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def read(self, body: bytes, media_type: str | None, charset: str | None, url: str) -> Reading:
        """What a page says, as `reading.read` has it; empty and `failed` where that could not be found out."""
        head = {"media_type": media_type, "charset": charset, "url": url, "seconds": self._limits.seconds}
        with self._lock:
            if self._closed:
                return Reading(failed=ReadingFailure.CLOSED)
            try:
                return self._read(head, body)
            except OSError:
                return Reading(failed=ReadingFailure.CRASHED)

    def close(self) -> None:
        """End the child, and with it the page that it may be reading. Later pages are not read."""
        self._closed = True
        if child := self._child:
            child.kill()
        with self._lock:
            self._drop()

    def _read(self, head: Mapping[str, Any], body: bytes) -> Reading:
        if self._child is None or not self._child.is_alive():
            # That it died since the last page is not this one's doing.
            self._drop()
            self._child = _Child(self._command, self._limits.memory)
        child = self._child
        if self._closed:
            child.kill()
        found = child.read(head, body, self._limits.seconds)
        if self._closed and found.failed:
            found = Reading(failed=ReadingFailure.CLOSED)
        # What was too much once may have left a child that is no good for the next page.
        if found.failed or child.pages >= self._limits.pages:
            self._drop()
        return found

    def _drop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()


class _Child:
    """A process that reads pages, as its parent sees it. Raises OSError where it cannot be started."""

    def __init__(self, command: Sequence[str], memory: int) -> None:
        self.pages = 0
        self._process = subprocess.Popen(  # noqa: S603 - our own module, with no shell
            [*command, str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # What libraries say about pages fills no log, and no pipe that nobody empties.
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            # A Ctrl-C is the parent's to answer.
            start_new_session=True,
        )

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def read(self, head: Mapping[str, Any], body: bytes, seconds: float) -> Reading:
        """What a page says. The child is dead when this took too long or failed."""
        self.pages += 1
        late = threading.Event()
        timer = threading.Timer(seconds, self._kill_late, (late,))
        timer.daemon = True
        timer.start()
        try:
            _send(self._stream("stdin"), head, body)
            answer, _nothing = _receive(self._stream("stdout"), _MAX_ANSWER)
            return _reading(answer)
        except (OSError, EOFError, ValueError, TypeError, LookupError, RecursionError):
            return Reading(failed=ReadingFailure.TIMEOUT if late.is_set() else ReadingFailure.CRASHED)
        finally:
            timer.cancel()

    def kill(self) -> None:
        self._process.kill()

    def _kill_late(self, late: threading.Event) -> None:
        late.set()
        self.kill()

    def end(self) -> None:
        self.kill()
        with suppress(OSError):
            self._stream("stdin").close()
        self._stream("stdout").close()
        self._process.wait()

    def _stream(self, name: str) -> IO[bytes]:
        stream: IO[bytes] = getattr(self._process, name)
        return stream


def _send(stream: IO[bytes], head: Mapping[str, Any], body: bytes = b"") -> None:
    text = json.dumps(head, ensure_ascii=True).encode()
    stream.write(_LENGTHS.pack(len(text), len(body)))
    stream.write(text)
    stream.write(body)
    stream.flush()


def _receive(stream: IO[bytes], limit: int) -> tuple[Any, bytes]:
    """The next frame. Raises EOFError where it is not whole, ValueError where it is too long or no JSON."""
    head, body = _LENGTHS.unpack(_exactly(stream, _LENGTHS.size))
    if head + body > limit:
        raise ValueError("the frame is too long")
    return json.loads(_exactly(stream, head)), _exactly(stream, body)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _reading(answer: Any) -> Reading:
    """A child's answer; raises ValueError, TypeError or LookupError for what may be a page's doing."""
    if not isinstance(answer, dict):
        raise TypeError("an answer is an object")
    failed, links = answer.pop("failed"), answer.pop("links")
    if not all(isinstance(one, str) for one in links):
        raise TypeError("links are strings")
    if not all(one is None or isinstance(one, str) for one in answer.values()):
        raise TypeError("what a page says is text")
    return Reading(**answer, links=tuple(links), failed=ReadingFailure(failed) if failed else None)


def main() -> None:
    """Read pages from the standard input until it ends; the argument is how many bytes of memory that may take."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Who stops a service signals all of its processes; this one ends with its parent.
        signal.signal(number, signal.SIG_IGN)
    _limit(int(sys.argv[1]))
    logging.disable()
    incoming, outgoing = sys.stdin.buffer, _own_output()
    # Only the child needs it, and what it brings along is heavy.
    from factcheck.pages.reading import read

    with suppress(EOFError, BrokenPipeError):
        while True:
            head, body = _receive(incoming, 2**32)
            # The alarm ends the process even inside a library that never comes back, and with no parent left to do so.
            signal.setitimer(signal.ITIMER_REAL, head["seconds"] + 1)
            found = read(body, head["media_type"], head["charset"], head["url"])
            signal.setitimer(signal.ITIMER_REAL, 0)
            _send(outgoing, asdict(found))


def _limit(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _own_output() -> IO[bytes]:
    """The standard output for frames alone: what a library may print goes nowhere."""
    outgoing = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return outgoing


if __name__ == "__main__":
    main()
