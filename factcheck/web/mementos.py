"""Answers as of a moment: what was asked for, and the headers that say what is answered (RFC 7089)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask.globals import request_ctx
from werkzeug.http import http_date

from factcheck.clock import timestamp
from factcheck.storage import moments
from factcheck.storage.moments import Moment
from factcheck.web.problems import BadDatetime

_HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"


def asked(query: Mapping[str, Any]) -> Moment | None:
    """The moment that `as_of` names, None where it is left out; raises NotYet."""
    return moments.find(query["as_of"]) if "as_of" in query else None


def negotiated(query: Mapping[str, Any]) -> Moment | None:
    """As `asked`, and else the moment of an Accept-Datetime; raises BadDatetime for one that is no HTTP-date, asked for
    or not."""
    given = request_ctx.request.environ.get("HTTP_ACCEPT_DATETIME")
    time = None if given is None else _time(given)
    if "as_of" in query:
        return asked(query)
    return None if time is None else moments.find(time)


def headers(at: Moment) -> dict[str, str]:
    """What an answer as of a moment says of it."""
    said = {"As-Of-Seq": str(at.seq)}
    if at.time is not None:
        said["Memento-Datetime"] = http_date(datetime.fromisoformat(at.time))
    return said


def of_original(path: str, at: Moment) -> dict[str, str]:
    """The same for a path that takes Accept-Datetime, and that the present answer is found at."""
    return {**headers(at), "Link": f'<{path}>; rel="original timegate"'}


def _time(given: str) -> str:
    """An HTTP-date in the one form that is still to be sent (RFC 9110, section 5.6.7), as the record writes times."""
    try:
        parsed = datetime.strptime(given, _HTTP_DATE).replace(tzinfo=UTC)
    except ValueError:
        raise BadDatetime(given) from None
    # That alone would take a weekday that it was not.
    if http_date(parsed) != given:
        raise BadDatetime(given)
    return timestamp(parsed)
