"""What a witness decides: whether a log that it has seen before has only grown. Knows nothing of networks and files."""

from collections.abc import Collection, Sequence

from factcheck.ledger.checkpoint import Checkpoint
from factcheck.ledger.merkle import verify_consistency
from factcheck.ledger.note import BadNote, Note, Signature, SigningKey, VerifierKey


def trusted(note: Note, keys: Collection[VerifierKey]) -> Checkpoint:
    """The checkpoint of a note that one of these keys has signed; raises BadNote."""
    if not note.signed_by(keys):
        signers = ", ".join(f"{one.name} {one.key_id}" for one in note.signatures)
        raise BadNote(f"it is signed by {signers}, by none of the keys that are trusted here")
    return Checkpoint.parse(note.text)


def require_growth(before: Checkpoint, after: Checkpoint, path: Sequence[bytes]) -> None:
    """Raises BadNote for another log, or one that has shrunk, and BadProof unless `before` is how `after` began.

    Where sizes are the same the path is empty and the roots must be the same.
    """
    if after.origin != before.origin:
        raise BadNote(f"it is of another log: {after.origin}, not {before.origin}")
    if after.size < before.size:
        raise BadNote(f"the log has shrunk: it had {before.size} events and now says {after.size}")
    verify_consistency(before.size, after.size, path, before.root, after.root)


def cosign(note: Note, key: SigningKey, time: int) -> Signature:
    """Say, as a witness, that the checkpoint was consistent with all that was seen, at a time in POSIX seconds."""
    return key.sign(note.text, time=time)
