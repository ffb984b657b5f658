"""Signing in with a token, and out."""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import orjson
from flask import Flask, Request, Response, current_app, request
from werkzeug.exceptions import HTTPException

from factcheck.desk.reviewing import forms, frame
from factcheck.domain.vocabulary import Role
from factcheck.services import sessions
from factcheck.web import cookies, limits
from factcheck.web.auth import ALWAYS
from factcheck.web.context import EXTENSION, session
from factcheck.web.negotiation import HTML

_COUNTER = "factcheck.sign_ins"
_LONGEST = 500
_REFUSED = "This token does not open the desk. Check that it is whole, or ask an administrator for a new one."


_OWN_FIELDS = (cookies.FIELD, "token", "next", "kept")
_MOST_KEPT, _LONGEST_KEPT = 400, 200_000


def register(app: Flask) -> None:
    app.after_request(ask_first)
    app.extensions[_COUNTER] = limits.counting_sign_ins(app.extensions[EXTENSION])
    frame.add(app, "/desk/sign-in", "desk_sign_in", ALWAYS, sign_in, "GET", "POST")
    frame.add(app, "/desk/sign-out", "desk_sign_out", ALWAYS, sign_out, "POST")


def sign_in() -> Response:
    """The page to sign in at; a token that opens nothing is refused in the same words whatever is wrong with it."""
    if request.method != "POST":
        return _page(forms.Form({"next": request.args.get("next", "")}), "")
    _count(request)
    form, kept = forms.sent("token", "next"), request.form.get("kept", "")
    token = form.values.pop("token")
    begun = sessions.begin(token) if len(token) <= _LONGEST else None
    if begun is None:
        form.fault("token", _REFUSED)
        return _page(form, kept)
    return _signed_in(begun, form.value("next"), _opened(kept))


def ask_first(answer: Response) -> Response:
    """In place of a 401 at the desk the page to sign in at; what a form was sent with is kept in it until then."""
    if answer.status_code != HTTPStatus.UNAUTHORIZED or not _for_a_person(request):
        return answer
    here = request.full_path.rstrip("?")
    if request.method != "POST":
        return frame.see(f"/desk/sign-in?next={quote(here, safe='/')}")
    # What another site puts into somebody's mouth is not offered to them as theirs.
    kept = _closed(request) if cookies.from_own_site() else ""
    return _page(forms.Form({"next": here}), kept, HTTPStatus.UNAUTHORIZED)


def _page(form: forms.Form, kept: str, status: int | None = None) -> Response:
    return frame.page("sign_in.html", title="Sign in", status=status or form.status, form=form, kept=kept)


def _for_a_person(asked: Request) -> bool:
    at_desk = asked.path == "/desk" or asked.path.startswith("/desk/")
    return at_desk and "Authorization" not in asked.headers and HTML in asked.headers.get("Accept", "")


def _closed(asked: Request) -> str:
    """The fields of a form, to be kept in another one; empty where they are too much for it."""
    try:
        fields = [[name, value] for name, value in asked.form.items(multi=True) if name not in _OWN_FIELDS]
    except HTTPException:
        return ""
    kept = orjson.dumps(fields).decode()
    return kept if len(fields) <= _MOST_KEPT and len(kept) <= _LONGEST_KEPT else ""


def _opened(kept: str) -> list[tuple[str, str]]:
    """The fields of a form that was sent without a session; none where they are not as `ask_first` writes them."""
    try:
        found = orjson.loads(kept)
    except orjson.JSONDecodeError:
        return []
    if not isinstance(found, list) or len(found) > _MOST_KEPT:
        return []
    pairs = [tuple(one) for one in found if isinstance(one, list) and len(one) == 2]
    return [(name, value) for name, value in pairs if isinstance(name, str) and isinstance(value, str)]


def sign_out() -> Response:
    """End the session, here and in the database."""
    found = session()
    if found is not None:
        sessions.end(found)
    answer = frame.see("/desk/sign-in")
    answer.headers["Clear-Site-Data"] = '"cache"'
    cookies.forget_session(answer)
    return answer


def _signed_in(begun: str, wanted: str, kept: list[tuple[str, str]]) -> Response:
    former = session()
    if former is not None:
        sessions.end(former)
    found = sessions.account(begun)
    works = found is not None and found.role.may(Role.CONTRIBUTOR)
    to = frame.own_path(wanted, "/desk" if works else "/")
    if kept and to.startswith("/desk/"):
        # Nothing is sent before its author has looked at where it goes.
        answer = frame.page("again.html", title="Go on", to=to, fields=kept, key=cookies.form_key(begun))
    else:
        answer = frame.see(to)
    cookies.set_session(answer, begun)
    return answer


def _count(asked: Request) -> None:
    count: Any = current_app.extensions[_COUNTER]
    count(asked)
