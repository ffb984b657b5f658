"""What a stored page says, once it has been read. Knows no format of pages."""

from dataclasses import dataclass
from enum import StrEnum


class ReadingFailure(StrEnum):
    """Why a page could not be read: it took too long, it ended the process that read it, a library gave up on it,
    or there is no reader any more."""

    TIMEOUT = "timeout"
    CRASHED = "crashed"
    UNREADABLE = "unreadable"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a page says. Strings are NFC, without control characters but for line feeds, and without surrogates.

    `text` is the main text and `everything` all that a reader sees, a block (paragraph, heading, item, table row) a
    line; both None where there is none. `published_at` is a day such as 2024-10-23, `language` a tag such as en-GB.
    `links` are URLs in the main text, in order; `canonical` is where the page says that it is from.
    `failed` is None where the page was read, be there anything in it or not.
    """

    text: str | None = None
    everything: str | None = None
    title: str | None = None
    author: str | None = None
    published_at: str | None = None
    language: str | None = None
    links: tuple[str, ...] = ()
    canonical: str | None = None
    failed: ReadingFailure | None = None
