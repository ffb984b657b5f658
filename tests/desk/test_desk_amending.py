"""A claim amended, seen elsewhere, and answered, by forms."""

from factcheck.storage import journal
from tests.callers import Caller, Callers, Json
from tests.desk.desks import at_desk

FULL = {
    "text": "The bridge carried\n12,000 vehicles", "quote": "So many!", "speaker": {"name": "Example council"},
    "speaker_role": "Owner", "claim_date": "2024-03", "language": "en", "topics": ["traffic", "a, b"],
    "place": "The harbour",
}  # fmt: skip


def read(caller: Caller, claim: str) -> Json:
    return caller.read(f"/v1/claims/{claim}")


def made(callers: Callers) -> tuple[str, str]:
    claim = str(callers.contributor.made("/v1/claims", FULL)["id"])
    return claim, f"/desk/claims/{claim}/amend"


def test_only_what_is_changed_in_the_form_is_amended(callers: Callers) -> None:
    claim, path = made(callers)
    before = read(callers.anyone, claim)
    desk = at_desk(callers.contributor)
    address = desk.done(path, {"text": "The bridge carried 11,000 vehicles", "place": "", "reason": "A slip"})
    assert address == f"/desk/claims/{claim}?done=amended"
    after = read(callers.anyone, claim)
    differs = {name for name in before if before[name] != after[name]} - {"updated_at", "seq"}
    assert differs == {"text", "place"}
    assert (after["text"], after["place"]) == ("The bridge carried 11,000 vehicles", None)


def test_a_speaker_is_another_one_or_nobody(callers: Callers) -> None:
    claim, path = made(callers)
    desk = at_desk(callers.contributor)
    desk.done(path, {"speaker.name": "Example ministry", "speaker.kind": "organisation", "topics": "traffic,bridges"})
    after = read(callers.anyone, claim)
    assert (after["speaker"]["name"], after["speaker"]["kind"]) == ("Example ministry", "organisation")
    assert after["topics"] == ["traffic", "bridges"]
    desk.done(path, {"speaker.name": "", "relayed_by.name": "Example ministry"})
    after = read(callers.anyone, claim)
    assert (after["speaker"], after["relayed_by"]["name"]) == (None, "Example ministry")


def test_nothing_changed_and_a_missing_reason_are_said(callers: Callers) -> None:
    claim, path = made(callers)
    desk = at_desk(callers.reviewer)
    size = journal.size()
    assert "Nothing is changed in the form." in desk.refused(path, {}).all("//div[@class='faults']//li")
    said = desk.refused(path, {"text": "", "claim_date": "soon"}).all("//div[@class='faults']//a/@href")
    assert said == ["#text", "#claim_date"]
    assert journal.size() == size
    callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "supported"})
    refused = desk.refused(path, {"place": "Elsewhere"})
    assert refused.all("//div[@class='faults']//a/@href") == ["#reason"]
    desk.done(path, {"place": "Elsewhere", "reason": "It was there."})


def test_what_others_amended_meanwhile_is_shown_and_not_taken_back(callers: Callers) -> None:
    claim, path = made(callers)
    desk, other = at_desk(callers.contributor), at_desk(callers.reviewer)
    typed = {**desk.filled(path), "text": "Mine"}
    other.done(path, {"place": "Theirs"})
    page = desk.page_of(desk.post(path, typed), 412)
    assert page.all("//table[@class='versions']//tbody//td") == ["The harbour", "Theirs"]
    again = dict(page.tree.xpath("//form[@action=$path]", path=path)[0].form_values())
    assert (again["text"].strip(), again["place"]) == ("Mine", "Theirs")
    assert desk.post(path, again).status_code == 303
    after = read(callers.anyone, claim)
    assert (after["text"], after["place"]) == ("Mine", "Theirs")


def test_where_else_a_claim_was_made_is_added_once(callers: Callers) -> None:
    claim, _ = made(callers)
    path = f"/desk/claims/{claim}/appearances"
    desk = at_desk(callers.contributor)
    assert desk.refused(path, {}).all("//div[@class='faults']//a/@href") == ["#source-url"]
    fields = {"source.url": "https://news.example/", "source.title": "News", "source.kind": "video"}
    typed = {**desk.filled(path), **fields}
    assert desk.post(path, typed).status_code == 303
    assert desk.post(path, typed).status_code == 412
    assert "known to appear" in desk.refused(path, fields, 422).text
    [found] = read(callers.anyone, claim)["appearances"]
    assert (found["source"]["title"], found["source"]["kind"]) == ("News", "video")


def test_a_speakers_answer_is_recorded_with_where_it_was_given(callers: Callers) -> None:
    claim, _ = made(callers)
    path = f"/desk/claims/{claim}/replies"
    desk = at_desk(callers.contributor)
    assert desk.refused(path, {}).all("//div[@class='faults']//a") == ["The answer: This cannot be empty."]
    typed = {**desk.filled(path), "answer": "We counted\r\ntwice.", "source.url": "https://council.example/answer"}
    assert [desk.post(path, typed).status_code for _ in range(2)] == [303, 412]
    [reply] = read(callers.anyone, claim)["replies"]
    assert (reply["text"], reply["source"]["url"]) == ("We counted\ntwice.", "https://council.example/answer")
    assert "We counted" in desk.get(f"/desk/claims/{claim}").text


def test_every_form_about_what_a_claim_says_is_led_to_from_its_page(callers: Callers) -> None:
    claim, path = made(callers)
    links = at_desk(callers.contributor).get(f"/desk/claims/{claim}").all("//aside//a/@href")
    assert {path, f"/desk/claims/{claim}/appearances", f"/desk/claims/{claim}/replies"} <= {*links}
