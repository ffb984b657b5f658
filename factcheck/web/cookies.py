"""The session cookie of people in browsers, and what keeps other sites from sending forms in their name."""

import hashlib
import hmac
from http import HTTPStatus

from flask import Flask, Request, Response, request

from factcheck.domain.actors import Actor
from factcheck.services import sessions
from factcheck.web.context import session, settings
from factcheck.web.problems import BadRequest

FIELD = "csrf"
"""The field of every form that says that this service made it."""

_API = "/v1"
_LONGEST = 100
"""Characters of a session's id, and some more."""


_SAYS_WHO = ("private", "public", "no-store")


def register(app: Flask) -> None:
    app.after_request(keep_private)


def keep_private(answer: Response) -> Response:
    """The answer to a session is kept by nobody but its browser: shared caches keep those to tokens from others by
    themselves, but not those to cookies (RFC 9111, 3.5)."""
    said = answer.headers.get("Cache-Control", "no-cache")
    if answer.status_code < HTTPStatus.BAD_REQUEST and session() and not any(word in said for word in _SAYS_WHO):
        answer.headers["Cache-Control"] = f"private, {said}"
    return answer


def signed_in(asked: Request) -> tuple[Actor | None, str | None]:
    """Who a browser's cookie stands for, and its session; of the API no cookie opens anything."""
    if "HTTP_COOKIE" not in asked.environ or asked.path.startswith(_API):
        return None, None
    given = asked.cookies.get(_name())
    if not given or len(given) > _LONGEST:
        return None, None
    found = sessions.account(given)
    return found, given if found else None


def has_session(asked: Request) -> bool:
    """Whether a browser says that somebody is signed in, be it so or not."""
    return "HTTP_COOKIE" in asked.environ and _name() in asked.cookies


def set_session(answer: Response, given: str) -> None:
    answer.set_cookie(
        _name(),
        given,
        max_age=int(sessions.LIFETIME.total_seconds()),
        path="/",
        secure=_secure(),
        httponly=True,
        samesite="Lax",
    )


def forget_session(answer: Response) -> None:
    answer.delete_cookie(_name(), path="/", secure=_secure(), httponly=True, samesite="Lax")


def form_key(given: str | None = None) -> str:
    """What forms of this session, or of one just begun, carry; it tells nothing of the id. Empty without a session."""
    found = given or session()
    return hmac.digest(found.encode(), b"forms of this session", "sha256").hex() if found else ""


def require_own_form() -> None:
    """Raises BadRequest (403) for a POST by cookie that no form of this session made, or that another site sends."""
    require_own_site()
    if session() is None:
        return
    given = hashlib.sha256(request.form.get(FIELD, "").encode()).digest()
    if not hmac.compare_digest(given, hashlib.sha256(form_key().encode()).digest()):
        raise BadRequest(
            HTTPStatus.FORBIDDEN, "this form is not of your present session: open it again, and send it once more"
        )


def require_own_site() -> None:
    """Raises BadRequest (403) where the browser says that the request comes from elsewhere."""
    if not from_own_site():
        raise BadRequest(HTTPStatus.FORBIDDEN, "this form was sent by another site")


def from_own_site() -> bool:
    """Whether the request is of our own pages, as far as the browser says (W3C Fetch Metadata; RFC 6454, 7)."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    ours = {request.host, settings().public_url.partition("://")[2].partition("/")[0]}
    return (origin is None or origin.partition("://")[2] in ours) and site in (None, "same-origin")


def _secure() -> bool:
    return settings().public_url.startswith("https://")


def _name() -> str:
    # The prefix has browsers refuse one that a neighbouring host or plain http tries to set (RFC 6265bis, 4.1.3.2).
    return "__Host-factcheck" if _secure() else "factcheck"
