"""Rows into a real record: whole or not at all, each once, and with where they are from in every event."""

import io
import json
from collections.abc import Iterable
from typing import Any

import orjson
import pytest

from factcheck.domain.actors import SERVICE, Actor
from factcheck.domain.vocabulary import Role
from factcheck.formats import export, shapes
from factcheck.formats.entries import BadRow, Entry, Judgement, Place
from factcheck.formats.house import House
from factcheck.formats.mapping import Given, read
from factcheck.services import claims, evidence, scales, sources, verdicts
from factcheck.services.verdicts import Rules
from factcheck.storage import db, documents, history, journal
from factcheck.work import importing
from factcheck.work.importing import Plan
from factcheck.work.tallies import Tally
from tests import databases
from tests.callers import actor

pytestmark = pytest.mark.usefixtures("database")

Json = dict[str, Any]

HOUSE = House("Us", "https://us.example")


@pytest.fixture
def editor() -> Actor:
    scales.ensure_shipped()
    return actor(Role.EDITOR, "importer")


def plan(editor: Actor, **given: Any) -> Plan:
    labels = importing.labels(given.pop("given", Given()), given.pop("scale", None))
    return Plan(**{"actor": editor, "file": "f.jsonl", "shape": "jsonl", "labels": labels, "rules": Rules(), **given})


def put(editor: Actor, rows: Iterable[Json], shape: str = shapes.JSONL, **given: Any) -> Tally:
    raw = b"\n".join(json.dumps(row).encode() for row in rows)
    tally = Tally()
    for batch in importing.batches(shapes.rows(shape, io.BytesIO(raw), given.get("given", Given()))):
        done = importing.take(plan(editor, **given), batch)
        tally.add(done)
        tally.problems += done.problems
    return tally


def counts(tally: Tally) -> tuple[int, int, int]:
    return tally.made, tally.known, tally.bad


def every_claim() -> list[Json]:
    return [orjson.loads(body) for page in documents.walk() for _, body in page]


def texts() -> list[str]:
    return [claim["text"] for claim in every_claim()]


WHOLE: Json = {
    "text": "The tower has 300 steps", "quote": "300!", "kind": "factual",
    "speaker": {"name": "Council", "kind": "organisation"}, "speaker_role": "Owner", "relayed_by": {"name": "Ada"},
    "claim_date": "2024-10", "place": "Hill", "language": "en", "topics": ["towers"], "context": "c",
    "source": {"url": "https://a.example/1", "title": "A", "publisher": {"name": "P"}},
    "appearances": [{"source": {"url": "https://a.example/2"}}],
    "evidence": [{"url": "https://a.example/3", "stance": "refutes", "note": "n", "archive_url": "https://c.example/3"}],
    "verdict": {"label": "Mostly false", "justification": "Counted."}, "replies": [{"text": "No."}],
}  # fmt: skip


def test_all_of_a_row_goes_in(editor: Actor) -> None:
    assert counts(put(editor, [WHOLE])) == (1, 0, 0)
    (claim,) = every_claim()
    assert (claim["speaker"]["name"], claim["speaker_role"], claim["topics"]) == ("Council", "Owner", ["towers"])
    assert [one["source"]["url"] for one in claim["appearances"]] == ["https://a.example/1", "https://a.example/2"]
    (link,) = claim["evidence"]
    assert (link["stance"], link["note"], link["archive_url"]) == ("refutes", "n", "https://c.example/3")
    verdict = claim["verdict"]
    assert (verdict["rating"], verdict["label"], verdict["evidence"]) == ("refuted", "Mostly false", [link["id"]])
    assert (verdict["reviewer"]["id"], claim["replies"][0]["text"]) == (editor.id, "No.")


def test_every_event_of_a_row_says_where_it_is_from_and_who_imported_it(editor: Actor) -> None:
    before = journal.size()
    put(editor, [{"text": "first"}, WHOLE], job="j")
    said = [event for event in history.events() if event[0].seq > before]
    origins = [json.loads(payload or "{}")["imported_from"] for _, _, _, payload, _ in said]
    assert {envelope.actor for envelope, *_ in said} == {editor.id}
    assert {(one["file"], one["format"], one["import"]) for one in origins} == {("f.jsonl", "jsonl", "j")}
    assert [(one["row"], one["line"]) for one in origins[:1] + origins[-1:]] == [(1, 1), (2, 2)]
    assert {"claim.submitted", "evidence.attached", "verdict.published", "source.archived"} <= {
        e.type for e, *_ in said
    }


