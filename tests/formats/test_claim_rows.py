"""Rows of claims, from tables, lines and AVeriTeC's lists, to entries; and mappings of columns and labels."""

import io
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.domain.errors import Invalid
from factcheck.formats import averitec, claim_rows, mapping, shapes
from factcheck.formats.entries import BadRow, Entry
from factcheck.formats.mapping import Given

Json = dict[str, Any]


def table(text: str, **columns: str) -> Entry:
    ((_, found),) = claim_rows.of_table(io.BytesIO(text.encode()), columns)
    assert isinstance(found, Entry), found
    return found


def test_a_table_by_hand_needs_no_json() -> None:
    found = table(
        "text,speaker.name,speaker.kind,topics,source,evidence,appearances,verdict.label,verdict.justification\n"
        "The tower has 300 steps,Council,organisation,a; b;a,https://a.example/1,"
        "https://b.example/1 https://b.example/2,https://c.example/,False,Counted.\n"
    )
    assert found.claim == {
        "text": "The tower has 300 steps", "speaker": {"name": "Council", "kind": "organisation"},
        "topics": ["a", "b"], "source": {"url": "https://a.example/1"},
    }  # fmt: skip
    assert found.evidence == [
        {"url": "https://b.example/1", "stance": "mentions"}, {"url": "https://b.example/2", "stance": "mentions"},
    ]  # fmt: skip
    assert found.appearances == [{"source": {"url": "https://c.example/"}}]
    assert found.judgement is not None
    assert (found.judgement.label, found.judgement.data) == ("False", {"justification": "Counted."})


def test_other_names_of_columns_are_mapped_and_some_left_out() -> None:
    found = table("Wording,Who,Internal\nx,Ada,y\n", Wording="text", Who="speaker.name", Internal="")
    assert (found.claim, found.left) == ({"text": "x", "speaker": {"name": "Ada"}}, [])


def test_columns_without_a_place_are_listed_where_they_say_something() -> None:
    assert table("text,mood,colour,status\nx,sad,,refuted\n").left == ["mood"]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"evidence": "x"}, "evidence"),
        ({"evidence": ["x"]}, "evidence.0"),
        ({"appearances": [1]}, "appearances.0"),
        ({"relations": [None]}, "relations.0"),
        ({"replies": [1]}, "replies"),
        ({"verdict": "False"}, "verdict"),
    ],
)
def test_parts_of_the_wrong_kind_are_named(row: Json, field: str) -> None:
    with pytest.raises(BadRow) as raised:
        claim_rows.entry({"text": "x", **row})
    assert raised.value.field == field


_KEYS = st.sampled_from([*claim_rows.COLUMNS, "verdicts", "speaker.name", "source.url", "verdict.rating", "other"])
_FLAT: st.SearchStrategy[Any] = st.sampled_from(
    [None, "", "x", "[", "{}", '{"id": 1}', "[{}]", 2**70, True, [], {}, [None], [[]], {"id": "x"}]
)
_INNER = st.sampled_from(["id", "url", "name", "source", "state", "evidence", "publisher", "rating", "archive_url"])
_VALUES = _FLAT | st.lists(st.dictionaries(_INNER, _FLAT, max_size=3), max_size=2) | st.dictionaries(_INNER, _FLAT)


@given(st.dictionaries(_KEYS, _VALUES), st.booleans())
def test_no_row_raises_anything_but_the_one_error(row: Json, as_cells: bool) -> None:
    with suppress(BadRow):
        claim_rows.entry(claim_rows._from_cells(row) if as_cells else row)


def averitec_row(**members: object) -> Json:
    answer = {
        "answer": "12", "answer_type": "Extractive", "source_url": "https://a.example/1", "source_medium": "Web text",
        "cached_source_url": "https://web.archive.org/web/2020/https://a.example/1",
    }  # fmt: skip
    questions = [{"question": "How many?", "answers": [answer, {**answer, "answer": "13"}]}]
    usual = {"claim": "x", "label": "Refuted", "claim_date": "1-10-2020", "justification": "j", "questions": questions}
    return {**usual, **members}


def test_questions_become_notes_of_the_pages_that_answer() -> None:
    found = averitec.entry(averitec_row())
    assert found.claim == {"text": "x", "claim_date": "2020-10-01"}
    (link,) = found.evidence
    assert link == {
        "source": {"url": "https://a.example/1"}, "stance": "mentions", "quote": {"exact": "12"},
        "note": "Question: How many?\nAnswer (Extractive, Web text): 12\n\n"
                "Question: How many?\nAnswer (Extractive, Web text): 13",
    }  # fmt: skip
    assert found.archives == [("https://a.example/1", "https://web.archive.org/web/2020/https://a.example/1")]
    assert found.judgement is not None
    assert (found.judgement.rating, found.judgement.label) == ("refuted", "Refuted")


