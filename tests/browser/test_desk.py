"""The desk in a real browser: a reviewer's day, two at once, drafts, the keyboard alone, no script, small, dark."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from factcheck.domain.actors import Actor
from factcheck.domain.vocabulary import Role
from factcheck.services import verdicts
from factcheck.services.verdicts import Rules
from factcheck.storage import db
from tests.browser import chromium
from tests.callers import Json
from tests.captures import see
from tests.e2e.test_serving import serving

# Installing the browser takes a while, once.
pytestmark = pytest.mark.timeout(600)

ADMIN = "an-administrator-of-the-desk"
TEXT = (
    "Traffic in 2023.\nThe station counted an average of 12,140 vehicles a day on the harbour bridge.\nIt stands there."
)
HOSTILE = "<script>pwned=1</script><img src=x onerror=pwned=1>" + "W" * 300
_AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
_SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_RULES: dict[str, list[str] | dict[str, object]] = {
    "light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # The same page in other colours: what hangs on them is asked again.
    "dark": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}


@dataclass
class Newsroom:
    """A running service, and somebody of each role."""

    url: str
    folder: Path
    tokens: dict[str, str]
    states: dict[str, Any] = field(default_factory=dict)
    """What browsers of those who have signed in hold."""

    def ask(self, who: str, method: str, path: str, body: object = None) -> Json:
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        answer = requests.request(method, self.url + path, json=body, headers=headers, timeout=30)
        assert answer.ok, answer.text
        found: Json = answer.json()
        return found

    def claim(self, text: str = "The harbour bridge carried 12,000 vehicles a day in 2023") -> str:
        return str(self.ask("editor", "POST", "/v1/claims", {"text": text})["id"])

    def link(self, claim: str, url: str = "https://station.net/2023", who: str = "ada") -> Json:
        return self.ask(who, "POST", f"/v1/claims/{claim}/evidence", {"url": url, "stance": "supports"})

    def propose(self, claim: str) -> str:
        """A verdict that waits for others, as where the house asks for approvals."""
        db.connect(f"sqlite:///{self.folder}/factcheck.db")
        given = {"rating": "supported", "justification": HOSTILE}
        ada = self.ask("ada", "GET", "/v1/me")
        found = str(verdicts.post(Actor(ada["id"], ada["name"], Role.REVIEWER), claim, given, Rules(approvals=1))["id"])
        db.database.close()
        return found

    def read_page(self, source: str, text: str) -> None:
        """As the worker does, in the same database."""
        db.connect(f"sqlite:///{self.folder}/factcheck.db")
        see(self.folder / "data" / "snapshots", source, text)
        db.database.close()


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    folder = tmp_path_factory.mktemp("desk")
    with serving(folder, FACTCHECK_ADMIN_TOKEN=ADMIN, FACTCHECK_RATE_LIMIT="") as server:
        found = Newsroom(f"http://127.0.0.1:{server.port}", folder, {"admin": ADMIN})
        for name, role in (("ada", "reviewer"), ("ben", "reviewer"), ("editor", "editor")):
            account = found.ask("admin", "POST", "/v1/accounts", {"name": name, "role": role})
            made = found.ask("admin", "POST", f"/v1/accounts/{account['id']}/tokens", {})
            found.tokens[name] = made["token"]
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium.browser() as started:
        yield started


@pytest.fixture
def sit(browser: Browser, room: Newsroom) -> Iterator[Any]:
    """Gives a window in which somebody has signed in."""
    contexts = []
    complaints: list[str] = []

    def begin(who: str = "ada", *, fresh: bool = False, **options: Any) -> Page:
        held = None if fresh else room.states.get(who)
        context = browser.new_context(base_url=room.url, storage_state=held, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if held is not None:
            page.goto("/desk")
            return page
        page.goto("/desk/sign-in")
        page.fill("#token", room.tokens[who])
        page.click("button.main")
        page.wait_for_url("**/desk")
        if not fresh:
            room.states[who] = context.storage_state()
        return page

    yield begin
    for context in contexts:
        context.close()
    # A browser says so when an answer is an error, which a refused form is meant to be.
    assert [one for one in complaints if "Failed to load resource" not in one] == []


def test_a_day_from_signing_in_to_a_published_correction(sit: Any, room: Newsroom) -> None:
    earlier = room.claim("The old tower by the river has 300 steps")
    page = sit(fresh=True)
    page.click("text=New claim >> nth=0")
    page.fill("#text", "The old tower by the river has 320 steps")
    page.wait_for_selector(f"a[href='/desk/claims/{earlier}']")
    page.fill("[name='speaker.name']", "Example guide book")
    page.click("text=Submit the claim")
    assert page.inner_text("[data-done]") == "The claim is in the record."
    claim = page.url.partition("?")[0].rpartition("/")[2]
    page.click("text=Take it")
    page.click("main >> text=Attach links")
    page.fill("#links", "https://tower.net/steps supports The plan\nnonsense")
    page.check("text=Mentions it")
    page.click("button.main")
    assert page.evaluate("document.activeElement.className") == "faults"
    assert "Line 2, nonsense" in page.inner_text(".faults")
    page.fill("#links", "https://tower.net/steps supports The plan")
    page.click("button.main")
    link = room.ask("ada", "GET", f"/v1/claims/{claim}")["evidence"][0]
    room.read_page(link["source"]["id"], "The tower.\nWe climbed all 318 steps of the tower on Sunday.\nIt was windy.")
    page.reload()
    page.click("text=Pick the quote")
    page.evaluate(
        "() => { const box = document.querySelector('[data-stored]'); const at = box.value.indexOf('318');"
        "box.focus(); box.setSelectionRange(at, at + 9); }"
    )
    expect(page.locator("#quote-exact")).to_have_value("318 steps")
    assert page.input_value("#quote-prefix") == "tower. We climbed all"
    page.click("text=Keep this quote")
    page.click("text=Origin and citations")
    page.check("text=It relies on no other source")
    page.click("text=Record it")
    page.goto(f"/desk/claims/{claim}/verdict")
    page.select_option("#choice", "five-step:Mostly false")
    page.fill("#justification", "It has 381.")
    page.check("#evidence")
    page.click("button.main")
    assert page.inner_text("[data-done]") == "The verdict is published."
    page.click("main >> text=Correct")
    page.check("text=Minor")
    page.fill("#reason", "Two digits were swapped.")
    page.fill("#justification", "It has 318.")
    page.click("button.main")
    assert "The correction is published." in page.inner_text("[data-done]")
    found = room.ask("ada", "GET", f"/v1/claims/{claim}")
    assert found["verdict"]["justification"] == "It has 318."
    assert found["verdict"]["evidence"] == [found["evidence"][0]["id"]]
    assert found["correction_count"] == 1
    page.click("text=Sign out")
    page.goto("/desk")
    assert page.url.endswith("/desk/sign-in?next=/desk")


def test_two_at_once_on_one_claim_lose_nothing(sit: Any, room: Newsroom) -> None:
    claim = room.claim()
    room.link(claim)
    ada, ben = sit("ada"), sit("ben")
    for page, choice, words in ((ada, "plain:Supported", "Ada's reasons"), (ben, "plain:Refuted", "Ben's reasons")):
        page.goto(f"/desk/claims/{claim}/verdict")
        page.select_option("#choice", choice)
        page.fill("#justification", words)
    ada.click("button.main")
    ben.click("button.main")
    assert "The claim was changed since you opened this form" in ben.inner_text(".faults")
    assert "Ada's reasons" in ben.inner_text(".faults table")
    assert ben.evaluate("document.activeElement.className") == "faults"
    assert ben.input_value("#justification") == "Ben's reasons"
    assert ben.input_value("#choice") == "plain:Refuted"
    assert _broken(ben) == []
    ben.click("text=Send it all the same")
    assert ben.inner_text("[data-done]") == "The verdict is published."
    assert room.ask("ada", "GET", f"/v1/claims/{claim}")["status"] == "disputed"


def test_a_draft_survives_a_reload_and_goes_with_the_post(sit: Any, room: Newsroom) -> None:
    claim = room.claim()
    page = sit()
    path = f"/desk/claims/{claim}/verdict"
    page.goto(path)
    assert page.locator("[data-draft-note]").is_hidden()
    page.select_option("#choice", "plain:Supported")
    page.fill("#justification", "Typed for an hour")
    page.wait_for_selector("text=Draft saved")
    page.reload()
    assert page.input_value("#justification") == "Typed for an hour"
    assert page.input_value("#choice") == "plain:Supported"
    assert "Draft restored" in page.inner_text("[data-draft-note]")
    page.fill("#justification", "Typed for two hours")
    # Left at once, before the draft's own pause is over.
    page.goto("/desk")
    page.goto(path)
    assert page.input_value("#justification") == "Typed for two hours"
    page.fill("#valid_from", "nonsense")
    page.click("button.main")
    assert page.input_value("#justification") == "Typed for two hours"
    page.fill("#valid_from", "2024")
    page.click("button.main")
    page.wait_for_selector("[data-done]")
    page.goto(path)
    assert page.input_value("#justification") == ""
    page.fill("#justification", "Thrown away")
    page.click("text=Throw the draft away")
    page.reload()
    assert page.input_value("#justification") == ""


def test_what_was_typed_outlives_the_session(sit: Any, room: Newsroom) -> None:
    claim = room.claim()
    page = sit(fresh=True)
    page.goto(f"/desk/claims/{claim}/verdict")
    page.select_option("#choice", "plain:Supported")
    page.fill("#justification", "Typed for twelve hours")
    page.context.clear_cookies()
    page.click("button.main")
    assert "What you typed is kept" in page.inner_text("main")
    page.fill("#token", room.tokens["ada"])
    page.click("button.main")
    assert "Typed for twelve hours" in page.inner_text("main")
    assert _broken(page) == []
    # Whoever leaves that page finds the draft where it was.
    away = page.context.new_page()
    away.goto(f"/desk/claims/{claim}/verdict")
    assert away.input_value("#justification") == "Typed for twelve hours"
    page.click("text=Send it now")
    page.wait_for_selector("[data-done]")
    assert room.ask("ada", "GET", f"/v1/claims/{claim}")["verdict"]["justification"] == "Typed for twelve hours"
    page.goto(f"/desk/claims/{claim}/verdict")
    assert page.input_value("#justification") == ""


def test_the_keyboard_alone_is_enough(sit: Any, room: Newsroom) -> None:
    claim = room.claim()
    page = sit()
    page.goto(f"/desk/claims/{claim}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    _tab_to(page, "Give a verdict")
    page.keyboard.press("Enter")
    page.wait_for_url("**/verdict")
    _tab_to(page, "#choice")
    page.keyboard.type("Refuted")
    _tab_to(page, "#justification")
    page.keyboard.type("By keyboard")
    _tab_to(page, "#valid_until")
    page.keyboard.type("nonsense")
    _tab_to(page, "Publish the verdict")
    page.keyboard.press("Enter")
    page.wait_for_selector(".faults")
    # The summary has the focus; its first link leads to the field at fault.
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "valid_until"
    page.keyboard.press("Control+A")
    page.keyboard.type("2030")
    _tab_to(page, "Publish the verdict")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-done]")
    found = room.ask("ada", "GET", f"/v1/claims/{claim}")["verdict"]
    assert (found["justification"], found["valid_until"], found["rating"]) == ("By keyboard", "2030", "refuted")


def _tab_to(page: Page, wanted: str) -> None:
    """Go on by the tabulator until what is wanted has the focus, which must be seen on everything on the way."""
    for _ in range(80):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "() => { const one = document.activeElement, style = getComputedStyle(one);"
            "return [one.textContent.trim(), '#' + one.id, style.outlineStyle, style.outlineWidth]; }"
        )
        assert here[2:] == ["solid", "3px"], here
        if wanted in here[:2]:
            return
    pytest.fail(f"{wanted} is not reached")


def test_everything_is_done_without_a_script_too(sit: Any) -> None:
    page = sit(java_script_enabled=False)
    page.click("text=New claim >> nth=0")
    page.fill("#text", "A claim without a script")
    page.click("text=Look for earlier ones")
    assert page.input_value("#text") == "A claim without a script"
    page.fill("#claim_date", "nonsense")
    page.click("text=Submit the claim")
    assert page.locator(".faults:focus").count() == 1
    page.fill("#claim_date", "2024")
    page.click("text=Submit the claim")
    page.click("main >> text=Give a verdict")
    page.select_option("#choice", "plain:Outdated")
    page.click("button.main")
    assert page.inner_text("[data-done]") == "The verdict is published."
    assert page.locator("[data-draft-note]").count() == 0


@pytest.fixture(scope="module")
def paths(room: Newsroom) -> dict[str, str]:
    """A page of each kind, with hostile text in it."""
    said = {"text": HOSTILE, "speaker": {"name": HOSTILE[:290]}, "place": HOSTILE[:290], "topics": [HOSTILE[:90]]}
    claim = str(room.ask("editor", "POST", "/v1/claims", said)["id"])
    body = {"source": {"title": HOSTILE}, "stance": "refutes", "note": HOSTILE}
    link = room.ask("editor", "POST", f"/v1/claims/{claim}/evidence", body)
    read = room.link(claim, "https://station.net/" + "u" * 500, "editor")
    room.read_page(read["source"]["id"], TEXT)
    given = {"rating": "refuted", "label": HOSTILE[:90], "justification": HOSTILE, "evidence": [link["id"]]}
    verdict = room.ask("editor", "POST", f"/v1/claims/{claim}/verdicts", given)["id"]
    room.read_page(read["source"]["id"], TEXT.replace("12,140", "21,140"))
    hook = room.ask("admin", "POST", "/v1/webhooks", {"url": "https://hooks.example.org/" + "u" * 300, "types": []})[
        "id"
    ]
    return {
        "queue": "/desk?list=unreviewed",
        "review": "/desk?list=review",
        "new": "/desk/claims/new",
        "claim": f"/desk/claims/{claim}?done=attached",
        "attach": f"/desk/claims/{claim}/evidence",
        "verdict": f"/desk/claims/{claim}/verdict",
        "correct": f"/desk/verdicts/{verdict}/correct",
        "verdict, alone": f"/desk/verdicts/{verdict}",
        "proposal": f"/desk/verdicts/{room.propose(claim)}",
        "relate": f"/desk/claims/{claim}/relations",
        "merge": f"/desk/claims/{claim}/merge",
        "amend": f"/desk/claims/{claim}/amend",
        "appearance": f"/desk/claims/{claim}/appearances",
        "reply": f"/desk/claims/{claim}/replies",
        "quote": f"/desk/evidence/{read['id']}/quote",
        "retract": f"/desk/evidence/{link['id']}/retract",
        "source": f"/desk/sources/{link['source']['id']}",
        "admin": "/desk/admin",
        "webhooks": "/desk/admin/webhooks",
        "webhook": f"/desk/admin/webhooks/{hook}",
        "proposals": "/desk?list=proposals",
        "suggestions": "/desk?list=suggestions",
        "account": f"/desk/admin/accounts/{room.ask('admin', 'GET', '/v1/me')['id']}",
    }


def test_no_page_of_the_desk_breaks_the_rules_for_accessible_content(sit: Any, paths: dict[str, str]) -> None:
    page = sit("admin")
    found = {}
    for name, path in paths.items():
        page.goto(path)
        found[name] = _broken(page)
        if name in ("attach", "verdict"):
            # The same with what is wrong said at its field.
            page.evaluate("() => document.querySelectorAll('[required]').forEach(one => { one.required = false })")
            page.click("button.main")
            page.wait_for_selector(".faults")
            found[f"{name}, refused"] = _broken(page)
    page.context.clear_cookies()
    page.goto("/desk/sign-in")
    found["sign in"] = _broken(page)
    assert {name: broken for name, broken in found.items() if broken} == {}


def _broken(page: Page) -> list[Any]:
    """What is broken in either theme."""
    page.evaluate(_AXE)
    found = []
    for scheme in _SCHEMES:
        page.emulate_media(color_scheme=scheme)
        looked = page.evaluate(
            "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", _RULES[scheme]
        )
        assert "color-contrast" in [one["id"] for one in looked["passes"]]
        found += [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in looked["violations"]]
    page.emulate_media(color_scheme="light")
    return found


def test_no_page_of_the_desk_scrolls_sideways_or_runs_what_was_typed(sit: Any, paths: dict[str, str]) -> None:
    page = sit("admin", viewport={"width": 320, "height": 640})
    wide = {}
    for name, path in paths.items():
        page.goto(path)
        wide[name] = page.evaluate("() => document.documentElement.scrollWidth")
        assert page.evaluate("() => typeof pwned") == "undefined", name
    assert {name: width for name, width in wide.items() if width != 320} == {}