def test_no_event_has_a_digest_by_which_erased_words_could_be_guessed(editor: Actor) -> None:
    review = {"@type": "ClaimReview", "url": "https://a.example/1", "claimReviewed": "x", "reviewRating": "False"}
    put(editor, [WHOLE, {"text": "b", "id": "01890a5d-ac96-774b-bcce-b302099a8057"}])
    put(editor, [review], shapes.CLAIMREVIEW)
    payloads = [json.loads(payload or "{}") for *_, payload, _ in history.events()]
    keys = {one["imported_from"].get("key") for one in payloads if "imported_from" in one}
    assert keys == {None, "01890a5d-ac96-774b-bcce-b302099a8057", "https://a.example/1"}


def test_twice_is_once_whatever_the_file_is_called(editor: Actor) -> None:
    rows = [WHOLE, {"text": "second"}, {"text": "second", "place": "elsewhere"}]
    assert counts(put(editor, rows)) == (3, 0, 0)
    seq = journal.size()
    assert counts(put(editor, [*reversed(rows), {"place": "Hill", **WHOLE}], file="other.jsonl")) == (0, 4, 0)
    assert journal.size() == seq


def test_a_row_of_the_same_id_that_says_something_else_is_told(editor: Actor) -> None:
    row = {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "text": "a"}
    put(editor, [row])
    (claim,) = every_claim()
    tally = put(editor, [row, {**row, "text": "b"}])
    assert counts(tally) == (0, 1, 1)
    assert claim["id"] in tally.problems[0].reason
    assert texts() == ["a"]


BAD_ROWS: list[tuple[Json, str]] = [
    ({"text": ""}, "text"),
    ({}, "text"),
    ({"text": 5}, "text"),
    ({"text": "a\ud800"}, "text"),
    ({"text": "a\0"}, "text"),
    ({"text": "a", "speaker": {"name": "x", "mood": 1}}, "speaker.mood"),
    ({"text": "a", "claim_date": "23.10.2024"}, "claim_date"),
    ({"text": "a", "source": {"id": "01890a5d-ac96-774b-bcce-b302099a8057"}}, "source.id"),
    ({"text": "a", "evidence": [{"url": "https://a.example/"}, {"url": "x"}]}, "evidence.1.url"),
    ({"text": "a", "evidence": [{"url": "https://a.example/"}, {"url": "https://a.example/#"}]}, "evidence.1.url"),
    ({"text": "a", "evidence": [{"url": "https://a.example/", "archive_url": "x"}]}, "evidence.archive_url"),
    ({"text": "a", "appearances": [{"source": {}}]}, "appearances.0.source"),
    ({"text": "a", "verdict": {"rating": "wrong"}}, "verdict.rating"),
    ({"text": "a", "verdict": {"justification": "x"}}, "verdict.rating"),
    ({"text": "a", "verdict": {"label": "Pants on fire"}}, "verdict.label"),
    ({"text": "a", "verdict": {"label": 2**70}}, "verdict.label"),
    ({"text": "a", "verdict": {"rating": "refuted", "scale": "none"}}, "verdict.scale"),
    ({"text": "a", "verdict": {"rating": "refuted", "valid_from": "2025", "valid_until": "2024"}},
     "verdict.valid_until"),
    ({"text": "a", "replies": [{"text": ""}]}, "replies.0.text"),
]  # fmt: skip


