"""The pages in a real browser: with and without script, narrow, dark, from the right to the left, with hostile text,
and by the rules for accessible content (WCAG 2.2, levels A and AA, as far as axe can tell)."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, Response

from tests.browser import chromium
from tests.browser.chromium import HOSTILE, Record

# Installing the browser takes a while, once.
pytestmark = pytest.mark.timeout(600)

WEIGHT = 100_000
"""Bytes of a page, all told."""
_AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
_RULES: dict[str, dict[str, object]] = {
    "light": {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    # The same page in other colours: what hangs on them is asked again.
    "dark": {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}},
}


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    with chromium.record(tmp_path_factory.mktemp("served")) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium.browser() as started:
        yield started


@pytest.fixture(scope="module")
def paths(record: Record) -> dict[str, str]:
    """A page of each kind, and those that are hard to show."""
    found = record.get("/v1/claims?limit=100")["items"]
    several = next(claim for claim in found if len(claim["evidence"]) == 3)
    hostile = chromium.hostile(record)
    claim = f"/claims/{several['id']}"
    return {
        "front": "/",
        "claim": claim,
        "past": f"{claim}?as_of={several['seq'] - 1}",
        "history": f"{claim}/history",
        "speaker": f"/speakers/{several['speaker']['id']}",
        "source": f"/sources/{several['evidence'][1]['source']['id']}",
        "corrections": "/corrections",
        "search": "/search?q=soldiers&status=",
        "log": "/log",
        "missing": "/nowhere",
        "arabic": f"/claims/{chromium.arabic(record)}",
        "hostile": f"/claims/{hostile}",
        "hostile speaker": f"/speakers/{record.get(f'/v1/claims/{hostile}')['speaker']['id']}",
        "large": f"/claims/{chromium.large(record)}",
    }


class Visit:
    """A browser's window, and what went wrong in it."""

    def __init__(self, browser: Browser, record: Record, **options: Any) -> None:
        self.context = browser.new_context(base_url=record.url, **options)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))

    def go(self, path: str) -> Page:
        self.page.goto(path, wait_until="load")
        return self.page


@pytest.fixture
def visit(browser: Browser, record: Record) -> Iterator[Any]:
    visits: list[Visit] = []

    def begin(**options: Any) -> Visit:
        visits.append(Visit(browser, record, **options))
        return visits[-1]

    yield begin
    for one in visits:
        one.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_the_rules_for_accessible_content(
    visit: Any, paths: dict[str, str], scheme: Literal["light", "dark"]
) -> None:
    seen = visit(color_scheme=scheme)
    found = {}
    for name, path in paths.items():
        page = seen.go(path)
        page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")
        page.evaluate(_AXE)
        looked = page.evaluate("rules => axe.run(document, rules)", {**_RULES[scheme], "resultTypes": ["violations"]})
        assert "color-contrast" in [one["id"] for one in looked["passes"]], name
        broken = looked["violations"]
        said = [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in broken]
        if said:
            found[name] = said
    assert found == {}


def test_no_page_scrolls_sideways_on_a_small_screen(visit: Any, paths: dict[str, str]) -> None:
    seen = visit(viewport={"width": 320, "height": 640})
    for name, path in paths.items():
        page = seen.go(path)
        page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert page.evaluate("() => document.documentElement.scrollWidth") == 320, name


def test_pages_run_nothing_that_they_should_not_and_complain_of_nothing(visit: Any, paths: dict[str, str]) -> None:
    seen = visit()
    for name, path in paths.items():
        page = seen.go(path)
        assert page.evaluate("() => typeof pwned") == "undefined", name
        if name != "missing":
            assert seen.complaints == [], name
        seen.complaints.clear()


def test_hostile_text_is_shown_as_it_was_written(visit: Any, paths: dict[str, str]) -> None:
    page = visit().go(paths["hostile"])
    assert page.inner_text("h1") == HOSTILE
    assert page.locator("img").count() == 0


def test_pages_are_whole_without_script(visit: Any, paths: dict[str, str]) -> None:
    seen = visit(java_script_enabled=False)
    for name, path in paths.items():
        assert seen.go(path).locator("main h1").is_visible(), name
    page = seen.go("/")
    page.get_by_label("Words").fill("soldiers")
    page.get_by_role("button", name="Find claims").click()
    assert page.locator("h1").inner_text() == "Claims with “soldiers”"
    page.locator("h3 a").first.click()
    assert page.get_by_role("heading", name="What reviewers concluded").is_visible()


def test_the_page_of_a_thousand_links_is_light_and_one_round_trip(visit: Any, paths: dict[str, str]) -> None:
    seen = visit()
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    seen.page.on("response", note)
    page = seen.go(paths["large"])
    sizes = {answer.url: len(answer.body()) for answer in answers}
    assert sum(sizes.values()) <= WEIGHT, sizes
    assert page.locator("li.link").count() == 50
    assert all("/static/" in url for url in list(sizes)[1:])
    page.get_by_role("link", name="All 1000 links").click()
    assert page.get_by_role("heading", name="Evidence, from link 51 of 1000").is_visible()


def test_a_claim_from_the_right_to_the_left_is_set_so(visit: Any, paths: dict[str, str]) -> None:
    page = visit().go(paths["arabic"])
    assert page.evaluate("() => getComputedStyle(document.querySelector('h1')).direction") == "rtl"
    assert page.get_attribute("h1", "lang") == "ar"
    assert page.evaluate("() => getComputedStyle(document.querySelector('header.masthead')).direction") == "ltr"


def test_dark_is_dark_and_light_is_light(visit: Any, paths: dict[str, str]) -> None:
    for scheme, paper in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(20, 23, 26)")):
        page = visit(color_scheme=scheme).go(paths["claim"])
        assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == paper


def test_on_paper_there_is_no_navigation_and_links_have_their_addresses(visit: Any, paths: dict[str, str]) -> None:
    page = visit().go(paths["claim"])
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    address = "() => getComputedStyle(document.querySelector('main a[href^=http]'), '::after').content"
    assert "attr(href)" in page.evaluate(address) or "http" in page.evaluate(address)


def test_the_lanes_stay_beside_their_sources(visit: Any, paths: dict[str, str]) -> None:
    page = visit(viewport={"width": 320, "height": 640}).go(paths["claim"])
    lanes, rows = page.locator(".graph svg").bounding_box(), page.locator(".graph ol").bounding_box()
    assert abs(lanes["height"] - rows["height"]) < 1
    assert page.locator(".graph li").count() == page.locator(".graph svg circle[r='6'], .graph svg polygon").count()


def test_the_first_page_tells_of_changes_as_they_come(visit: Any, record: Record) -> None:
    page = visit().go("/")
    record.claim(text="Something new")
    page.get_by_role("link", name="change since").click()
    assert page.get_by_role("link", name="Something new").is_visible()


def test_whoever_has_only_a_keyboard_comes_straight_to_the_content(visit: Any, paths: dict[str, str]) -> None:
    page = visit().go(paths["claim"])
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"
