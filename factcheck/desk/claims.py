"""A claim's page, and what of it has no room there: further links, and further events."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Flask, Response
from markupsafe import Markup

from factcheck.desk import layout
from factcheck.desk.telling import claim as telling
from factcheck.desk.telling import timeline, witnesses, words
from factcheck.domain.errors import NotFound
from factcheck.formats import claimreview
from factcheck.services import checkpoints, claims, history, scales
from factcheck.storage import search
from factcheck.storage.moments import Moment
from factcheck.web import mementos
from factcheck.web.auth import PUBLIC, permit
from factcheck.web.conditional import moved
from factcheck.web.context import house, reader, sees_withheld
from factcheck.web.negotiation import offer_page
from factcheck.web.parsing import takes
from schemas.pages import PartQuery

Json = dict[str, Any]


_EVENTS = 30
"""Events that the claim's own page shows."""
_EVENTS_A_PAGE = 50
_SHORT = 12_000
_LONG = 24_000
"""Bytes of a data block up to which it names all evidence, and up to which the page has one at all; what is longer is
had at the address of the ClaimReview alone."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """A claim's document, at a moment or as it is now."""

    document: Json
    at: Moment | None

    @property
    def id(self) -> str:
        return str(self.document["id"])

    @property
    def shown(self) -> Json:
        """What every page of it shows."""
        at = self.at and {"seq": self.at.seq, "time": self.at.time}
        finding = words.finding(self.document)
        return {
            "title": f"{finding}: {words.short(self.document['text'], 80)}",
            "claim": telling.told(self.document, _others(self.document), signed_in=reader() is not None),
            "at": at,
        }

    def part(self, name: str, after: int | None) -> str | None:
        """Where a further part of it is, of the same moment."""
        return words.address(f"/claims/{self.id}/{name}", after=after, as_of=self.at and self.at.seq) if after else None

    def headers(self, path: str) -> dict[str, str]:
        return mementos.of_original(path, self.at) if self.at else {}


def register(app: Flask) -> None:
    offer_page(app, "claims.public_page", show)
    for tail, view in (("evidence", show_links), ("history", show_history)):
        app.add_url_rule(
            f"/claims/<claim_id>/{tail}", f"claim_{tail}", permit(PUBLIC)(takes(PartQuery, "query", "query")(view))
        )


def show(query: Json, claim_id: str) -> Response:
    """A claim, as it is or as it was."""
    found = _find(query, claim_id, "")
    if isinstance(found, Response):
        return found
    counted = _corroboration(found)
    nodes = counted["graph"]["nodes"] if counted else ()
    events, later = _events(found, 0, _EVENTS, nodes)
    shown = found.shown
    links, further = telling.links(found.document, room=telling.room(shown["claim"]))
    return layout.page(
        "claim.html",
        headers=found.headers(f"/claims/{claim_id}"),
        witnesses=_witnesses(counted, found.document) if counted else None,
        events=events,
        later=found.part("history", later),
        links=links,
        further=found.part("evidence", further),
        reviews=_reviews(found.document),
        newest=_newest(found),
        **shown,
    )


def show_links(query: Json, claim_id: str) -> Response:
    """The links that evidence is, from a place on."""
    found = _find(query, claim_id, "/evidence")
    if isinstance(found, Response):
        return found
    links, further = telling.links(found.document, query["after"])
    return layout.page(
        "claim_links.html",
        headers=found.headers(f"/claims/{claim_id}/evidence"),
        links=links,
        first=query["after"] + 1,
        further=found.part("evidence", further),
        **found.shown,
    )


def show_history(query: Json, claim_id: str) -> Response:
    """The claim's events, after a number."""
    found = _find(query, claim_id, "/history")
    if isinstance(found, Response):
        return found
    events, later = _events(found, query["after"], _EVENTS_A_PAGE)
    return layout.page(
        "claim_history.html",
        headers=found.headers(f"/claims/{claim_id}/history"),
        events=events,
        later=found.part("history", later),
        **found.shown,
    )


def _find(query: Json, claim_id: str, tail: str) -> _Claim | Response:
    """The claim, or where to find what it was merged into; raises NotFound."""
    at = mementos.negotiated(query)
    if at is not None:
        return _Claim(claims.as_of(claim_id, at.seq), at)
    found = claims.document(claim_id)
    if found.merged_into:
        return moved(f"/claims/{found.merged_into}{tail}")
    return _Claim(orjson.loads(found.body), None)


def _corroboration(claim: _Claim) -> Json | None:
    """None without evidence: then there is nothing to draw."""
    if not claim.document["evidence"]:
        return None
    if claim.at is not None:
        return claims.corroboration_as_of(claim.id, claim.at.seq)
    return claims.corroboration(claim.id)


def _witnesses(counted: Json, document: Json) -> Json:
    shown = witnesses.told(counted, document)
    return {**shown, "image": Markup(shown["image"])}  # noqa: S704 - an XML library made it


def _events(claim: _Claim, after: int, limit: int, nodes: Iterable[Json] = ()) -> tuple[list[Json], int | None]:
    """What happened after a number, up to the moment, and the number to go on from."""
    items, more, _ = history.page(claim.id, after, limit, see_withheld=sees_withheld())
    events: list[Json] = [orjson.loads(item) for item in items]
    if claim.at is not None:
        until = claim.at.seq
        more = more if more is not None and more < until else None
        events = [event for event in events if event["seq"] <= until]
    shown = timeline.told(events, claim.document, nodes)
    return shown, shown[-1]["seq"] if len(shown) < len(events) else more


def _newest(claim: _Claim) -> Json:
    """The claim's last event, and the checkpoint that proves it once one is signed."""
    try:
        checkpoint = checkpoints.newest()
    except NotFound:
        return {"seq": claim.document["seq"], "size": None, "signed_at": None}
    covered = checkpoint["size"] >= claim.document["seq"]
    return {
        "seq": claim.document["seq"],
        "size": checkpoint["size"] if covered else None,
        "signed_at": checkpoint["signed_at"],
    }


def _others(document: Json) -> dict[str, Json]:
    """The claims that this one bears on, as they are now."""
    return _documents(one["claim"] for one in document["relations"][: telling.MOST_RELATIONS])


def _documents(claim_ids: Iterable[str]) -> dict[str, Json]:
    wanted = list(dict.fromkeys(claim_ids))
    found = search.documents(wanted) if wanted else {}
    return {claim: orjson.loads(body) for claim, (_, body) in found.items()}


def _reviews(document: Json) -> Markup | None:
    """The claim's ClaimReviews as a data block: no text in it can end the block, or open a comment in it."""
    shown = claimreview.reviews(document, house(), claimreview.lines_of(scales.every()))
    if not shown:
        return None
    if len(orjson.dumps(shown)) > _SHORT:
        for review in shown:
            review.pop("isBasedOn", None)
    body = orjson.dumps(claimreview.page(shown)).decode()
    if len(body) > _LONG:
        return None
    for one in "<>&\u2028\u2029":
        body = body.replace(one, f"\\u{ord(one):04x}")
    return Markup(body)  # noqa: S704 - no character of HTML's is left in it
