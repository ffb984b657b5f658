"""Verdicts by forms: given, corrected, decided on, and what happens where somebody was faster."""

from collections.abc import Callable

import pytest

from factcheck.domain.actors import SERVICE
from factcheck.domain.vocabulary import LinkState, Role
from factcheck.services import looks
from factcheck.storage import journal
from tests.callers import Callers, Json
from tests.desk.desks import Desk, at_desk
from tests.desk.pages import Page

Make = Callable[..., Callers]


def linked(callers: Callers) -> tuple[str, str, str]:
    """A claim with a link: the claim, the link and its source."""
    claim = callers.contributor.claim()
    body = {"url": "https://a.test/", "stance": "supports", "note": "first"}
    link = callers.reviewer.made(f"/v1/claims/{claim}/evidence", body)
    return claim, link["id"], link["source"]["id"]


def read(callers: Callers, claim: str) -> Json:
    return callers.anyone.read(f"/v1/claims/{claim}")


def test_a_verdict_is_given_by_a_label_that_stands_for_a_rating(callers: Callers) -> None:
    claim, link, _ = linked(callers)
    path = f"/desk/claims/{claim}/verdict"
    fields = {
        "choice": "five-step:Mostly true", "justification": "The station\r\ncounted.", "evidence": [link],
        "valid_from": "2024", "review_url": "https://house.test/a",
    }  # fmt: skip
    assert at_desk(callers.reviewer).done(path, fields) == f"/desk/claims/{claim}?done=published"
    verdict = read(callers, claim)["verdict"]
    assert (verdict["rating"], verdict["label"], verdict["value"]) == ("supported", "Mostly true", 4)
    assert verdict["evidence"] == [link]
    assert verdict["justification"] == "The station\ncounted."
    assert verdict["final"] is False


def test_what_is_wrong_with_a_verdict_stands_at_its_field(callers: Callers) -> None:
    claim, link, _ = linked(callers)
    path = f"/desk/claims/{claim}/verdict"
    desk = at_desk(callers.reviewer)
    before = journal.size()
    page = desk.refused(path, {"choice": "", "justification": "Kept", "valid_from": "soon", "evidence": [link]})
    assert page.all("//div[@class='faults']//a/@href") == ["#choice", "#valid_from"]
    assert page.tree.xpath("//textarea[@name='justification']")[0].text.strip() == "Kept"
    assert page.tree.xpath("//input[@name='evidence']/@checked")
    for choice in ("five-step:No such label", "no-scale:True", ":", "nonsense"):
        page = desk.refused(path, {"choice": choice})
        assert page.all("//div[@class='faults']//a/@href") == ["#choice"], choice
    page = desk.refused(path, {"choice": "plain:Supported", "valid_from": "2025", "valid_until": "2024"})
    assert page.all("//div[@class='faults']//a/@href") == ["#valid_until"]
    elsewhere = desk.refused(path, {"choice": "plain:Supported", "evidence": [claim]})
    assert "This is no evidence of the claim." in elsewhere.text
    assert journal.size() == before


def test_only_editors_are_offered_a_ruling_and_may_give_one(callers: Callers) -> None:
    claim, *_ = linked(callers)
    path = f"/desk/claims/{claim}/verdict"
    desk = at_desk(callers.reviewer)
    assert desk.get(path).tree.xpath("//input[@name='final']") == []
    assert "takes the role editor" in desk.refused(path, {"choice": "plain:Supported", "final": "1"}).text
    at_desk(callers.editor).done(path, {"choice": "plain:Supported", "final": "1"})
    assert read(callers, claim)["verdict"]["final"] is True


def test_too_few_origins_are_explained_and_an_editor_may_override(callers_with: Make) -> None:
    callers = callers_with(min_origins=2)
    claim, *_ = linked(callers)
    path = f"/desk/claims/{claim}/verdict"
    page = at_desk(callers.reviewer).refused(path, {"choice": "plain:Supported", "justification": "Kept"})
    assert "Supported asks for 2 independent origins" in page.text
    assert len(page.all("//div[@class='faults']//li")) == 2
    assert page.tree.xpath("//*[@name='override_reason']") == []
    editor = at_desk(callers.editor)
    editor.done(path, {"choice": "plain:Supported", "override_reason": "One register alone"})
    assert read(callers, claim)["verdict"]["override_reason"] == "One register alone"


