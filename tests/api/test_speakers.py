"""Speakers over HTTP: one is found again, made where there is none, and has a tally."""

from tests.api.answers import each, problem
from tests.callers import Callers, Json

FULL = {
    "name": "Ada Example",
    "kind": "person",
    "role": "Minister",
    "affiliation": "Ministry",
    "wikidata_id": "Q7259",
    "aliases": ["A. Example"],
}


def said_by(callers: Callers, speaker: Json) -> str:
    """The id of the speaker of a new claim by this one."""
    claim = callers.contributor.claim(speaker=speaker)
    return str(callers.anyone.read(f"/v1/claims/{claim}")["speaker"]["id"])


def test_a_speaker_is_read_back_as_it_was_made(callers: Callers) -> None:
    answer = callers.contributor.post("/v1/speakers", FULL)
    made = answer.get_json()
    assert answer.status_code == 201
    assert {name: made[name] for name in FULL} == FULL
    read = callers.anyone.get(answer.headers["Location"])
    assert (read.get_json(), read.headers["ETag"]) == (made, answer.headers["ETag"])


def test_only_the_name_is_required(callers: Callers) -> None:
    made = callers.contributor.made("/v1/speakers", {"name": "Ada"})
    assert (made["kind"], made["role"], made["wikidata_id"], made["aliases"], made["tally"]) == (
        "person", None, None, [], {},
    )  # fmt: skip


def test_they_are_listed_newest_first_and_found_by_name_and_wikidata_id(callers: Callers) -> None:
    for name, item in (("One", "Q1"), ("Two", "Q2"), ("Two", None)):
        callers.contributor.made("/v1/speakers", {"name": name, "wikidata_id": item})
    assert each(callers.anyone.read("/v1/speakers")["items"], "name") == ["Two", "Two", "One"]
    assert each(callers.anyone.read("/v1/speakers?name=Two")["items"], "wikidata_id") == [None, "Q2"]
    assert each(callers.anyone.read("/v1/speakers?wikidata_id=Q1")["items"], "name") == ["One"]
    assert each(callers.anyone.read("/v1/speakers?name=Two&wikidata_id=Q2")["items"], "name") == ["Two"]
    assert callers.anyone.read("/v1/speakers?name=One&wikidata_id=Q2")["items"] == []


def test_amending_takes_the_present_version(callers: Callers) -> None:
    made = callers.contributor.made("/v1/speakers", FULL)
    path = f"/v1/speakers/{made['id']}"
    problem(callers.contributor.call("PATCH", path, {"role": "Former minister"}), 428)
    problem(callers.contributor.patch(path, {"role": "Former minister"}, match='"old"'), 412)
    assert callers.anyone.read(path) == made
    answer = callers.contributor.patch(path, {"role": "Former minister"})
    assert answer.get_json() == callers.anyone.read(path)
    assert {name: answer.get_json()[name] for name in FULL} == {**FULL, "role": "Former minister"}


def test_amending_one_field_leaves_the_others(callers: Callers) -> None:
    made = callers.contributor.made("/v1/speakers", FULL)
    answer = callers.contributor.patch(f"/v1/speakers/{made['id']}", {"wikidata_id": None, "aliases": []})
    kept = {name: FULL[name] for name in ("name", "kind", "role", "affiliation")}
    assert {name: answer.get_json()[name] for name in FULL} == {**kept, "wikidata_id": None, "aliases": []}


def test_a_wikidata_id_is_one_speakers(callers: Callers) -> None:
    callers.contributor.made("/v1/speakers", FULL)
    other = callers.contributor.made("/v1/speakers", {"name": "Ada Example"})
    problem(callers.contributor.post("/v1/speakers", {"name": "B", "wikidata_id": "Q7259"}), 409, "/wikidata_id")
    problem(callers.contributor.patch(f"/v1/speakers/{other['id']}", {"wikidata_id": "Q7259"}), 409, "/wikidata_id")


def test_a_claims_speaker_is_found_by_wikidata_id_whatever_the_name(callers: Callers) -> None:
    ada = callers.contributor.made("/v1/speakers", FULL)["id"]
    assert said_by(callers, {"name": "Countess of Somewhere", "wikidata_id": "Q7259"}) == ada


def test_a_claims_speaker_is_found_by_exact_name_and_else_made(callers: Callers) -> None:
    ada = callers.contributor.made("/v1/speakers", {"name": "Ada"})["id"]
    assert said_by(callers, {"name": "Ada"}) == ada
    others = {said_by(callers, {"name": name}) for name in ("ada", "Ada L.", "Ada B.")}
    assert len({ada, *others}) == 4
    assert len(callers.anyone.read("/v1/speakers")["items"]) == 4


def test_namesakes_of_different_wikidata_ids_are_two(callers: Callers) -> None:
    ada = callers.contributor.made("/v1/speakers", FULL)["id"]
    assert said_by(callers, {"name": "Ada Example", "wikidata_id": "Q42"}) != ada


def test_a_claims_speaker_can_be_named_by_id(callers: Callers) -> None:
    ada = callers.contributor.made("/v1/speakers", {"name": "Ada"})["id"]
    callers.contributor.made("/v1/speakers", {"name": "Ada"})
    assert said_by(callers, {"id": ada}) == ada


def test_a_new_name_shows_in_the_speakers_claims(callers: Callers) -> None:
    claim = callers.contributor.claim(speaker={"name": "Ada"}, relayed_by={"name": "Bob"})
    read = callers.anyone.read(f"/v1/claims/{claim}")
    for speaker in (read["speaker"], read["relayed_by"]):
        callers.contributor.patch(f"/v1/speakers/{speaker['id']}", {"name": f"{speaker['name']} II"})
    later = callers.anyone.read(f"/v1/claims/{claim}")
    assert (later["speaker"]["name"], later["relayed_by"]["name"]) == ("Ada II", "Bob II")


def test_the_tally_counts_the_speakers_claims_by_status(callers: Callers) -> None:
    ada = callers.contributor.made("/v1/speakers", {"name": "Ada"})["id"]
    claims = [callers.contributor.claim(f"Claim {number}", speaker={"id": ada}) for number in range(5)]
    callers.contributor.claim("Ada only relays this", speaker={"name": "Bob"}, relayed_by={"id": ada})
    for claim, rating in zip(claims, ("refuted", "refuted", "supported"), strict=False):
        callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": rating})
    callers.reviewer.post(f"/v1/claims/{claims[3]}/take")
    tally = {"refuted": 2, "supported": 1, "in_review": 1, "unreviewed": 1}
    assert callers.anyone.read(f"/v1/speakers/{ada}")["tally"] == tally


def test_the_tally_leaves_out_what_was_merged(callers: Callers) -> None:
    one, other = (callers.contributor.claim(text, speaker={"name": "Ada"}) for text in ("One", "Another"))
    ada = callers.anyone.read(f"/v1/claims/{one}")["speaker"]["id"]
    callers.editor.post(f"/v1/claims/{one}/merge", {"into": other})
    assert callers.anyone.read(f"/v1/speakers/{ada}")["tally"] == {"unreviewed": 1}
