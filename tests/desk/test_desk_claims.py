"""A claim from its submission to its evidence, by forms."""

from factcheck.storage import journal
from tests.api.answers import problem
from tests.callers import Callers, Json
from tests.desk.desks import at_desk

NEW = "/desk/claims/new"


def claim_of(callers: Callers, address: str) -> Json:
    return callers.editor.read(f"/v1/claims/{address.partition('?')[0].rpartition('/')[2]}")


def test_a_claim_is_submitted_with_all_that_is_known(callers: Callers) -> None:
    fields = {
        "text": "  The bridge carried 12,000\r\nvehicles  ", "quote": "So many!", "kind": "factual",
        "speaker.name": "Example council", "speaker.kind": "organisation", "speaker_role": "Owner",
        "claim_date": "2024-03", "event_date": "2023", "language": "en", "topics": "traffic, bridges,traffic, ",
        "source.url": "https://council.example/minutes", "source.title": "Minutes", "source.kind": "official_record",
        "source.publisher.name": "Council press", "context": "A meeting.",
    }  # fmt: skip
    address = at_desk(callers.contributor).done(NEW, fields)
    assert address.endswith("?done=submitted")
    claim = claim_of(callers, address)
    assert claim["text"] == "The bridge carried 12,000\nvehicles"
    assert claim["speaker"]["kind"] == "organisation"
    assert claim["topics"] == ["traffic", "bridges"]
    assert claim["source"]["publisher"]["name"] == "Council press"
    assert claim["place"] is None


def test_the_text_alone_is_enough(callers: Callers) -> None:
    claim = claim_of(callers, at_desk(callers.contributor).done(NEW, {"text": "The moon is made of rock"}))
    assert (claim["speaker"], claim["source"], claim["topics"]) == (None, None, [])


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(callers: Callers) -> None:
    fields = {
        "text": "Kept", "claim_date": "yesterday", "source.url": "ftp://x", "language": "English!", "topics": "a" * 101,
        "speaker.name": "Kept too", "quote": "And <b>this</b>\nsecond line", "speaker_role": "",
    }  # fmt: skip
    desk = at_desk(callers.contributor)
    before = journal.size()
    page = desk.refused(NEW, fields)
    assert page.all("//title")[0].startswith("Error: New claim")
    linked = page.all("//div[@class='faults']//a/@href")
    assert sorted(linked) == ["#claim_date", "#language", "#source-url", "#topics"]
    for link in linked:
        field = page.tree.get_element_by_id(link[1:])
        assert field.get("aria-invalid") == "true"
        for described in field.get("aria-describedby").split():
            assert page.tree.get_element_by_id(described) is not None
    held = dict(page.tree.xpath("//form[@action='/desk/claims/new']")[0].form_values())
    for name, value in fields.items():
        assert held[name].strip() == value
    assert journal.size() == before


def test_an_empty_form_says_what_is_missing(callers: Callers) -> None:
    page = at_desk(callers.contributor).refused(NEW, {})
    assert page.all("//div[@class='faults']//a") == ["The claim: This cannot be empty."]


def test_earlier_claims_are_looked_for_before_anything_is_written(callers: Callers) -> None:
    earlier = callers.contributor.claim("The harbour bridge carried 12,000 vehicles a day in 2023")
    desk = at_desk(callers.contributor)
    before = journal.size()
    fields = {"text": "The harbour bridge carried 11,000 vehicles a day in 2023", "place": "The harbour", "look": "1"}
    page = desk.refused(NEW, fields, 200)
    assert f"/desk/claims/{earlier}" in page.all("//ol[@class='rows']//a/@href")
    assert "there “12,000”, here “11,000”" in page.text
    assert page.tree.xpath("//input[@name='place']/@value") == ["The harbour"]
    piece = desk.post("/desk/claims/matches", {"csrf": desk.key(), "text": fields["text"]})
    assert f"/desk/claims/{earlier}" in piece.get_data(as_text=True)
    assert "<html" not in piece.get_data(as_text=True)
    assert journal.size() == before


def test_hostile_text_stays_text_on_every_page(callers: Callers) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}</textarea>"
    desk = at_desk(callers.editor)
    address = desk.done(NEW, {"text": evil, "speaker.name": evil, "place": evil, "source.title": evil}).partition("?")[
        0
    ]
    claim = address.rpartition("/")[2]
    desk.done(f"{address}/evidence", {"links": f"https://a.test/?q='%22%3E refutes {evil}"})
    desk.done(f"{address}/verdict", {"choice": "five-step:False", "justification": evil})
    link = claim_of(callers, address)["evidence"][0]
    verdict = claim_of(callers, address)["verdicts"][0]["id"]
    paths = [
        "/desk", address, f"{address}/evidence", f"{address}/verdict", f"{address}/relations", f"{address}/merge",
        f"{address}/amend", f"{address}/appearances", f"{address}/replies",
        f"/desk/evidence/{link['id']}/quote", f"/desk/evidence/{link['id']}/retract", f"/desk/verdicts/{verdict}",
        f"/desk/verdicts/{verdict}/correct", f"/desk/sources/{link['source']['id']}",
    ]  # fmt: skip
    for path in paths:
        page = desk.get(path)
        assert page.all("//script[not(@src)] | //img | //@onerror") == [], path
        assert "49" not in page.text, path
    page = desk.refused(f"{address}/relations", {"claim": evil, "note": evil})
    assert page.all("//script[not(@src)] | //img") == []
    assert page.tree.xpath("//textarea[@name='note']")[0].text.strip() == evil
    assert claim


