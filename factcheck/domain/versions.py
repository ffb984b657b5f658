"""Versions of what clients read: entity tags, and the condition that a change is based on the newest.

Source: RFC 9110, sections 8.8.3 (ETag) and 13.1.1 (If-Match).
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

import orjson

from factcheck.domain.documents import FORMAT
from factcheck.domain.errors import PreconditionFailed


@dataclass(frozen=True, slots=True)
class Representation:
    """A thing as clients get it: its bytes and their strong entity tag."""

    body: bytes
    etag: str


def represent(value: object) -> Representation:
    """Render a small thing; its tag is a digest of its bytes."""
    body = orjson.dumps(value)
    return Representation(body, digest_etag(body))


def digest_etag(body: bytes) -> str:
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def document_etag(seq: int) -> str:
    """The tag of a stored document: the event that it was last rendered after, and the rendering's format."""
    return f'"{seq}.{FORMAT}"'


@dataclass(frozen=True, slots=True)
class Precondition:
    """An `If-Match`: the tags that it names; None stands for `*`, any version."""

    etags: Collection[str] | None

    def require(self, current: str) -> None:
        """Raises PreconditionFailed where the present version is not among the named ones.

        Called inside the write's transaction, so that nothing can change in between.
        """
        if self.etags is not None and current not in self.etags:
            raise PreconditionFailed("this is not the present version any more: read it again, then change it")
