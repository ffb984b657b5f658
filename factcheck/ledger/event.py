"""One change as the ledger keeps it: envelope, salted commitment to the payload, leaf hash.

The envelope has the commitment and not the payload, so a payload can be withheld or erased while the
sequence can still be verified. What stands here must never change: leaves already written depend on it.
"""

import hashlib
from dataclasses import dataclass

from factcheck.ledger.canonical import canonical

SALT_BYTES = 16
SYSTEM = "system"
"""The actor of what no account did: shipped scales, the first administrator, the worker."""

_LEAF_PREFIX = b"\x00"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the Merkle leaf is made of.

    `seq` counts from 1 without gaps; `recorded_at` is RFC 3339 UTC with six decimals and `Z`; `actor` is
    an account's id or "system"; `claim_id` is None where the change concerns no single claim;
    `commitment` is lower-case hex.
    """

    seq: int
    recorded_at: str
    actor: str
    type: str
    subject_type: str
    subject_id: str
    claim_id: str | None
    commitment: str

    def as_json(self) -> dict[str, object]:
        return {
            "seq": self.seq,
            "recorded_at": self.recorded_at,
            "actor": self.actor,
            "type": self.type,
            "subject": {"type": self.subject_type, "id": self.subject_id},
            "claim_id": self.claim_id,
            "commitment": self.commitment,
        }

    def leaf_hash(self) -> str:
        """Lower-case hex of SHA-256(0x00 || canonical envelope); RFC 9162, section 2.1.1."""
        return hashlib.sha256(_LEAF_PREFIX + canonical(self.as_json())).hexdigest()


def commit(salt: bytes, payload: bytes) -> str:
    """Lower-case hex of SHA-256(salt || canonical payload): binds the payload without showing it."""
    return hashlib.sha256(salt + payload).hexdigest()
