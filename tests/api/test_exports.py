"""The export over HTTP: every claim with every field."""

import csv
import io

import orjson

from factcheck.formats import export
from tests.callers import Caller, Callers, Json

JSONL, CSV = "/v1/export/claims.jsonl", "/v1/export/claims.csv"


def table(caller: Caller) -> list[dict[str, str]]:
    text = caller.get(CSV).get_data().decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def filled(callers: Callers) -> Json:
    claim = callers.contributor.claim(
        '=HYPERLINK("https://evil.example")', quote="-1", speaker={"name": "@Ada", "role": "+x"}, topics=["moon"],
        source={"title": "T", "publisher": {"name": "P"}},
    )  # fmt: skip
    callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "supported", "justification": "=1+1"})
    return callers.anyone.read(f"/v1/claims/{claim}")


def test_a_line_is_the_claim_as_it_is_read(callers: Callers) -> None:
    claim = filled(callers)
    answer = callers.reader.get(JSONL)
    assert answer.content_type == "application/jsonl"
    assert [orjson.loads(line) for line in answer.data.splitlines()] == [claim]
    assert answer.headers["Content-Disposition"] == "attachment; filename=claims.jsonl"


def test_every_field_has_its_column(callers: Callers) -> None:
    claim = filled(callers)
    (row,) = table(callers.reader)
    assert {column.partition(".")[0] for column in row} == claim.keys()
    assert orjson.loads(row["verdicts"]) == claim["verdicts"]
    assert (row["speaker.kind"], row["verdict.rating"], row["seq"]) == ("person", "supported", str(claim["seq"]))


def test_no_cell_is_a_formula(callers: Callers) -> None:
    filled(callers)
    (row,) = table(callers.reader)
    assert row["text"] == '\'=HYPERLINK("https://evil.example")'
    assert (row["quote"], row["speaker.name"], row["speaker_role"]) == ("'-1", "'@Ada", "'+x")
    assert row["verdict.justification"] == "'=1+1"
    assert not [cell for cell in row.values() if cell.startswith(export._FORMULA)]


def test_merged_claims_are_there_too(callers: Callers) -> None:
    old, new = callers.contributor.claim("Old"), callers.contributor.claim("New")
    callers.editor.post(f"/v1/claims/{old}/merge", {"into": new})
    assert [(row["id"], row["merged_into"]) for row in table(callers.reader)] == [(old, new), (new, "")]


def test_nothing_new_is_a_304(callers: Callers) -> None:
    reader = callers.reader
    for path in (JSONL, CSV):
        etag = reader.get(path).headers["ETag"]
        assert reader.get(path, If_None_Match=etag).status_code == 304
    callers.contributor.claim("x")
    assert reader.get(JSONL, If_None_Match=etag).status_code == 200
