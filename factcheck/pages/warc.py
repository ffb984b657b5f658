"""One exchange with a site as a WARC file, which every web archive can read, and back (ISO 28500:2017, WARC/1.1).

Knows what fetching gives, and nothing of where files lie.
"""

import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import quote

from warcio.archiveiterator import WARCIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from factcheck import __version__, clock
from factcheck.network.fetching import Page

_CHUNK = 64 * 1024
_SAME_BODY = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
# RFC 3986, section 2.2: what a URL has besides letters, digits and escapes.
_OF_URLS = ":/?#[]@!$&'()*+,;=%"
_NO_TOKEN = re.compile(r"[^!#$%&'*+.^_`|~0-9A-Za-z-]")
# They tell of the body as it was sent; the one that we hold has been decoded.
_OF_CODING = frozenset({"content-encoding", "transfer-encoding", "content-length"})


def record(page: Page, fetched_at: datetime) -> bytes:
    """A page that was got as one .warc.gz: the records warcinfo, response and request, each compressed by itself.

    The payload is the body as we hold it, with its SHA-256 as WARC-Payload-Digest. Headers that tell of another
    form of it are renamed X-Archive-Orig-*. Never raises, whatever a site has sent.
    """
    return _written(page, fetched_at, "response", page.body, {})


def revisit(page: Page, fetched_at: datetime) -> bytes:
    """The same without the body, which another file has; the digest says which. Read after that one, it is whole."""
    return _written(page, fetched_at, "revisit", b"", {"WARC-Profile": _SAME_BODY})


def _written(page: Page, fetched_at: datetime, kind: str, body: bytes, also: dict[str, str]) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    date = clock.timestamp(fetched_at)
    writer.write_record(_info(writer, date))
    answered = _answer(writer, page, {**_named(date), **also}, kind, body)
    writer.write_request_response_pair(_request(writer, page, date), answered)
    return out.getvalue()


def payload(data: bytes) -> bytes:
    """The body of the response in a file of `record`. Raises ValueError for what is none, and for a damaged one."""
    try:
        body = _payload(data)
    except Exception as error:
        # A damaged file makes warcio fail in ways that it does not list.
        raise ValueError(f"not a WARC file that can be read: {type(error).__name__}") from error
    if body is None:
        raise ValueError("the WARC file has no whole response")
    return body


def _payload(data: bytes) -> bytes | None:
    for one in WARCIterator(io.BytesIO(data), check_digests=True):
        if one.rec_type == "response" and one.http_headers:
            body = io.BytesIO()
            while part := one.raw_stream.read(_CHUNK):
                body.write(part)
            # The digests are compared when the record's announced length has come, and else never.
            return body.getvalue() if one.digest_checker.passed else None
    return None


def _info(writer: WARCWriter, date: str) -> object:
    known = {"software": f"factcheck/{__version__}", "format": "WARC File Format 1.1"}
    made = writer.create_warcinfo_record(None, known)
    for name, value in _named(date).items():
        made.rec_headers.replace_header(name, value)
    return made


def _answer(writer: WARCWriter, page: Page, also: dict[str, str], kind: str, body: bytes) -> object:
    digest = f"sha256:{hashlib.sha256(page.body).hexdigest()}"
    return writer.create_warc_record(
        _url(page.final_url),
        kind,
        payload=io.BytesIO(body),
        length=len(body),
        http_headers=StatusAndHeaders(*_answered(page)),
        warc_headers_dict={**also, "WARC-Payload-Digest": digest},
    )


def _request(writer: WARCWriter, page: Page, date: str) -> object:
    url = _url(page.final_url)
    headers = list(_clean(page.request_headers))
    asked = StatusAndHeaders(f"{_target(url)} HTTP/1.1", headers, protocol="GET")
    return writer.create_warc_record(url, "request", http_headers=asked, warc_headers_dict=_named(date))


def _named(date: str) -> dict[str, str]:
    """What every record has: its moment, and a name of its own."""
    return {"WARC-Date": date, "WARC-Record-ID": f"<urn:uuid:{clock.new_id()}>"}


def _answered(page: Page) -> tuple[str, list[tuple[str, str]], str]:
    """The status without its protocol, the headers and the protocol of a response."""
    version, _, status = _text(page.status_line).partition(" ")
    known = re.fullmatch(r"HTTP/1\.[01]", version) and status
    headers = [
        (f"X-Archive-Orig-{name}" if name.lower() in _OF_CODING else name, value)
        for name, value in _clean(page.raw_headers)
    ]
    headers.append(("Content-Length", str(len(page.body))))
    return (status, headers, version) if known else (str(page.status), headers, "HTTP/1.1")


def _clean(headers: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Headers that cannot be read as anything else; one without a name that HTTP allows is left out."""
    for name, value in headers:
        if name and not _NO_TOKEN.search(name):
            yield name, _text(value)


def _text(value: str) -> str:
    """Printable ASCII alone; other bytes are escaped, line breaks among them (%0A)."""
    return quote(value.encode("latin-1", "replace"), safe=_PRINTABLE).strip()


def _url(url: str) -> str:
    """A URL as the standard has it: ASCII alone, and its scheme in lower case, by which warcio knows HTTP."""
    scheme, colon, rest = quote(url, safe=_OF_URLS, errors="replace").partition(":")
    return f"{scheme.lower()}{colon}{rest}"


def _target(url: str) -> str:
    """What a request for a URL asks its host for (RFC 9112, section 3.2.1)."""
    path = re.sub(r"^[^:/]*://[^/?#]*", "", url).partition("#")[0]
    return path if path.startswith("/") else f"/{path}"
