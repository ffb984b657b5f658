"""The first page: what changed last, and how much there is of what."""

from typing import Any

import orjson
from flask import Flask, Response
from markupsafe import Markup

from factcheck.desk import layout
from factcheck.desk.telling import lists, months
from factcheck.domain.vocabulary import ClaimKind
from factcheck.services import changes, stats
from factcheck.storage import claims
from factcheck.storage.claims import Filters
from factcheck.web.auth import PUBLIC, permit
from factcheck.web.context import settings

Json = dict[str, Any]

_NEWEST = 20


def register(app: Flask) -> None:
    app.add_url_rule("/", "front", permit(PUBLIC)(show))


def show() -> Response:
    """The newest changes, the counts by status, and the months that the claims are of."""
    newest = changes.newest()
    found, _ = claims.page(Filters(), "-updated", None, _NEWEST)
    status, month = stats.overview()
    plot = months.told(month)
    return layout.page(
        "front.html",
        title="What was said, and what is known of it",
        newest=newest,
        # A browser follows the API without a token: no cookie opens that.
        followed=settings().public_reads,
        claims=[lists.claim(orjson.loads(body)) for _, _, body in found],
        tally=lists.tally(status),
        statuses=lists.statuses(),
        kinds=lists.options(ClaimKind),
        plot=plot and {**plot, "image": Markup(plot["image"])},  # noqa: S704 - an XML library made it
    )
