"""The service as its users call it: one caller per role, over Flask's test client."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from factcheck.domain.actors import SERVICE, Actor
from factcheck.domain.vocabulary import Role
from factcheck.services import accounts

Json = dict[str, Any]


@dataclass(frozen=True)
class Caller:
    """Somebody with a token, or without one."""

    app: Flask
    token: str | None = None
    id: str = ""

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.call("GET", path, headers=headers)

    def post(self, path: str, json: object = None, **headers: str) -> TestResponse:
        return self.call("POST", path, json, headers=headers)

    def patch(self, path: str, json: object, match: str | None = None) -> TestResponse:
        return self.call("PATCH", path, json, headers={"If-Match": match or self.get(path).headers["ETag"]})

    def delete(self, path: str, json: object = None, match: str | None = None) -> TestResponse:
        return self.call("DELETE", path, json, headers={"If-Match": match or self.get(path).headers["ETag"]})

    def call(self, method: str, path: str, json: object = None, headers: dict[str, str] | None = None) -> TestResponse:
        """`headers` may be named with underscores for hyphens."""
        sent = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        body: Json = {} if json is None else {"json": json}
        return self.app.test_client().open(path, method=method, headers=sent, **body)

    def made(self, path: str, json: object) -> Json:
        """What a POST made; the test fails where it did not."""
        answer = self.post(path, json)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        found: Json = answer.get_json()
        return found

    def read(self, path: str) -> Json:
        answer = self.get(path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        found: Json = answer.get_json()
        return found

    def claim(self, text: str = "The moon is made of rock", **fields: object) -> str:
        """The id of a new claim."""
        return str(self.made("/v1/claims", {"text": text, **fields})["id"])


class Callers:
    """One caller of each role, made when first needed, and more on request."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.anyone = Caller(app)
        self._known: dict[str, Caller] = {}

    def new(self, role: Role, name: str) -> Caller:
        account = accounts.add(SERVICE, {"name": name, "role": str(role)})
        token = accounts.add_token(SERVICE, account["id"], {})
        return Caller(self.app, token["token"], account["id"])

    def named(self, name: str, role: Role = Role.REVIEWER) -> Caller:
        if name not in self._known:
            self._known[name] = self.new(role, name)
        return self._known[name]

    @property
    def reader(self) -> Caller:
        return self.named("reader", Role.READER)

    @property
    def contributor(self) -> Caller:
        return self.named("contributor", Role.CONTRIBUTOR)

    @property
    def reviewer(self) -> Caller:
        return self.named("reviewer", Role.REVIEWER)

    @property
    def second_reviewer(self) -> Caller:
        return self.named("second reviewer", Role.REVIEWER)

    @property
    def editor(self) -> Caller:
        return self.named("editor", Role.EDITOR)

    @property
    def admin(self) -> Caller:
        return self.named("admin", Role.ADMIN)


def actor(role: Role = Role.REVIEWER, name: str = "somebody") -> Actor:
    """An account for tests that call services directly."""
    made = accounts.add(SERVICE, {"name": name, "role": str(role)})
    return Actor(made["id"], made["name"], role)
