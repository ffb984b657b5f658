"""Bytes of a page to text: the charset that it says, or that its bytes look like. Never raises."""

import codecs
import re
from collections.abc import Iterator
from itertools import chain

# The Encoding Standard's reading of labels that pages use for more than they mean.
_LABELS = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874", "iso8859-11": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "shift_jis": "cp932", "big5": "big5hkscs",
}  # fmt: skip
_UNKNOWN_TO_PYTHON = {"x-sjis": "cp932", "ks_c_5601-1987": "cp949", "x-gbk": "gb18030", "x-cp1251": "cp1251"}
# Python's codecs that are no charsets of pages; some take time that grows with the square of the text.
_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"})

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META = re.compile(rb"<meta[^>]{1,500}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_DECLARED_WITHIN = 4096
_FOREIGN = re.compile(rb"[\x80-\xff][^<>]{0,500}")
_SAMPLE = 8000
_FORGIVEN = 1000


def decode(body: bytes, charset: str | None) -> str:
    """The text of a page whose header names `charset`; what cannot be read is U+FFFD.

    A byte order mark wins, then UTF-8 if the bytes can be nothing else, the header, the page itself, a guess.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    declared = [found for label in (charset, _declared(body)) if (found := _known(label))]
    first = ["utf-8"] if _surely_utf8(body) else [*declared, "utf-8"]
    for name in chain(first, _guesses(body)):
        text = _tried(body, name)
        if text is not None:
            return text
    return body.decode(declared[0] if declared else "cp1252", "replace")


def _surely_utf8(body: bytes) -> bool:
    """Whether bytes are UTF-8 whatever a page says: no other charset gives that by chance."""
    if body.isascii():
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\x00" not in body


def _declared(body: bytes) -> str | None:
    found = _META.search(body, 0, _DECLARED_WITHIN)
    name = found[1].decode("ascii") if found else None
    # Bytes that have shown a tag in ASCII are not UTF-16, whatever the tag says.
    return "utf-8" if name and name.lower().startswith("utf-16") else name


def _known(label: str | None) -> str | None:
    """Python's name of a charset of pages; None for what is none."""
    name = (label or "").strip().lower()
    try:
        found = codecs.lookup(_UNKNOWN_TO_PYTHON.get(name, name)).name
        "".encode(found)
    except (LookupError, ValueError):
        return None
    return None if found in _NO_CHARSETS else _LABELS.get(found, found)


def _tried(body: bytes, name: str) -> str | None:
    """The text in a charset, if next to nothing in it is unreadable: pages that are cut or patched have a few."""
    try:
        text = body.decode(name, "replace")
    except (LookupError, ValueError):
        return None
    return text if text.count("\ufffd") * _FORGIVEN <= len(text) else None


def _guesses(body: bytes) -> Iterator[str]:
    """Charsets that the bytes beyond ASCII look like, if it comes to that. Tags and scripts would only drown them."""
    sample, size = list[bytes](), 0
    for found in _FOREIGN.finditer(body):
        sample.append(found[0])
        size += len(found[0])
        if size > _SAMPLE:
            break
    if sample:
        # It brings most of trafilatura, and few pages leave anything to guess: services and commands start without it.
        from trafilatura.utils import detect_encoding

        yield from detect_encoding(b" ".join(sample))
