"""What operators see: request ids, one structured log line a request, and metrics."""

import logging
import os
import re
import sys
import time
from collections.abc import Iterator
from functools import cache

import orjson
import structlog
from flask import Flask, Request, Response
from flask.globals import app_ctx, request_ctx
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from factcheck import clock
from factcheck.services import copies, links, matching, snapshots, suggestions, webhooks
from factcheck.storage.db import Unavailable
from factcheck.web.arrival import Own
from factcheck.web.context import REQUEST_ID

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")

_REQUESTS = Counter("factcheck_requests", "Requests answered.", ["endpoint", "method", "status"])
_SECONDS = Histogram(
    "factcheck_request_seconds",
    "Seconds from a request's arrival to its answer.",
    ["endpoint"],
    buckets=(0.001, 0.005, 0.02, 0.1, 0.5, 2, 10),
)

_access = logging.getLogger("factcheck.access")


def configure_logging(level: str) -> None:
    """One JSON object a line on standard error, ours and the libraries' alike."""
    number = logging.getLevelNamesMapping()[level]
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=orjson.dumps)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.BytesLoggerFactory(file=sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    renderer = structlog.processors.JSONRenderer()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    logging.basicConfig(handlers=[handler], level=number, force=True)


def begin(asked: Request, own: Own) -> None:
    """Give the request its id, the client's own where that is usable, and note when it came."""
    own.began = time.perf_counter()
    given = asked.environ.get("HTTP_X_REQUEST_ID", "")
    asked.environ[REQUEST_ID] = given if _REQUEST_ID.fullmatch(given) else clock.new_id()


def register(app: Flask) -> None:
    app.after_request(_end)


def metrics() -> tuple[bytes, str]:
    """The metrics of all processes in Prometheus' text format, and its media type."""
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry) + generate_latest(_WORK), CONTENT_TYPE_LATEST


class _Worker:
    """What workers have to do and have done, from the database: they are other processes, maybe on other machines."""

    def collect(self) -> Iterator[Metric]:
        try:
            todo, outcomes = links.backlog(), links.outcomes()
            kept, asked = snapshots.space(), copies.outcomes()
            told, sent = webhooks.backlog(), webhooks.outcomes()
            waiting = {"compare": suggestions.backlog(), "copy": copies.backlog(), "encode": matching.backlog()}
        except Unavailable:
            return  # the other metrics are wanted now more than ever
        yield GaugeMetricFamily("factcheck_links_due", "Links that are to be looked at now.", todo.due)
        states = GaugeMetricFamily("factcheck_links", "Sources with a URL, by the state of it.", labels=["state"])
        for state, count in todo.states.items():
            states.add_metric([state], count)
        yield states
        looks = CounterMetricFamily("factcheck_link_checks", "Looks at links, by what came of it.", labels=["outcome"])
        for outcome, count in outcomes.items():
            looks.add_metric([outcome], count)
        yield looks
        yield GaugeMetricFamily("factcheck_snapshot_files", "Files of what pages said.", kept.files)
        yield GaugeMetricFamily("factcheck_snapshot_bytes", "Bytes of them on the disk.", kept.size)
        pages = GaugeMetricFamily(
            "factcheck_waiting", "Pages and claims that wait for a task of the worker.", labels=["task"]
        )
        for task, count in waiting.items():
            pages.add_metric([task], count)
        yield pages
        copied = CounterMetricFamily(
            "factcheck_copies", "Public copies asked for, by what came of it.", labels=["outcome"]
        )
        for outcome, count in asked.items():
            copied.add_metric([outcome], count)
        yield copied
        hooks = GaugeMetricFamily("factcheck_webhooks", "Webhooks, by whether they are told.", labels=["state"])
        hooks.add_metric(["active"], told.active)
        hooks.add_metric(["paused"], told.paused)
        yield hooks
        yield GaugeMetricFamily(
            "factcheck_webhooks_behind",
            "Events that active webhooks have yet to go through, all together.",
            told.behind,
        )
        deliveries = CounterMetricFamily(
            "factcheck_webhook_attempts", "Attempts to deliver an event, by what came of it.", labels=["outcome"]
        )
        for outcome, count in sent.items():
            deliveries.add_metric([outcome], count)
        yield deliveries


_WORK = CollectorRegistry()
_WORK.register(_Worker())


# Looked up by their labels' text each time, they would cost more than counting does.
_counter = cache(_REQUESTS.labels)
_histogram = cache(_SECONDS.labels)


def _end(response: Response) -> Response:
    asked, own = request_ctx.request, app_ctx.g
    seconds = time.perf_counter() - own.began
    endpoint, method, status = asked.endpoint or "none", asked.method, response.status_code
    _counter(endpoint, method if asked.endpoint else "any", status).inc()
    _histogram(endpoint).observe(seconds)
    if _access.isEnabledFor(logging.INFO):
        found = own.get("actor")
        line = {
            "request_id": asked.environ[REQUEST_ID],
            "method": method,
            "path": asked.path,
            "status": status,
            "ms": round(seconds * 1000, 2),
            "account": found.id if found else None,
            "address": asked.remote_addr,
            "event": "request",
            "level": "info",
            "timestamp": clock.timestamp(clock.now()),
        }
        # Written here: through structlog this one line took a tenth of a small read.
        sys.stderr.buffer.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
        sys.stderr.buffer.flush()
    return response
