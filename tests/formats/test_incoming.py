"""Rows of files: whole files in every shape, and files that mean no good."""

import io
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.formats import incoming
from factcheck.formats.entries import BadRow, Unreadable, depth_exceeds
from factcheck.formats.json_pieces import MAX_PIECE, pieces

UNREADABLE_JSON = [
    b"[",
    b'{"a"',
    b"]",
    b"{]",
    b'"abc"',
    b"[5]",
    b"null",
    b"[" * 1000,
    b'{"a":' * 1000,
    b'[{"a":1} x]',
    b"\xff\xfe{",
]


def read(found: Iterator[tuple[Any, Any]]) -> list[Any]:
    """The rows, with the reason alone of those that cannot be taken."""
    return [row.reason if isinstance(row, BadRow) else row for _, row in found]


def lines(raw: bytes) -> list[Any]:
    return read(incoming.json_lines(io.BytesIO(raw)))


def table(raw: bytes) -> list[Any]:
    return read(incoming.table(io.BytesIO(raw)))


def objects(raw: bytes) -> list[Any]:
    return read(incoming.json_objects(io.BytesIO(raw)))


def test_a_bad_line_keeps_no_other_from_being_read() -> None:
    raw = b'\xef\xbb\xbf{"a":1}\n\nno\n[1]\n{"a":"\xe9"}\n{"a":NaN}\n' + b'{"a":' * 2000 + b'\n{"a":2}'
    found = list(incoming.json_lines(io.BytesIO(raw)))
    assert [place.line for place, _ in found] == [1, 3, 4, 5, 6, 7, 8]
    assert [row if isinstance(row, dict) else row.reason.partition(":")[0] for _, row in found] == [
        {"a": 1}, "is no JSON", "is no object", "is no UTF-8", "is no JSON", "is no JSON", {"a": 2},
    ]  # fmt: skip


def test_a_line_that_is_too_long_is_passed_over() -> None:
    raw = b'{"a":"' + b"x" * (2 * incoming.MAX_LINE) + b'"}\n{"a":2}\n'
    assert lines(raw) == ["has more than 1 MiB", {"a": 2}]


def test_halves_of_surrogate_pairs_are_left_for_the_schema_to_name() -> None:
    assert lines(b'{"a":"\\ud800"}') == [{"a": "\ud800"}]


def test_a_row_that_is_nested_too_deeply_is_bad() -> None:
    deep = json.dumps({"a": 0})
    for _ in range(60):
        deep = f'{{"a":{deep}}}'
    assert lines(deep.encode()) == ["is nested too deeply"] == objects(deep.encode())


def test_cells_are_texts_by_the_names_of_the_head() -> None:
    raw = 'text;place;topics\r\n"Says ""no""\nand goes on";Łódź;\n"\'=1+1";"\'tis";a\n;;\n'.encode()
    found = list(incoming.table(io.BytesIO(raw)))
    assert [row for _, row in found] == [
        {"text": 'Says "no"\nand goes on', "place": "Łódź"},
        {"text": "=1+1", "place": "'tis", "topics": "a"},
    ]
    assert [place.line for place, _ in found] == [2, 4]


def test_what_a_row_of_a_table_cannot_be_is_told() -> None:
    raw = b'a,b\n1,2,3\n\xe9,1\n"x" y,1\n' + b'"' + b"x\n" * incoming.MAX_LINE
    found = [str(one).partition(":")[0] for one in table(raw)[:4]]
    assert found == ["has 3 cells, and the head 2", "is no UTF-8", "is no CSV", "is no CSV"]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "is empty"),
        (b"a,b,a\n", "has the column 'a' twice"),
        ("a,b\n".encode("utf-16"), "has NULs"),
        (b"\xe9,b\n", "the head is no UTF-8"),
        (b",".join([b"a"] * 501), "has more than 500 columns"),
    ],
)
def test_a_table_without_a_head_is_unreadable(raw: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        table(raw)


FEED = {
    "name": 'a " [ { \\', "dataFeedElement": [{"item": [{"a": "}]"}]}, {"b": {"@graph": [1, [3]]}}],
    "z": [1, {"q": 2}], "@graph": [{"n": 1}, {"schema:dataFeedElement": [{"deep": 1}]}],
}  # fmt: skip


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 50, 10_000])
def test_long_lists_are_cut_into_their_objects_wherever_chunks_end(chunk: int) -> None:
    raw = json.dumps(FEED, indent=1).encode()
    found = [(line, json.loads(piece)) for line, piece in pieces(raw[i : i + chunk] for i in range(0, len(raw), chunk))]  # type: ignore[arg-type]
    assert found == [
        (4, {"item": [{"a": "}]"}]}),
        (11, {"b": {"@graph": [1, [3]]}}),
        (29, {"n": 1}),
        (34, {"deep": 1}),
        (32, {"schema:dataFeedElement": []}),
        (1, {**FEED, "dataFeedElement": [], "@graph": []}),
    ]


def test_an_object_that_is_too_long_is_passed_over() -> None:
    long = b'\\"x]' * (MAX_PIECE // 2)
    assert objects(b'[{"a":1},{"b":"' + long + b'"},{"c":{"d":[]}}]') == [
        {"a": 1},
        "has more than 4 MiB",
        {"c": {"d": []}},
    ]


@pytest.mark.parametrize("raw", UNREADABLE_JSON)
def test_what_is_no_json_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        objects(raw)


def test_what_came_before_the_end_of_a_broken_file_is_read() -> None:
    found = incoming.json_objects(io.BytesIO(b'[{"a":1},\n{"b"'))
    assert next(found)[1] == {"a": 1}
    with pytest.raises(Unreadable, match="ends before"):
        next(found)


@given(
    st.binary()
    | st.text().map(str.encode)
    | st.recursive(st.none() | st.text(), st.lists).map(json.dumps).map(str.encode)
)
def test_no_bytes_raise_anything_but_the_one_error(raw: bytes) -> None:
    for reader in (lines, table, objects):
        with suppress(Unreadable):
            reader(raw)


@given(st.lists(st.dictionaries(st.text(), st.recursive(st.integers(-9, 9) | st.text(), st.lists, max_leaves=4))))
def test_every_list_of_objects_is_read_as_it_is(values: list[Any]) -> None:
    raw = json.dumps(values).encode()
    assert objects(raw) == values
    assert lines(b"\n".join(json.dumps(one).encode() for one in values)) == values


def test_depth_is_counted_without_recursion() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert depth_exceeds(deep, 50)
    assert not depth_exceeds([[1], {"a": [2]}], 3)
