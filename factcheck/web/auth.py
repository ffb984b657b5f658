"""Who asks, and whether the route is for them. Every route names its permission; one without is refused."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import Request, Response, current_app, request

from factcheck.domain.errors import NotPermitted
from factcheck.domain.vocabulary import Role
from factcheck.services import accounts
from factcheck.web import cookies, idempotency
from factcheck.web.arrival import Own
from factcheck.web.context import reader, settings
from factcheck.web.problems import BadRequest

View = Callable[..., Response]

PUBLIC = "public"
"""Anyone, unless reads are closed: then any account."""
ALWAYS = "always"
"""Anyone, whatever the settings: probes and the documentation."""

Permission = Role | str


def permit(permission: Permission) -> Callable[[View], View]:
    """Declare who may use a route. A POST that takes an account runs at most once per Idempotency-Key."""

    once = isinstance(permission, Role)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Response:
            # What a key keeps is sealed under the token of the request, which one by cookie does not have.
            given = idempotency.HEADER in request.headers and "Authorization" in request.headers
            if once and request.method == "POST" and given:
                return idempotency.once(lambda: view(*args, **kwargs))
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def identify(asked: Request, own: Own) -> None:
    """Set the request's actor, or what is wrong with its token, and what its route asks for (None where that was
    forgotten). Whether that matters is told later, so that guesses at tokens count against the limit too."""
    own.actor = own.refusal = own.permission = own.session = None
    if asked.endpoint is not None:
        own.permission = getattr(current_app.view_functions[asked.endpoint], "permission", None)
    header = asked.environ.get("HTTP_AUTHORIZATION")
    if header is None:
        own.actor, own.session = cookies.signed_in(asked)
        return
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        own.refusal = _unauthorized("Authorization must be Bearer and a token", "invalid_request")
        return
    own.actor = accounts.authenticate(token.strip())
    if own.actor is None:
        own.refusal = _unauthorized("this token is unknown, revoked or expired", "invalid_token")


def standing() -> Callable[[], bool]:
    """A check for later, without the request: whether who asks now still is who they are, with the same role."""
    found = reader()
    if found is None:
        return lambda: True
    token = request.headers["Authorization"].partition(" ")[2].strip()

    def stands() -> bool:
        now = accounts.authenticate(token)
        return now is not None and (now.id, now.role) == (found.id, found.role)

    return stands


def authorise(asked: Request, own: Own) -> None:
    """Raises BadRequest (401) and NotPermitted where the route is not for who asks."""
    if own.refusal:
        raise own.refusal
    if asked.endpoint is None or asked.method == "OPTIONS":
        return
    needed, found = own.permission, own.actor
    if needed == ALWAYS or (needed == PUBLIC and (found or settings().public_reads)):
        return
    if found is None:
        raise _unauthorized("this takes a token", None)
    if not isinstance(needed, Role) and needed != PUBLIC:
        raise NotPermitted("this route is open to nobody")
    if isinstance(needed, Role):
        found.require(needed, "this")


def _unauthorized(detail: str, error: str | None) -> BadRequest:
    """401 with the challenge of RFC 6750, section 3."""
    challenge = 'Bearer realm="factcheck"' + (f', error="{error}"' if error else "")
    return BadRequest(HTTPStatus.UNAUTHORIZED, detail, WWW_Authenticate=challenge)
