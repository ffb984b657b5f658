"""Commands of the service, each in a process of its own, forked from one that has read the program already: to read it
again for each would take most of the time."""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from flask.cli import main

from factcheck.storage import db

ROOT = Path(__file__).parents[2]

_FORKING = multiprocessing.get_context("forkserver")
# Its modules alone: the service is made in each process, of the settings that this one has.
_FORKING.set_forkserver_preload(["factcheck.app", __name__])


def run(arguments: Sequence[str], environment: Mapping[str, str], within: float) -> subprocess.CompletedProcess[str]:
    """`flask ARGUMENTS` in the project's root; raises TimeoutExpired if it takes more seconds than `within`."""
    command = ["flask", *arguments]
    with tempfile.TemporaryDirectory() as folder:
        written = [Path(folder) / name for name in ("stdout", "stderr")]
        process = _FORKING.Process(target=_flask, args=(command, dict(environment), written))
        process.start()
        process.join(within)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(command, within)
        return subprocess.CompletedProcess(command, process.exitcode, *(path.read_text() for path in written))


def _flask(command: list[str], environment: dict[str, str], written: list[Path]) -> None:
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    for number, path in enumerate(written, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    sys.argv = command
    try:
        main()
    finally:
        # As it is when a process ends of its own: one that was forked so is cut off. Wrong settings open no database.
        with suppress(AttributeError):
            db.database.close()
