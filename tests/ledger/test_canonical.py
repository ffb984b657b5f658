"""Canonical JSON against the examples of RFC 8785 and against an implementation by others."""

import json
import struct
from decimal import Decimal

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.ledger.canonical import MAX_SAFE_INTEGER, NotCanonical, canonical
from tests.thoroughness import times

# RFC 8785, appendix B: the bits of an IEEE 754 double, and how it is written.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize("bits", NUMBERS)
def test_numbers_are_written_as_in_appendix_b(bits: str) -> None:
    [number] = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical(number).decode() == NUMBERS[bits]


def test_the_example_of_section_3_2_2() -> None:
    given_ = r"""{
        "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
    }"""
    wanted = (
        r'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        r'"string":"€$\u000f\nA' + r"'" + r'B\"\\\\\"/"}'
    )
    assert canonical(json.loads(given_)).decode() == wanted


def test_keys_are_sorted_by_utf_16_code_units_as_in_section_3_2_3() -> None:
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    written = json.loads(canonical(dict.fromkeys(keys, 0)))
    assert list(written) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_every_control_character_is_escaped_and_nothing_else_is() -> None:
    short = {"\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r"}
    for number in range(32):
        escaped = short.get(chr(number), f"\\u{number:04x}")
        assert canonical(chr(number)).decode() == f'"{escaped}"'
    assert canonical("\x7f\u2028/<é😀").decode() == '"\x7f\u2028/<é😀"'


def test_no_byte_is_spent_on_space() -> None:
    assert canonical({"b": [1, {}], "a": {"d": None, "c": []}}) == b'{"a":{"c":[],"d":null},"b":[1,{}]}'


@pytest.mark.parametrize("value", ["\ud800", "a\udfff", {"\ud800": 1}, {"é": 1, "\udc00": 2}, ["x", {"y": "\udead"}]])
def test_half_of_a_surrogate_pair_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), [1, float("nan")], {"a": float("inf")}])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


@pytest.mark.parametrize("value", [2**53, -(2**53), 2**64, 10**400])
def test_an_integer_that_a_double_does_not_hold_exactly_is_refused(value: int) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


@pytest.mark.parametrize("value", [MAX_SAFE_INTEGER, -MAX_SAFE_INTEGER, 0, -1])
def test_integers_up_to_2_to_the_53_are_written_in_full(value: int) -> None:
    assert canonical(value) == str(value).encode()


@pytest.mark.parametrize(
    "value",
    [b"bytes", bytearray(b"bytes"), range(3), {1, 2}, Decimal("1.5"), object(), {1: "a"}, {None: "a"}, {True: "a"}],
    ids=lambda value: type(value).__name__,
)
def test_what_json_does_not_have_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


_texts = st.text(st.characters(exclude_categories=["Cs"]))


def _json() -> st.SearchStrategy[object]:
    leaves = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER),
        st.floats(allow_nan=False, allow_infinity=False),
        _texts,
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_texts, inner, max_size=4)),
        max_leaves=12,
    )


@given(_json())
@settings(max_examples=times(150, 30), deadline=None)
def test_any_json_is_written_as_the_rfc8785_package_writes_it(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(st.floats(allow_nan=False, allow_infinity=False) | st.floats(1e19, 1e22) | st.floats(1e-8, 1e-4))
@settings(max_examples=times(200, 40), deadline=None)
def test_any_number_is_written_as_the_rfc8785_package_writes_it_and_read_back(value: float) -> None:
    assert canonical(value) == rfc8785.dumps(value)
    assert float(canonical(value)) == value


@given(_json())
@settings(max_examples=times(80, 16), deadline=None)
def test_canonical_bytes_read_and_written_again_are_the_same(value: object) -> None:
    once = canonical(value)
    # JSON's numbers are doubles to RFC 8785; Python reads those without a point as integers of any size.
    assert canonical(json.loads(once, parse_int=float)) == once
