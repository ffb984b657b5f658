"""A witness of the tests' logs, and checkpoints for it to sign."""

from factcheck.ledger.note import Algorithm, Note, SigningKey
from factcheck.services import checkpoints
from tests import databases

WITNESS = SigningKey.make("witness.example.org/w1", bytes(range(32)), Algorithm.COSIGNATURE)
TIME = 1_700_000_000
"""When it signs, unless a test says otherwise: 2023-11-14T22:13:20Z."""


def sign() -> Note:
    """Sign a checkpoint of the present database."""
    # The databases of a run have one key; what it has signed for another one does not concern this one.
    for path in databases.data_dir().glob("*.signed"):
        path.unlink()
    checkpoints.sign(databases.data_dir())
    return newest()


def newest() -> Note:
    return Note.parse(checkpoints.newest()["note"])


def cosigned(note: Note, *, time: int = TIME) -> str:
    """The note with the witness's signature under the log's."""
    return str(Note(note.text, (*note.signatures, WITNESS.sign(note.text, time=time))))
