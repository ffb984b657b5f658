"""Verdicts over HTTP: published or approved, superseded, disputed, ruled on, and corrected in the open."""

from collections.abc import Callable

import pytest

from factcheck.domain.vocabulary import Role
from tests.api.answers import each, everything, problem
from tests.callers import Caller, Callers, Json

RATINGS = (
    "supported", "refuted", "conflicting_evidence", "not_enough_evidence", "missing_context", "outdated", "satire",
    "not_checkable",
)  # fmt: skip

Make = Callable[..., Callers]


def give(caller: Caller, claim: str, rating: str = "supported", **fields: object) -> Json:
    return caller.made(f"/v1/claims/{claim}/verdicts", {"rating": rating, **fields})


def status(callers: Callers, claim: str) -> str:
    return str(callers.anyone.read(f"/v1/claims/{claim}/status")["status"])


def correct(caller: Caller, verdict: Json, kind: str, **changes: object) -> Json:
    given = {"type": kind, "reason": "We were wrong.", **({"changes": changes} if changes else {})}
    return caller.made(f"/v1/verdicts/{verdict['id']}/corrections", given)


def test_a_verdict_is_published_at_once_and_decides_the_status(callers: Callers) -> None:
    claim = callers.contributor.claim()
    link = callers.reviewer.made(f"/v1/claims/{claim}/evidence", {"url": "https://a.test/", "stance": "refutes"})
    given = {
        "rating": "refuted",
        "label": "Not so",
        "justification": "Nobody was there.\nWe asked.",
        "evidence": [link["id"]],
        "review_url": "https://us.test/review",
        "valid_from": "2024-10",
        "valid_until": "2024-12-31",
    }
    answer = callers.reviewer.post(f"/v1/claims/{claim}/verdicts", given)
    made = answer.get_json()
    assert answer.status_code == 201
    assert {name: made[name] for name in given} == given
    assert (made["state"], made["final"], made["reviewer"]["id"]) == ("published", False, callers.reviewer.id)
    assert callers.anyone.read(answer.headers["Location"]) == made
    read = callers.anyone.read(f"/v1/claims/{claim}")
    assert (read["status"], read["workflow"], read["verdict"], read["verdicts"]) == (
        "refuted",
        "reviewed",
        made,
        [made],
    )


def test_every_rating_is_a_status(callers: Callers) -> None:
    claim = callers.contributor.claim()
    for rating in RATINGS:
        give(callers.reviewer, claim, rating)
        assert status(callers, claim) == rating


def test_a_reviewers_newer_verdict_supersedes_the_older(callers: Callers) -> None:
    claim = callers.contributor.claim()
    older, newer = give(callers.reviewer, claim), give(callers.reviewer, claim, "refuted")
    assert newer["supersedes"] == older["id"]
    assert callers.anyone.read(f"/v1/verdicts/{older['id']}")["state"] == "superseded"
    assert each(callers.anyone.read(f"/v1/claims/{claim}/verdicts")["items"], "id") == [newer["id"], older["id"]]
    assert status(callers, claim) == "refuted"


def test_a_claim_is_disputed_while_reviewers_differ(callers: Callers) -> None:
    claim = callers.contributor.claim()
    give(callers.reviewer, claim, "supported")
    give(callers.second_reviewer, claim, "refuted")
    small = callers.anyone.read(f"/v1/claims/{claim}/status")
    assert (small["status"], small["disputed"], small["rating"], small["verdicts"]) == ("disputed", True, None, 2)
    assert callers.anyone.read(f"/v1/claims/{claim}")["verdict"] is None
    give(callers.second_reviewer, claim, "supported")
    assert status(callers, claim) == "supported"


def test_an_editors_ruling_decides(callers: Callers) -> None:
    claim = callers.contributor.claim()
    give(callers.reviewer, claim, "supported")
    give(callers.second_reviewer, claim, "refuted")
    problem(callers.reviewer.post(f"/v1/claims/{claim}/verdicts", {"rating": "refuted", "final": True}), 403)
    ruling = give(callers.editor, claim, "missing_context", final=True)
    read = callers.anyone.read(f"/v1/claims/{claim}")
    assert (read["status"], read["verdict"], ruling["final"]) == ("missing_context", ruling, True)
    assert len(read["verdicts"]) == 3


