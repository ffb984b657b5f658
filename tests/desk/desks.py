"""Somebody at the desk: a browser that keeps its cookies and sends the forms that it is shown."""

from dataclasses import dataclass
from ipaddress import ip_address
from itertools import count
from typing import Any

from flask import Flask
from lxml import html
from werkzeug.test import Client, TestResponse

from tests.callers import Caller
from tests.desk.pages import BROWSER, LARGEST, Page

Fields = dict[str, Any]

_addresses = count(1)


@dataclass
class Desk:
    client: Client

    def get(self, path: str, status: int = 200, **headers: str) -> Page:
        return self.page_of(self.client.get(path, headers={"Accept": BROWSER, **_named(headers)}), status)

    def send(self, path: str, fields: Fields | None = None, *, to: str | None = None, **headers: str) -> TestResponse:
        """What comes of filling the form of a page and sending it; `to` is its action, where that is not the page."""
        return self.post(to or path, {**self.filled(path, to), **(fields or {})}, **headers)

    def refused(self, path: str, fields: Fields, status: int = 422, *, to: str | None = None) -> Page:
        """The page that a form which cannot be taken comes back as."""
        return self.page_of(self.send(path, fields, to=to), status)

    def done(self, path: str, fields: Fields | None = None, *, to: str | None = None) -> str:
        """Where a form that was taken leads."""
        answer = self.send(path, fields, to=to)
        assert answer.status_code == 303, answer.get_data(as_text=True)[:4000]
        return answer.headers["Location"]

    def post(self, path: str, fields: Fields, **headers: str) -> TestResponse:
        return self.client.post(path, data=fields, headers={"Accept": BROWSER, **_named(headers)})

    def filled(self, path: str, to: str | None = None) -> Fields:
        """What a form holds when its page is opened."""
        form = self.get(path).tree.xpath("//main//form[@action=$action]", action=to or path)[0]
        found: Fields = {}
        for name, value in form.form_values():
            found[name] = [*found[name], value] if isinstance(found.get(name), list) else (
                [found[name], value] if name in found else value)  # fmt: skip
        return found

    def key(self) -> str:
        return str(self.get("/desk").tree.xpath("//input[@name='csrf']/@value")[0])

    def page_of(self, answer: TestResponse, status: int) -> Page:
        """The page that was answered."""
        said = answer.get_data(as_text=True)
        assert answer.status_code == status, said[:4000]
        assert answer.content_type == "text/html; charset=utf-8"
        assert len(answer.data) <= LARGEST
        return Page(answer, html.document_fromstring(said))


def stranger(app: Flask) -> Desk:
    """Somebody who has not signed in, at an address of their own."""
    client = app.test_client()
    client.environ_base = {"REMOTE_ADDR": str(ip_address("10.0.0.0") + next(_addresses))}
    return Desk(client)


def at_desk(caller: Caller) -> Desk:
    """The caller, signed in by the form."""
    desk = stranger(caller.app)
    answer = desk.post("/desk/sign-in", {"token": caller.token})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return desk


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
