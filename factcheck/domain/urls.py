"""URLs of sources: which are taken, and the one spelling under which the same page is one source."""

from functools import lru_cache
from urllib.parse import unquote_plus, urlsplit, urlunsplit

from url_normalize import url_normalize

MAX_LENGTH = 2048

# Parameters that say how a reader came to the page and never which page it is.
_TRACKING = frozenset(
    {
        "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid", "li_fat_id",
        "igshid", "igsh", "mc_cid", "mc_eid", "_ga", "_gl", "ref_src", "ref_url", "cmpid", "ocid", "smid", "spm",
    }
)  # fmt: skip

# RFC 2606 and RFC 6761: names that stand for nobody's host.
_RESERVED = frozenset({"example", "test", "invalid", "localhost", "example.com", "example.net", "example.org"})


def check(url: str) -> None:
    """Raises ValueError, in words for people, for a URL that the record does not take."""
    if len(url) > MAX_LENGTH:
        raise ValueError(f"a URL has at most {MAX_LENGTH} characters")
    if any(character <= " " or character == "\x7f" or character in '\\<>"' for character in url):
        raise ValueError("a URL has no spaces, control characters, quotes, angle brackets or backslashes")
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"not a URL: {error}") from None
    if parts.scheme.lower() not in ("http", "https"):
        raise ValueError("only http and https URLs are taken")
    if parts.username is not None or parts.password is not None:
        raise ValueError("a URL must not carry credentials")
    if not host:
        raise ValueError("the URL names no host")


# A write asks several times for the same one: its schema, its look-up, its row.
@lru_cache(maxsize=2048)
def canonical(url: str) -> str:
    """The spelling under which a page is known; raises ValueError for a URL that is not taken.

    Lower-case host in its ASCII form, no default port, no fragment, no tracking parameters, dot segments
    and needless escapes resolved (RFC 3986, section 6.2); http and https on their own ports are one page.
    """
    check(url)
    try:
        parts = urlsplit(url_normalize(url) or "")
    except (ValueError, UnicodeError) as error:
        raise ValueError(f"not a URL: {error}") from None
    if not parts.hostname:
        raise ValueError("the URL names no host")
    scheme = "https" if parts.port is None else parts.scheme
    found = urlunsplit((scheme, parts.netloc, parts.path or "/", _kept(parts.query), ""))
    # It is a key, and PostgreSQL's have 2,704 bytes at most.
    if len(found.encode("utf-8", "replace")) > MAX_LENGTH:
        raise ValueError(f"a URL has at most {MAX_LENGTH} characters, other letters spelt out as escapes")
    return found


def host(url: str) -> str:
    """The host of a URL that was taken, in its ASCII form."""
    return urlsplit(canonical(url)).hostname or ""


def is_reserved(name: str) -> bool:
    """Whether a host's name is kept for examples and tests, so that there is nothing to look at."""
    labels = name.rstrip(".").split(".")
    return labels[-1] in _RESERVED or ".".join(labels[-2:]) in _RESERVED


def _kept(query: str) -> str:
    # The parts stay as they are spelt: decoded and encoded again, a server could read them as something else.
    return "&".join(part for part in query.split("&") if not _tracks(unquote_plus(part.partition("=")[0])))


def _tracks(name: str) -> bool:
    return name in _TRACKING or name.startswith("utm_")
