"""Server-sent events as text (WHATWG HTML, section 9.2)."""

import re

from flask import request

from factcheck import clock
from factcheck.web.problems import BadLastEventId

MEDIA_TYPE = "text/event-stream"
LAST_ID = "Last-Event-ID"
ID = "0|[1-9][0-9]{0,15}"
"""What an id may be, as a regular expression."""

_LEAST_MILLISECONDS = 1000
_FURTHER_MILLISECONDS = 2000


def last_id() -> int | None:
    """The id of the last event that the client has, where it says so; raises BadLastEventId."""
    given = request.headers.get(LAST_ID)
    if given is None:
        return None
    if not re.fullmatch(ID, given, re.ASCII):
        raise BadLastEventId(given)
    return int(given)


def message(id_: int, data: bytes) -> bytes:
    """An event; `data` has no line breaks. It names no type, for a browser shows those that do to nobody who has not
    asked for that very name."""
    return b"id: %d\ndata: %b\n\n" % (id_, data)


def beat(id_: int) -> bytes:
    """A sign of life. A client keeps its id (section 9.2.6, step 1 of dispatching), though no event comes of it."""
    return b": alive\nid: %d\n\n" % id_


def begin() -> bytes:
    """What comes first: for how long to wait before coming back. Clients that were sent away come one by one."""
    further = int.from_bytes(clock.random_bytes(2)) % _FURTHER_MILLISECONDS
    return b": events follow\nretry: %d\n\n" % (_LEAST_MILLISECONDS + further)


def end(id_: int) -> bytes:
    """What comes last."""
    return b": come back with this as Last-Event-ID\nid: %d\n\n" % id_
