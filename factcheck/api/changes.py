"""What changes, for those who follow it."""

from flask import Response

from factcheck.api.answers import Json
from factcheck.domain.versions import digest_etag
from factcheck.services import changes
from factcheck.storage.changes import Part, View
from factcheck.web.auth import PUBLIC, standing
from factcheck.web.broadcast import Follower
from factcheck.web.conditional import JSON, send
from factcheck.web.context import reader, sees_withheld
from factcheck.web.following import follow
from factcheck.web.openapi import Blueprint
from schemas.changes import Changes, ChangesQuery

blueprint = Blueprint("changes", __name__, description="What changes, as it happens.")


@blueprint.endpoint("GET", "/v1/changes", PUBLIC, Changes, query=ChangesQuery, also=(400, 503))
def page(query: Json) -> Response:
    """List events after a number, oldest first; held for up to `wait` seconds until there is one."""
    view = _view(query)
    part = changes.page(view, query["after"], query["limit"])
    if query["wait"] and not part.events:
        held = follow(_Poll(view, part.after, query["limit"], query["wait"], standing()), JSON)
        if held is not None:
            return held
    body = _listed(part)
    return send(body, digest_etag(body))


class _Poll(Follower):
    """A page that is answered once there is something on it."""

    once = True

    def begin(self) -> bytes:
        return b""

    def events(self, part: Part) -> bytes:
        return _listed(part)

    def beat(self) -> bytes:
        return b""

    def end(self) -> bytes:
        return _listed(Part([], self.after))


def _view(query: Json) -> View:
    return changes.view(reader(), query, see_withheld=sees_withheld())


def _listed(part: Part) -> bytes:
    items = b",".join(item for _, item in part.events)
    return b'{"items":[%b],"after":%d}' % (items, part.after)