def test_a_voided_ruling_falls_back_to_what_is_left(callers: Callers) -> None:
    claim = callers.contributor.claim()
    first, second = give(callers.reviewer, claim, "supported"), give(callers.second_reviewer, claim, "refuted")
    ruling = give(callers.editor, claim, "outdated", final=True)
    for verdict, left in ((ruling, "disputed"), (second, "supported"), (first, "void")):
        correct(callers.editor, verdict, "void")
        assert callers.anyone.read(f"/v1/verdicts/{verdict['id']}")["state"] == "void"
        assert status(callers, claim) == left
    give(callers.reviewer, claim, "refuted")
    assert status(callers, claim) == "refuted"


def test_a_verdict_rests_on_the_claims_own_standing_evidence(callers: Callers) -> None:
    claim, other = callers.contributor.claim(), callers.contributor.claim("Another")
    link = {"url": "https://a.test/", "stance": "supports"}
    own = callers.reviewer.made(f"/v1/claims/{claim}/evidence", link)["id"]
    others = callers.reviewer.made(f"/v1/claims/{other}/evidence", link)["id"]
    path = f"/v1/claims/{claim}/verdicts"
    problem(callers.reviewer.post(path, {"rating": "supported", "evidence": [own, others]}), 422, "/evidence/1")
    problem(callers.reviewer.post(path, {"rating": "supported", "evidence": [claim]}), 422, "/evidence/0")
    problem(callers.reviewer.post(path, {"rating": "supported", "evidence": [own, own]}), 422, "/evidence")
    callers.reviewer.delete(f"/v1/evidence/{own}", {"reason": "Gone."})
    problem(callers.reviewer.post(path, {"rating": "supported", "evidence": [own]}), 422, "/evidence/0")
    assert status(callers, claim) == "unreviewed"


def test_a_label_is_one_of_the_scales_for_the_rating(callers: Callers) -> None:
    claim = callers.contributor.claim()
    path = f"/v1/claims/{claim}/verdicts"
    made = give(callers.reviewer, claim, "refuted", scale="five-step", label="Mostly false")
    assert (made["label"], made["scale"], made["scale_version"], made["value"]) == ("Mostly false", "five-step", 1, 2)
    assert give(callers.reviewer, claim, "missing_context", scale="five-step")["label"] == "Half true"
    assert give(callers.reviewer, claim, "satire", label="A joke")["scale"] is None
    for given, pointer in (
        ({"rating": "refuted", "scale": "five-step", "label": "True"}, "/label"),
        ({"rating": "refuted", "scale": "five-step", "label": "Rather false"}, "/label"),
        ({"rating": "refuted", "scale": "five-step"}, "/label"),
        ({"rating": "refuted", "scale": "no-such"}, "/scale"),
    ):
        problem(callers.reviewer.post(path, given), 422, pointer)


def test_a_verdict_ends_after_it_begins(callers: Callers) -> None:
    claim = callers.contributor.claim()
    given = {"rating": "supported", "valid_from": "2024-10", "valid_until": "2024-09-30"}
    problem(callers.reviewer.post(f"/v1/claims/{claim}/verdicts", given), 422, "/valid_until")
    give(callers.reviewer, claim, valid_from="2024-10", valid_until="2024-10-01")


def test_too_few_origins_are_refused_with_what_is_missing(callers_with: Make) -> None:
    callers = callers_with(min_origins=2)
    claim = callers.contributor.claim()
    path = f"/v1/claims/{claim}/verdicts"
    refusal = problem(callers.reviewer.post(path, {"rating": "refuted"}), 409)
    assert refusal["corroboration"] == {"links": 0, "publishers": 0, "independent_origins": 0, "origin_unknown": 0}
    for number in range(2):
        source = callers.reviewer.made("/v1/sources", {"url": f"https://{number}.test/", "is_origin": True})["id"]
        given = {"source": {"id": source}, "stance": "refutes"}
        link = callers.reviewer.made(f"/v1/claims/{claim}/evidence", given)["id"]
        if number == 0:
            refusal = problem(callers.reviewer.post(path, {"rating": "refuted"}), 409)
            assert refusal["type"].endswith("too-few-origins")
            assert "1 missing" in refusal["detail"]
            assert refusal["corroboration"]["independent_origins"] == 1
            assert refusal["groups"][0]["links"] == [link]
    problem(callers.reviewer.post(path, {"rating": "supported"}), 409)
    give(callers.reviewer, claim, "not_enough_evidence")
    verdict = give(callers.reviewer, claim, "refuted")
    answer = callers.reviewer.post(
        f"/v1/verdicts/{verdict['id']}/corrections",
        {"type": "rating_change", "reason": "Changed our mind.", "changes": {"rating": "supported"}},
    )
    problem(answer, 409)


