"""Which representation a client prefers (RFC 9110, section 12.5.1), and pages that stand beside data."""

from collections.abc import Callable, Sequence
from typing import cast

from flask import Flask, Response, current_app, request
from werkzeug.datastructures import MIMEAccept

HTML = "text/html"

_EXTENSION = "factcheck.pages"

VARY = "Authorization, Cookie, Origin, Accept, Accept-Datetime"
"""The Vary of an answer that was negotiated."""


def preferred(offers: Sequence[str]) -> str:
    """The media type that Accept rates highest; the first of several, and where it takes none of them."""
    accepted = request.accept_mimetypes
    return max(offers, key=lambda offer: _quality(offer, accepted))


def offer_page(app: Flask, endpoint: str, page: Callable[..., Response]) -> None:
    """Let an endpoint answer with this page where HTML is preferred; it is called as the endpoint's view is."""
    app.extensions.setdefault(_EXTENSION, {})[endpoint] = page


def page_offered() -> Callable[..., Response]:
    """The page of the endpoint that was asked for."""
    return cast("Callable[..., Response]", current_app.extensions[_EXTENSION][request.endpoint])


def _quality(offer: str, accepted: MIMEAccept) -> float:
    """What the most specific range that covers the offer says; parameters such as a profile do not tell ours apart."""
    for wanted in (offer, f"{offer.partition('/')[0]}/*", "*/*"):
        found = [quality for given, quality in accepted if given.partition(";")[0].strip().lower() == wanted]
        if found:
            return max(found)
    return 0
