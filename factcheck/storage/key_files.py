"""The log's secret keys: one file each in the data directory, for its owner's eyes alone. Beside each stands the
newest checkpoint that it has signed, so that a database that was put back can be told from one that grew."""

import os
import tempfile
from pathlib import Path

from factcheck.ledger.note import BadNote, Note, SigningKey, VerifierKey


class UnusableKey(Exception):
    """The secret key is not there, or its file does not hold what it should."""


def read(directory: Path, key: VerifierKey) -> SigningKey:
    """The secret half of a key; raises UnusableKey."""
    found = _parsed(_path(directory, key))
    if found.verifier() != key:
        raise UnusableKey(f"{_path(directory, key)} holds another key than its name says")
    return found


def unused(directory: Path) -> SigningKey | None:
    """A key that was put here and has signed nothing yet; raises UnusableKey for a file that holds none."""
    for path in sorted(directory.glob("log-*.key")):
        found = _parsed(path)
        if not _signed_path(directory, found.verifier()).exists():
            return found
    return None


def keep(directory: Path, key: SigningKey) -> None:
    """Write the key to its file, unless it is there."""
    path = _path(directory, key.verifier())
    if not path.exists():
        write(path, f"{key}\n")


def newest_signed(directory: Path, key: VerifierKey) -> Note | None:
    """The newest checkpoint that the key has signed from here; raises UnusableKey."""
    path = _signed_path(directory, key)
    try:
        return Note.parse(path.read_text()) if path.exists() else None
    except (OSError, ValueError) as error:
        raise UnusableKey(f"{path}: {error}") from None


def remember(directory: Path, key: VerifierKey, note: Note) -> None:
    write(_signed_path(directory, key), str(note))


def write(path: Path, text: str) -> None:
    """Write a file of its owner's alone: whole or not at all, and to the disk before anything rests on it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Made for its owner alone, under a name that no other thread or process has.
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f"{path.name}.", delete=False) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)


def _path(directory: Path, key: VerifierKey) -> Path:
    return directory / f"log-{key.id}.key"


def _signed_path(directory: Path, key: VerifierKey) -> Path:
    return directory / f"log-{key.id}.signed"


def _parsed(path: Path) -> SigningKey:
    try:
        return SigningKey.parse(path.read_text())
    except (OSError, UnicodeDecodeError, BadNote) as error:
        # Of what cannot be read as a key nothing is shown: it may be half of one.
        said = error.strerror if isinstance(error, OSError) else "it holds no secret key of a log"
        raise UnusableKey(f"{path}: {said}") from None