def attach(callers: Callers, claim: str, title: str, stance: str = "supports", **source: object) -> Json:
    """A link to a source of this title, which may be an origin, and its publisher's."""
    made = callers.reviewer.made("/v1/sources", {"title": title, **source})
    return callers.reviewer.made(f"/v1/claims/{claim}/evidence", {"source": {"id": made["id"]}, "stance": stance})


def test_the_refusal_says_which_links_fall_together_and_why(callers_with: Make) -> None:
    callers = callers_with(min_origins=3)
    claim = callers.contributor.claim(source={"title": "The speech"})
    wire = callers.reviewer.made("/v1/sources", {"title": "The wire", "is_origin": True})["id"]
    papers = [attach(callers, claim, f"Paper {name}") for name in "AB"]
    for paper in papers:
        cited = {"origin": {"id": wire}, "kind": "republishes"}
        callers.reviewer.made(f"/v1/sources/{paper['source']['id']}/citations", cited)
    sisters = [attach(callers, claim, name, is_origin=True, publisher={"name": "Holding"}) for name in ("Day", "Eve")]
    blog = attach(callers, claim, "A blog")
    speech = callers.anyone.read(f"/v1/claims/{claim}")["source"]["id"]
    own = callers.reviewer.made(f"/v1/claims/{claim}/evidence", {"source": {"id": speech}, "stance": "supports"})

    refusal = problem(callers.reviewer.post(f"/v1/claims/{claim}/verdicts", {"rating": "supported"}), 409)
    assert refusal["detail"] == (
        "supported asks for 3 independent origins; the evidence that supports has 2, so 1 missing"
    )
    holding = sisters[0]["source"]["publisher"]["id"]
    by_wire, by_house = each(papers, "id"), each(sisters, "id")
    origins = sorted(link["source"]["id"] for link in sisters)
    assert refusal["groups"] == [
        {"links": by_wire, "origins": [wire], "uncounted": None,
         "reasons": [{"kind": "shared_origin", "source": wire, "links": by_wire}],
         "detail": '"Paper A" and "Paper B" are one witness: the origin "The wire" joins them.'},
        {"links": by_house, "origins": origins, "uncounted": None,
         "reasons": [{"kind": "same_publisher", "publisher": holding, "links": by_house}],
         "detail": '"Day" and "Eve" are one witness: the publisher "Holding" joins them.'},
        {"links": [own["id"]], "origins": [speech], "uncounted": "claim_itself", "reasons": [],
         "detail": '"The speech" does not count: the claim was made in it, or in what it relies on.'},
        {"links": [blog["id"]], "origins": [blog["source"]["id"]], "uncounted": "origin_unknown", "reasons": [],
         "detail": '"A blog" does not count: no reviewer has marked where it comes from.'},
    ]  # fmt: skip
    assert callers.anyone.read(f"/v1/claims/{claim}/corroboration")["supports"]["groups"] == refusal["groups"]


WHY = {"override_reason": "The court's own record is the one there can be."}


def test_an_editor_overrides_how_many_origins_are_needed_and_everybody_sees_why(callers_with: Make) -> None:
    callers = callers_with(min_origins=2)
    claim = callers.contributor.claim()
    path = f"/v1/claims/{claim}/verdicts"
    refusal = problem(callers.reviewer.post(path, {"rating": "supported", **WHY}), 403)
    assert refusal["type"].endswith("not-permitted")
    problem(callers.editor.post(path, {"rating": "supported", "override_reason": None}), 409)
    made = give(callers.editor, claim, "supported", **WHY)
    assert made["override_reason"] == WHY["override_reason"]
    assert callers.anyone.read(f"/v1/verdicts/{made['id']}") == made
    assert callers.anyone.read(f"/v1/claims/{claim}")["verdict"] == made
    event = callers.anyone.read(f"/v1/claims/{claim}/history")["items"][-1]
    assert (event["actor"], event["payload"]["set"]["override_reason"]) == (callers.editor.id, WHY["override_reason"])
    assert give(callers.admin, claim, "refuted", **WHY)["override_reason"] == WHY["override_reason"]