def test_a_correction_takes_a_reason_and_changes_what_was_changed_alone(callers: Callers) -> None:
    claim, link, _ = linked(callers)
    body = {"rating": "supported", "scale": "five-step", "label": "True", "justification": "12,410\nvehicles",
            "evidence": [link], "valid_from": "2023"}  # fmt: skip
    verdict = callers.reviewer.made(f"/v1/claims/{claim}/verdicts", body)["id"]
    path = f"/desk/verdicts/{verdict}/correct"
    desk = at_desk(callers.reviewer)
    fields = {"type": "minor", "justification": "12,140\r\nvehicles"}
    page = desk.refused(path, fields)
    assert page.all("//div[@class='faults']//a/@href") == ["#reason"]
    assert page.tree.xpath("//textarea[@name='justification']")[0].text.strip() == "12,140\nvehicles"
    assert desk.done(path, {**fields, "reason": "Two digits were swapped."}) == f"/desk/claims/{claim}?done=corrected"
    (correction,) = callers.anyone.read("/v1/corrections")["items"]
    assert correction["changes"] == {"justification": {"before": "12,410\nvehicles", "after": "12,140\nvehicles"}}
    page = desk.refused(path, {"type": "minor", "reason": "Nothing changed"})
    assert "The correction changes nothing." in page.text
    page = desk.refused(path, {"type": "minor", "reason": "?", "choice": "five-step:False"})
    assert page.all("//div[@class='faults']//a/@href") == ["#choice"]
    desk.done(path, {"type": "rating_change", "reason": "Counted anew", "choice": "five-step:False", "valid_from": ""})
    found = read(callers, claim)["verdict"]
    assert (found["rating"], found["label"], found["valid_from"]) == ("refuted", "False", None)
    assert found["justification"] == "12,140\nvehicles"
    assert found["evidence"] == [link]


def test_a_verdict_without_a_scale_keeps_its_rating_in_a_correction(callers: Callers) -> None:
    claim, *_ = linked(callers)
    verdict = callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "outdated", "label": "Old news"})["id"]
    at_desk(callers.reviewer).done(
        f"/desk/verdicts/{verdict}/correct", {"type": "minor", "reason": "Spelling", "justification": "New words"}
    )
    found = read(callers, claim)["verdict"]
    assert (found["rating"], found["label"], found["justification"]) == ("outdated", "Old news", "New words")


def test_an_editor_voids_a_verdict_whatever_else_stands_in_the_form(callers: Callers) -> None:
    claim, *_ = linked(callers)
    verdict = callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "supported"})["id"]
    path = f"/desk/verdicts/{verdict}/correct"
    reviewer = at_desk(callers.reviewer)
    assert "Void" not in "".join(reviewer.get(path).all("//fieldset//label"))
    assert "takes the role editor" in reviewer.refused(path, {"type": "void", "reason": "Mine"}).text
    at_desk(callers.editor).done(path, {"type": "void", "reason": "Another claim's", "justification": "Typed"})
    assert read(callers, claim)["status"] == "void"


def test_others_decide_on_a_proposal_and_never_its_author(callers_with: Make) -> None:
    callers = callers_with(approvals=1)
    claim, *_ = linked(callers)
    own = at_desk(callers.editor)
    assert own.done(f"/desk/claims/{claim}/verdict", {"choice": "plain:Supported"}).endswith("?done=proposed")
    proposal = callers.editor.read(f"/v1/claims/{claim}/verdicts")["items"][0]["id"]
    path = f"/desk/verdicts/{proposal}"
    page = own.get(path)
    assert "Somebody else decides on it." in page.text
    assert page.tree.xpath("//main//form[contains(@action, '/desk/verdicts/')]") == []
    refused = own.post(f"{path}/approve", {"csrf": own.key()})
    assert refused.status_code == 422
    assert "A reviewer never decides on their own verdict." in refused.get_data(as_text=True)
    assert "An editor decides on it." in at_desk(callers.reviewer).get(path).text
    other = at_desk(callers.admin)
    assert other.done(path, to=f"{path}/approve") == f"{path}?done=approved"
    assert read(callers, claim)["status"] == "supported"


def test_a_proposal_is_turned_down_with_a_reason(callers_with: Make) -> None:
    callers = callers_with(approvals=1)
    claim, *_ = linked(callers)
    proposal = callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "supported"})["id"]
    path = f"/desk/verdicts/{proposal}"
    desk = at_desk(callers.editor)
    assert desk.refused(path, {}, to=f"{path}/reject").all("//div[@class='faults']//a/@href") == ["#reason"]
    desk.done(path, {"reason": "It says nothing of 2024."}, to=f"{path}/reject")
    assert callers.editor.read(f"/v1/verdicts/{proposal}")["state"] == "rejected"


FORMS = {
    "verdict": {"choice": "plain:Refuted", "justification": "Typed for an hour"},
    "evidence": {"links": "https://b.test/ mentions Typed for an hour"},
    "relations": {"kind": "same_event", "note": "Typed for an hour"},
}


