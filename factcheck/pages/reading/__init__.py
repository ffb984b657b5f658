"""What the bytes of a page say: HTML, PDF or plain text. Knows no network and no database.

Pages are hostile: `reader` runs this in a process of its own, within limits of time and memory.
"""

from factcheck.domain.readings import Reading, ReadingFailure
from factcheck.domain.wording import lines
from factcheck.pages import decoding
from factcheck.pages.reading import html, pdf

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_PDF = frozenset({"application/pdf", "application/x-pdf"})
_TEXTS = frozenset({"application/json", "application/ld+json", "application/xml"})
_UNSAID = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/unknown"})
_BEGINNING = 1024


def read(body: bytes, media_type: str | None, charset: str | None, url: str) -> Reading:
    """What a page at a URL says, by its lower-case media type and the charset of its header. Raises nothing."""
    try:
        return _read(body, _kind(body, media_type), charset, url)
    except Exception:
        # Libraries meet bytes that nobody has thought of; what they raise is no more telling than this.
        return Reading(failed=ReadingFailure.UNREADABLE)


def _read(body: bytes, kind: str, charset: str | None, url: str) -> Reading:
    if kind == "pdf":
        return pdf.read(body)
    if kind == "html":
        return html.read(decoding.decode(body, charset), url)
    if kind == "text":
        text = lines(decoding.decode(body, charset))
        return Reading(text=text, everything=text)
    return Reading()


def _kind(body: bytes, media_type: str | None) -> str:
    """html, pdf, text or other: what the header says, or what the beginning looks like where it says nothing."""
    said, start = media_type or "", body[:_BEGINNING].lstrip().lower()
    if start.startswith(b"%pdf-") or said in _PDF:
        return "pdf"
    if said in _HTML or (said in _UNSAID and (start.startswith(b"<!doctype html") or b"<html" in start)):
        return "html"
    return "text" if said.startswith("text/") or said in _TEXTS else "other"
