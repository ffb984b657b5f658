"""The one guarded way out to the network: public pages over http and https, within limits of time and size.

Connections are those of `connecting`. Knows nothing of links, robots or what a page is wanted for.
"""

import codecs
import io
import re
import socket
import ssl
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.cookies import RequestsCookieJar
from ssrfguard import Policy, SSRFGuardError
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError, SSLError
from urllib3.exceptions import TimeoutError as UrllibTimeout

from factcheck.domain.links import Redirect
from factcheck.domain.vocabulary import FetchFailure
from factcheck.network.connecting import ATTEMPTS, Adapter, Deadline, Lookup, policy_for

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# These ask for the same request again, and not for a GET.
_REPEATED = frozenset({307, 308})
_PORTS = {"http": ":80", "https": ":443"}
_CHUNK = 64 * 1024
_KEPT_HEADERS = (
    "retry-after", "last-modified", "etag", "content-language", "server", "cf-mitigated", "x-amzn-waf-action",
    "location", "content-location", "link", "memento-datetime",
)  # fmt: skip
# Of all headers, so many and so many characters are kept; what was said to us alone is not.
_MOST_HEADERS, _LONGEST_HEADERS = 100, 64 * 1024
_PRIVATE_HEADERS = frozenset({"authorization", "cookie", "set-cookie", "set-cookie2"})
# RFC 9110, section 8.3.1.
_MEDIA_TYPE = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+/[!#$%&'*+.^_`|~0-9a-z-]+")
# Python's codecs that are no charsets of pages; some take time that grows with the square of the text.
_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"})

# What requests, urllib3, http.client, ssl and the guard raise for something that a remote does.
_REMOTE = (requests.RequestException, HTTPError, HTTPException, SSRFGuardError, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to connect and in all, redirects included; bytes of a body, after decompression; redirects."""

    connect: float = 10.0
    total: float = 30.0
    body: int = 10 * 1024 * 1024
    redirects: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a URL answered, whatever the status. `headers` are those of interest, by lower-case name.

    `raw_headers` are all that came, 100 and 64 KiB of them at most, and `request_headers` what was sent for it; both
    are without cookies and credentials. `status_line` is as it came, such as `HTTP/1.1 200 OK`. All are text in
    Latin-1.
    """

    url: str
    final_url: str
    redirects: Sequence[Redirect]
    status: int
    headers: Mapping[str, str]
    media_type: str | None
    charset: str | None
    body: bytes
    raw_headers: Sequence[tuple[str, str]] = ()
    status_line: str = ""
    request_headers: Sequence[tuple[str, str]] = ()

    @property
    def text(self) -> str:
        """The body in the charset that it says it has, or else in UTF-8; what that cannot read is replaced."""
        try:
            found = codecs.lookup(self.charset or "utf-8")
            return str(self.body.decode("utf-8" if found.name in _NO_CHARSETS else found.name, "replace"))
        except (LookupError, ValueError):
            return self.body.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a page was not had; `status` is what it had answered by then, None where it had not."""

    url: str
    final_url: str
    redirects: Sequence[Redirect]
    reason: FetchFailure
    detail: str
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches pages from public addresses, and from the networks that `policy` allows besides.

    `trusted` is a file of certificates to trust in place of the usual ones; `look_up` takes the place of
    socket.getaddrinfo, and what it answers is checked all the same. `authorization` are values of that header by the
    origin (https://example.org) that alone gets to see each.
    """

    user_agent: str
    policy: Policy = field(default_factory=lambda: policy_for(()))
    limits: Limits = Limits()
    trusted: str | None = None
    look_up: Lookup | None = None
    authorization: Mapping[str, str] = field(default_factory=dict, repr=False)

    def get(
        self, url: str, *, accept: str = "*/*", same_host: bool = False, seconds: float | None = None
    ) -> Page | Failure:
        """The page at a URL, or why not. Whatever the remote does, this ends and raises nothing.

        `accept` says which media types are wanted (RFC 9110, section 12.5.1). With `same_host` a redirect to another
        host is a failure. `seconds` leave less time than the limits do.
        """
        return self._ask(_Wish(url, accept, same_host), seconds)

    def post(
        self,
        url: str,
        form: Mapping[str, str],
        *,
        accept: str = "*/*",
        same_host: bool = False,
        seconds: float | None = None,
    ) -> Page | Failure:
        """What a small form is answered with, as `get` gives it.

        As in browsers (RFC 9110, section 15.4), a redirect of 301, 302 or 303 is followed without the form; one of
        307 or 308 sends it again, and never to another host.
        """
        return self._ask(_Wish(url, accept, same_host, form), seconds)

    def send(self, url: str, message: bytes, headers: Mapping[str, str]) -> Page | Failure:
        """What posting these bytes is answered with: its status and headers. Its body is not read, and a redirect is an
        answer like others, which leads nowhere."""
        return self._ask(_Wish(url, "*/*", same_host=True, message=message, headers=headers), None)

    def _ask(self, wish: "_Wish", seconds: float | None) -> Page | Failure:
        total = min(self.limits.total, seconds) if seconds is not None else self.limits.total
        with Deadline(total) as deadline, self._adapter(deadline) as adapter:
            return _Walk(self, deadline, adapter, wish).end()

    def _adapter(self, deadline: Deadline) -> Adapter:
        return Adapter(self.policy, deadline, self.look_up or socket.getaddrinfo, self.limits.connect)


def origin_of(url: str) -> str:
    """The scheme and authority of a URL. Raises ValueError for what is no URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def host_of(url: str) -> tuple[str, str]:
    """A URL's host and port, the latter empty for the scheme's own. Raises ValueError for what is no URL."""
    parts = urlsplit(url)
    port = "" if parts.port is None else f":{parts.port}"
    return parts.hostname or "", "" if port == _PORTS.get(parts.scheme) else port


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked for; a `form` is posted, and so is a `message`, for which nothing but a status is wanted."""

    url: str
    accept: str
    same_host: bool
    form: Mapping[str, str] | None = None
    message: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class _TooLarge(Exception):
    pass


class _OtherHost(Exception):
    pass


class _TooManyRedirects(Exception):
    pass


class _Walk:
    """One fetch, from redirect to redirect."""

    def __init__(self, fetcher: Fetcher, deadline: Deadline, adapter: Adapter, wish: _Wish) -> None:
        self._fetcher = fetcher
        self._deadline = deadline
        self._adapter = adapter
        self._wish = wish
        self._form = wish.form
        self._url = wish.url
        self._redirects: list[Redirect] = []
        self._cookies = RequestsCookieJar()
        self._status: int | None = None

    def end(self) -> Page | Failure:
        try:
            while True:
                with self._ask() as response:
                    self._status = response.status_code
                    target = _target(response) if self._wish.message is None else None
                    if target is None:
                        page = self._page(response)
                        # What the deadline cut off can look whole.
                        self._deadline.left()
                        return page
                self._follow(response, target)
        except (*_REMOTE, _OtherHost, _TooLarge, _TooManyRedirects) as error:
            reason = FetchFailure.TIMEOUT if self._deadline.passed else _reason(error)
            return Failure(
                url=self._wish.url,
                final_url=self._url,
                redirects=tuple(self._redirects),
                reason=reason,
                detail=f"{type(error).__name__}: {error}"[:500],
                status=self._status,
            )

    def _ask(self) -> requests.Response:
        self._fetcher.policy.check_url(self._url)
        agent, accept = self._fetcher.user_agent, self._wish.accept
        headers = {"User-Agent": agent, "Accept": accept, "Accept-Encoding": "gzip, deflate", **self._wish.headers}
        if secret := self._fetcher.authorization.get(origin_of(self._url)):
            headers["Authorization"] = secret
        data = self._form if self._wish.message is None else self._wish.message
        method = "GET" if data is None else "POST"
        request = requests.Request(method, self._url, headers=headers, data=data, cookies=self._cookies).prepare()
        left = self._deadline.left()
        connect = min(self._fetcher.limits.connect, left) / ATTEMPTS
        # Sent through the adapter and no session: that would read the bodies of redirects whole, and the environment.
        return self._adapter.send(
            request, stream=True, timeout=(connect, left), verify=self._fetcher.trusted or True, proxies={}
        )

    def _follow(self, response: requests.Response, target: str) -> None:
        if len(self._redirects) >= self._fetcher.limits.redirects:
            raise _TooManyRedirects(f"more than {self._fetcher.limits.redirects} redirects")
        if response.status_code not in _REPEATED:
            self._form = None
        bound = self._wish.same_host or self._form is not None
        if bound and host_of(target) != host_of(self._url):
            raise _OtherHost(f"a redirect to another host: {target}")
        # Some pages set a cookie and send one back to themselves; nobody else gets to see it.
        self._cookies.update(response.cookies)
        if urlsplit(target).netloc != urlsplit(self._url).netloc:
            self._cookies.clear()
        self._redirects.append(Redirect(response.status_code, target))
        self._url, self._status = target, None

    def _page(self, response: requests.Response) -> Page:
        media_type, charset = _content_type(response.headers.get("Content-Type", ""))
        return Page(
            url=self._wish.url,
            final_url=self._url,
            redirects=tuple(self._redirects),
            status=response.status_code,
            headers={name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers},
            media_type=media_type,
            charset=charset,
            body=_body(response, self._fetcher.limits.body) if self._wish.message is None else b"",
            raw_headers=tuple(_bounded(response.raw.headers.iteritems())),
            status_line=f"{response.raw.version_string} {response.status_code} {response.reason or ''}".strip()[:200],
            request_headers=tuple(_bounded(_sent(response.request))),
        )


def _target(response: requests.Response) -> str | None:
    """Where a redirect leads; None for what is none. Raises ValueError for what is no URL."""
    location = response.headers.get("Location")
    if response.status_code not in _REDIRECTS or location is None:
        return None
    # http.client reads headers as Latin-1; what servers send beyond ASCII is UTF-8.
    target = urljoin(response.url, location.encode("latin-1", "replace").decode("utf-8", "replace"))
    if "\x00" in target:
        # It would be sent escaped, and then told as it came, which PostgreSQL does not take.
        raise ValueError("a redirect to what is no URL")
    return target


def _bounded(headers: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """As many headers as there is room for, in their order; one that is too long makes no other one go."""
    left = _LONGEST_HEADERS
    for name, value in islice(headers, _MOST_HEADERS):
        size = len(name) + len(value)
        if size <= left and name.lower() not in _PRIVATE_HEADERS:
            left -= size
            yield name, value


def _sent(request: requests.PreparedRequest) -> Iterator[tuple[str, str]]:
    """The headers of a request as they went out."""
    # http.client puts this one before what it is given.
    parts = urlsplit(request.url or "")
    yield "Host", parts.netloc.removesuffix(_PORTS.get(parts.scheme, ""))
    yield from request.headers.items()


def _body(response: requests.Response, limit: int) -> bytes:
    """The body, decompressed; raises _TooLarge, before reading it where its size is announced."""
    announced = response.headers.get("Content-Length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > limit:
        raise _TooLarge(f"{announced[:20]} bytes are announced, more than {limit}")
    body = io.BytesIO()
    # read1 gives what has come; read and stream wait for a chunk to be full, and so do not notice a drip.
    while part := response.raw.read1(_CHUNK, decode_content=True):
        if body.tell() + len(part) > limit:
            raise _TooLarge(f"more than {limit} bytes")
        body.write(part)
    # No copy: what has been written becomes the bytes.
    return body.getvalue()


def _content_type(value: str) -> tuple[str | None, str | None]:
    """Media type and charset of a Content-Type header, each None where it says none; the charset is any text."""
    media_type, *parameters = (part.strip() for part in value[:500].split(";"))
    charset = next((one[8:].strip("\"' ") for one in parameters if one.lower().startswith("charset=")), None)
    said = media_type.lower()
    return said if _MEDIA_TYPE.fullmatch(said) else None, charset or None


_REASONS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], FetchFailure], ...] = (
    (_TooLarge, FetchFailure.TOO_LARGE),
    (_TooManyRedirects, FetchFailure.TOO_MANY_REDIRECTS),
    ((SSRFGuardError, _OtherHost), FetchFailure.FORBIDDEN_TARGET),
    ((NameResolutionError, socket.gaierror), FetchFailure.DNS),
    ((ssl.SSLError, SSLError, requests.exceptions.SSLError), FetchFailure.TLS),
    # To urllib3 a refused connection is a kind of one that took too long, so it comes first.
    (NewConnectionError, FetchFailure.REFUSED),
    ((requests.Timeout, UrllibTimeout, TimeoutError), FetchFailure.TIMEOUT),
)


def _reason(error: BaseException) -> FetchFailure:
    """The most telling of an error and what it came from."""
    chain = list(_causes(error))
    for kinds, reason in _REASONS:
        if any(isinstance(one, kinds) for one in chain):
            return reason
    return FetchFailure.BAD_RESPONSE


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it was raised for; requests keeps that in an argument, urllib3 as `reason`."""
    seen: list[BaseException] = []
    waiting: list[Any] = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and one not in seen:
            seen.append(one)
            yield one
            waiting += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]