def test_where_there_is_nothing_to_override_no_reason_to_is_taken(callers_with: Make) -> None:
    callers = callers_with(min_origins=1)
    claim = callers.contributor.claim()
    path = f"/v1/claims/{claim}/verdicts"
    problem(callers.editor.post(path, {"rating": "satire", **WHY}), 422, "/override_reason")
    attach(callers, claim, "A report", is_origin=True)
    problem(callers.editor.post(path, {"rating": "supported", **WHY}), 422, "/override_reason")
    assert give(callers.editor, claim, "supported", override_reason=None)["override_reason"] is None
    assert give(callers.editor, claim, "refuted", **WHY)["rating"] == "refuted"


def test_where_no_origins_are_asked_for_there_is_nothing_to_override(callers: Callers) -> None:
    path = f"/v1/claims/{callers.contributor.claim()}/verdicts"
    problem(callers.editor.post(path, {"rating": "supported", **WHY}), 422, "/override_reason")


def test_a_proposal_with_an_override_is_published_with_it(callers_with: Make) -> None:
    callers = callers_with(approvals=1, min_origins=2)
    claim = callers.contributor.claim()
    proposal = give(callers.editor, claim, "supported", **WHY)
    assert (proposal["state"], proposal["override_reason"]) == ("proposed", WHY["override_reason"])
    assert WHY["override_reason"] not in callers.anyone.get(f"/v1/claims/{claim}/history").get_data(as_text=True)
    done = callers.admin.post(f"/v1/verdicts/{proposal['id']}/approve").get_json()
    assert (done["state"], done["override_reason"]) == ("published", WHY["override_reason"])
    assert status(callers, claim) == "supported"


def test_a_proposal_that_lost_its_origins_is_not_published(callers_with: Make) -> None:
    callers = callers_with(approvals=1, min_origins=1)
    claim = callers.contributor.claim()
    link = attach(callers, claim, "A report", is_origin=True)
    proposal = give(callers.reviewer, claim, "supported")
    callers.reviewer.delete(f"/v1/evidence/{link['id']}", {"reason": "Gone."})
    answer = callers.editor.post(f"/v1/verdicts/{proposal['id']}/approve")
    assert problem(answer, 409)["type"].endswith("too-few-origins")


def test_a_correction_of_the_rating_needs_an_override_of_its_own(callers_with: Make) -> None:
    callers = callers_with(min_origins=1)
    claim = callers.contributor.claim()
    verdict = give(callers.editor, claim, "supported", **WHY)
    path = f"/v1/verdicts/{verdict['id']}"
    given = {"type": "rating_change", "reason": "We were wrong."}
    problem(callers.editor.post(f"{path}/corrections", {**given, "changes": {"rating": "refuted"}}), 409)
    wrong = {**given, "changes": {"rating": "satire", **WHY}}
    problem(callers.editor.post(f"{path}/corrections", wrong), 422, "/changes/override_reason")
    same = correct(callers.editor, verdict, "rating_change", rating="refuted", **WHY)
    assert (same["changes"].keys(), callers.anyone.read(path)["override_reason"]) == (
        {"rating"},
        WHY["override_reason"],
    )
    again = correct(callers.editor, verdict, "rating_change", rating="supported", override_reason="The court again.")
    assert again["changes"]["override_reason"] == {"before": WHY["override_reason"], "after": "The court again."}
    assert callers.anyone.read(path)["override_reason"] == "The court again."
    other = correct(callers.editor, verdict, "rating_change", rating="satire")
    assert other["changes"]["override_reason"] == {"before": "The court again.", "after": None}
    assert callers.anyone.read(path)["override_reason"] is None


