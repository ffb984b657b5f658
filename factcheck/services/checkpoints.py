"""Checkpoints: the log's keys, what they sign, and what witnesses sign under it."""

import calendar
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import structlog

from factcheck import clock
from factcheck.domain.actors import SERVICE
from factcheck.domain.errors import Invalid, NotFound, UnknownReference
from factcheck.domain.vocabulary import Subject
from factcheck.ledger.checkpoint import Checkpoint
from factcheck.ledger.note import BadNote, Note, SigningKey, VerifierKey
from factcheck.storage import checkpoints, db, journal, key_files, rows, tree
from factcheck.storage.checkpoints import Cosignature, Stored
from factcheck.storage.key_files import UnusableKey
from factcheck.storage.models import LogKey

_KEY_BYTES = 32
# How far a witness's clock may be ahead of ours.
_AHEAD_SECONDS = 300

_log = structlog.get_logger("factcheck.checkpoints")


class ForkedLog(Exception):
    """The key has signed another ledger than this one: a backup that was put back, or rows that were changed."""


def ensure_key(directory: Path, origin: str) -> None:
    """Give a new log its first key: one that was put into the directory, or a fresh one; called at every start.

    The key's name is the log's origin from then on, whatever the settings say later. Raises UnusableKey.
    """
    with journal.write(SERVICE.id) as tx:
        if not rows.where(LogKey, "1 = 1 LIMIT 1", []):
            _announce(tx, directory, key_files.unused(directory) or _fresh(origin))


def rotate(directory: Path) -> VerifierKey:
    """Go on with another key: one that was put into the directory, or a fresh one.

    The checkpoint that covers the announcement is signed by both, so whoever trusts the old key can trust the
    new one. Raises UnusableKey, ForkedLog.
    """
    old = active_key()
    with journal.write(SERVICE.id) as tx:
        new = key_files.unused(directory)
        if new is None or new.verifier() == old:
            new = _fresh(old.name)
        _announce(tx, directory, new)
    sign(directory, also=[old])
    return new.verifier()


def _fresh(name: str) -> SigningKey:
    return SigningKey.make(name, clock.random_bytes(_KEY_BYTES))


def _announce(tx: journal.Transaction, directory: Path, key: SigningKey) -> None:
    # First the file: a key that was announced and then lost could never sign.
    key_files.keep(directory, key)
    tx.create("log_key.added", Subject.LOG_KEY, {"vkey": str(key.verifier())})


def active_key() -> VerifierKey:
    """The key that signs now; raises NotFound before the first start."""
    found = keys(None, 1)
    if not found:
        raise NotFound("this log has no key yet")
    return VerifierKey.parse(found[0]["key"])


def keys(after: str | None, limit: int) -> list[dict[str, Any]]:
    """Every key that the log has signed with, newest first, each with the event that announced it."""
    found = rows.newest_first(LogKey, after, limit)
    return [{"id": row["id"], "key": row["vkey"], "added_at": row["created_at"], "seq": row["seq"]} for row in found]


def sign(directory: Path, *, also: Sequence[VerifierKey] = ()) -> Stored | None:
    """Sign the tree as it is; None where nothing has come since the newest checkpoint.

    Signers queue up with writers, so there are never two checkpoints of one size, and none of a smaller one after
    a larger. Raises UnusableKey, ForkedLog.
    """
    with db.exclusive():
        head = journal.head(lock=True)
        newest = checkpoints.newest()
        if head.size == (newest.size if newest else 0):
            return None
        signing = [_usable(directory, active_key()), *_those_at_hand(directory, also)]
        signed = Checkpoint(signing[0].name, head.size, head.frontier().root())
        stored = Stored(signed.size, signed.root.hex(), signed.sign(*signing), clock.timestamp(clock.now()))
        checkpoints.add(stored)
    for key in signing:
        key_files.remember(directory, key.verifier(), stored.note)
    return stored


