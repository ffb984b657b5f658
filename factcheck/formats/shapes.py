"""The shapes of files that can be imported, and how each is told and read."""

import codecs
from collections.abc import Iterator
from typing import IO

from factcheck.formats import averitec, claim_rows, reviews
from factcheck.formats.entries import Row
from factcheck.formats.mapping import Given

JSONL, CSV, JSON, AVERITEC, CLAIMREVIEW = "jsonl", "csv", "json", "averitec", "claimreview"
CLAIMS = (JSONL, CSV, JSON, AVERITEC)
"""Shapes of claims, of which each row is one."""
SHAPES = (*CLAIMS, CLAIMREVIEW)

MEDIA_TYPES = {
    "application/jsonl": JSONL,
    "text/csv": CSV,
    "application/json": JSON,
    "application/ld+json": CLAIMREVIEW,
    "text/html": CLAIMREVIEW,
}
"""What a file is by its media type, if nobody says otherwise."""

_BY_ENDING = {"jsonl": JSONL, "ndjson": JSONL, "csv": CSV, "tsv": CSV, "json": JSON}
_SNIFFED = 1024


def of_name(name: str) -> str | None:
    """The shape of a file of claims by the end of its name; None where that does not tell."""
    return _BY_ENDING.get(name.lower().rpartition(".")[2])


def rows(shape: str, file: IO[bytes], given: Given, *, name: str = "") -> Iterator[Row]:
    """The rows of a file that can be read from again; raises Unreadable."""
    if shape == CLAIMREVIEW:
        if name.lower().endswith((".jsonl", ".ndjson")):
            return reviews.of_lines(file)
        start = file.read(_SNIFFED)
        file.seek(0)
        # As UTF-16 it may be a page: JSON has to be UTF-8.
        is_page = (
            start.removeprefix(codecs.BOM_UTF8).lstrip().startswith((b"<", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        )
        return reviews.of_page(file) if is_page else reviews.of_json(file)
    if shape == AVERITEC:
        return averitec.of_objects(file)
    read = {JSONL: claim_rows.of_lines, CSV: claim_rows.of_table, JSON: claim_rows.of_objects}[shape]
    return read(file, given.columns)


def short_for(shape: str) -> str:
    """What a mapping of one level means for files of a shape."""
    return "labels" if shape in (CLAIMREVIEW, AVERITEC) else "columns"
