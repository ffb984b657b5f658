"""A request's way in, step by step, before its view. Flask's proxies are looked through once for all of them:
each look costs as much as a row from the database."""

from collections.abc import Callable

from flask import Flask, Request
from flask.ctx import _AppCtxGlobals
from flask.globals import app_ctx, request_ctx

Own = _AppCtxGlobals
"""What a request keeps for itself, as `flask.g` is typed."""

Step = Callable[[Request, Own], None]
"""Takes the request and what belongs to it alone (`flask.g`); raises where the request goes no further."""


def register(app: Flask, *steps: Step) -> None:
    """Let every request pass these, in this order."""

    @app.before_request
    def arrive() -> None:
        asked, own = request_ctx.request, app_ctx.g
        for step in steps:
            step(asked, own)
