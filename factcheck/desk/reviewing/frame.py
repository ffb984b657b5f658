"""What every page of the desk has: who is signed in, what was just done, and the guard of its forms."""

import re
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request

from factcheck.desk import layout
from factcheck.services.verdicts import Rules
from factcheck.web import cookies
from factcheck.web.auth import Permission, permit
from factcheck.web.context import settings

View = Callable[..., Response]

HEADERS = {"Cache-Control": "private, no-cache"}
"""A page of the desk is for one person: nobody else's cache keeps it."""

_DONE = {
    "signed-in": "You are signed in.",
    "submitted": "The claim is in the record.",
    "amended": "The claim is amended. The history keeps what stood before.",
    "appears": "It is recorded that the claim was made there too.",
    "replied": "The answer is recorded.",
    "taken": "You work on this claim now.",
    "released": "You do not work on this claim any more.",
    "attached": "The links are attached. A worker looks at them within a minute.",
    "published": "The verdict is published.",
    "proposed": "The verdict is proposed. It is published once others have approved it.",
    "corrected": "The correction is published. What stood before can still be read.",
    "approved": "You have approved the verdict.",
    "rejected": "You have turned the verdict down.",
    "retracted": "The link is retracted. The history keeps it.",
    "quoted": "The link has its quote.",
    "related": "The relation is recorded, on both claims.",
    "merged": "The claims are merged. This is the one that stays.",
    "resolved": "The flag is resolved.",
    "asked": "A worker looks at the page soon.",
    "marked": "It is recorded whether the source is an origin.",
    "cited": "The citation is recorded.",
    "accepted": "The suggestion is accepted: the citation is recorded.",
    "turned-down": "The suggestion is turned down. It is not made again.",
    "account": "The account is changed.",
    "webhook": "The webhook is changed.",
    "webhook-removed": "The webhook is removed. It is told nothing more.",
    "resent": "The event is sent again soon.",
    "revoked": "The token is revoked. Whoever was signed in with it is signed out.",
}
_OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""A path of this service: what begins with two slashes, or holds a backslash, browsers can take for another host."""


def add(app: Flask, rule: str, endpoint: str, permission: Permission, view: View, *methods: str) -> None:
    """A page of the desk, or what its forms are sent to."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Response:
        # Who asks with a token in a header is no browser that another site could lead on.
        if request.method == "POST" and "Authorization" not in request.headers:
            cookies.require_own_form()
        return view(*args, **kwargs)

    app.add_url_rule(rule, endpoint=endpoint, view_func=permit(permission)(guarded), methods=methods or ("GET",))


def page(template: str, *, title: str, status: int = HTTPStatus.OK, **shown: object) -> Response:
    """A page of the desk; one that refuses a form says so in its title first."""
    frame = {"done": _DONE.get(request.args.get("done", ""), "")}
    if status != HTTPStatus.OK:
        refused = f"Error: {title}"
        return layout.refusal(
            f"reviewing/{template}", HTTPStatus(status), title=refused, headers=HEADERS, **frame, **shown
        )
    return layout.page(f"reviewing/{template}", title=title, headers=HEADERS, **frame, **shown)


def see(path: str, done: str = "") -> Response:
    """303: what a form asked for is done, and this is where to look; loading that again does nothing twice."""
    join = "&" if "?" in path else "?"
    location = f"{path}{join}done={done}" if done else path
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": location})


def once(answer: Response) -> Response:
    """An answer that shows a secret: no page leads to it again, and nothing keeps it."""
    answer.headers["Cache-Control"] = "no-store"
    return answer


def own_path(given: str | None, otherwise: str) -> str:
    """A path that a client names to go on to, if it is one of this service."""
    return given if given and _OWN_PATH.fullmatch(given) else otherwise


def rules() -> Rules:
    return Rules(settings().approvals, settings().min_origins)
