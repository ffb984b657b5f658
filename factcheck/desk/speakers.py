"""A speaker's page: the offices they spoke in, what they said, and what was found of it."""

import re

import orjson
from flask import Flask, Response

from factcheck.desk import layout
from factcheck.desk.telling import lists
from factcheck.desk.telling.words import office
from factcheck.services import speakers
from factcheck.storage import claims
from factcheck.storage.claims import Filters
from factcheck.web.auth import PUBLIC, permit

_NEWEST = 25
_OFFICES = 30
_WIKIDATA = re.compile(r"Q[1-9]\d*", re.ASCII)


def register(app: Flask) -> None:
    app.add_url_rule("/speakers/<speaker_id>", "speaker_page", permit(PUBLIC)(show))


def show(speaker_id: str) -> Response:
    """A speaker, with their newest claims."""
    speaker = speakers.get(speaker_id)
    found, more = claims.page(Filters(speaker=[speaker_id]), "-updated", None, _NEWEST)
    known = speaker["wikidata_id"] or ""
    return layout.page(
        "speaker.html",
        title=speaker["name"],
        speaker=speaker,
        wikidata=f"https://www.wikidata.org/wiki/{known}" if _WIKIDATA.fullmatch(known) else None,
        office=office(speaker["role"], speaker["affiliation"]),
        offices=[lists.office(one) for one in speakers.offices(speaker_id, _OFFICES)],
        tally=lists.tally(speaker["tally"], speaker=speaker_id),
        fewest=lists.FEWEST,
        claims=[lists.claim(orjson.loads(body)) for _, _, body in found],
        more=more is not None,
    )
