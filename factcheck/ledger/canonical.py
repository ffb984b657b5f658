"""Canonical JSON after RFC 8785 (JCS): one value, one sequence of bytes. Knows nothing of events."""

import math
from collections.abc import Callable, Iterable, Mapping
from json.encoder import encode_basestring
from typing import Any

# RFC 8785 writes numbers as ECMAScript does, which holds integers exactly only up to here.
MAX_SAFE_INTEGER = 2**53 - 1


class NotCanonical(ValueError):
    """The value has no canonical form: a lone surrogate, a number out of range, a foreign type."""


def canonical(value: object) -> bytes:
    """The canonical UTF-8 bytes of a JSON value made of dict, list, tuple, str, int, float, bool, None.

    Raises NotCanonical. Source: RFC 8785, sections 3.2.2 (literals, strings, numbers) and 3.2.3 (sorting).
    """
    try:
        return _text(value).encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical("a string holds a lone surrogate") from error


def _text(value: object) -> str:
    # Nearly every value is exactly of one of these types, and a look into a dict is the fastest way to tell.
    write = _WRITERS.get(type(value))
    return write(value) if write is not None else _text_of_a_kind(value)


def _text_of_a_kind(value: object) -> str:
    """A value of a type that derives from one of JSON's, an enum's member for one."""
    for kind, write in _WRITERS.items():
        if isinstance(value, kind):
            return write(value)
    if isinstance(value, Mapping):
        return _object(value)
    raise NotCanonical(f"not a JSON value: {type(value).__name__}")


def _object(value: Mapping[str, object]) -> str:
    return "{" + ",".join([f"{encode_basestring(key)}:{_text(value[key])}" for key in _sorted(value)]) + "}"


def _array(value: Iterable[object]) -> str:
    return "[" + ",".join([_text(item) for item in value]) + "]"


def _sorted(value: Mapping[str, object]) -> list[str]:
    try:
        ascii_only = "".join(value).isascii()
    except TypeError:
        raise NotCanonical("an object's keys are strings") from None
    # By UTF-16 code units; for ASCII keys, which are nearly all, code points sort the same.
    return sorted(value) if ascii_only else sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))


def _integer(value: int) -> str:
    if abs(value) > MAX_SAFE_INTEGER:
        raise NotCanonical(f"an integer past 2^53 - 1: {value}")
    return str(int(value))


def _number(value: float) -> str:
    """A float as ECMAScript's Number::toString writes it (ECMA-262, section 6.1.6.1.20)."""
    if not math.isfinite(value):
        raise NotCanonical(f"not a JSON number: {value}")
    if value == 0:
        return "0"
    # repr gives the shortest digits that round-trip, as ECMAScript asks; only the layout differs.
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    digits = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(digits)
    digits = digits.rstrip("0")
    return ("-" if value < 0 else "") + _laid_out(digits, point)


def _laid_out(digits: str, point: int) -> str:
    """Significant digits with the decimal point after `point` of them, ECMAScript's way."""
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    tail = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{tail}e{'+' if point > 0 else '-'}{abs(point - 1)}"


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: encode_basestring,
    type(None): lambda _: "null",
    # Before int, from which it derives.
    bool: lambda value: "true" if value else "false",
    int: _integer,
    float: _number,
    dict: _object,
    list: _array,
    tuple: _array,
}
