"""How every page is put together: its frame, its policy, and text that stays text."""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Response, request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from factcheck.desk import files
from factcheck.desk.telling import dates, words
from factcheck.domain.versions import digest_etag
from factcheck.domain.vocabulary import Role
from factcheck.formats.wording import inert
from factcheck.web import cookies
from factcheck.web.conditional import send
from factcheck.web.context import house, reader
from factcheck.web.negotiation import VARY

MEDIA_TYPE = "text/html; charset=utf-8"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""Every page's Content-Security-Policy: files of this service alone, and nothing that stands in the page itself."""


def page(template: str, *, title: str, headers: Mapping[str, str] | None = None, **shown: object) -> Response:
    """A page, or 304 where the browser has it already. `shown` is what the template shows."""
    body = render(template, title=title, **shown)
    return send(body, digest_etag(body), headers={**_HEADERS, **(headers or {})}, media_type=MEDIA_TYPE)


def refusal(template: str, status: HTTPStatus, *, title: str, headers: Mapping[str, str], **shown: object) -> Response:
    """A page that says why there is no other one."""
    body = render(template, title=title, **shown)
    return Response(body, status=status, content_type=MEDIA_TYPE, headers={**_HEADERS, **headers})


def render(template: str, **shown: object) -> bytes:
    frame = {
        "house": house(),
        "reader": reader(),
        "Role": Role,
        "form_key": cookies.form_key(),
        "file": files.address,
        "here": request.path,
    }
    return _pages.get_template(template).render({**frame, **shown}).encode()


def _plain(value: Any) -> Any:
    """What is put into a page: text without characters that turn or break what stands around it."""
    if value is None:
        raise ValueError("a template shows what is not known: say so in words")
    return inert(value) if isinstance(value, str) and not isinstance(value, Markup) else value


_HEADERS = {"Content-Security-Policy": POLICY, "Vary": VARY}

# Beside this file and not where Flask looks, so that they are found wherever the service is started.
_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
    finalize=_plain,
)
_pages.filters |= {
    "moment": dates.moment,
    "day": dates.day,
    "told": dates.told,
    "said": words.said,
    "headed": words.headed,
    "short": words.short,
    "link": words.safe_link,
    "source_name": words.source_name,
    "chip": words.chip,
}
