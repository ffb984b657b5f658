"""What a request carries along: settings of the service, who asks, and the request's id."""

from typing import cast

from flask import current_app, g, request

from factcheck.config import Settings
from factcheck.domain.actors import Actor
from factcheck.domain.vocabulary import Role
from factcheck.formats.house import House
from factcheck.storage.snapshot_files import Store

EXTENSION = "factcheck"
REQUEST_ID = "factcheck.request_id"
"""Where the WSGI environment has the request's id."""


def settings() -> Settings:
    return cast(Settings, current_app.extensions[EXTENSION])


def house() -> House:
    """Who puts this record out."""
    return House(settings().organisation, settings().public_url)


def reader() -> Actor | None:
    """Who asks, None without a token."""
    return cast("Actor | None", g.get("actor"))


def session() -> str | None:
    """The id of the browser's session; None for who asks with a token, or without anything."""
    return cast("str | None", g.get("session"))


def actor() -> Actor:
    """Who asks, on a route that needs an account."""
    found = reader()
    assert found is not None, "the route's permission asks for an account"
    return found


def sees_withheld() -> bool:
    """Whether the reader may see what is not public yet: reviewers and above."""
    found = reader()
    return found is not None and found.role.may(Role.REVIEWER)


def snapshot_store() -> Store:
    return Store(settings().snapshot_dir)


def upload_store() -> Store:
    return Store(settings().import_dir)


def request_id() -> str:
    return cast(str, request.environ.get(REQUEST_ID, ""))
