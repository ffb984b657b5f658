"""Answers that are given when there is something to tell: who gets one, and how it leaves its request's thread."""

from functools import partial
from http import HTTPStatus
from typing import cast

from flask import Flask, Response, current_app, request

from factcheck.server.handover import OFFER, Offer
from factcheck.web.broadcast import Broadcast, Follower
from factcheck.web.problems import BadRequest

_EXTENSION = "factcheck.broadcast"
_COME_BACK_SECONDS = 5
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""What is told as it happens is neither kept nor held back by what stands in between."""


def register(app: Flask, most: int) -> None:
    """Let up to `most` clients of this process follow at once."""
    app.extensions[_EXTENSION] = Broadcast(most)


def follow(follower: Follower, media_type: str) -> Response | None:
    """An answer that goes on without the request; None under a server that cannot do that.

    Raises BadRequest (503) where too many follow already.
    """
    offer = cast("Offer | None", request.environ.get(OFFER))
    if offer is None:
        return None
    broadcast = cast(Broadcast, current_app.extensions[_EXTENSION])
    if not broadcast.reserve():
        raise BadRequest(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "as many clients follow as this process takes; try again later",
            Retry_After=str(_COME_BACK_SECONDS),
        )
    offer(partial(broadcast.take, follower))
    return told(b"", media_type)


def told(body: bytes, media_type: str) -> Response:
    """An answer whose length is told by its end."""
    return Response(iter([body]), content_type=media_type, headers=_HEADERS)
