"""The offline verifier of an exported log: needs nothing but this folder and `cryptography`.

    python -m factcheck.ledger.verify FILE [--checkpoint FILE]... [--key FILE]

Exit codes: 0 everything holds, 1 something is wrong, 2 it could not be read.
"""

import argparse
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

from factcheck.ledger import export, scratch
from factcheck.ledger.canonical import NotCanonical
from factcheck.ledger.checkpoint import Checkpoint
from factcheck.ledger.export import Unreadable
from factcheck.ledger.note import BadNote, Note, VerifierKey
from factcheck.ledger.report import Report
from factcheck.ledger.trust import Trust
from factcheck.ledger.verification import Verification

STANDARD_INPUT = "-"


def verify(file: BinaryIO, *, kept: Sequence[Note] = (), keys: Sequence[VerifierKey] | None = None) -> Report:
    """Check an exported log, read once from its beginning; memory does not grow with the number of events.

    `kept` are checkpoints of the same log that the auditor has from earlier; `keys` are the only ones whose
    signatures count, None for those that the log itself names. Raises BadNote for a kept note that is no checkpoint.
    """
    verification, last = Verification(Trust(keys), kept), 0
    try:
        for last, line in export.read(file):  # noqa: B007 - the errors below name the last one
            verification.take(line)
    except Unreadable as error:
        return verification.broken_off(str(error))
    except (NotCanonical, BadNote) as error:
        return verification.broken_off(f"line {last}: {error}")
    except RecursionError:
        return verification.broken_off(f"line {last}: it is nested too deeply")
    return verification.finished()


# From the command line


def run(path: str, checkpoints: Sequence[str] = (), keys: str | None = None) -> Report:
    """Verify the exported log in a file, `-` for standard input; `checkpoints` and `keys` name files too."""
    try:
        kept = [_kept_checkpoint(one) for one in checkpoints]
        given = None if keys is None else _keys(keys)
        with _opened(path) as file:
            return verify(file, kept=kept, keys=given)
    except Unreadable as error:
        return Report(unreadable=str(error))
    except OSError as error:
        return Report(unreadable=f"{error.filename or path}: {error.strerror}")
    except scratch.Failed as error:
        return Report(unreadable=f"the temporary database for the entities failed: {error}")


def _opened(path: str) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if path == STANDARD_INPUT else Path(path).open("rb")


def _kept_checkpoint(path: str) -> Note:
    try:
        note = Note.parse(_text(path))
        Checkpoint.parse(note.text)
    except BadNote as error:
        raise Unreadable(f"{path}: {error}") from None
    return note


def _keys(path: str) -> list[VerifierKey]:
    try:
        keys = [VerifierKey.parse(line) for line in _text(path).splitlines() if line.strip()]
    except BadNote as error:
        raise Unreadable(f"{path}: {error}") from None
    if not keys:
        raise Unreadable(f"{path}: there is no key in it")
    return keys


def _text(path: str) -> str:
    with Path(path).open("rb") as file:
        try:
            return file.read(export.LONGEST_LINE).decode()
        except UnicodeDecodeError:
            raise Unreadable(f"{path}: it is no UTF-8") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m factcheck.ledger.verify", description="Verify an exported log.")
    parser.add_argument("file", help="the exported log; - for standard input")
    parser.add_argument("--checkpoint", action="append", default=[], help="a checkpoint kept from earlier; repeatable")
    parser.add_argument("--key", help="a file of verifier keys, one a line: the only ones whose signatures count")
    given = parser.parse_args(arguments)
    report = run(given.file, given.checkpoint, given.key)
    for line in report.lines():
        sys.stdout.write(f"{line}\n")
    return report.exit_code


if __name__ == "__main__":
    # What a file holds can be more than the terminal knows how to write.
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main())
