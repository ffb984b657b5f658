"""Scales over HTTP: wordings for ratings, in versions that never change."""

from typing import Any

from tests.api.answers import each, problem
from tests.callers import Callers

LABELS: list[dict[str, Any]] = [
    {"label": "No", "rating": "refuted", "value": 0},
    {"label": "Partly", "rating": "missing_context", "value": 0.5},
    {"label": "Yes", "rating": "supported", "value": 1},
    {"label": "A joke", "rating": "satire", "value": None},
]


def test_three_scales_ship(callers: Callers) -> None:
    shipped = callers.anyone.read("/v1/scales")["items"]
    assert each(shipped, "slug") == ["five-step", "plain", "six-step"]
    words = {scale["slug"]: {label["label"]: label["value"] for label in scale["labels"]} for scale in shipped}
    assert words["five-step"]["Mostly false"] == 2
    assert words["six-step"]["True"] == 6
    assert {label["label"] for label in shipped[1]["labels"]} >= {"Supported", "Refuted", "Missing context"}


def test_a_scale_is_read_back_as_it_was_made(callers: Callers) -> None:
    answer = callers.editor.post("/v1/scales", {"slug": "house", "title": "Ours", "labels": LABELS})
    made = answer.get_json()
    assert (answer.status_code, answer.headers["Location"]) == (201, "/v1/scales/house")
    assert (made["slug"], made["version"], made["title"], made["labels"]) == ("house", 1, "Ours", LABELS)
    assert callers.anyone.read("/v1/scales/house") == made


def test_a_slug_is_given_once(callers: Callers) -> None:
    problem(callers.editor.post("/v1/scales", {"slug": "plain", "title": "Mine", "labels": LABELS}), 409, "/slug")


def test_amending_makes_the_next_version_and_keeps_the_former(callers: Callers) -> None:
    first = callers.editor.made("/v1/scales", {"slug": "house", "title": "Ours", "labels": LABELS})
    answer = callers.editor.patch("/v1/scales/house", {"labels": LABELS[:2]})
    assert answer.status_code == 200
    second = callers.anyone.read("/v1/scales/house")
    assert (second["version"], second["title"], second["labels"]) == (2, "Ours", LABELS[:2])
    assert second == answer.get_json() == callers.anyone.read("/v1/scales/house?version=2")
    assert callers.anyone.read("/v1/scales/house?version=1") == first
    assert each(callers.anyone.read("/v1/scales")["items"], "slug").count("house") == 1
    problem(callers.anyone.get("/v1/scales/house?version=3"), 404)


def test_a_verdict_keeps_the_version_that_it_was_given_under(callers: Callers) -> None:
    callers.editor.made("/v1/scales", {"slug": "house", "title": "Ours", "labels": LABELS})
    given = {"rating": "supported", "scale": "house"}
    claim = callers.contributor.claim()
    made = callers.reviewer.made(f"/v1/claims/{claim}/verdicts", given)
    assert (made["label"], made["value"], made["scale_version"]) == ("Yes", 1, 1)
    callers.editor.patch("/v1/scales/house", {"labels": [{"label": "Indeed", "rating": "supported", "value": 7}]})
    assert callers.anyone.read(f"/v1/verdicts/{made['id']}") == made
    later = callers.second_reviewer.made(f"/v1/claims/{claim}/verdicts", given)
    assert (later["label"], later["value"], later["scale_version"]) == ("Indeed", 7, 2)


def test_amending_takes_the_present_version(callers: Callers) -> None:
    before = callers.anyone.read("/v1/scales/plain")
    problem(callers.editor.call("PATCH", "/v1/scales/plain", {"title": "Mine"}), 428)
    problem(callers.editor.patch("/v1/scales/plain", {"title": "Mine"}, match='"old"'), 412)
    assert callers.anyone.read("/v1/scales/plain") == before


def test_a_label_stands_once_on_a_scale(callers: Callers) -> None:
    twice = [*LABELS, {"label": "Yes", "rating": "refuted", "value": 2}]
    problem(
        callers.editor.post("/v1/scales", {"slug": "house", "title": "Ours", "labels": twice}), 422, "/labels/4/label"
    )
