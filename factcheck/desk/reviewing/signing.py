"""Signing in with a token, and out."""

from typing import Any

from flask import Flask, Request, Response, current_app, request

from factcheck.desk.reviewing import forms, frame
from factcheck.domain.vocabulary import Role
from factcheck.services import sessions
from factcheck.web import cookies, limits
from factcheck.web.auth import ALWAYS
from factcheck.web.context import EXTENSION, session

_COUNTER = "factcheck.sign_ins"
_LONGEST = 500
_REFUSED = "This token does not open the desk. Check that it is whole, or ask an administrator for a new one."


def register(app: Flask) -> None:
    app.extensions[_COUNTER] = limits.counting_sign_ins(app.extensions[EXTENSION])
    frame.add(app, "/desk/sign-in", "desk_sign_in", ALWAYS, sign_in, "GET", "POST")
    frame.add(app, "/desk/sign-out", "desk_sign_out", ALWAYS, sign_out, "POST")


def sign_in() -> Response:
    """The page to sign in at; a token that opens nothing is refused in the same words whatever is wrong with it."""
    form = (
        forms.sent("token", "next") if request.method == "POST" else forms.Form({"next": request.args.get("next", "")})
    )
    if request.method == "POST":
        _count(request)
        token = form.values.pop("token")
        begun = sessions.begin(token) if len(token) <= _LONGEST else None
        if begun is not None:
            return _signed_in(begun, form.value("next"))
        form.fault("token", _REFUSED)
    return frame.page("sign_in.html", title="Sign in", status=form.status, form=form)


def sign_out() -> Response:
    """End the session, here and in the database."""
    found = session()
    if found is not None:
        sessions.end(found)
    answer = frame.see("/desk/sign-in")
    answer.headers["Clear-Site-Data"] = '"cache"'
    cookies.forget_session(answer)
    return answer


def _signed_in(begun: str, wanted: str) -> Response:
    former = session()
    if former is not None:
        sessions.end(former)
    found = sessions.account(begun)
    works = found is not None and found.role.may(Role.CONTRIBUTOR)
    answer = frame.see(frame.own_path(wanted, "/desk" if works else "/"))
    cookies.set_session(answer, begun)
    return answer


def _count(asked: Request) -> None:
    count: Any = current_app.extensions[_COUNTER]
    count(asked)