def test_taking_and_releasing(callers: Callers) -> None:
    claim = callers.contributor.claim()
    path = f"/desk/claims/{claim}"
    desk, other = at_desk(callers.reviewer), at_desk(callers.second_reviewer)
    key = other.key()
    assert desk.done(path, to=f"{path}/take") == f"{path}?done=taken"
    assert "works on it" in other.get(path).text
    refused = other.post(f"{path}/take", {"csrf": key})
    assert refused.status_code == 422
    assert "Another reviewer works on this claim." in refused.get_data(as_text=True)
    desk.done(path, to=f"{path}/release")
    other.done(path, to=f"{path}/take")


def test_many_links_are_pasted_at_once(callers: Callers) -> None:
    claim = callers.contributor.claim()
    path = f"/desk/claims/{claim}/evidence"
    pasted = (
        "https://a.test/1\r\n\r\n  https://a.test/2   refutes: Page 4\r\n"
        "https://a.test/3 MENTIONS\nhttps://a.test/4 a table"
    )
    at_desk(callers.reviewer).done(path, {"links": pasted, "stance": "supports", "note": "For all"})
    found = callers.anyone.read(f"/v1/claims/{claim}")["evidence"]
    assert [(one["source"]["url"], one["stance"], one["note"]) for one in found] == [
        ("https://a.test/1", "supports", "For all"), ("https://a.test/2", "refutes", "Page 4"),
        ("https://a.test/3", "mentions", "For all"), ("https://a.test/4", "supports", "a table"),
    ]  # fmt: skip


def test_one_bad_line_and_none_is_attached(callers: Callers) -> None:
    claim = callers.contributor.claim()
    path = f"/desk/claims/{claim}/evidence"
    desk = at_desk(callers.reviewer)
    pasted = "https://a.test/1 supports\n\nnot-a-link supports\nhttps://a.test/2"
    page = desk.refused(path, {"links": pasted})
    said = page.all("//div[@class='faults']//li")
    assert [one.split(":")[1] for one in said] == [" Line 3, not-a-link", " Line 4, https"]
    assert page.tree.xpath("//textarea[@name='links']")[0].text.strip() == pasted
    assert "Paste at least one link." in desk.refused(path, {"links": " \n "}).text
    double = "https://a.test/1 supports\nhttps://a.test/1?utm_source=x supports"
    assert "Line 2" in desk.refused(path, {"links": double}).text
    assert callers.anyone.read(f"/v1/claims/{claim}")["evidence"] == []


def test_a_link_is_retracted_with_a_reason_by_whoever_may(callers: Callers) -> None:
    claim = callers.contributor.claim()
    link = callers.reviewer.made(f"/v1/claims/{claim}/evidence", {"url": "https://a.test/", "stance": "supports"})["id"]
    path = f"/desk/evidence/{link}/retract"
    assert "This cannot be empty" in at_desk(callers.reviewer).refused(path, {}).text
    page = at_desk(callers.second_reviewer).refused(path, {"reason": "Mine now"})
    assert "takes the role editor" in page.text
    assert at_desk(callers.editor).done(path, {"reason": "Another bridge"}) == f"/desk/claims/{claim}?done=retracted"
    assert callers.anyone.read(f"/v1/claims/{claim}")["evidence"] == []
    at_desk(callers.editor).get(path, 404)


def test_claims_are_related_and_merged_by_the_address_of_their_page(callers: Callers) -> None:
    one, other = callers.contributor.claim("One"), callers.contributor.claim("Other")
    desk = at_desk(callers.editor)
    for given in (f"http://localhost/desk/claims/{other}?done=taken", other):
        kind = "narrower" if given == other else "same_event"
        desk.done(f"/desk/claims/{one}/relations", {"kind": kind, "claim": given})
    assert "Says less than" in desk.get(f"/desk/claims/{one}").text
    page = desk.refused(f"/desk/claims/{one}/relations", {"kind": "narrower", "claim": "nothing"})
    assert page.all("//div[@class='faults']//a/@href") == ["#claim"]
    assert desk.done(f"/desk/claims/{one}/merge", {"into": f"/claims/{other}"}) == f"/desk/claims/{other}?done=merged"
    answer = desk.client.get(f"/desk/claims/{one}")
    assert answer.headers["Location"] == f"/desk/claims/{other}"
    problem(desk.client.get(f"/desk/claims/{one}/verdict"), 409)


def test_a_source_is_marked_and_its_citations_are_recorded(callers: Callers) -> None:
    source = callers.contributor.made("/v1/sources", {"title": "A report", "url": "https://a.test/"})["id"]
    path = f"/desk/sources/{source}"
    desk = at_desk(callers.reviewer)
    stale = desk.filled(path, f"{path}/origin")
    desk.done(path, {"is_origin": "no"}, to=f"{path}/origin")
    assert callers.anyone.read(f"/v1/sources/{source}")["is_origin"] is False
    late = desk.post(f"{path}/origin", {**stale, "is_origin": "yes"})
    assert late.status_code == 412
    assert "Somebody has changed the source" in late.get_data(as_text=True)
    assert callers.anyone.read(f"/v1/sources/{source}")["is_origin"] is False
    cite = f"{path}/citations"
    desk.done(path, {"kind": "quotes", "origin.title": "The briefing", "reason": "It says so"}, to=cite)
    assert "Quotes The briefing" in desk.get(path).text
    page = desk.refused(path, {"kind": "quotes", "origin.url": "https://a.test/", "reason": "Kept"}, to=cite)
    assert page.all("//div[@class='faults']//li")
    assert page.tree.xpath("//textarea[@name='reason']")[0].text.strip() == "Kept"
