"""Whose signatures count: the keys that the auditor brought, or else those that the log names of itself."""

from collections.abc import Iterator, Sequence

from factcheck.ledger.checkpoint import Checkpoint
from factcheck.ledger.note import Algorithm, BadNote, Note, VerifierKey
from factcheck.ledger.report import shown

KEY_ADDED = "log_key.added"
"""The type of an event with which the log says that it signs with a key from now on."""

MOST_KEYS = 1000
"""Keys that an exported log may name."""


class Trust:
    """`given` are the auditor's own keys, of logs and of witnesses; None where there are none."""

    def __init__(self, given: Sequence[VerifierKey] | None) -> None:
        self.given = given
        self.named: list[VerifierKey] = []
        self._announced: dict[str, int] = {}

    def name(self, vkey: str) -> None:
        """The file names a key; raises BadNote."""
        if len(self.named) >= MOST_KEYS:
            raise BadNote(f"there are more than {MOST_KEYS} keys")
        self.named.append(VerifierKey.parse(vkey))

    def announce(self, vkey: object, seq: int) -> None:
        """The ledger announces a key with event `seq`."""
        if isinstance(vkey, str) and vkey in map(str, _of_logs(self.named)):
            self._announced.setdefault(vkey, seq)

    def logs(self, size: int) -> list[VerifierKey]:
        """The keys that a checkpoint of this size can be signed with."""
        if self.given is not None:
            return _of_logs(self.given)
        return [key for key in _of_logs(self.named) if self._announced.get(str(key), size + 1) <= size]

    def witnesses(self) -> list[VerifierKey]:
        """The keys that cosignatures are checked with."""
        keys = [*self.named, *(self.given or ())]
        return [key for key in keys if key.algorithm == Algorithm.COSIGNATURE]

    def unknown(self, note: Note) -> int:
        """How many signatures are by keys that neither the auditor nor the file names."""
        known = {(key.name, key.id) for key in [*self.named, *(self.given or ())]}
        return sum((signature.name, signature.key_id) not in known for signature in note.signatures)

    def unannounced(self) -> Iterator[str]:
        """Keys that the file names and the ledger does not."""
        for key in _of_logs(self.named):
            if str(key) not in self._announced:
                yield f"the key {key} stands in no event that adds a key"

    def problems(self, note: Note, checkpoint: Checkpoint) -> Iterator[str]:
        """What is wrong with the log's signatures under a checkpoint."""
        try:
            signers = note.signed_by(self.logs(checkpoint.size))
        except BadNote as error:
            yield str(error)
            return
        if not signers:
            yield f"no key {'of the log' if self.given is None else 'that you gave'} has signed it"
        elif checkpoint.origin not in [key.name for key in signers]:
            # A log's key is called as the log is (tlog-checkpoint, "Signatures").
            yield f"it is of another log, {shown(checkpoint.origin)}"


def _of_logs(keys: Sequence[VerifierKey]) -> list[VerifierKey]:
    return [key for key in keys if key.algorithm == Algorithm.ED25519]
