"""The reviewer's desk: forms on the same services and schemas as the API, of use without any script."""

from flask import Flask

from factcheck.desk.reviewing import (
    administering,
    amending,
    attaching,
    claim,
    hooks,
    judging,
    queue,
    relating,
    signing,
    sourcing,
    submitting,
)

_PAGES = (signing, queue, submitting, claim, amending, attaching, judging, relating, sourcing, administering, hooks)


def register(app: Flask) -> None:
    for pages in _PAGES:
        pages.register(app)
