"""What pages say made fit to be kept: strings without what JSON or a database would refuse, within limits."""

import re
from collections.abc import Iterable
from itertools import islice
from unicodedata import normalize
from urllib.parse import urldefrag, urljoin

from factcheck.domain import urls

MAX_TEXT = 2_000_000
"""Characters of a text, at most."""
MAX_LINE = 500
"""Characters of a title or a name, at most."""
MAX_LINKS = 200

_BREAKS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}")
_SPACES = re.compile(r"[^\S\n]+")


def lines(text: str) -> str | None:
    """A text with one space between words and without empty lines; None where nothing is left."""
    # What is cut off would be cut off later too, and normalizing it first takes time.
    plain = _UNWANTED.sub("", _BREAKS.sub("\n", text[: 2 * MAX_TEXT]))
    spaced = (line.strip() for line in _SPACES.sub(" ", normalize("NFC", plain)).split("\n"))
    return "\n".join(line for line in spaced if line)[:MAX_TEXT].strip() or None


def line(text: object) -> str | None:
    """A title or a name on one line; None where there is none, or something that is no string."""
    found = lines(text[: 10 * MAX_LINE]) if isinstance(text, str) else None
    return found.replace("\n", " ")[:MAX_LINE].strip() if found else None


def language(tag: object) -> str | None:
    """A language tag as far as it looks like one (RFC 5646, section 2.1), such as en-GB."""
    text = tag.strip().replace("_", "-") if isinstance(tag, str) else ""
    return text if _LANGUAGE.fullmatch(text) else None


def address(url: str, base: str | None = None) -> str | None:
    """The http or https URL that a link on a page leads to, without its fragment; None for what is none."""
    try:
        found = urldefrag(urljoin(base or "", normalize("NFC", url.strip()))).url
        urls.check(found)
    except ValueError:
        return None
    return None if _UNWANTED.search(found) else found


def without_repeats(links: Iterable[str]) -> tuple[str, ...]:
    """The first `MAX_LINKS` of them in order, each once."""
    return tuple(islice(dict.fromkeys(links), MAX_LINKS))
