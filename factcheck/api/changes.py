"""What changes, for those who follow it."""

from flask import Response

from factcheck import clock
from factcheck.api.answers import Json
from factcheck.domain.versions import digest_etag
from factcheck.services import changes
from factcheck.storage.changes import Part, View
from factcheck.web import event_stream, replicas
from factcheck.web.auth import PUBLIC, standing
from factcheck.web.broadcast import Follower
from factcheck.web.conditional import JSON, send
from factcheck.web.context import reader, sees_withheld
from factcheck.web.following import follow, told
from factcheck.web.openapi import Blueprint
from schemas.changes import Changes, ChangesQuery, StreamQuery

_BATCH = 50
_LEAST_SECONDS = 240
_FURTHER_SECONDS = 60

blueprint = Blueprint("changes", __name__, description="What changes, as it happens.")


@blueprint.endpoint("GET", "/v1/changes", PUBLIC, Changes, query=ChangesQuery, also=(400, 503))
def page(query: Json) -> Response:
    """List events after a number, oldest first; held for up to `wait` seconds until there is one."""
    view = _view(query)
    part = changes.page(view, query["after"], query["limit"])
    if query["wait"] and not part.events:
        held = follow(Poll(view, part.after, query["limit"], query["wait"], standing(), replicas.newest()), JSON)
        if held is not None:
            return held
    body = _listed(part)
    return send(body, digest_etag(body))


@blueprint.endpoint("GET", "/v1/stream", PUBLIC, query=StreamQuery, media_type=event_stream.MEDIA_TYPE, also=(400, 503))
def stream(query: Json) -> Response:
    """The same as server-sent events, as they happen, for some minutes; to go on, come back with the last id."""
    given = event_stream.last_id()
    after = query["after"] if given is None else given
    view, _ = _view(query), changes.require(after)
    follower = Stream(view, after, _BATCH, _stream_seconds(), standing(), replicas.newest())
    held = follow(follower, event_stream.MEDIA_TYPE)
    return held or told(follower.whole(changes.page(view, after, _BATCH)), event_stream.MEDIA_TYPE)


class Stream(Follower):
    """Events one by one."""

    once = False

    def begin(self) -> bytes:
        return event_stream.begin()

    def events(self, part: Part) -> bytes:
        return b"".join(event_stream.message(seq, item) for seq, item in part.events)

    def beat(self) -> bytes:
        return event_stream.beat(self.after)

    def end(self) -> bytes:
        return event_stream.end(self.after)

    def whole(self, part: Part) -> bytes:
        """A stream that ends at once."""
        return self.begin() + self.events(part) + event_stream.end(part.after)


class Poll(Follower):
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


def _stream_seconds() -> int:
    """Not the same for all, or those who came together would always come back together."""
    return _LEAST_SECONDS + int.from_bytes(clock.random_bytes(2)) % _FURTHER_SECONDS