def test_a_row_that_the_api_would_refuse_is_bad_and_takes_nothing_with_it(editor: Actor) -> None:
    rows = [one for bad, _ in BAD_ROWS for one in (bad, {"text": f"a good one after {json.dumps(bad)[:200]}"})]
    tally = put(editor, rows)
    assert counts(tally) == (len(BAD_ROWS), 0, len(BAD_ROWS))
    assert all(text.startswith("a good one") for text in texts())
    assert db.query("SELECT 1 FROM speakers") == []
    told = [(one.place.line, one.field) for one in tally.problems]
    assert [field for n, (_, field) in enumerate(BAD_ROWS) if (2 * n + 1, field) not in told] == []


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("appearances", {"source": {"title": "t"}}),
        ("evidence", {"url": "https://a.example/1", "stance": "supports"}),
        ("replies", {"text": "r"}),
        ("relations", {"kind": "confirms", "claim": "x"}),
    ],
)
def test_a_row_of_very_many_parts_is_bad(editor: Actor, name: str, part: Json) -> None:
    tally = put(editor, [{"text": "a", name: [part] * 1001}])
    assert (counts(tally), tally.problems[0].field) == ((0, 0, 1), name)
    assert tally.problems[0].reason == "has more than 1,000 entries"


def test_fields_are_named_in_the_files_own_words(editor: Actor) -> None:
    review = {"@type": "ClaimReview", "claimReviewed": "x" * 5001, "reviewRating": "False"}
    (problem,) = put(editor, [review], shapes.CLAIMREVIEW).problems
    assert problem.field == "claimReviewed"


def test_a_review_keeps_label_scale_and_numbers(editor: Actor) -> None:
    rating = {"alternateName": "Mostly False!", "ratingValue": "2", "worstRating": 1, "bestRating": 5}
    review = {"@type": "ClaimReview", "claimReviewed": "x", "reviewRating": rating, "author": "Checkers"}
    assert counts(put(editor, [review], shapes.CLAIMREVIEW)) == (1, 0, 0)
    verdict = every_claim()[0]["verdict"]
    assert (verdict["label"], verdict["scale"], verdict["value"]) == ("Mostly false", "five-step", 2)
    item = [json.loads(payload or "{}") for e, _, _, payload, _ in history.events() if e.type == "verdict.published"]
    assert item[0]["imported_from"]["label"] == "Mostly False!"
    assert item[0]["imported_from"]["publisher"] == "Checkers"


def test_unknown_labels_are_counted_by_publisher_until_a_mapping_says_what_they_mean(editor: Actor) -> None:
    reviews = [
        {"@type": "ClaimReview", "claimReviewed": str(n), "reviewRating": "Pants on fire", "author": "Checkers"}
        for n in range(3)
    ]
    tally = put(editor, reviews, shapes.CLAIMREVIEW)
    assert (tally.bad, dict(tally.labels)) == (3, {("Pants on fire", "Checkers"): 3})
    given = read({"Checkers": {"pants on fire": "refuted"}}, short_for="labels")
    assert counts(put(editor, reviews, shapes.CLAIMREVIEW, given=given)) == (3, 0, 0)
    assert every_claim()[0]["verdict"]["label"] == "Pants on fire"


def test_the_houses_rules_hold_for_imports_too(editor: Actor) -> None:
    put(editor, [{"text": "a", "verdict": {"rating": "refuted"}}], rules=Rules(approvals=1))
    assert [claim["status"] for claim in every_claim()] == ["in_review"]
    tally = put(editor, [{"text": "b", "verdict": {"rating": "refuted"}}], rules=Rules(min_origins=1))
    assert (tally.bad, tally.problems[0].field) == (1, "verdict")


def test_a_verdict_that_says_why_it_stands_on_fewer_origins_does_so_here_too(editor: Actor) -> None:
    row = {"text": "a", "verdict": {"rating": "refuted", "override_reason": "Seen by all."}}
    assert counts(put(actor(name="reviewer"), [row], rules=Rules(min_origins=1))) == (0, 0, 1)
    tally = put(editor, [row], rules=Rules(min_origins=1))
    assert (counts(tally), tally.left) == ((1, 0, 0), {})
    assert every_claim()[0]["verdict"]["override_reason"] == "Seen by all."


def test_where_no_origins_are_asked_for_there_is_nothing_to_pass_over(editor: Actor) -> None:
    row = {"text": "a", "verdict": {"rating": "refuted", "override_reason": "Seen by all."}}
    tally = put(editor, [row])
    assert (counts(tally), tally.left) == ((1, 0, 0), {"verdict.override_reason": 1})
    assert every_claim()[0]["verdict"]["override_reason"] is None


