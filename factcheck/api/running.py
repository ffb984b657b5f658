"""What operators and their tools ask: probes, metrics, the description of the service."""

from pathlib import Path

import flask_swagger_ui
import orjson
from flask import Flask, Response, current_app, send_from_directory

from factcheck import __version__
from factcheck.domain.versions import digest_etag
from factcheck.storage import db, upgrade
from factcheck.web import problems, replicas
from factcheck.web.auth import ALWAYS, permit
from factcheck.web.conditional import send
from factcheck.web.observability import metrics

# Swagger UI sets styles on elements; scripts come from files alone.
_DOCS_POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
_DOCS_FILES = Path(flask_swagger_ui.__file__).parent / "dist"
_DOCS_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>factcheck API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css"><link rel="icon" href="/docs/favicon-32x32.png"></head>
<body><div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>
"""
_DOCS_START = 'SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true});\n'


def register(app: Flask) -> None:
    for rule, view in (
        ("/healthz", healthz),
        ("/readyz", readyz),
        ("/metrics", show_metrics),
        ("/openapi.json", openapi),
        ("/problems/<name>", describe_problem),
        ("/docs", docs),
        ("/docs/start.js", docs_start),
        ("/docs/<path:name>", docs_file),
    ):
        app.add_url_rule(rule, view_func=permit(ALWAYS)(view), methods=["GET"])


def healthz() -> Response:
    """The process lives."""
    return Response(orjson.dumps({"status": "ok", "version": __version__}), content_type="application/json")


def readyz() -> Response:
    """The database answers and has every migration. How it stands with a replica is told, and is no reason not to be
    ready: the main one can answer for it."""
    # Where the connection was lost, it is opened again, or that is what is told.
    db.query("SELECT 1")
    missing = upgrade.pending()
    if missing:
        return problems.problem(503, f"migrations to run: {', '.join(missing)}")
    told: dict[str, object] = {"status": "ready"}
    if (watched := replicas.watched()) is not None:
        found = watched.standing()
        told["replica"] = {"state": found.state, "lag_seconds": found.lag}
    return Response(orjson.dumps(told), content_type="application/json")


def show_metrics() -> Response:
    body, media_type = metrics()
    return Response(body, content_type=media_type)


def openapi() -> Response:
    body: bytes = current_app.extensions["factcheck.openapi"]
    return send(body, digest_etag(body))


def describe_problem(name: str) -> Response:
    """What the type of a problem means: its address, opened."""
    kind = problems.kinds().get(name)
    if kind is None:
        return problems.problem(404, f"there is no kind of problem {name}")
    return Response(f"{kind.__doc__}\n", content_type="text/plain; charset=utf-8")


def docs() -> Response:
    policy = {"Content-Security-Policy": _DOCS_POLICY}
    return Response(_DOCS_PAGE, content_type="text/html; charset=utf-8", headers=policy)


def docs_start() -> Response:
    return Response(_DOCS_START, content_type="text/javascript; charset=utf-8")


def docs_file(name: str) -> Response:
    """Swagger UI's own files, served from the installed package."""
    return send_from_directory(_DOCS_FILES, name)
