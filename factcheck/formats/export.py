"""Claims in files: a line of JSON each, or a row of CSV (RFC 4180) that a spreadsheet opens without harm."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from factcheck.formats.house import House

JSONL, CSV = "jsonl", "csv"
FORMAT = 1
"""Raised whenever rendering changes, so that clients read the export again."""

Json = dict[str, Any]
Documents = Sequence[tuple[str, bytes]]

COLUMNS = (
    "id", "url", "text", "quote", "kind", "status", "workflow",
    "speaker.id", "speaker.name", "speaker.kind", "speaker_role", "speaker_affiliation",
    "relayed_by.id", "relayed_by.name", "relayed_by.kind", "claim_date", "event_date", "place", "language", "topics",
    "context", "source.id", "source.title", "source.url", "source.kind", "source.publisher", "source.published_at",
    "appearances", "verdict.id", "verdict.rating", "verdict.label", "verdict.justification", "verdict.published_at",
    "verdicts", "evidence", "corroboration", "relations", "replies", "needs_review", "taken_by", "merged_into",
    "merged_from", "correction_count", "created_at", "created_by", "updated_at", "seq",
)  # fmt: skip
"""Every field of a claim; a dot leads into an object, lists and other objects are JSON."""

# What spreadsheets take for the beginning of a formula (OWASP, "CSV Injection"), full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def lines(pages: Iterable[Documents], house: House) -> Iterator[bytes]:
    """JSON Lines, a page of documents at a time; each is the claim as the API answers it."""
    for page in pages:
        yield b"".join(_with_url(claim, body, house) + b"\n" for claim, body in page)


def rows(pages: Iterable[Documents], house: House) -> Iterator[bytes]:
    """CSV with a head, a page of documents at a time."""
    yield _written([COLUMNS])
    for page in pages:
        yield _written(_row(orjson.loads(_with_url(claim, body, house))) for claim, body in page)


WRITERS = {JSONL: lines, CSV: rows}
MEDIA_TYPES = {JSONL: "application/jsonl", CSV: "text/csv; charset=utf-8"}


def cell(value: Any) -> str:
    """A value as text; what a spreadsheet would take for a formula has an apostrophe before it."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"'{text}" if text.startswith(_FORMULA) else text


def _with_url(claim: str, body: bytes, house: House) -> bytes:
    return b'{"url":"' + house.claim(claim).encode() + b'",' + body[1:]


def _row(document: Json) -> list[str]:
    return [cell(_value(document, column)) for column in COLUMNS]


def _value(document: Json, column: str) -> Any:
    name, _, inner = column.partition(".")
    return document[name] if not inner else (document[name] or {}).get(inner)


def _written(rows: Iterable[Sequence[str]]) -> bytes:
    """Every cell is quoted: where a list separator is a semicolon, one in a text would else begin a cell."""
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)
    return file.getvalue().encode()
