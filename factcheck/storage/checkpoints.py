"""Stored checkpoints, and what witnesses have signed of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from factcheck.ledger.note import Note, Signature, VerifierKey
from factcheck.storage import db

_SELECT = "SELECT size, root_hash, note, signed_at FROM checkpoints"


@dataclass(frozen=True, slots=True)
class Stored:
    """A checkpoint as the log signed it; `root_hash` is lower-case hex."""

    size: int
    root_hash: str
    note: Note
    signed_at: str


@dataclass(frozen=True, slots=True)
class Cosignature:
    """One witness's signature of a checkpoint, made at a time in POSIX seconds."""

    witness: VerifierKey
    cosigned_at: int
    line: str


def newest() -> Stored | None:
    return _first(f"{_SELECT} ORDER BY size DESC LIMIT 1", ())


def get(size: int) -> Stored | None:
    return _first(f"{_SELECT} WHERE size = ?", (size,))


def page(before: int | None, limit: int) -> list[Stored]:
    """Up to `limit` of them, the newest first, from below a size."""
    condition, params = ("", [limit]) if before is None else ("WHERE size < ?", [before, limit])
    return [_stored(row) for row in db.query(f"{_SELECT} {condition} ORDER BY size DESC LIMIT ?", params)]


def add(stored: Stored) -> None:
    """Called inside the transaction in which its size was found to be new."""
    sql = "INSERT INTO checkpoints (size, root_hash, note, signed_at) VALUES (?, ?, ?, ?)"
    db.execute(sql, (stored.size, stored.root_hash, str(stored.note), stored.signed_at))


def cosign(size: int, witness: VerifierKey, signature: Signature) -> None:
    """Keep a witness's signature of the checkpoint of a size, in place of an older one."""
    db.execute(
        """
        INSERT INTO cosignatures (size, witness, cosigned_at, line) VALUES (?, ?, ?, ?)
        ON CONFLICT (size, witness) DO UPDATE SET cosigned_at = excluded.cosigned_at, line = excluded.line
        WHERE cosignatures.cosigned_at < excluded.cosigned_at""",
        (size, str(witness), signature.time(), signature.line()),
    )


def cosignatures(sizes: Sequence[int]) -> dict[int, list[Cosignature]]:
    """Those of each of these checkpoints, by witness."""
    found: dict[int, list[Cosignature]] = {size: [] for size in sizes}
    sql = "SELECT size, witness, cosigned_at, line FROM cosignatures WHERE size IN ({}) ORDER BY size, witness"
    for size, witness, cosigned_at, line in db.query(sql.format(db.marks(sizes)), sizes):
        found[size].append(Cosignature(VerifierKey.parse(witness), cosigned_at, line))
    return found


def _first(sql: str, params: Sequence[object]) -> Stored | None:
    row = db.first(sql, params)
    return _stored(row) if row else None


def _stored(row: db.Row) -> Stored:
    size, root_hash, note, signed_at = row
    return Stored(size, root_hash, Note.parse(note), signed_at)
