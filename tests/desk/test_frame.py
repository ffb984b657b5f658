"""What all pages have: their policy, and files that browsers keep."""

import re

from factcheck.desk.layout import POLICY
from tests.callers import Callers
from tests.desk.pages import browse


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
