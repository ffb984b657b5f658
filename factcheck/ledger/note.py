"""Signed notes: text with signature lines under it, and the keys that make and check them.

Source: C2SP signed-note and, for witnesses, tlog-cosignature, both with Ed25519. Knows nothing of trees.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MOST_SIGNATURES = 64
"""Signature lines that a note may have; the specification asks for 16 at least."""

_DASH = "\u2014 "
_KEY_ID_BYTES = 4
_KEY_BYTES = 32
_TIME_BYTES = 8
_LATEST_TIME = 2**63 - 1
_SECRET = "PRIVATE+KEY"  # noqa: S105 - what the line of a secret begins with, not one


class BadNote(ValueError):
    """It is no signed note, or no key, or its signature does not hold."""


class Algorithm(IntEnum):
    """The byte that tells what a key's signatures are (signed-note, "Signature types")."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key and whose it is, written as `name+id+key` (signed-note, "Verifier keys")."""

    name: str
    algorithm: Algorithm
    public: bytes

    @property
    def id(self) -> str:
        """Eight digits, lower-case hex: SHA-256(name || 0x0A || algorithm || public key), its first four bytes."""
        given = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public
        return hashlib.sha256(given).hexdigest()[: 2 * _KEY_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id}+{_base64(bytes([self.algorithm]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Raises BadNote."""
        name, key_id, encoded = _three_parts(text)
        algorithm, public = _algorithm_and_key(encoded)
        key = cls(name, algorithm, public)
        if key.id != key_id:
            raise BadNote(f"the key's id would be {key.id}, not {key_id}")
        return key

    def verify(self, signature: "Signature", text: str) -> None:
        """Raises BadNote unless this key has signed the note's text."""
        if (signature.name, signature.key_id) != (self.name, self.id):
            raise BadNote(f"the signature is by {signature.name} {signature.key_id}, not by {self.name} {self.id}")
        message, raw = text.encode(), signature.raw
        if self.algorithm == Algorithm.COSIGNATURE:
            message, raw = _cosigned(signature.time(), text), raw[_TIME_BYTES:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(raw, message)
        except (InvalidSignature, ValueError):
            raise BadNote(f"the signature by {self.name} does not hold") from None


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A secret key and whose it is."""

    name: str
    algorithm: Algorithm
    secret: bytes

    @classmethod
    def make(cls, name: str, secret: bytes, algorithm: Algorithm = Algorithm.ED25519) -> "SigningKey":
        """A key from 32 random bytes; raises BadNote for another number, or a name that notes cannot hold."""
        if not is_name(name):
            raise BadNote("a key's name has no spaces, no plus sign and no control characters, and is not empty")
        if len(secret) != _KEY_BYTES:
            raise BadNote(f"a secret key is {_KEY_BYTES} bytes")
        return cls(name, algorithm, secret)

    @classmethod
    def parse(cls, text: str) -> "SigningKey":
        """From `PRIVATE+KEY+name+id+key`; raises BadNote, whose message has nothing of the key."""
        prefix, _, rest = text.strip().partition(f"{_SECRET}+")
        if prefix or not rest:
            raise BadNote(f"a secret key begins with {_SECRET}+")
        name, key_id, encoded = _three_parts(rest)
        algorithm, secret = _algorithm_and_key(encoded)
        key = cls.make(name, secret, algorithm)
        if key.verifier().id != key_id:
            raise BadNote("the secret key's id is not its own")
        return key

    def __str__(self) -> str:
        verifier = self.verifier()
        return f"{_SECRET}+{self.name}+{verifier.id}+{_base64(bytes([self.algorithm]) + self.secret)}"

    def __repr__(self) -> str:
        return f"SigningKey({self.verifier()})"

    def verifier(self) -> VerifierKey:
        public = Ed25519PrivateKey.from_private_bytes(self.secret).public_key().public_bytes_raw()
        return VerifierKey(self.name, self.algorithm, public)

    def sign(self, text: str, *, time: int = 0) -> "Signature":
        """Sign a note's text; `time` (POSIX seconds) is when a cosignature is made."""
        key = Ed25519PrivateKey.from_private_bytes(self.secret)
        if self.algorithm == Algorithm.COSIGNATURE:
            raw = time.to_bytes(_TIME_BYTES, "big") + key.sign(_cosigned(time, text))
        else:
            raw = key.sign(text.encode())
        return Signature(self.name, self.verifier().id, raw)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line; `raw` is what follows the key's id."""

    name: str
    key_id: str
    raw: bytes

    def line(self) -> str:
        return f"{_DASH}{self.name} {_base64(bytes.fromhex(self.key_id) + self.raw)}\n"

    def time(self) -> int:
        """When a cosignature was made, in POSIX seconds (tlog-cosignature, "Format"); raises BadNote."""
        time = int.from_bytes(self.raw[:_TIME_BYTES], "big")
        if len(self.raw) < _TIME_BYTES or time > _LATEST_TIME:
            raise BadNote("the cosignature has no time")
        return time


@dataclass(frozen=True, slots=True)
class Note:
    """`text` ends in a newline, which is signed too."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n" + "".join(signature.line() for signature in self.signatures)

    @classmethod
    def parse(cls, given: str) -> "Note":
        """Raises BadNote."""
        text, found, lines = given.rpartition("\n\n")
        if not found or not lines.endswith("\n") or not _is_text(given):
            raise BadNote("a signed note is text, an empty line and signature lines, without control characters")
        if lines.count("\n") > MOST_SIGNATURES:
            raise BadNote(f"a note has at most {MOST_SIGNATURES} signatures here")
        return cls(f"{text}\n", tuple(_signature(line) for line in lines.removesuffix("\n").split("\n")))

    def signed_by(self, keys: Iterable[VerifierKey]) -> list[VerifierKey]:
        """Those of these keys that have signed it, each once; raises BadNote where a signature by one does not hold."""
        known = {(key.name, key.id): key for key in keys}
        found: dict[VerifierKey, None] = {}
        for signature in self.signatures:
            key = known.get((signature.name, signature.key_id))
            if key is not None:
                key.verify(signature, self.text)
                found[key] = None
        return list(found)


def is_name(text: str) -> bool:
    """Whether a key can be called so (signed-note, "Format")."""
    return bool(text) and text.isprintable() and "+" not in text and not any(one.isspace() for one in text)


def _is_text(given: str) -> bool:
    """Whether a note can hold it: UTF-8 without control characters but newlines (signed-note, "Format")."""
    return not any((one < " " and one != "\n") or "\ud800" <= one <= "\udfff" for one in given)


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    raw = decoded(encoded)
    if not line.startswith(_DASH) or not is_name(name) or len(raw) <= _KEY_ID_BYTES:
        raise BadNote("a signature line is a dash, a name and a signature in base64")
    return Signature(name, raw[:_KEY_ID_BYTES].hex(), raw[_KEY_ID_BYTES:])


def _cosigned(time: int, text: str) -> bytes:
    """What a witness signs (tlog-cosignature, "Ed25519 signed message")."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _three_parts(text: str) -> tuple[str, str, str]:
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    if not is_name(name) or not encoded:
        raise BadNote("a key is name+id+key")
    return name, key_id, encoded


def _algorithm_and_key(encoded: str) -> tuple[Algorithm, bytes]:
    raw = decoded(encoded)
    if len(raw) != 1 + _KEY_BYTES or raw[0] not in tuple(Algorithm):
        raise BadNote("it is no Ed25519 key, of a log or of a witness")
    return Algorithm(raw[0]), raw[1:]


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def decoded(encoded: str) -> bytes:
    """Of base64 in the one spelling that it has (RFC 4648, section 3.5); raises BadNote."""
    try:
        raw = base64.b64decode(encoded.encode(), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise BadNote("it is no base64") from None
    if _base64(raw) != encoded:
        raise BadNote("it is base64 with bits that do not count")
    return raw