def test_a_trial_says_what_would_happen_and_changes_nothing(editor: Actor) -> None:
    seq = journal.size()
    tally = put(editor, [WHOLE, {"text": ""}, WHOLE], dry_run=True)
    assert counts(tally) == (1, 1, 1)
    stranger = Actor("01890a5d-ac96-774b-bcce-b302099a8057", "import", Role.EDITOR)
    assert counts(put(stranger, [WHOLE], dry_run=True)) == (1, 0, 0)
    assert (journal.size(), every_claim()) == (seq, [])
    assert counts(put(editor, [WHOLE])) == (1, 0, 0)


def test_a_page_that_has_a_copy_already_keeps_it_and_the_note_names_the_other(editor: Actor) -> None:
    url, copy = "https://a.example/1", "https://c.example/{}".format
    rows = [{"text": str(n), "evidence": [{"url": url, "archive_url": copy(n)}]} for n in range(2)]
    put(editor, [*rows, {"text": "same", "evidence": rows[0]["evidence"]}])
    links = [claim["evidence"][0] for claim in every_claim()]
    assert [link["note"] for link in links] == [None, f"Archived copy: {copy(1)}", None]
    assert {link["archive_url"] for link in links} == {copy(0)}


def exported() -> list[Json]:
    return [json.loads(line) for page in export.lines(documents.walk(), HOUSE) for line in page.splitlines()]


def a_record() -> None:
    """Claims with everything that an export has, two of them merged."""
    somebody, other = actor(Role.EDITOR, "somebody"), actor(Role.REVIEWER, "other")
    first, second, third, fourth = (claims.submit(somebody, {"text": text}) for text in ("=first", "b", "c", "d"))
    source = {"url": "https://a.example/1", "title": "A", "publisher": {"name": "P"}, "published_at": "2024"}
    link = evidence.attach(somebody, first, {"source": source, "stance": "refutes", "quote": {"exact": "q"}})
    evidence.attach(somebody, first, {"url": "https://a.example/2", "stance": "supports"})
    data = {"rating": "refuted", "label": "False", "scale": "six-step", "evidence": [link["id"]], "valid_from": "2024"}
    verdicts.post(somebody, first, data, Rules())
    claims.relate(somebody, first, {"kind": "confirms", "claim": third, "note": "n"})
    claims.relate(somebody, third, {"kind": "narrower", "claim": second})
    claims.add_appearance(somebody, second, {"source": {"title": "Book"}})
    claims.reply(somebody, second, {"text": "No.", "source": source})
    for one, rating in ((somebody, "refuted"), (other, "supported")):
        verdicts.post(one, second, {"rating": rating}, Rules())
    claims.merge(somebody, fourth, second)


def substance(claim: Json, ids: list[str]) -> Json:
    """What of a claim is the same in another record; claims and links by their place."""
    links = [link["id"] for link in claim["evidence"]]
    verdict = claim["verdict"] or {}
    return {
        **{name: claim[name] for name in ("text", "quote", "kind", "claim_date", "topics", "context")},
        "speaker": claim["speaker"] and claim["speaker"]["name"],
        "appearances": [(one["source"]["title"], one["source"]["url"], one["first"]) for one in claim["appearances"]],
        "evidence": [(one["source"]["publisher"] or {}, one["stance"], one["quote"], one["note"])[1:]
                     for one in claim["evidence"]],
        "verdict": {name: verdict.get(name) for name in ("rating", "label", "scale", "value", "valid_from")},
        "rests": [links.index(one) for one in verdict.get("evidence", ())],
        "replies": [one["text"] for one in claim["replies"]],
        "relations": sorted((one["kind"], one["direction"], ids.index(one["claim"])) for one in claim["relations"]),
        "merged_into": claim["merged_into"] and ids.index(claim["merged_into"]),
    }  # fmt: skip


def substances() -> list[Json]:
    found = exported()
    return [substance(claim, [claim["id"] for claim in found]) for claim in found]


