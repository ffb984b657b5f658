"""What was corrected, in the open: what stood before, what stands since, and why."""

from typing import Any

import orjson
from flask import Flask, Response, request

from factcheck.desk import layout
from factcheck.desk.telling import lists
from factcheck.domain.vocabulary import CorrectionType
from factcheck.services import verdicts
from factcheck.storage import documents
from factcheck.web.auth import PUBLIC, permit
from factcheck.web.pagination import following_page, position
from factcheck.web.parsing import takes
from schemas.pages import CorrectionForm

Json = dict[str, Any]

_A_PAGE = 20


def register(app: Flask) -> None:
    app.add_url_rule("/corrections", "corrections_page", permit(PUBLIC)(takes(CorrectionForm, "query", "query")(show)))


def show(query: Json) -> Response:
    """Corrections, newest first."""
    after = position(query.get("cursor"))
    found = verdicts.corrections(after[0] if after else None, _A_PAGE + 1, query)
    shown = found[:_A_PAGE]
    claims = {one: orjson.loads(body) for one, body in documents.get_many({one["claim"] for one in shown}).items()}
    return layout.page(
        "corrections.html",
        title="Corrections",
        corrections=[lists.correction(one, claims) for one in shown],
        following=following_page(found, _A_PAGE),
        kinds=lists.options(CorrectionType),
        asked=request.args.get("type", ""),
    )
