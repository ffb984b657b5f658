"""Pages as tests read them: parsed, with what stands in them."""

from dataclasses import dataclass
from typing import Any

import orjson
from lxml import html
from werkzeug.test import TestResponse

from tests.callers import Caller

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LARGEST = 100_000
"""Bytes that a page may have."""


@dataclass(frozen=True)
class Page:
    answer: TestResponse
    tree: Any

    @property
    def text(self) -> str:
        """The words of its main part, with single spaces between them."""
        return " ".join(self.tree.find(".//main").text_content().split())

    def all(self, path: str) -> list[str]:
        """The words of each element that an XPath finds, or the attribute's value."""
        found = self.tree.xpath(path)
        return [one if isinstance(one, str) else " ".join(one.text_content().split()) for one in found]

    @property
    def data(self) -> Any:
        """Its data block; None without one."""
        found = self.tree.xpath("//script[@type='application/ld+json']")
        return orjson.loads(found[0].text) if found else None


def browse(caller: Caller, path: str, status: int = 200, **headers: str) -> Page:
    """The page that a browser gets."""
    answer = caller.get(path, Accept=BROWSER, **headers)
    said = answer.get_data(as_text=True)
    assert answer.status_code == status, said[:2000]
    assert answer.content_type == "text/html; charset=utf-8"
    assert len(answer.data) <= LARGEST, f"{len(answer.data)} bytes"
    return Page(answer, html.document_fromstring(said))
