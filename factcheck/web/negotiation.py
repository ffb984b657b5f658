"""Which representation a client prefers (RFC 9110, section 12.5.1)."""

from collections.abc import Sequence

from flask import request
from werkzeug.datastructures import MIMEAccept

VARY = "Authorization, Origin, Accept, Accept-Datetime"
"""The Vary of an answer that was negotiated."""


def preferred(offers: Sequence[str]) -> str:
    """The media type that Accept rates highest; the first of several, and where it takes none of them."""
    accepted = request.accept_mimetypes
    return max(offers, key=lambda offer: _quality(offer, accepted))


def _quality(offer: str, accepted: MIMEAccept) -> float:
    """What the most specific range that covers the offer says; parameters such as a profile do not tell ours apart."""
    for wanted in (offer, f"{offer.partition('/')[0]}/*", "*/*"):
        found = [quality for given, quality in accepted if given.partition(";")[0].strip().lower() == wanted]
        if found:
            return max(found)
    return 0
