"""Which published verdicts of a claim go out as reviews, on which page each is read, and of which day it is. Pure."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from factcheck.domain import urls
from factcheck.domain.vocabulary import VerdictState

Json = dict[str, Any]

HERE = ""
"""The site of reviews that are read on the claim's own page, whatever address this service has."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Review:
    """A standing published verdict. `url` is where else it is read, None where that is here; `site` is its host without
    `www.`; `page` names the page, which several reviews can share: the claim's id, or a digest of the address.

    `dated` is the newer of the days of claim and review, as an RFC 3339 time in UTC.
    """

    verdict: Json
    url: str | None
    site: str
    page: str
    dated: str


def reviewed(document: Json) -> Sequence[Json]:
    """The verdicts that a claim's document has reviews of: the one that decides, or each that stands where they differ.

    None of a claim that nobody reviewed, whose verdicts were all taken back, or that was merged.
    """
    if document["merged_into"]:
        return ()
    if document["verdict"]:
        return [document["verdict"]]
    return [verdict for verdict in document["verdicts"] if verdict["state"] == VerdictState.PUBLISHED]


def reviews(document: Json) -> list[Review]:
    """The reviews of a claim's document."""
    return [_review(document, verdict) for verdict in reviewed(document)]


def page_of(url: str) -> str:
    """The name of the page at an address elsewhere; raises ValueError for one that is not taken."""
    return hashlib.sha256(urls.canonical(url).encode()).hexdigest()[:32]


def site_of(url: str) -> str:
    """The host of an address without `www.`; raises ValueError for one that is not taken."""
    host = urls.host(url)
    return host.removeprefix("www.") or host


def day(date: str | None) -> str | None:
    """An EDTF date that is one certain day, `2024-10-23`; None for any other."""
    return date if date is not None and _DAY.fullmatch(date) else None


def _review(document: Json, verdict: Json) -> Review:
    url, claimed = verdict["review_url"], day(document["claim_date"])
    dated = max(verdict["published_at"], f"{claimed}T00:00:00.000000Z" if claimed else "")
    if url is None:
        return Review(verdict, None, HERE, document["id"], dated)
    return Review(verdict, url, site_of(url), page_of(url), dated)