def test_only_an_editor_overrides_in_a_correction_too(callers_with: Make) -> None:
    callers = callers_with(min_origins=1)
    verdict = give(callers.reviewer, callers.contributor.claim(), "satire")
    given = {"type": "rating_change", "reason": "No joke.", "changes": {"rating": "supported", **WHY}}
    path = f"/v1/verdicts/{verdict['id']}/corrections"
    problem(callers.reviewer.post(path, given), 403)
    callers.editor.made(path, given)
    assert callers.anyone.read(f"/v1/verdicts/{verdict['id']}")["override_reason"] == WHY["override_reason"]


def test_a_reason_to_override_can_be_put_better_and_not_just_taken_back(callers_with: Make) -> None:
    callers = callers_with(min_origins=1)
    claim = callers.contributor.claim()
    verdict = give(callers.editor, claim, "supported", **WHY)
    correct(callers.editor, verdict, "minor", override_reason="Only the court can know.")
    given = {"type": "factual", "reason": "Not so.", "changes": {"override_reason": None}}
    path = f"/v1/verdicts/{verdict['id']}/corrections"
    problem(callers.editor.post(path, given), 409)
    attach(callers, claim, "A report", is_origin=True)
    callers.editor.made(path, given)
    assert callers.anyone.read(f"/v1/verdicts/{verdict['id']}")["override_reason"] is None


def test_a_proposal_is_published_at_the_nth_approval(callers_with: Make) -> None:
    callers = callers_with(approvals=2)
    claim = callers.contributor.claim()
    verdict = give(callers.reviewer, claim)
    assert (verdict["state"], verdict["published_at"]) == ("proposed", None)
    assert status(callers, claim) == "in_review"
    path = f"/v1/verdicts/{verdict['id']}"
    once = callers.editor.post(f"{path}/approve").get_json()
    assert (once["state"], once["approvals"]) == ("proposed", 1)
    assert status(callers, claim) == "in_review"
    twice = callers.admin.post(f"{path}/approve").get_json()
    assert (twice["state"], twice["approvals"]) == ("published", 2)
    assert status(callers, claim) == "supported"
    problem(callers.named("third editor", Role.EDITOR).post(f"{path}/approve"), 409)


def test_nobody_approves_their_own_verdict_or_one_verdict_twice(callers_with: Make) -> None:
    callers = callers_with(approvals=2)
    claim = callers.contributor.claim()
    own = give(callers.editor, claim)
    for step, body in (("approve", None), ("reject", {"reason": "No."})):
        refusal = problem(callers.editor.post(f"/v1/verdicts/{own['id']}/{step}", body), 403)
        assert refusal["type"].endswith("own-verdict")
    assert callers.admin.post(f"/v1/verdicts/{own['id']}/approve").status_code == 200
    problem(callers.admin.post(f"/v1/verdicts/{own['id']}/approve"), 409)
    assert callers.editor.read(f"/v1/verdicts/{own['id']}")["approvals"] == 1
    problem(callers.reviewer.post(f"/v1/verdicts/{own['id']}/approve"), 403)


def test_a_rejected_proposal_is_never_published(callers_with: Make) -> None:
    callers = callers_with(approvals=1)
    claim = callers.contributor.claim()
    verdict = give(callers.reviewer, claim)
    path = f"/v1/verdicts/{verdict['id']}"
    problem(callers.editor.post(f"{path}/reject", {}), 422, "/reason")
    assert callers.editor.post(f"{path}/reject", {"reason": "Thin."}).get_json()["state"] == "rejected"
    assert status(callers, claim) == "unreviewed"
    problem(callers.admin.post(f"{path}/approve"), 409)
    problem(callers.admin.post(f"{path}/reject", {"reason": "Thin."}), 409)
    problem(callers.anyone.get(path), 404)
    newest = callers.reviewer.read(f"/v1/claims/{claim}/history")["items"][-1]
    assert (newest["type"], newest["payload"]["reason"]) == ("verdict.rejected", "Thin.")
    assert callers.anyone.read(f"/v1/claims/{claim}/history")["items"][-1]["payload"] is None


