"""Has this been checked already? What is found, by words and by meaning, and what it is found to differ in."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from factcheck import encoding
from factcheck.domain import vectors
from factcheck.domain.actors import SERVICE
from factcheck.encoding.minilm import MiniLM
from factcheck.services import claims, matching
from factcheck.storage import db, known_meanings
from tests.api.answers import problem
from tests.callers import Callers, Json

ROOT = Path(__file__).parents[2]
SENT = "North Korea has sent at least 3,000 soldiers to eastern Russia"


def found(callers: Callers, text: str, **more: object) -> list[Json]:
    answer = callers.reader.post("/v1/match", {"text": text, **more})
    assert answer.status_code == 200, answer.get_json()
    items: list[Json] = answer.get_json()["items"]
    return items


@pytest.fixture
def record(callers: Callers) -> tuple[Callers, str]:
    """Callers, and a claim among others."""
    claim = callers.contributor.claim(SENT)
    for text in ("The moon is made of rock", "The harbour bridge carried 12,000 vehicles a day", "Cheese is healthy"):
        callers.contributor.claim(text)
    return callers, claim


def test_a_claim_is_found_by_its_words_at_once(record: tuple[Callers, str]) -> None:
    callers, claim = record
    first = found(callers, "At least 3,000 North Korean soldiers were sent to the east of Russia")[0]
    assert first["claim"]["id"] == claim
    assert 0 < first["score"] <= 1
    assert "3,000" in str(first["why"]["shared"]["numbers"])
    assert {word["text"] for word in first["why"]["words"]} & {"soldiers", "Russia"}


def test_another_number_is_near_and_not_the_same(record: tuple[Callers, str]) -> None:
    callers, _ = record
    same = found(callers, SENT)[0]
    other = found(callers, SENT.replace("3,000", "11,000"))[0]
    assert same["why"]["differs"] == {"numbers": [], "dates": [], "opposites": [], "negation": False}
    [pair] = other["why"]["differs"]["numbers"]
    assert ("11,000" in pair["asked"], "3,000" in pair["claim"]) == (True, True)
    assert other["score"] < 0.5 <= same["score"] or other["score"] < same["score"] * 0.6


def test_what_it_means_is_worked_out_by_the_worker(record: tuple[Callers, str]) -> None:
    callers, claim = record
    assert claim not in [one["claim"]["id"] for one in found(callers, "Troops from Pyongyang arrived in Vladivostok")]
    assert matching.encode_some(100) == 4
    assert matching.encode_some(100) == 0
    assert found(callers, SENT)[0]["why"]["similarity"] > 0.9
    first = found(callers, "Troops from Pyongyang arrived in Vladivostok")[0]
    assert first["claim"]["id"] == claim


def test_claims_of_one_source_are_told_apart_by_what_each_says_and_not_by_its_title(callers: Callers) -> None:
    source = {"title": "Pyongyang has sent soldiers to Russia"}
    callers.contributor.claim(SENT, source=source)
    callers.contributor.claim("The ships called at Vladivostok", source=source)
    matching.encode_some(10)
    near, far = (one["why"] for one in found(callers, "Soldiers were sent to Russia by Pyongyang"))
    assert near["similarity"] > far["similarity"] + 0.2
    assert far["title_similarity"] == near["title_similarity"] > near["similarity"]


def test_a_source_of_many_claims_does_not_fill_the_matches_with_its_title(callers: Callers) -> None:
    source = callers.contributor.made("/v1/sources", {"title": "Soldiers of North Korea in Russia"})["id"]
    for count in (10, 30):
        for number in range(count):
            callers.contributor.claim(f"Answer {number} of {count}", source={"id": source})
        matching.encode_some(100)
    told = [one["why"]["title_similarity"] for one in found(callers, "Troops from Pyongyang in Vladivostok", limit=50)]
    assert (len(told), len([one for one in told if one])) == (40, 10)


def test_a_claim_that_was_worded_anew_means_what_it_says_now(record: tuple[Callers, str]) -> None:
    callers, claim = record
    matching.encode_some(100)
    callers.contributor.patch(f"/v1/claims/{claim}", {"text": "Bread has become dearer this year"})
    assert found(callers, SENT, min_score=0.3) == []
    assert matching.encode_some(100) == 1
    assert found(callers, "The price of bread has gone up")[0]["claim"]["id"] == claim


def test_what_is_only_reported_in_other_words_is_as_near(callers: Callers) -> None:
    callers.contributor.claim("Harbours are closed in winter")
    callers.contributor.claim('Says that "harbours are closed in winter"')
    matching.encode_some(10)
    bare, reported = found(callers, "Ports shut down during the cold months")
    assert bare["why"]["similarity"] == pytest.approx(reported["why"]["similarity"], abs=0.01)


@pytest.mark.usefixtures("record")
def test_another_encoder_has_every_claim_encoded_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    assert matching.encode_some(10) == 4
    assert matching.encode_some(10) == 0

    class Other(MiniLM):
        name = "another-model"

    with monkeypatch.context() as chosen:
        chosen.setattr(matching, "encoder", Other)
        assert matching.backlog() == 0
        assert matching.encode_some(3) + matching.encode_some(3) == 4
        assert db.query("SELECT DISTINCT model FROM meanings") == [("another-model",)]
        assert matching.encode_some(10) == 0
    assert matching.encode_some(10) == 4


def test_a_merged_claim_is_not_found(record: tuple[Callers, str]) -> None:
    callers, claim = record
    other = callers.contributor.claim("Soldiers of North Korea, 3,000 of them, went to Russia")
    matching.encode_some(100)
    callers.editor.post(f"/v1/claims/{claim}/merge", {"into": other})
    assert claim not in [one["claim"]["id"] for one in found(callers, SENT)]
    matching.encode_some(100)
    assert matching.backlog() == 0
    assert db.query("SELECT 1 FROM meanings WHERE claim = ?", (claim,)) == []


def test_those_that_were_merged_do_not_stand_in_the_way_of_others(callers: Callers) -> None:
    said = [callers.contributor.claim(f"Immunising kids makes them autistic{'!' * number}") for number in range(15)]
    kept = callers.contributor.claim("Vaccines lead to autism in infants")
    for number in range(15):
        callers.contributor.claim(f"The river flooded town {number}")
    matching.encode_some(100)
    for one in said:
        claims.merge(SERVICE, one, kept)
    assert found(callers, "Kids become autistic from immunising")[0]["claim"]["id"] == kept


def test_a_long_text_is_looked_up_sentence_by_sentence(record: tuple[Callers, str]) -> None:
    callers, claim = record
    filler = "Nothing of this kind has been said by anybody in the long debate about other matters. " * 20
    first = found(callers, f"{filler}{SENT}. {filler}")[0]
    assert first["claim"]["id"] == claim
    assert first["why"]["sentence"].startswith("North Korea has sent")


@pytest.mark.parametrize("few", [2_000, 0])
def test_only_claims_that_pass_the_filters_are_found(
    record: tuple[Callers, str], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factcheck.storage.candidates.FEW", few)
    callers, claim = record
    other = callers.contributor.claim(f"{SENT}, they say", kind="prediction")
    matching.encode_some(100)
    both = {"kind": ["prediction", "factual"], "needs_review": False}
    for filters, expected in (({}, {claim, other}), (both, {claim, other}), ({"kind": ["prediction"]}, {other}),
                              ({"status": ["void"]}, set())):  # fmt: skip
        for text in (SENT, "Troops from Pyongyang arrived in Vladivostok"):
            those = {one["claim"]["id"] for one in found(callers, text, filters=filters)}
            assert those & {claim, other} == expected


@pytest.mark.parametrize("kind", ["same_event", "distinct"])
def test_a_pair_that_was_confirmed_or_rejected_does_not_come_back(record: tuple[Callers, str], kind: str) -> None:
    callers, claim = record
    other = callers.contributor.claim("At least 3,000 soldiers were sent by North Korea to Russia")
    path = f"/v1/claims/{claim}/matches"
    ids = [one["claim"]["id"] for one in callers.anyone.read(path)["items"]]
    assert other in ids
    assert claim not in ids
    callers.reviewer.made(f"/v1/claims/{claim}/relations", {"kind": kind, "claim": other})
    assert other not in [one["claim"]["id"] for one in callers.anyone.read(path)["items"]]


def test_those_that_were_judged_do_not_stand_in_the_way_of_others(callers: Callers) -> None:
    asked = callers.contributor.claim(SENT)
    for number in range(20):
        judged = callers.contributor.claim(f"{SENT}, says source {number}")
        callers.reviewer.post(f"/v1/claims/{asked}/relations", {"kind": "same_event", "claim": judged})
    other = callers.contributor.claim("Soldiers of North Korea are in the east of Russia")
    matching.encode_some(100)
    items = callers.reader.get(f"/v1/claims/{asked}/matches").get_json()["items"]
    assert [one["claim"]["id"] for one in items] == [other]


def test_a_new_claim_is_answered_with_earlier_ones_that_may_say_the_same(record: tuple[Callers, str]) -> None:
    callers, claim = record
    text = "At least 3,000 soldiers were sent by North Korea to eastern Russia"
    [first] = callers.contributor.made("/v1/claims", {"text": text})["possible_matches"]
    assert first["claim"] == claim
    assert first["score"] >= 0.3
    assert callers.contributor.made("/v1/claims", {"text": "Whales sleep standing"})["possible_matches"] == []


def test_without_an_encoder_words_alone_are_matched(
    record: tuple[Callers, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    callers, claim = record
    monkeypatch.setattr(matching, "encoder", lambda: None)
    assert matching.encode_some(10) == 0
    assert found(callers, SENT)[0]["claim"]["id"] == claim


@pytest.mark.parametrize("text", ["?", '"AND" OR * -', "是", "🧀" * 50, "a" * 20_000])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_any_text_will_do(record: tuple[Callers, str], text: str) -> None:
    callers, _ = record
    found(callers, text)


def test_what_cannot_be_is_named(callers: Callers) -> None:
    for body, pointer in (({"text": "a" * 20_001}, "/text"), ({"text": "a", "min_score": 2}, "/min_score"),
                          ({"text": "a", "limit": 0}, "/limit"), ({}, "/text"),
                          ({"text": "a", "filters": {"status": ["x"]}}, "/filters/status/0"),
                          ({"text": "a", "filters": {"kind": ["factual"] * 201}}, "/filters/kind"),
                          ({"text": "a", "filters": {"sort": "-updated"}}, "/filters/sort")):  # fmt: skip
        assert problem(callers.reader.post("/v1/match", body), 422)["errors"][0]["pointer"] == pointer
    assert callers.anyone.post("/v1/match", {"text": "a"}).status_code == 401
    assert callers.anyone.get("/v1/claims/01890a5d-ac96-774b-bcce-b302099a8057/matches").status_code == 404


def test_the_service_starts_where_no_encoder_is_installed() -> None:
    missing = "import sys; sys.modules['numpy'] = sys.modules['onnxruntime'] = None; import wsgi"
    done = subprocess.run([sys.executable, "-c", missing], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("kept", [known_meanings._KEPT, 2, 0])
def test_processes_read_on_where_they_stopped_whether_vectors_are_kept_or_read(
    callers_with: Callable[..., Callers], monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    monkeypatch.setattr(known_meanings, "_KEPT", kept)
    callers = callers_with()
    for number in range(3):
        claims.submit(SERVICE, {"text": f"Statement of the ministry about bridge {number}"})
        matching.encode_some(10)
        assert len(found(callers, "A statement on bridges by the ministry")) == number + 1
        # By meaning alone: they have no word in common.
        assert len(found(callers, "Officials comment upon crossings")) == number + 1
    assert encoding.encoder() is not None


def test_reading_that_broke_off_mixes_no_claims_up(callers: Callers, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("The river flooded the town", "Cheese is healthy", "Vaccines lead to autism in infants"):
        callers.contributor.claim(text)
        matching.encode_some(10)
    encoder, known = encoding.encoder(), known_meanings.Known()
    assert encoder is not None
    points = encoder.encode(["Kids become autistic from immunising"])
    wanted = known_meanings.Known().nearest(encoder.name, points)

    def add(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as full:
        full.setattr(vectors.Signs, "add", add)
        with pytest.raises(MemoryError):
            known.nearest(encoder.name, points)
    assert known.nearest(encoder.name, points) == wanted
    monkeypatch.setattr(known_meanings, "_BATCH", 1)
    callers.contributor.claim("Immunising makes autistic")
    matching.encode_some(10)
    assert known.nearest(encoder.name, points) == known_meanings.Known().nearest(encoder.name, points)
