"""Whose signatures count: the keys that the auditor brought, or else those that the log names of itself."""

from collections.abc import Iterator, Sequence

from factcheck.ledger.checkpoint import Checkpoint
from factcheck.ledger.note import Algorithm, BadNote, Note, VerifierKey
from factcheck.ledger.report import shown

KEY_ADDED = "log_key.added"
"""The type of an event with which the log says that it signs with a key from now on."""

MOST_KEYS = 1000
"""Keys that an exported log may name."""

LONGEST_KEY = 1000
"""Characters that one of them may have."""


class Trust:
    """`given` are the auditor's own keys, of logs and of witnesses; None where there are none."""

    def __init__(self, given: Sequence[VerifierKey] | None) -> None:
        self.given = given
        self._named: dict[str, VerifierKey] = {}
        self._announced: dict[str, int] = {}

    def name(self, vkey: str) -> None:
        """The file names a key; raises BadNote."""
        if len(self._named) >= MOST_KEYS or len(vkey) > LONGEST_KEY:
            raise BadNote(f"there are more than {MOST_KEYS} keys, or one of more than {LONGEST_KEY} characters")
        self._named[vkey] = VerifierKey.parse(vkey)

    def announce(self, vkey: object, seq: int) -> None:
        """The ledger announces a key with event `seq`."""
        if isinstance(vkey, str) and vkey in self._named:
            self._announced.setdefault(vkey, seq)

    def logs(self, size: int) -> list[VerifierKey]:
        """The keys that a checkpoint of this size can be signed with."""
        if self.given is not None:
            return [key for key in self.given if key.algorithm == Algorithm.ED25519]
        return [key for vkey, key in self._of_log() if self._announced.get(vkey, size + 1) <= size]

    def witnesses(self) -> list[VerifierKey]:
        """The keys that cosignatures are checked with."""
        return [key for key in self._all() if key.algorithm == Algorithm.COSIGNATURE]

    def shown(self) -> list[VerifierKey]:
        """The keys whose signatures counted."""
        return list(self._named.values() if self.given is None else self.given)

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

    def unknown(self, note: Note) -> int:
        """How many signatures are by keys that neither the auditor nor the file names."""
        known = {(key.name, key.id) for key in self._all()}
        return sum((signature.name, signature.key_id) not in known for signature in note.signatures)

    def unannounced(self) -> Iterator[str]:
        """Keys that the file names and the ledger does not."""
        for vkey, _ in self._of_log():
            if vkey not in self._announced:
                yield f"the key {vkey} stands in no event that adds a key"

    def _of_log(self) -> Iterator[tuple[str, VerifierKey]]:
        return ((vkey, key) for vkey, key in self._named.items() if key.algorithm == Algorithm.ED25519)

    def _all(self) -> list[VerifierKey]:
        return [*self._named.values(), *(self.given or ())]
