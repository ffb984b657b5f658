"""Who asks, and whether the route is for them. Every route names its permission; one without is refused."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, g, request
from flask.globals import app_ctx, request_ctx

from factcheck.domain.errors import NotPermitted
from factcheck.domain.vocabulary import Role
from factcheck.services import accounts
from factcheck.web import idempotency
from factcheck.web.context import settings
from factcheck.web.problems import BadRequest

View = Callable[..., Response]

PUBLIC = "public"
"""Anyone, unless reads are closed: then any account."""
ALWAYS = "always"
"""Anyone, whatever the settings: probes and the documentation."""

Permission = Role | str


def permit(permission: Permission) -> Callable[[View], View]:
    """Declare who may use a route. A POST runs at most once per Idempotency-Key."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Response:
            if request.method == "POST" and idempotency.HEADER in request.headers:
                return idempotency.once(lambda: view(*args, **kwargs))
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def permission_of(endpoint: str) -> Permission | None:
    """What a route asks for; None where it was forgotten."""
    view = current_app.view_functions[endpoint]
    found: Permission | None = getattr(view, "permission", None)
    return found


def identify() -> None:
    """Set the request's actor, or what is wrong with its token; whether that matters is told later, so
    that guesses at tokens count against the limit too."""
    header = request_ctx.request.environ.get("HTTP_AUTHORIZATION")
    if header is None:
        return
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        g.refusal = _unauthorized("Authorization must be Bearer and a token", "invalid_request")
        return
    g.actor = accounts.authenticate(token.strip())
    if g.actor is None:
        g.refusal = _unauthorized("this token is unknown, revoked or expired", "invalid_token")


def authorise() -> None:
    """Raises BadRequest (401) and NotPermitted where the route is not for who asks."""
    asked, own = request_ctx.request, app_ctx.g
    if "refusal" in own:
        raise own.refusal
    if asked.endpoint is None or asked.method == "OPTIONS":
        return
    needed, found = permission_of(asked.endpoint), own.get("actor")
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
