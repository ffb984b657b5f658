"""Pictures of the main pages for the documentation: python -m tests.browser.screenshots FOLDER"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page

from tests.browser import chromium
from tests.browser.chromium import Record

LARGEST = 150_000
"""Bytes of a picture."""


@dataclass(frozen=True)
class Picture:
    """What is shown, and how; `part` is the element at the top of it. The desk is a reviewer's."""

    name: str
    path: str
    width: int = 1000
    height: int = 820
    scheme: Literal["light", "dark"] = "light"
    part: str | None = None


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as served,
        chromium.record(Path(served)) as record,
        chromium.browser() as browser,
    ):
        for picture in _pictures(record):
            _take(browser, record, picture, folder / f"{picture.name}.png")


def _pictures(record: Record) -> list[Picture]:
    found = record.get("/v1/claims?limit=100")["items"]
    several = next(claim for claim in found if len(claim["evidence"]) == 3)
    claim, disputed = (
        f"/claims/{one['id']}" for one in (several, next(claim for claim in found if claim["status"] == "disputed"))
    )
    return [
        Picture("front", "/"),
        Picture("claim", disputed),
        Picture("claim-dark", disputed, scheme="dark"),
        Picture("claim-narrow", claim, width=320, height=900, part="section[aria-labelledby=witnesses]"),
        Picture("witnesses", claim, height=620, part="section[aria-labelledby=witnesses]"),
        Picture("history", claim, height=760, part="section[aria-labelledby=history]"),
        Picture("speaker", f"/speakers/{several['speaker']['id']}"),
        Picture("desk", "/desk", height=760),
        Picture("desk-claim", f"/desk/claims/{several['id']}", height=900),
        Picture("desk-verdict", f"/desk/claims/{several['id']}/verdict", height=900),
    ]


def _take(browser: Browser, record: Record, picture: Picture, to: Path) -> None:
    size = {"width": picture.width, "height": picture.height}
    context = browser.new_context(base_url=record.url, color_scheme=picture.scheme, viewport=size)  # type: ignore[arg-type]
    page = context.new_page()
    if picture.path.startswith("/desk"):
        _sign_in(page, record.token)
    page.goto(picture.path)
    if picture.part:
        page.locator(picture.part).evaluate("part => part.scrollIntoView({behavior: 'instant'})")
    page.screenshot(path=to)
    context.close()
    if to.stat().st_size > LARGEST:
        sys.exit(f"{to}: {to.stat().st_size} bytes are more than {LARGEST}")


def _sign_in(page: Page, token: str) -> None:
    page.goto("/desk/sign-in")
    page.fill("#token", token)
    page.click("button.main")
    page.wait_for_url("**/desk")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