def test_a_copys_address_names_the_page_and_answers_without_one_go_to_the_context() -> None:
    copy = "https://web.archive.org/web/20201129141238/https:/a.example/1"
    answers = [
        {"answer": "a", "answer_type": "Boolean", "source_url": copy, "boolean_explanation": "b"},
        {"answer": "No answer could be found.", "answer_type": "Unanswerable"},
        {"answer": "c", "source_url": "Metadata"},
        {"answer": "d", "source_url": "a.example/2"},
    ]
    found = averitec.entry(averitec_row(questions=[{"question": "q", "answers": answers}], mood="x"))
    assert [link["source"]["url"] for link in found.evidence] == ["https://a.example/1", "https://a.example/2"]
    assert found.evidence[0]["note"] == "Question: q\nAnswer (Boolean): a\nb"
    assert found.archives == [("https://a.example/1", copy)]
    assert found.claim["context"] == (
        "Question: q\nAnswer (Unanswerable): No answer could be found.\n\nQuestion: q\nAnswer (from Metadata): c"
    )
    assert found.left == ["mood"]


@pytest.mark.parametrize("questions", ["x", [1], [{"answers": 1}], [{"answers": [1]}], 5])
def test_questions_of_the_wrong_kind_are_bad(questions: object) -> None:
    with pytest.raises(BadRow):
        averitec.entry(averitec_row(questions=questions))


_NAMES = [*averitec_row(), "speaker", "original_claim_url", "cached_original_claim_url", "fact_checking_article"]
_ANSWERS = st.dictionaries(st.sampled_from(["answer", "answer_type", "source_url", "cached_source_url"]), _FLAT)
_QUESTIONS = st.lists(st.fixed_dictionaries({"question": _FLAT, "answers": st.lists(_ANSWERS, max_size=2)}), max_size=2)


@given(st.dictionaries(st.sampled_from(_NAMES), _FLAT), _FLAT | _QUESTIONS)
def test_no_claim_of_averitecs_raises_anything_but_the_one_error(row: Json, questions: object) -> None:
    with suppress(BadRow):
        averitec.entry({**row, "questions": questions})


def test_very_many_answers_are_told_at_once() -> None:
    questions = [{"question": "q", "answers": [{"answer": "a"}] * 600}] * 2
    with pytest.raises(BadRow) as told:
        averitec.entry(averitec_row(questions=questions))
    assert (told.value.field, told.value.reason) == ("questions", "has more than 1,000 answers")


def test_a_mapping_is_whole_or_short() -> None:
    whole = {"columns": {"Wording": "text"}, "labels": {"Wrong": "refuted", "Us & Co": {"Hm": "outdated"}}}
    read = mapping.read(whole, short_for="columns")
    assert read == Given({"Wording": "text"}, {"wrong": "refuted"}, {"us & co": {"hm": "outdated"}})
    assert mapping.read(whole["labels"], short_for="labels") == Given({}, read.everyone, read.publishers)
    assert mapping.read(whole["columns"], short_for="columns") == Given(read.columns)


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ([], ""),
        ({"columns": {"a": 1}}, "/columns/a"),
        ({"labels": {"a/b": "wrong"}}, "/labels/a~1b"),
        ({"labels": {"us": {"a": None}}}, "/labels/us/a"),
        ({"a": "refuted", "b": 1}, "/b"),
        ({"labels": {str(n): "refuted" for n in range(5001)}}, ""),
    ],
)
def test_what_is_no_mapping_is_named(given: object, pointer: str) -> None:
    with pytest.raises(Invalid) as raised:
        mapping.read(given, short_for="labels")
    assert raised.value.pointer == pointer


@pytest.mark.parametrize(
    ("name", "raw", "count"),
    [
        ("a.json", b' \xef\xbb\xbf{"@type":"ClaimReview"}', 1),
        ("a.html", b'\xef\xbb\xbf\n<html><script type=\'application/ld+json\'>{"@type":"ClaimReview"}</script>', 1),
        ("a.html", '<script type=application/ld+json>{"@type":"ClaimReview"}</script>'.encode("utf-16"), 1),
        ("a.jsonl", b'{"@type":"ClaimReview"}\nno\n{"@type":"ClaimReview"}', 3),
    ],
)
def test_a_file_of_reviews_is_told_by_what_is_in_it(name: str, raw: bytes, count: int) -> None:
    raw = raw.replace(b" \xef", b"\xef")
    assert len(list(shapes.rows(shapes.CLAIMREVIEW, io.BytesIO(raw), Given(), name=name))) == count


def test_lists_of_claims_are_read_as_lines_are() -> None:
    rows = [{"text": "a"}, {"text": "b", "speaker": {"id": None, "name": "Ada"}}]
    as_list = list(shapes.rows(shapes.JSON, io.BytesIO(json.dumps(rows).encode()), Given()))
    as_lines = list(shapes.rows(shapes.JSONL, io.BytesIO("\n".join(map(json.dumps, rows)).encode()), Given()))
    assert [row for _, row in as_list] == [row for _, row in as_lines]