def test_a_newer_proposal_takes_the_place_of_the_one_that_waits(callers_with: Make) -> None:
    callers = callers_with(approvals=1)
    claim = callers.contributor.claim()
    older, newer = give(callers.reviewer, claim), give(callers.reviewer, claim, "refuted")
    problem(callers.editor.post(f"/v1/verdicts/{older['id']}/approve"), 409)
    assert callers.editor.post(f"/v1/verdicts/{newer['id']}/approve").status_code == 200
    assert status(callers, claim) == "refuted"
    assert each(callers.anyone.read(f"/v1/claims/{claim}/verdicts")["items"], "id") == [newer["id"]]


def test_a_published_verdict_stands_until_the_next_is_approved(callers_with: Make) -> None:
    callers = callers_with(approvals=1)
    claim = callers.contributor.claim()
    first = give(callers.reviewer, claim)
    callers.editor.post(f"/v1/verdicts/{first['id']}/approve")
    second = give(callers.reviewer, claim, "refuted")
    read = callers.anyone.read(f"/v1/claims/{claim}")
    assert (read["status"], read["workflow"], each(read["verdicts"], "id")) == ("supported", "in_review", [first["id"]])
    callers.editor.post(f"/v1/verdicts/{second['id']}/approve")
    assert status(callers, claim) == "refuted"
    assert callers.anyone.read(f"/v1/verdicts/{first['id']}")["state"] == "superseded"


def test_a_proposal_is_withheld_from_the_public_until_it_is_published(callers_with: Make) -> None:
    callers = callers_with(approvals=1)
    claim = callers.contributor.claim()
    verdict = give(callers.reviewer, claim, justification="Our secret reasons.")
    paths = [f"/v1/verdicts/{verdict['id']}", f"/v1/claims/{claim}/verdicts", f"/v1/claims/{claim}",
             f"/v1/claims/{claim}/history", f"/v1/claims/{claim}/status", "/v1/claims"]  # fmt: skip
    for outsider in (callers.anyone, callers.reader, callers.contributor):
        for path in paths:
            assert "Our secret reasons." not in outsider.get(path).get_data(as_text=True)
        problem(outsider.get(paths[0]), 404)
        assert outsider.read(paths[1])["items"] == []
        assert outsider.read(paths[2])["verdicts"] == []
    assert callers.second_reviewer.read(paths[0])["justification"] == "Our secret reasons."
    assert each(callers.second_reviewer.read(paths[1])["items"], "id") == [verdict["id"]]

    hidden = callers.anyone.read(paths[3])["items"][-1]
    open_ = callers.second_reviewer.read(paths[3])["items"][-1]
    assert hidden == {**open_, "payload": None, "changes": None, "salt": None}
    assert open_["payload"]["set"]["justification"] == "Our secret reasons."
    assert hidden["commitment"]
    assert hidden["leaf_hash"]

    callers.editor.post(f"/v1/verdicts/{verdict['id']}/approve")
    shown = everything(callers.anyone, paths[3])
    assert shown == everything(callers.second_reviewer, paths[3])
    assert open_ in shown
    assert all(event["payload"] is not None and event["salt"] for event in shown)
    assert callers.anyone.read(paths[0])["justification"] == "Our secret reasons."


def test_a_withheld_event_has_an_entity_tag_of_its_own(callers_with: Make) -> None:
    callers = callers_with(approvals=1)
    claim = callers.contributor.claim()
    verdict = give(callers.reviewer, claim)
    path = f"/v1/claims/{claim}/history"
    hidden, open_ = (caller.get(path).headers["ETag"] for caller in (callers.anyone, callers.reviewer))
    assert hidden != open_
    callers.editor.post(f"/v1/verdicts/{verdict['id']}/approve")
    assert callers.anyone.get(path, If_None_Match=hidden).status_code == 200


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("minor", {"justification": "Without the typing error."}),
        ("factual", {"valid_until": "2024-12-31", "review_url": "https://us.test/2"}),
        ("rating_change", {"rating": "refuted", "label": "Wrong"}),
    ],
)
def test_a_correction_shows_before_and_after(callers: Callers, kind: str, changes: Json) -> None:
    claim = callers.contributor.claim()
    verdict = give(callers.reviewer, claim, justification="With a tping error.", label="Right")
    made = correct(callers.reviewer, verdict, kind, **changes)
    assert (made["type"], made["reason"], made["verdict"]) == (kind, "We were wrong.", verdict["id"])
    assert made["changes"] == {name: {"before": verdict[name], "after": after} for name, after in changes.items()}
    now = callers.anyone.read(f"/v1/verdicts/{verdict['id']}")
    assert {name: now[name] for name in changes} == changes
    assert now["corrections"] == [made]
    read = callers.anyone.read(f"/v1/claims/{claim}")
    assert (read["correction_count"], read["verdict"], read["status"]) == (1, now, now["rating"])
    assert callers.anyone.read("/v1/corrections")["items"] == [made]


