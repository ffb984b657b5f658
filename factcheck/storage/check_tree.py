"""Holds the stored tree, its head and the signed checkpoints against the events, while those pass by."""

from collections.abc import Iterator

from factcheck.ledger.checkpoint import Checkpoint
from factcheck.ledger.merkle import Frontier
from factcheck.ledger.note import Note, VerifierKey
from factcheck.storage import db
from factcheck.storage.unreadable import UNREADABLE, as_bytes

_NODES = "SELECT position, hash FROM nodes ORDER BY position"
_CHECKPOINTS = "SELECT size, root_hash, note FROM checkpoints ORDER BY size"
_COSIGNATURES = "SELECT witness, cosigned_at, line FROM cosignatures WHERE size = ? ORDER BY witness"
_WITHOUT_CHECKPOINT = """
    SELECT c.size FROM cosignatures c LEFT JOIN checkpoints k ON k.size = c.size WHERE k.size IS NULL"""
_KEYS = "SELECT vkey FROM log_keys ORDER BY seq"
_HEAD = "SELECT seq, recorded_at, frontier FROM ledger_head WHERE id = 1"


class Tree:
    """The tree as the events give it: each problem is named when the event that shows it has passed."""

    def __init__(self) -> None:
        self._frontier = Frontier()
        self._number = 0
        self._recorded_at = ""
        self._nodes = db.stream(_NODES)
        self._checkpoints = db.stream(_CHECKPOINTS)
        self._next = next(self._checkpoints, None)
        self._keys = _parsed_keys()

    def problems_after(self, leaf: bytes, recorded_at: str) -> Iterator[str]:
        """What the next event, of this leaf hash and time, shows to be wrong."""
        self._recorded_at = recorded_at
        for node in self._frontier.append(leaf):
            self._number += 1
            position, stored = next(self._nodes, (None, b""))
            if (position, as_bytes(stored)) != (self._number, node):
                yield f"inner node {self._number} of the tree, over event {self._frontier.size}, is another one"
        while self._next is not None and _is_over(self._next[0], self._frontier.size):
            yield from self._checkpoint_problems(*self._next)
            self._next = next(self._checkpoints, None)

    def problems_at_end(self) -> Iterator[str]:
        if next(self._nodes, None) is not None:
            yield f"the tree has more inner nodes than the {self._number} that the events give"
        size, recorded_at, peaks = db.first(_HEAD) or (None, None, None)
        if size != self._frontier.size:
            yield f"the ledger's head says {size}, its newest event is {self._frontier.size}"
        elif as_bytes(peaks) != b"".join(self._frontier.peaks):
            yield "the ledger's head has another root than the events give"
        if recorded_at != self._recorded_at:
            yield "the ledger's head says another time than its newest event"
        while self._next is not None:
            yield f"checkpoint {self._next[0]} is over more than the {self._frontier.size} events that there are"
            self._next = next(self._checkpoints, None)
        for (size,) in db.query(_WITHOUT_CHECKPOINT):
            yield f"checkpoint {size}, which there is not, has a cosignature"

    def _checkpoint_problems(self, size: int, root_hash: str, text: str) -> Iterator[str]:
        at = f"checkpoint {size}"
        try:
            note = Note.parse(text)
            checkpoint = Checkpoint.parse(note.text)
        except UNREADABLE as error:
            yield f"{at}: {error}"
            return
        if (checkpoint.size, checkpoint.root.hex()) != (size, root_hash):
            yield f"{at}: its note says something else than its row"
        if (checkpoint.size, checkpoint.root) != (self._frontier.size, self._frontier.root()):
            yield f"{at}: its root is not that of the first {size} events"
        yield from (f"{at}: {problem}" for problem in self._signature_problems(note))
        yield from (f"{at}: {problem}" for problem in _cosignature_problems(note, size))

    def _signature_problems(self, note: Note) -> Iterator[str]:
        try:
            if not note.signed_by(self._keys):
                yield "no key of the log has signed it"
        except UNREADABLE as error:
            yield str(error)


def _parsed_keys() -> list[VerifierKey]:
    """The keys that can be read; another one's row differs from the event that added it, and is named for that."""
    keys = []
    for (vkey,) in db.query(_KEYS):
        try:
            keys.append(VerifierKey.parse(vkey))
        except UNREADABLE:
            continue
    return keys


def _is_over(size: object, events: int) -> bool:
    """Whether a checkpoint is over so many events or fewer. SQLite has NULL first, and what is no number last."""
    return size is None or (isinstance(size, int | float) and size <= events)


def _cosignature_problems(note: Note, size: int) -> Iterator[str]:
    for witness, cosigned_at, line in db.query(_COSIGNATURES, (size,)):
        try:
            key = VerifierKey.parse(witness)
            (signature,) = Note.parse(f"{note.text}\n{line}").signatures
            key.verify(signature, note.text)
            if signature.time() != cosigned_at:
                yield f"the cosignature by {key.name} was made at another time than its row says"
        except UNREADABLE as error:
            yield f"a cosignature is none: {error}"
