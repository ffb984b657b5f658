"""What is left of an erased event: structure stands, words go, and whatever nobody has thought of goes with them."""

from typing import Any

from factcheck.domain.redaction import INSTEAD, KEPT, REFUSED, holds, overwriting, standing, telling_texts
from factcheck.domain.vocabulary import Subject
from tests.domain.ledgers import CLAIM, EVIDENCE, SOURCE, VERDICT


def test_every_kind_of_subject_is_refused_or_has_its_table() -> None:
    assert KEPT.keys() | REFUSED == set(Subject)
    assert not KEPT.keys() & REFUSED
    assert INSTEAD.keys() <= KEPT.keys()
    assert all(not INSTEAD[subject].keys() & KEPT[subject] for subject in INSTEAD)


def test_a_claims_words_go_and_its_references_dates_and_flags_stand() -> None:
    said: dict[str, Any] = {
        "text": "He did it", "quote": "I saw him", "place": "Rome", "topics": ["him"], "context": "A letter.",
        "speaker_role": "neighbour", "speaker_affiliation": "his street",
    }  # fmt: skip
    stands = standing(Subject.CLAIM, 7, {**CLAIM, **said, "speaker": "ada", "claim_date": "2024-10"})
    assert stands == {
        **CLAIM, **dict.fromkeys(said), "text": "[redacted 7]", "topics": [], "speaker": "ada", "claim_date": "2024-10",
    }  # fmt: skip


def test_only_fields_that_the_event_set_stand() -> None:
    assert standing(Subject.CLAIM, 7, {"taken_by": "ada"}) == {"taken_by": "ada"}
    assert standing(Subject.SPEAKER, 7, {"aliases": ["Ada"]}) == {"aliases": []}


def test_a_field_that_no_table_names_goes() -> None:
    for subject in KEPT:
        assert standing(subject, 7, {"no_such": "words"}) == {"no_such": None}


def test_a_link_keeps_its_source_and_stance_alone() -> None:
    given = {**EVIDENCE, "note": "His number is 555-1234", "quote": {"exact": "555-1234"}}
    assert standing(Subject.EVIDENCE, 7, given) == EVIDENCE


def test_a_source_keeps_its_place_among_publishers_and_dates() -> None:
    given = {**SOURCE, "url": "https://a.test/him", "canonical_url": "https://a.test/him", "title": "Him"}
    assert standing(Subject.SOURCE, 7, given) == {**SOURCE, "title": None}


def test_a_verdict_keeps_what_a_status_is_made_of() -> None:
    words = {"label": "He lied", "justification": "He lied.", "review_url": "https://a.test/he-lied"}
    assert standing(Subject.VERDICT, 7, {**VERDICT, **words}) == {**VERDICT, **dict.fromkeys(words)}


def test_names_that_must_differ_still_do() -> None:
    names = {standing(Subject.PUBLISHER, seq, {"name": "A house"})["name"] for seq in (7, 8)}
    assert names == {"[redacted 7]", "[redacted 8]"}


CORRECTION = {
    "type": "rating_change",
    "reason": "He never lived there",
    "changes": {
        "rating": {"before": "refuted", "after": "supported"},
        "justification": {"before": "He lived there then", "after": None},
    },
}


def test_a_correction_keeps_what_it_changed_but_no_words() -> None:
    assert standing(Subject.CORRECTION, 7, CORRECTION) == {
        "type": "rating_change",
        "reason": "[redacted 7]",
        "changes": {"rating": {"before": "refuted", "after": "supported"}},
    }


def test_only_fields_that_still_hold_what_is_erased_are_overwritten() -> None:
    values = {"text": "He did it", "place": "Rome", "kind": "opinion", "quote": None}
    stands = standing(Subject.CLAIM, 7, values)
    now = {**values, "place": "Paris", "context": "Another event's"}
    assert overwriting(values, stands, now) == {"text": "[redacted 7]"}


def test_texts_to_look_for_are_those_that_are_erased_and_long_enough() -> None:
    payload = {"set": CORRECTION, "reason": "Said in passing"}
    assert telling_texts(payload, standing(Subject.CORRECTION, 7, CORRECTION)) == {
        "He never lived there", "He lived there then", "Said in passing",
    }  # fmt: skip
    link = {**EVIDENCE, "note": "short", "quote": {"exact": "an exact passage", "prefix": None}}
    assert telling_texts({"set": link}, standing(Subject.EVIDENCE, 7, link)) == {"an exact passage"}


def test_a_text_is_found_anywhere_in_a_value_but_in_the_names_of_members() -> None:
    value = {"set": {"topics": ["x", "all of the words here"], "quote": {"exact": 5}}}
    assert holds(value, {"of the words"})
    assert not holds(value, {"other words", "topics"})
    assert not holds(value, set())


def test_where_an_event_was_imported_from_tells_by_its_row_and_not_by_its_file() -> None:
    imported = {"file": "a file of many.csv", "format": "claimreview", "row": 7, "key": "https://a.example/his-name",
                "import": "01890a5d-ac96-774b-bcce-b302099a8057"}  # fmt: skip
    said = {"taken_by": None}
    assert telling_texts({"set": said, "imported_from": imported}, standing(Subject.CLAIM, 7, said)) == {
        "https://a.example/his-name"
    }
