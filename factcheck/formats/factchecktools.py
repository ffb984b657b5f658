"""Reviews in the shapes of Google's Fact Check Tools API, v1alpha1: what its discovery document says, to the letter.

Empty fields are left out, as proto3's JSON has it. Errors are those of google.rpc: a code, a message, a status's name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import orjson

from factcheck.domain import reviews
from factcheck.domain.reviews import HERE, Review, day
from factcheck.formats import claimreview
from factcheck.formats.claimreview import Lines
from factcheck.formats.house import House
from factcheck.formats.wording import verdict_words

FORMAT = 1
"""Raised whenever rendering changes."""

ROOT = "/v1alpha1"
"""What the paths of this API begin with."""

Json = dict[str, Any]

_STATUSES = {
    HTTPStatus.UNAUTHORIZED: "UNAUTHENTICATED",
    HTTPStatus.FORBIDDEN: "PERMISSION_DENIED",
    HTTPStatus.NOT_FOUND: "NOT_FOUND",
    HTTPStatus.METHOD_NOT_ALLOWED: "UNIMPLEMENTED",
    HTTPStatus.TOO_MANY_REQUESTS: "RESOURCE_EXHAUSTED",
    HTTPStatus.INTERNAL_SERVER_ERROR: "INTERNAL",
    HTTPStatus.NOT_IMPLEMENTED: "UNIMPLEMENTED",
    HTTPStatus.SERVICE_UNAVAILABLE: "UNAVAILABLE",
}
"""google.rpc.Code by HTTP's status; any other one is an argument that is invalid."""

_VIOLATIONS = "type.googleapis.com/google.rpc.BadRequest"


@dataclass(frozen=True, slots=True)
class Known:
    """What the record knows of pages elsewhere: names of publishers by site, titles by address."""

    names: Mapping[str, str]
    titles: Mapping[str, str]


def serves(path: str) -> bool:
    """Whether a path is this API's."""
    return path == ROOT or path.startswith(f"{ROOT}/")


@lru_cache(maxsize=8)
def site_of(house: House) -> str:
    """The site of the service itself."""
    try:
        return reviews.site_of(house.url)
    except ValueError:
        # An address that no source could have is still one that a service can be reached at.
        return urlsplit(house.url).hostname or house.url


def claim(document: Json, shown: Sequence[Review], house: House, known: Known) -> Json:
    """A Claim with these of its reviews."""
    alone = len(reviews.reviewed(document)) == 1
    return _filled(
        text=document["text"],
        claimant=_claimant(document).get("name"),
        claimDate=_midnight(document["claim_date"]),
        claimReview=[_review(document, one, alone, house, known) for one in shown],
    )


def page(name: str, found: Sequence[tuple[Json, Review]], house: House, known: Known, lines: Lines) -> Json:
    """A ClaimReviewMarkupPage of these reviews, one at least, each with its claim's document."""
    document, first = found[0]
    url = first.url or house.claim(document["id"])
    return _filled(
        name=f"pages/{name}",
        pageUrl=url,
        publishDate=min(one.verdict["published_at"] for _, one in found)[:10],
        claimReviewAuthor=_filled(name=_publisher(first.site, house, known)),
        claimReviewMarkups=[_markup(document, one, len(found) == 1, house, lines) for document, one in found],
        versionId=str(max(document["seq"] for document, _ in found)),
    )


def answer(pretty: bool, **members: Any) -> bytes:
    """The JSON of a response, without members that are empty."""
    return orjson.dumps(_filled(**members), option=orjson.OPT_INDENT_2 if pretty else 0)


def error(status: int, message: str, fields: Iterable[tuple[str, str]] = ()) -> tuple[int, bytes]:
    """The code and the body of an error; `fields` are parameters with what is wrong with each."""
    name = _STATUSES.get(HTTPStatus(status), "INVALID_ARGUMENT")
    # What a schema refuses is a 422 elsewhere, which google.rpc does not know.
    code = HTTPStatus.BAD_REQUEST if status == HTTPStatus.UNPROCESSABLE_ENTITY else HTTPStatus(status)
    violations = [{"field": field, "description": said} for field, said in fields]
    said = "; ".join(f"{one['field']}: {one['description']}" for one in violations) or message
    body = {"code": int(code), "message": said, "status": name}
    if violations:
        body["details"] = [{"@type": _VIOLATIONS, "fieldViolations": violations}]
    return code, orjson.dumps({"error": body}, option=orjson.OPT_INDENT_2)


def _review(document: Json, review: Review, alone: bool, house: House, known: Known) -> Json:
    site = review.site or site_of(house)
    return _filled(
        publisher=_filled(name=_publisher(review.site, house, known), site=site),
        url=review.url or _here(document, review, alone, house),
        title=known.titles.get(review.url or ""),
        reviewDate=review.verdict["published_at"],
        textualRating=verdict_words(review.verdict),
        languageCode=document["language"],
    )


def _markup(document: Json, review: Review, alone: bool, house: House, lines: Lines) -> Json:
    first = next((one["source"]["url"] for one in document["appearances"] if one["first"]), None)
    return _filled(
        # Left out it is the page's, and all that it may have besides is an anchor.
        url=None if alone or review.url else _here(document, review, alone, house),
        claimReviewed=document["text"],
        claimDate=day(document["claim_date"]),
        claimLocation=document["place"],
        claimFirstAppearance=first,
        claimAppearances=[
            one["source"]["url"] for one in document["appearances"] if not one["first"] and one["source"]["url"]
        ],
        claimAuthor=_claimant(document),
        rating=_filled(
            textualRating=verdict_words(review.verdict),
            ratingExplanation=review.verdict["justification"],
            **_whole(claimreview.numbers(review.verdict, lines)),
        ),
    )


def _here(document: Json, review: Review, alone: bool, house: House) -> str:
    page = house.claim(document["id"])
    return page if alone else f"{page}#verdict-{review.verdict['id']}"


def _publisher(site: str, house: House, known: Known) -> str | None:
    return house.name if site in (HERE, site_of(house)) else known.names.get(site)


def _claimant(document: Json) -> Json:
    speaker = document["speaker"]
    return _filled(name=speaker["name"], jobTitle=document["speaker_role"]) if speaker else {}


def _whole(numbers: Json) -> Json:
    """Where a rating lies, if its numbers are what the fields take, int32; rounded they would say something else."""
    if all(float(number).is_integer() and abs(number) < 2**31 for number in numbers.values()):
        return {name: int(number) for name, number in numbers.items()}
    return {}


def _midnight(date: str | None) -> str | None:
    certain = day(date)
    return f"{certain}T00:00:00Z" if certain else None


def _filled(**members: Any) -> Json:
    """Those that say something; a number that is 0 goes without saying too."""
    return {name: value for name, value in members.items() if value}
