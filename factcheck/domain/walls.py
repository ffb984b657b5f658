"""Walls against programs: answers that ask for a browser or a person in place of showing the page."""

from collections.abc import Mapping

# Statuses under which walls are sent; a page of another status may speak of them.
_STATUSES = frozenset({202, 403, 405, 429, 503})
_LONGEST = 64 * 1024

_HEADERS = {
    "cf-mitigated": ("challenge",),
    "x-amzn-waf-action": ("challenge", "captcha"),
}
_MARKS = (
    b"/cdn-cgi/challenge-platform/",
    b"cf-browser-verification",
    b"<title>just a moment...</title>",
    b"geo.captcha-delivery.com",
    b"_incapsula_resource",
    b"px-captcha",
    b"awswafintegration",
    b"<title>ddos-guard</title>",
)


def is_wall(status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether an answer is a wall; names of headers are lower-case, of the body the beginning is looked at."""
    if any(headers.get(name, "").lower() in values for name, values in _HEADERS.items()):
        return True
    if status not in _STATUSES:
        return False
    start = body[:_LONGEST].lower()
    return any(mark in start for mark in _MARKS)
