"""Checkpoints: what a log signs of its tree. Source: C2SP tlog-checkpoint."""

import base64
from dataclasses import dataclass

from factcheck.ledger.merkle import HASH_BYTES
from factcheck.ledger.note import BadNote, Note, SigningKey, decoded


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: `origin` names the log, `root` is the root over its first `size` leaves."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The note's text: three lines, without extensions."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """From a note's text; extension lines are allowed and left out. Raises BadNote."""
        lines = text.split("\n")
        if len(lines) < 4 or not all(lines[:-1]) or lines[-1]:
            raise BadNote("a checkpoint has three lines at least, none of them empty")
        origin, size, root = lines[:3]
        # At most 19 digits: what no database can count to is no size of a log.
        if not (size.isascii() and size.isdecimal() and len(size) <= 19) or (size[0] == "0" and size != "0"):
            raise BadNote("a checkpoint's size is a whole number without leading zeroes")
        found = cls(origin, int(size), decoded(root))
        if len(found.root) != HASH_BYTES:
            raise BadNote(f"a checkpoint's root hash has {HASH_BYTES} bytes")
        return found

    def sign(self, *keys: SigningKey) -> Note:
        """The note as the log's own keys sign it."""
        return Note(self.text(), tuple(key.sign(self.text()) for key in keys))
