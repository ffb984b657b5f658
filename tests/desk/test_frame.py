"""What all pages have: their policy, and files that browsers keep."""

import re

from factcheck.desk.layout import POLICY
from tests.callers import Callers
from tests.desk.desks import at_desk
from tests.desk.pages import BROWSER, browse


def test_nothing_in_a_page_needs_more_than_its_policy_allows(callers: Callers) -> None:
    page = browse(callers.anyone, f"/claims/{callers.contributor.claim()}")
    assert page.answer.headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY
    assert page.all("//style | //@style | //@*[starts-with(name(), 'on')]") == []
    assert page.all("//script[not(@src) and not(@type='application/ld+json')]") == []
    outside = [one for one in page.all("//script/@src | //img/@src | //link[@rel='stylesheet']/@href") if one[0] != "/"]
    assert outside == []


def test_files_are_kept_for_good_under_a_name_that_changes_with_them(callers: Callers) -> None:
    page = browse(callers.anyone, f"/claims/{callers.contributor.claim()}")
    found = page.all("//link[@rel='stylesheet']/@href | //script/@src | //link[@rel='icon']/@href")
    assert len(found) == 3
    for path in found:
        assert re.fullmatch(r"/static/\w+\.[0-9a-f]{8}\.(css|js|svg)", path)
        answer = callers.anyone.get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for path in ("/static/desk.css", "/static/desk.00000000.css", "/static/..%2flayout.py"):
        assert callers.anyone.get(path).status_code == 404


def test_a_page_that_the_browser_has_is_not_sent_again(callers: Callers) -> None:
    path = f"/claims/{callers.contributor.claim()}"
    tag = browse(callers.anyone, path).answer.headers["ETag"]
    assert callers.anyone.get(path, Accept="text/html", If_None_Match=tag).status_code == 304


def test_who_is_signed_in_can_go_to_the_desk_and_sign_out_from_every_page(callers: Callers) -> None:
    path = f"/claims/{callers.contributor.claim()}"
    for caller, desk_is_theirs in ((callers.reader, False), (callers.contributor, True)):
        desk = at_desk(caller)
        page = desk.get(path)
        assert ("/desk" in page.all("//header//a/@href")) is desk_is_theirs
        assert bool(page.all("//a[text()='At the desk']")) is desk_is_theirs
        [key] = page.all("//header//form[@action='/desk/sign-out']/input[@name='csrf']/@value")
        assert desk.post("/desk/sign-out", {"csrf": key}).status_code == 303
        assert desk.get(path).all("//header//form | //header//a[@href='/desk']") == []


def test_what_a_session_is_shown_no_shared_cache_keeps(callers: Callers) -> None:
    claim = callers.contributor.claim()
    desk = at_desk(callers.reader)
    for path in ("/", "/search", f"/claims/{claim}", "/corrections", "/log", "/feeds/verdicts.atom"):
        answer = desk.client.get(path, headers={"Accept": BROWSER})
        assert answer.headers["Cache-Control"].startswith("private, "), path
        assert not callers.anyone.get(path, Accept=BROWSER).headers["Cache-Control"].startswith("private"), path
    answer = desk.client.get(f"/claims/{claim}", headers={"If-None-Match": "*"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (304, "private, no-cache")


def test_reviewers_are_led_from_a_source_to_its_page_at_the_desk_and_back(callers: Callers) -> None:
    source = callers.contributor.made("/v1/sources", {"url": "https://page.example.org/"})["id"]
    public, own = f"/sources/{source}", f"/desk/sources/{source}"
    assert at_desk(callers.reviewer).get(public).all("//main//a[text()='At the desk']/@href") == [own]
    assert at_desk(callers.contributor).get(public).all("//main//a[text()='At the desk']/@href") == []
    page = at_desk(callers.reviewer).get(own)
    assert page.all("//main//a[text()='Public page']/@href") == [public]
    assert "Link: Not checked yet" in page.text
