"""Canonical JSON after RFC 8785 (JCS): one value, one sequence of bytes. Knows nothing of events."""

import math
from collections.abc import Mapping
from json.encoder import encode_basestring

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
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        if abs(value) > MAX_SAFE_INTEGER:
            raise NotCanonical(f"an integer past 2^53 - 1: {value}")
        return str(int(value))
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{encode_basestring(key)}:{_text(value[key])}" for key in _sorted(value)) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_text, value)) + "]"
    raise NotCanonical(f"not a JSON value: {type(value).__name__}")


def _sorted(value: Mapping[str, object]) -> list[str]:
    keys = list(value)
    if not all(isinstance(key, str) for key in keys):
        raise NotCanonical("an object's keys are strings")
    # By UTF-16 code units; for ASCII keys, which are nearly all, code points sort the same.
    if all(map(str.isascii, keys)):
        return sorted(keys)
    return sorted(keys, key=lambda key: key.encode("utf-16-be", "surrogatepass"))


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
