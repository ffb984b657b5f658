"""What was read of pages, at the desk: quotes picked from it, and what changed looked into."""

from pathlib import Path
from typing import Any

import pytest

from tests.callers import Callers, Json
from tests.captures import see
from tests.databases import data_dir
from tests.desk.desks import at_desk

TEXT = "Kirby said that at least 3,000 soldiers were sent.\nThey went by ship, he told reporters. <b>bold</b>"
OTHER = TEXT.replace("3,000", "11,000")


@pytest.fixture
def folder() -> Path:
    return data_dir() / "snapshots"


def linked(callers: Callers, **fields: Any) -> Json:
    claim = callers.contributor.claim()
    body = {"url": "https://paper.net/report", "stance": "supports", **fields}
    return callers.reviewer.made(f"/v1/claims/{claim}/evidence", body)


def test_the_text_that_was_read_is_shown_and_a_quote_from_it_kept(callers: Callers, folder: Path) -> None:
    link = linked(callers, note="Kept")
    see(folder, link["source"]["id"], TEXT)
    path = f"/desk/evidence/{link['id']}/quote"
    desk = at_desk(callers.reviewer)
    page = desk.get(path)
    assert page.tree.get_element_by_id("stored").text.strip() == TEXT
    assert page.all("//b") == []
    fields = {"quote.exact": "at least 3,000 soldiers", "quote.prefix": "Kirby said that", "quote.suffix": "were sent."}
    assert desk.done(path, fields) == f"/desk/claims/{link['claim']}?done=quoted"
    (now,) = callers.anyone.read(f"/v1/claims/{link['claim']}")["evidence"]
    assert now["quote"] == {"exact": "at least 3,000 soldiers", "prefix": "Kirby said that", "suffix": "were sent."}
    assert now["note"] == "Kept"
    assert now["id"] != link["id"]
    types = [one["type"] for one in callers.anyone.read(f"/v1/claims/{link['claim']}/history")["items"]]
    assert types[-2:] == ["evidence.retracted", "evidence.attached"]


def test_long_texts_are_shown_in_parts(callers: Callers, folder: Path) -> None:
    link = linked(callers)
    see(folder, link["source"]["id"], "字" * 40_000)
    desk = at_desk(callers.reviewer)
    path = f"/desk/evidence/{link['id']}/quote"
    shown = "".join(desk.get(f"{path}?part={part}").tree.get_element_by_id("stored").text.strip() for part in (1, 2, 3))
    assert shown == "字" * 40_000
    for part in ("0", "99", "x", "-1", "²"):
        desk.get(f"{path}?part={part}")


def test_a_page_that_nobody_has_read_is_quoted_by_hand(callers: Callers) -> None:
    link = linked(callers)
    desk = at_desk(callers.reviewer)
    path = f"/desk/evidence/{link['id']}/quote"
    assert "No worker has read this page yet." in desk.get(path).text
    page = desk.refused(path, {"quote.exact": " ", "quote.prefix": "Kept"})
    assert page.all("//div[@class='faults']//a/@href") == ["#quote-exact"]
    desk.done(path, {"quote.exact": "by hand"})


def test_a_link_that_a_published_verdict_rests_on_stays_as_it_is(callers: Callers) -> None:
    link = linked(callers)
    callers.reviewer.made(f"/v1/claims/{link['claim']}/verdicts", {"rating": "supported", "evidence": [link["id"]]})
    page = at_desk(callers.reviewer).refused(f"/desk/evidence/{link['id']}/quote", {"quote.exact": "words"})
    assert "A published verdict rests on this link" in page.text
    assert callers.anyone.read(f"/v1/claims/{link['claim']}")["evidence"][0]["id"] == link["id"]


def test_a_change_of_a_page_is_looked_into_and_resolved(callers: Callers, folder: Path) -> None:
    link = linked(callers, quote={"exact": "at least 3,000 soldiers"})
    see(folder, link["source"]["id"], TEXT)
    see(folder, link["source"]["id"], OTHER)
    desk = at_desk(callers.reviewer)
    (path,) = desk.get("/desk?list=review").all("//p[@class='notice']//a/@href")
    page = desk.get(path)
    assert page.all("//del") == ["Kirby said that at least 3,000 soldiers were sent."]
    assert page.all("//ins") == ["Kirby said that at least 11,000 soldiers were sent."]
    assert desk.refused(path, {"note": ""}).all("//div[@class='faults']//a/@href") == ["#note"]
    assert desk.done(path, {"note": "They corrected it."}) == f"/desk/claims/{link['claim']}?done=resolved"
    assert callers.anyone.read(f"/v1/claims/{link['claim']}")["needs_review"] == []
    assert "They corrected it." in desk.get(path).text
    assert "Nothing waits" in desk.get("/desk?list=review").text