def test_voiding_takes_an_editor(callers: Callers) -> None:
    claim = callers.contributor.claim()
    verdict = give(callers.reviewer, claim)
    path = f"/v1/verdicts/{verdict['id']}/corrections"
    problem(callers.reviewer.post(path, {"type": "void", "reason": "Mine."}), 403)
    problem(callers.editor.post(path, {"type": "void", "reason": "x", "changes": {"label": "y"}}), 422, "/changes")
    made = correct(callers.editor, verdict, "void")
    assert made["type"] == "void"
    assert status(callers, claim) == "void"
    problem(callers.editor.post(path, {"type": "minor", "reason": "x", "changes": {"label": "y"}}), 409)


def test_who_gave_a_verdict_corrects_it_or_an_editor(callers: Callers) -> None:
    verdict = give(callers.reviewer, callers.contributor.claim())
    given = {"type": "minor", "reason": "A typing error."}
    path = f"/v1/verdicts/{verdict['id']}/corrections"
    problem(callers.second_reviewer.post(path, {**given, "changes": {"label": "a"}}), 403)
    problem(callers.contributor.post(path, {**given, "changes": {"label": "a"}}), 403)
    callers.reviewer.made(path, {**given, "changes": {"label": "b"}})
    callers.editor.made(path, {**given, "changes": {"label": "c"}})
    assert callers.anyone.read(f"/v1/verdicts/{verdict['id']}")["label"] == "c"


def test_a_correction_is_of_its_kind(callers: Callers) -> None:
    verdict = give(callers.reviewer, callers.contributor.claim(), label="Right")
    path = f"/v1/verdicts/{verdict['id']}/corrections"
    for kind, changes, pointer in (
        ("minor", {"rating": "refuted"}, "/changes/rating"),
        ("rating_change", {"justification": "x"}, "/changes/rating"),
        ("minor", {}, "/changes"),
        ("factual", {"label": "Right"}, "/changes"),
        ("factual", {"evidence": [verdict["id"]]}, "/evidence/0"),
    ):
        answer = callers.reviewer.post(path, {"type": kind, "reason": "x", "changes": changes})
        body = problem(answer, 422)
        assert any(error["pointer"].endswith(pointer) for error in body["errors"]), body
    assert callers.anyone.read(f"/v1/verdicts/{verdict['id']}") == verdict


def test_a_corrections_pointer_leads_into_its_changes(callers: Callers) -> None:
    verdict = give(callers.reviewer, callers.contributor.claim())
    path = f"/v1/verdicts/{verdict['id']}/corrections"
    for changes, pointer in (
        ({"evidence": [verdict["id"]]}, "/changes/evidence/0"),
        ({"valid_from": "2024", "valid_until": "2023"}, "/changes/valid_until"),
        ({"scale": "no-such"}, "/changes/scale"),
        ({"scale": "plain", "label": "No such"}, "/changes/label"),
    ):
        problem(callers.reviewer.post(path, {"type": "factual", "reason": "x", "changes": changes}), 422, pointer)


def test_where_verdicts_are_approved_no_author_changes_a_rating_alone(callers_with: Make) -> None:
    callers = callers_with(approvals=1)
    claim = callers.contributor.claim()
    verdict = give(callers.reviewer, claim)
    path = f"/v1/verdicts/{verdict['id']}"
    given = {"type": "rating_change", "reason": "x", "changes": {"rating": "refuted"}}
    callers.editor.post(f"{path}/approve")
    problem(callers.reviewer.post(f"{path}/corrections", given), 403)
    callers.editor.made(f"{path}/corrections", given)
    assert status(callers, claim) == "refuted"