@pytest.mark.parametrize("form", FORMS)
def test_where_somebody_was_faster_both_versions_are_shown_and_nothing_is_lost(callers: Callers, form: str) -> None:
    claim, *_ = linked(callers)
    other = callers.contributor.claim("Another")
    path = f"/desk/claims/{claim}/{form}"
    desk = at_desk(callers.reviewer)
    typed = {**desk.filled(path), **FORMS[form]} | ({"claim": other} if form == "relations" else {})
    callers.second_reviewer.made(
        f"/v1/claims/{claim}/verdicts", {"rating": "supported", "justification": "I was first"}
    )
    before = journal.size()
    page = _refused(desk, path, typed)
    assert "The claim was changed since you opened this form" in page.text
    (row,) = page.all("//tbody/tr")
    assert row == "Verdict Nothing Supported, by second reviewer, published I was first"
    assert "Typed for an hour" in page.text
    assert journal.size() == before
    again = dict(page.tree.xpath("//main//form[@action=$path]", path=path)[0].form_values())
    assert desk.post(path, again).status_code == 303
    assert journal.size() > before


def test_what_the_worker_finds_out_meanwhile_stops_nobody(callers: Callers) -> None:
    claim, _, source = linked(callers)
    path = f"/desk/claims/{claim}/verdict"
    desk = at_desk(callers.reviewer)
    typed = {**desk.filled(path), "choice": "plain:Refuted"}
    seq = read(callers, claim)["seq"]
    looks.record_check(SERVICE, source, LinkState.DEAD, "gone")
    assert read(callers, claim)["seq"] > seq
    assert desk.post(path, typed).status_code == 303


def test_a_form_that_names_no_version_is_asked_again(callers: Callers) -> None:
    claim, *_ = linked(callers)
    desk = at_desk(callers.reviewer)
    path = f"/desk/claims/{claim}/verdict"
    for seq in ("", "x", "-1", "9" * 40, "²"):
        page = _refused(desk, path, {**desk.filled(path), "choice": "plain:Refuted", "seq": seq})
        assert page.tree.xpath("//option[@value='plain:Refuted']/@selected")


def test_a_correction_that_another_made_meanwhile_is_shown(callers: Callers) -> None:
    claim, *_ = linked(callers)
    verdict = callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "supported", "justification": "Old"})[
        "id"
    ]
    desk = at_desk(callers.reviewer)
    path = f"/desk/verdicts/{verdict}/correct"
    typed = {**desk.filled(path), "type": "minor", "reason": "Mine", "justification": "Mine"}
    callers.editor.made(f"/v1/verdicts/{verdict}/corrections",
                        {"type": "minor", "reason": "Theirs", "changes": {"justification": "Theirs"}})  # fmt: skip
    page = _refused(desk, path, typed)
    (row,) = page.all("//tbody/tr")
    assert "Old" in row
    assert "Theirs" in row
    assert page.tree.xpath("//textarea[@name='justification']")[0].text.strip() == "Mine"


def test_no_page_grows_with_what_a_claim_holds(callers: Callers) -> None:
    claim = callers.contributor.claim("字" * 5000)
    desk = at_desk(callers.editor)
    path = f"/desk/claims/{claim}/verdict"
    stale = desk.filled(path)
    links: list[str] = []
    for part in range(3):
        items = [{"source": {"title": f"{part} {one} " + "字" * 900}, "stance": "supports", "note": "字" * 400}
                 for one in range(50)]  # fmt: skip
        made = callers.reviewer.made(f"/v1/claims/{claim}/evidence:batch", {"items": items})["items"]
        links += [one["id"] for one in made]
    body = {"rating": "supported", "label": "字" * 99, "justification": "字" * 9000, "evidence": links}
    for _ in range(12):
        verdict = callers.reviewer.made(f"/v1/claims/{claim}/verdicts", body)["id"]
    for one in (f"/desk/claims/{claim}", f"{path}", f"/desk/verdicts/{verdict}", "/desk?list=unreviewed"):
        desk.get(one)
    _refused(desk, path, {**stale, "choice": "plain:Supported"})
    correct = f"/desk/verdicts/{verdict}/correct"
    desk.done(correct, {"type": "minor", "reason": "Shorter", "justification": "Short"})
    assert read(callers, claim)["verdict"]["evidence"] == links


def test_each_role_is_shown_what_it_may_do(callers: Callers) -> None:
    claim, *_ = linked(callers)
    shown = {}
    for role in (Role.CONTRIBUTOR, Role.REVIEWER, Role.EDITOR, Role.ADMIN):
        page = at_desk(callers.named(f"a {role}", role)).get(f"/desk/claims/{claim}")
        shown[role] = {*page.all("//main//a"), *page.all("//main//button")}
    assert not shown[Role.CONTRIBUTOR] & {"Take it", "Attach links", "Give a verdict", "Merge"}
    assert {"Take it", "Attach links", "Give a verdict"} <= shown[Role.REVIEWER]
    assert "Merge" not in shown[Role.REVIEWER]
    assert "Merge" in shown[Role.EDITOR]
    assert "Retract https://a.test/" not in shown[Role.REVIEWER]
    assert "Retract https://a.test/" in shown[Role.EDITOR]


def _refused(desk: Desk, path: str, typed: Json) -> Page:
    return desk.page_of(desk.post(path, typed), 412)
