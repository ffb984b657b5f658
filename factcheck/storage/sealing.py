"""Secrets of others that the database keeps, sealed under a key in the data directory: a copy of the database alone
opens none of them."""

import base64
import os
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from factcheck import clock
from factcheck.storage.key_files import UnusableKey

_FILE = "sealing.key"
_KEY_BYTES, _NONCE_BYTES = 32, 12


def seal(directory: Path, plain: bytes, about: str) -> str:
    """Seal a secret; it opens only as one `about` the same thing. Makes the key where there is none.

    Raises UnusableKey.
    """
    path = directory / _FILE
    try:
        if not path.exists():
            _make(path)
    except OSError as error:
        raise UnusableKey(f"{path}: {error.strerror}") from None
    nonce = clock.random_bytes(_NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(_read(path)).encrypt(nonce, plain, about.encode())).decode()


def unseal(directory: Path, sealed: str, about: str) -> bytes:
    """Raises UnusableKey where the key is not there, or is another one."""
    path = directory / _FILE
    key = AESGCM(_read(path))
    try:
        raw = base64.b64decode(sealed)
        return key.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], about.encode())
    except (InvalidTag, ValueError):
        raise UnusableKey(f"{path} is not the key that this secret was sealed under") from None


def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text().strip())
    except OSError as error:
        raise UnusableKey(f"{path}: {error.strerror}") from None
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise UnusableKey(f"{path}: it holds no key")
    return key


def _make(path: Path) -> None:
    """Make the key, for its owner's eyes alone. Of several processes that do so at once one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f"{path.name}.") as file:
        file.write(clock.random_bytes(_KEY_BYTES).hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
        try:
            # Unlike a move this puts nothing in another one's place.
            os.link(file.name, path)
        except FileExistsError:
            return
