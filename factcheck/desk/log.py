"""The log's page: what was signed, when, and who else has seen it."""

from typing import Any

from flask import Flask, Response

from factcheck.desk import layout
from factcheck.services import checkpoints
from factcheck.web.auth import PUBLIC, permit
from factcheck.web.parsing import takes
from schemas.pages import BeforeQuery

Json = dict[str, Any]

_A_PAGE = 20


def register(app: Flask) -> None:
    app.add_url_rule("/log", "log_page", permit(PUBLIC)(takes(BeforeQuery, "query", "query")(show)))


def show(query: Json) -> Response:
    """Checkpoints, newest first."""
    found = checkpoints.page(query.get("before"), _A_PAGE + 1)
    signed, size = checkpoints.covered()
    return layout.page(
        "log.html",
        title="The log",
        checkpoints=found[:_A_PAGE],
        following=found[_A_PAGE - 1]["size"] if len(found) > _A_PAGE else None,
        first="before" not in query,
        size=f"{size:,}",
        waiting=size - signed,
        keys=checkpoints.keys(None, _A_PAGE),
    )