@pytest.mark.parametrize("shape", [shapes.JSONL, shapes.CSV])
def test_what_was_exported_goes_into_another_record_as_it_was(shape: str, backend: str, tmp_path: Any) -> None:
    scales.ensure_shipped()
    a_record()
    before = substances()
    raw = b"".join(export.WRITERS[shape](documents.walk(), HOUSE))
    url = databases.fresh(backend, tmp_path)
    here = db.database.obj
    db.connect(url)
    try:
        there = actor(Role.EDITOR, "importer")
        importer, tally = plan(there, file="x", shape=shape), Tally()
        for batch in importing.batches(shapes.rows(shape, io.BytesIO(raw), Given())):
            tally.add(importing.take(importer, batch))
        assert (counts(tally), tally.waiting) == ((4, 0, 0), set())
        assert tally.left == {"verdicts (besides the one that decides)": 2}
        assert substances() == before
    finally:
        databases.drop(url)
        db.database.initialize(here)


def test_what_this_record_has_exported_is_there_already(editor: Actor) -> None:
    a_record()
    seq = journal.size()
    assert counts(put(editor, exported())) == (0, 4, 0)
    review = {"@type": "ClaimReview", "@id": f"{HOUSE.url}/v1/verdicts/{exported()[0]['verdict']['id']}",
              "claimReviewed": "x", "reviewRating": "False"}  # fmt: skip
    assert counts(put(editor, [review], shapes.CLAIMREVIEW)) == (0, 1, 0)
    assert journal.size() == seq


def test_relations_with_claims_that_never_come_are_counted(editor: Actor) -> None:
    relation = {"kind": "confirms", "direction": "outgoing", "claim": "01890a5d-ac96-774b-bcce-b302099a8057"}
    assert len(put(editor, [{"text": "a", "relations": [relation]}]).waiting) == 1


def test_a_part_that_fails_late_leaves_no_trace_and_the_rest_is_numbered_without_a_gap() -> None:
    sources.add(SERVICE, {"url": "https://a.example/1"})
    broken = Entry({"text": "b"}, judgement=Judgement({"final": True}, None, "refuted"))
    reviewer = actor(Role.REVIEWER, "no editor")
    entries: list[Entry | BadRow] = [Entry({"text": "a"}), broken, Entry({"text": "c"}), BadRow("x")]
    rows = [(Place(number), entry) for number, entry in enumerate(entries)]
    tally = importing.take(plan(reviewer), rows)
    assert (counts(tally), texts()) == ((2, 0, 2), ["a", "c"])
    assert "editor" in tally.problems[0].reason


def test_what_the_database_cannot_hold_is_a_bad_row_and_stops_no_other(
    editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = importing._make

    def make_unfit(given: Plan, entry: Entry, tally: Tally) -> str:
        if entry.claim["text"] == "b":
            db.execute("INSERT INTO meta (name, value) VALUES ('x', NULL)")
        return make(given, entry, tally)

    monkeypatch.setattr(importing, "_make", make_unfit)
    raw = "\n".join(json.dumps({"text": text}) for text in "abc").encode()
    done: list[Tally] = []
    (batch,) = importing.batches(shapes.rows(shapes.JSONL, io.BytesIO(raw), Given()))
    importing.together(batch, lambda some: done.append(importing.take(plan(editor), some)))
    bad = [problem.place.row for tally in done for problem in tally.problems]
    assert (texts(), bad) == (["a", "c"], [2])


def test_batches_end_by_rows_and_by_bytes() -> None:
    many = [(Place(n, size=1), BadRow("x")) for n in range(250)]
    assert [len(batch) for batch in importing.batches(many)] == [100, 100, 50]
    large = [(Place(n, size=1024 * 1024), BadRow("x")) for n in range(5)]
    assert [len(batch) for batch in importing.batches(large)] == [2, 2, 1]


def test_what_a_file_says_of_itself_is_cut_and_cleaned(editor: Actor) -> None:
    review = {"@type": "ClaimReview", "claimReviewed": "x", "reviewRating": "False", "author": "a\ud800\0" + "b" * 900}
    assert put(editor, [review], shapes.CLAIMREVIEW).made == 1
    payloads = [json.loads(payload or "{}") for *_, payload, _ in history.events()]
    said = next(one["imported_from"]["publisher"] for one in payloads if "imported_from" in one)
    assert (said[:3], len(said)) == ("a\ufffd\ufffd", 500)
