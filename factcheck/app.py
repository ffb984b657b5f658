"""The application: settings, database, error handlers, blueprints."""

import os
from collections.abc import Callable
from typing import Any

import orjson
from flask import Flask
from flask.json.provider import JSONProvider

from factcheck import cli, config, encoding
from factcheck.api import (
    accounts,
    changes,
    claims,
    embeds,
    evidence,
    exports,
    factchecktools,
    feeds,
    flags,
    history,
    imports,
    log,
    matching,
    publishers,
    redactions,
    running,
    scales,
    search,
    snapshots,
    sources,
    speakers,
    stats,
    suggestions,
    verdicts,
    webhooks,
)
from factcheck.config import Settings
from factcheck.desk import claims as claim_pages
from factcheck.desk import corrections, errors, files, front, reviewing
from factcheck.desk import log as log_page
from factcheck.desk import search as search_page
from factcheck.desk import sources as source_pages
from factcheck.desk import speakers as speaker_pages
from factcheck.storage import db
from factcheck.web import (
    arrival,
    auth,
    cookies,
    following,
    headers,
    limits,
    observability,
    overrides,
    parsing,
    problems,
    proxies,
    replicas,
)
from factcheck.web.context import EXTENSION
from factcheck.web.openapi import Api, specification

LARGEST_BODY = 1024 * 1024
"""Bytes that a request's body may have."""

_MODULES = (
    claims,
    search,
    matching,
    evidence,
    flags,
    verdicts,
    history,
    feeds,
    embeds,
    factchecktools,
    exports,
    imports,
    changes,
    log,
    redactions,
    speakers,
    sources,
    snapshots,
    suggestions,
    publishers,
    scales,
    stats,
    accounts,
    webhooks,
)

_PAGES = (errors, files, front, claim_pages, speaker_pages, source_pages, corrections, search_page, log_page, reviewing)
"""What people read."""


class _OrjsonProvider(JSONProvider):
    def dumps(self, obj: object, **kwargs: object) -> str:
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **kwargs: object) -> object:
        return orjson.loads(s)


class _Service(Flask):
    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view or hook here is a coroutine; Flask would look, some fifteen times a request."""
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """Build the WSGI application from the given settings, or from the environment."""
    settings = settings or config.load()
    app = _Service("factcheck", static_folder=None)
    app.json = _OrjsonProvider(app)
    app.config["MAX_CONTENT_LENGTH"] = parsing.read_up_to(LARGEST_BODY)
    app.url_map.strict_slashes = True
    app.extensions[EXTENSION] = settings
    observability.configure_logging(settings.log_level)
    db.connect(settings.database_url)
    encoding.use(settings.encoder)
    # Its id, who asks, how much they ask, whether they may.
    steps = (observability.begin, parsing.refuse_odd_path, auth.identify, limits.counting(settings), auth.authorise)
    arrival.register(app, *steps)
    observability.register(app)
    headers.register(app)
    cookies.register(app)
    following.register(app, settings.streams)
    problems.register(app)
    overrides.register(app)
    proxies.register(app, os.environ.get("FORWARDED_ALLOW_IPS", ""))
    replicas.register(app, settings.replica_url)
    running.register(app)
    _register_routes(app, settings)
    for pages in _PAGES:
        pages.register(app)
    cli.register(app)
    return app


def _register_routes(app: Flask, settings: Settings) -> None:
    described = Api(app, spec_kwargs=specification(settings.organisation, settings.public_url))
    for module in _MODULES:
        described.register_blueprint(module.blueprint)
    app.extensions["factcheck.openapi"] = orjson.dumps(described.spec.to_dict())