def require_usable(directory: Path) -> None:
    """That the key in use is there, and has signed nothing but how this ledger began; raises UnusableKey, ForkedLog."""
    _usable(directory, active_key())


def _usable(directory: Path, key: VerifierKey) -> SigningKey:
    """The secret key, once it is sure that what it signed before is how this ledger began."""
    last = key_files.newest_signed(directory, key)
    if last is not None:
        before = Checkpoint.parse(last.text)
        if before.size > journal.size() or tree.root(before.size) != before.root:
            raise ForkedLog(
                f"the key {key} has signed {before.size} events that this ledger does not begin with; "
                "put the right database back, or go on under a new key"
            )
    return key_files.read(directory, key)


def _those_at_hand(directory: Path, wanted: Sequence[VerifierKey]) -> list[SigningKey]:
    found = []
    for key in wanted:
        try:
            found.append(_usable(directory, key))
        except (UnusableKey, ForkedLog) as error:
            # A lost or tainted key is a reason to go on with another one.
            _log.warning("old_key_does_not_sign", key=str(key), error=str(error))
    return found


def newest() -> dict[str, Any]:
    """The newest checkpoint; raises NotFound before the first."""
    found = checkpoints.newest()
    if found is None:
        raise NotFound("no checkpoint has been signed yet")
    return _documents([found])[0]


def covered() -> tuple[int, int]:
    """How many events the newest checkpoint has, 0 before the first, and how many there are."""
    found = checkpoints.newest()
    return found.size if found else 0, journal.size()


def get(size: int) -> dict[str, Any]:
    """Raises NotFound."""
    found = checkpoints.get(size)
    if found is None:
        raise NotFound(f"there is no checkpoint of {size} events")
    return _documents([found])[0]


def page(before: int | None, limit: int) -> list[dict[str, Any]]:
    """Checkpoints, the newest first, from below a size."""
    return _documents(checkpoints.page(before, limit))


def cosign(given: str, witnesses: Collection[VerifierKey]) -> dict[str, Any]:
    """Keep what witnesses have signed of a checkpoint, and give that.

    Raises Invalid and UnknownReference, with a pointer: for what is no checkpoint, for one that this log has not
    signed, and where no signature is by a known witness or one does not hold.
    """
    try:
        note = Note.parse(given)
        checkpoint = Checkpoint.parse(note.text)
        known = {(key.name, key.id): key for key in note.signed_by(witnesses)}
        cosigned = [(key, one) for one in note.signatures if (key := known.get((one.name, one.key_id)))]
        if any(one.time() > calendar.timegm(clock.now().timetuple()) + _AHEAD_SECONDS for _, one in cosigned):
            raise Invalid("a witness has signed at a time that has not come", pointer="/checkpoint")
    except BadNote as error:
        raise Invalid(str(error), pointer="/checkpoint") from None
    if not cosigned:
        raise Invalid("no witness that this log knows has signed it", pointer="/checkpoint")
    with db.exclusive():
        stored = checkpoints.get(checkpoint.size)
        if stored is None or stored.note.text != note.text:
            raise UnknownReference("this log has signed no such checkpoint", pointer="/checkpoint")
        for key, signature in cosigned:
            checkpoints.cosign(checkpoint.size, key, signature)
    return get(checkpoint.size)


def _documents(found: Sequence[Stored]) -> list[dict[str, Any]]:
    cosigned = checkpoints.cosignatures([one.size for one in found])
    return [_document(one, cosigned[one.size]) for one in found]


def _document(stored: Stored, cosignatures: Sequence[Cosignature]) -> dict[str, Any]:
    return {
        "size": stored.size,
        "root_hash": stored.root_hash,
        "origin": Checkpoint.parse(stored.note.text).origin,
        "signed_at": stored.signed_at,
        "note": str(stored.note) + "".join(one.line for one in cosignatures),
        "cosignatures": [
            {"witness": one.witness.name, "key": str(one.witness), "cosigned_at": clock.of_seconds(one.cosigned_at)}
            for one in cosignatures
        ],
    }
