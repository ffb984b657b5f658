"""Problems as pages, for browsers: the API's answer to the same request, said to a person."""

from http import HTTPStatus
from urllib.parse import quote

import orjson
from flask import Flask, Response, request

from factcheck.desk import layout
from factcheck.web import problems
from factcheck.web.negotiation import HTML, preferred

_API = "/v1"
_DESK = "/desk"
_TITLES = {
    HTTPStatus.BAD_REQUEST: "This address cannot be read",
    HTTPStatus.UNAUTHORIZED: "Please sign in",
    HTTPStatus.FORBIDDEN: "This is not open to you",
    HTTPStatus.NOT_FOUND: "There is no such page",
    HTTPStatus.METHOD_NOT_ALLOWED: "This page cannot be sent anything",
    HTTPStatus.CONFLICT: "This cannot be done as things stand",
    HTTPStatus.GONE: "This page is gone",
    HTTPStatus.PRECONDITION_FAILED: "Somebody was faster",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Something in the form cannot be taken as it is",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong here",
    HTTPStatus.SERVICE_UNAVAILABLE: "The record is not within reach",
}
_NEXT = {
    HTTPStatus.UNAUTHORIZED: "Ask the editors of this record for an account. What you had typed into a form is still "
    "there when you go back to it.",
    HTTPStatus.NOT_FOUND: "Check the address, or look for the claim by its words.",
    HTTPStatus.TOO_MANY_REQUESTS: "Wait a little, then load the page again.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Nothing was changed. If it happens again, tell the editors the number below.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Load the page again in a moment.",
}
_KEPT = ("Allow", "Retry-After", "RateLimit", "RateLimit-Policy", "WWW-Authenticate")


def register(app: Flask) -> None:
    app.after_request(shown)


def shown(answer: Response) -> Response:
    """The answer, or where a person asked and it is a problem, a page that says the same."""
    if answer.status_code < HTTPStatus.BAD_REQUEST or answer.mimetype != problems.MEDIA_TYPE or not _for_a_person():
        return answer
    told = orjson.loads(answer.get_data())
    status = HTTPStatus(answer.status_code)
    kept = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
    title = _TITLES.get(status, status.phrase)
    return layout.refusal(
        "error.html",
        status,
        title=title,
        headers=kept,
        problem=told,
        said=f"{told['detail'][:1].upper()}{told['detail'][1:]}.",
        next=_NEXT.get(status, ""),
        sign_in=_sign_in() if status == HTTPStatus.UNAUTHORIZED else "",
    )


def _sign_in() -> str:
    """Where to sign in, to come back here; what a form was sent to is no page to come back to."""
    here = request.full_path.rstrip("?") if request.method == "GET" else _DESK
    return f"{_DESK}/sign-in?next={quote(here, safe='/')}"


def _for_a_person() -> bool:
    """Whether the client says that it reads pages; the API answers in its own way whoever asks."""
    if request.path == _API or request.path.startswith(f"{_API}/"):
        return False
    named = any(given.lower().startswith(HTML) for given, quality in request.accept_mimetypes if quality > 0)
    return named and preferred((HTML, problems.MEDIA_TYPE, "application/json")) == HTML
