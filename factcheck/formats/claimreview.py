"""Verdicts as schema.org's ClaimReview, and all of them as a DataFeed.

Sources: schema.org 30.1 (ClaimReview, Claim, Rating, CorrectionComment, DataFeed); what search engines ask for is in
Google's "Fact check (ClaimReview) structured data": the text in `alternateName` is what counts, numbers rise with
truth, `url` is the page that holds the review, with the anchor of each review where there are several.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from factcheck.domain.reviews import day, reviewed
from factcheck.domain.scales import SHIPPED
from factcheck.domain.vocabulary import Rating, SpeakerKind
from factcheck.formats.house import House
from factcheck.formats.wording import verdict_words

MEDIA_TYPE = "application/ld+json"
CONTEXT = "https://schema.org"
FORMAT = 1
"""Raised whenever rendering changes, so that clients read the feed again."""

Json = dict[str, Any]

_TYPES = {
    SpeakerKind.PERSON: "Person",
    SpeakerKind.ORGANISATION: "Organization",
    SpeakerKind.GROUP: "Organization",
    SpeakerKind.ANONYMOUS: "Person",
}


@dataclass(frozen=True, slots=True)
class Line:
    """The numbers of a scale from its most false label to its truest."""

    worst: float
    best: float


Lines = Mapping[tuple[str, int], Line]
"""The line of each scale that has one, by slug and version."""


def line_of(labels: Iterable[Mapping[str, Any]]) -> Line | None:
    """A scale's line; None where it has none, or where its numbers do not rise from refuted to supported."""
    numbered = [(label["value"], label["rating"]) for label in labels if label["value"] is not None]
    refuted = [value for value, rating in numbered if rating == Rating.REFUTED]
    supported = [value for value, rating in numbered if rating == Rating.SUPPORTED]
    if not refuted or not supported or max(refuted) >= min(supported):
        return None
    values = [value for value, _ in numbered]
    return Line(min(values), max(values))


def lines_of(scales: Iterable[Mapping[str, Any]]) -> dict[tuple[str, int], Line]:
    """The lines of these scales, each with its `slug`, `version` and `labels`."""
    found = ((scale["slug"], scale["version"], line_of(scale["labels"])) for scale in scales)
    return {(slug, version): line for slug, version, line in found if line is not None}


# A verdict without a scale stands on the ratings themselves.
_PLAIN = {label["rating"]: label["value"] for label in SHIPPED[0]["labels"]}
_PLAIN_LINE = line_of(SHIPPED[0]["labels"])


def reviews(document: Json, house: House, lines: Lines) -> list[Json]:
    """The ClaimReviews of a claim's document: of the verdict that decides, or of each that stands where they differ.

    None of a claim that nobody reviewed, whose verdicts were all taken back, or that was merged.
    """
    found = reviewed(document)
    page = house.claim(document["id"])
    if not found:
        return []
    claim = _claim(document)
    links = {link["id"]: link for link in document["evidence"]}
    return [
        {
            "@type": "ClaimReview",
            "@id": f"{house.url}/v1/verdicts/{verdict['id']}",
            "url": page if len(found) == 1 else f"{page}#verdict-{verdict['id']}",
            "claimReviewed": document["text"],
            "itemReviewed": claim,
            "reviewRating": _rating(verdict, lines),
            "author": {"@type": "Organization", "name": house.name, "url": house.url},
            "datePublished": verdict["published_at"],
            "dateModified": verdict["updated_at"],
            **_where(sameAs=verdict["review_url"]),
            **_where(correction=[_correction(one) for one in verdict["corrections"]]),
            **_where(isBasedOn=[_evidence(links[one]) for one in verdict["evidence"] if one in links]),
        }
        for verdict in found
    ]


def page(found: list[Json]) -> Json:
    """What a page has of its claim's reviews, one at least: the review itself, or a graph of several."""
    if len(found) == 1:
        return {"@context": CONTEXT, **found[0]}
    return {"@context": CONTEXT, "@graph": found}


def feed(pages: Iterable[Sequence[bytes]], house: House, lines: Lines) -> Iterator[bytes]:
    """The DataFeed in pieces, one for each page of claims' documents."""
    head = {"@context": CONTEXT, "@type": "DataFeed", "name": f"Fact checks by {house.name}", "url": house.url}
    yield orjson.dumps(head)[:-1] + b',"dataFeedElement":['
    comma = b""
    for documents in pages:
        items = [item for item in (_item(orjson.loads(one), house, lines) for one in documents) if item]
        if items:
            # A list's brackets off.
            yield comma + orjson.dumps(items)[1:-1]
            comma = b","
    yield b"]}"


def _item(document: Json, house: House, lines: Lines) -> Json | None:
    found = reviews(document, house, lines)
    if not found:
        return None
    return {
        "@type": "DataFeedItem",
        "dateCreated": min(review["datePublished"] for review in found),
        "dateModified": document["updated_at"],
        "item": found,
    }


def _claim(document: Json) -> Json:
    first = next((one["source"] for one in document["appearances"] if one["first"]), None)
    later = [_work(one["source"]) for one in document["appearances"] if not one["first"]]
    return {
        "@type": "Claim",
        **_where(
            author=_speaker(document),
            datePublished=day(document["claim_date"]),
            text=document["quote"],
            inLanguage=document["language"],
            firstAppearance=_work(first) if first else None,
            appearance=later,
        ),
    }


def _speaker(document: Json) -> Json | None:
    speaker = document["speaker"]
    if speaker is None:
        return None
    kind = _TYPES[speaker["kind"]]
    role = document["speaker_role"] if kind == "Person" else None
    return {"@type": kind, "name": speaker["name"], **_where(jobTitle=role)}


def _rating(verdict: Json, lines: Lines) -> Json:
    return {
        "@type": "Rating",
        "alternateName": verdict_words(verdict),
        **numbers(verdict, lines),
        **_where(ratingExplanation=verdict["justification"]),
    }


def numbers(verdict: Json, lines: Lines) -> Json:
    """Where the rating lies between false and true; nothing where it lies on no such line."""
    if verdict["scale"] is None:
        value, line = _PLAIN[verdict["rating"]], _PLAIN_LINE
    else:
        value, line = verdict["value"], lines.get((verdict["scale"], verdict["scale_version"]))
    if value is None or line is None:
        return {}
    return {"ratingValue": value, "bestRating": line.best, "worstRating": line.worst}


def _correction(correction: Json) -> Json:
    return {"@type": "CorrectionComment", "text": correction["reason"], "datePublished": correction["created_at"]}


def _evidence(link: Json) -> Json:
    return {**_work(link["source"]), **_where(archivedAt=link["archive_url"])}


def _work(source: Json) -> Json:
    publisher = source["publisher"]
    return {
        "@type": "CreativeWork",
        **_where(
            name=source["title"],
            url=source["url"],
            datePublished=day(source["published_at"]),
            publisher={"@type": "Organization", "name": publisher["name"]} if publisher else None,
        ),
    }


def _where(**members: Any) -> Json:
    """Those that say something."""
    return {name: value for name, value in members.items() if value}