def test_only_a_published_verdict_is_corrected(callers_with: Make) -> None:
    callers = callers_with(approvals=1)
    verdict = give(callers.reviewer, callers.contributor.claim())
    given = {"type": "minor", "reason": "x", "changes": {"label": "y"}}
    problem(callers.editor.post(f"/v1/verdicts/{verdict['id']}/corrections", given), 409)


def test_corrections_are_listed_newest_first_on_pages(callers: Callers) -> None:
    verdict = give(callers.reviewer, callers.contributor.claim())
    made = [correct(callers.reviewer, verdict, "minor", label=f"Label {number}")["id"] for number in range(3)]
    assert each(everything(callers.anyone, "/v1/corrections?limit=1"), "id") == made[::-1]


def test_a_correction_says_at_a_glance_what_it_changed(callers: Callers) -> None:
    claim = callers.contributor.claim()
    old, new = (
        callers.reviewer.made(f"/v1/claims/{claim}/evidence", {"url": f"https://{name}.test/", "stance": "refutes"})
        for name in "ab"
    )
    verdict = give(callers.reviewer, claim, "supported", evidence=[old["id"]])
    changed = correct(callers.editor, verdict, "rating_change", rating="refuted", evidence=[new["id"]])
    assert changed["reviewer"] == {"id": callers.reviewer.id, "name": "reviewer"}
    assert changed["created_by"] == callers.editor.id
    assert changed["rating"] == {"before": "supported", "after": "refuted"}
    assert changed["evidence"] == {"added": [new["id"]], "removed": [old["id"]]}
    slip = correct(callers.reviewer, verdict, "minor", justification="A slip")
    assert (slip["rating"], slip["evidence"]) == (
        {"before": "refuted", "after": "refuted"},
        {"added": [], "removed": []},
    )
    void = correct(callers.editor, verdict, "void")
    assert void["rating"] == {"before": "refuted", "after": None}
    assert everything(callers.anyone, "/v1/corrections") == [void, slip, changed]
    assert callers.anyone.read(f"/v1/verdicts/{verdict['id']}")["corrections"] == [changed, slip, void]
    [shown] = callers.anyone.read(f"/v1/claims/{claim}")["verdicts"]
    assert shown["corrections"] == [changed, slip, void]


def test_the_history_of_a_claim_says_why_a_verdict_was_corrected_and_by_which_evidence(callers: Callers) -> None:
    claim = callers.contributor.claim()
    link = callers.reviewer.made(f"/v1/claims/{claim}/evidence", {"url": "https://a.test/", "stance": "refutes"})
    verdict = give(callers.reviewer, claim, "supported")
    correct(callers.reviewer, verdict, "rating_change", rating="refuted", evidence=[link["id"]])
    said, done = everything(callers.anyone, f"/v1/claims/{claim}/history")[-2:]
    assert (said["type"], done["type"]) == ("correction.published", "verdict.corrected")
    correction = said["payload"]["set"]
    assert (correction["type"], correction["reason"]) == ("rating_change", "We were wrong.")
    assert correction["changes"] == done["changes"]
    assert done["changes"]["evidence"] == {"before": [], "after": [link["id"]]}
    assert done["changes"]["rating"] == {"before": "supported", "after": "refuted"}


def test_corrections_are_listed_by_type_by_claim_and_by_whose_verdict(callers: Callers) -> None:
    one, other = callers.contributor.claim("One"), callers.contributor.claim("Other")
    first, second = give(callers.reviewer, one), give(callers.second_reviewer, other)
    slip = correct(callers.editor, first, "minor", justification="A slip")
    void = correct(callers.editor, second, "void")
    for query, found in (
        ("", [void, slip]),
        ("?type=minor", [slip]),
        (f"?claim={other}", [void]),
        (f"?reviewer={callers.reviewer.id}", [slip]),
        (f"?reviewer={callers.editor.id}", []),
        (f"?reviewer={callers.reviewer.id}&type=void", []),
        ("?limit=1", [void, slip]),
    ):
        assert everything(callers.anyone, f"/v1/corrections{query}") == found, query
    problem(callers.anyone.get("/v1/corrections?type=large"), 422, "/type")
