"""The terms of schema.org that go out from here, and whether a document keeps to them.

Copied from schema.org's release 30.1: each type with the types above it, each property with its domains and ranges,
as far as they are of these types or of schema.org's data types. What is not here is no term that may go out.
"""

import re
from collections.abc import Iterator
from typing import Any

TYPES = {
    "Claim": ["CreativeWork", "Thing"],
    "ClaimReview": ["Review", "CreativeWork", "Thing"],
    "CorrectionComment": ["Comment", "CreativeWork", "Thing"],
    "CreativeWork": ["Thing"],
    "DataFeed": ["Dataset", "CreativeWork", "Thing"],
    "DataFeedItem": ["Intangible", "Thing"],
    "Organization": ["Thing"],
    "Person": ["Thing"],
    "Rating": ["Intangible", "Thing"],
}

# Property: domains, ranges.
PROPERTIES: dict[str, tuple[list[str], list[str]]] = {
    "alternateName": (["Thing"], ["Text"]),
    "appearance": (["Claim"], ["CreativeWork"]),
    "archivedAt": (["CreativeWork"], ["URL", "WebPage"]),
    "author": (["CreativeWork", "Rating"], ["Organization", "Person"]),
    "bestRating": (["Rating"], ["Number", "Text"]),
    "claimReviewed": (["ClaimReview"], ["Text"]),
    "correction": (["CreativeWork"], ["CorrectionComment", "Text", "URL"]),
    "dataFeedElement": (["DataFeed"], ["DataFeedItem", "Text", "Thing"]),
    "dateCreated": (["CreativeWork", "DataFeedItem"], ["Date", "DateTime"]),
    "dateModified": (["CreativeWork", "DataFeedItem"], ["Date", "DateTime"]),
    "datePublished": (["Certification", "CreativeWork"], ["Date", "DateTime"]),
    "firstAppearance": (["Claim"], ["CreativeWork"]),
    "inLanguage": (["CreativeWork", "Event"], ["Language", "Text"]),
    "isBasedOn": (["CreativeWork"], ["CreativeWork", "Product", "URL"]),
    "item": (["DataFeedItem", "ListItem"], ["Thing"]),
    "itemReviewed": (["AggregateRating", "Review"], ["Thing"]),
    "jobTitle": (["Person"], ["DefinedTerm", "Text"]),
    "name": (["Thing"], ["Text"]),
    "publisher": (["CreativeWork"], ["Organization", "Person"]),
    "ratingExplanation": (["Rating"], ["Text"]),
    "ratingValue": (["Rating"], ["Number", "Text"]),
    "reviewRating": (["Review"], ["Rating"]),
    "sameAs": (["Thing"], ["URL"]),
    "text": (["CreativeWork"], ["Text"]),
    "url": (["Thing"], ["URL"]),
    "worstRating": (["Rating"], ["Number", "Text"]),
}

# What Google's guide to ClaimReview asks for.
REQUIRED = {"ClaimReview": {"claimReviewed", "reviewRating", "url"}, "Rating": {"alternateName"}}

_TEXTS = {
    "Date": r"\d{4}-\d\d-\d\d",
    "DateTime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z",
    "URL": r"https?://[^\s]+",
    "Text": r"(?s).+",
}


def wrong(document: dict[str, Any]) -> list[str]:
    """What in a JSON-LD document of schema.org is not as the vocabulary has it."""
    rest = {name: value for name, value in document.items() if name != "@context"}
    found = [] if document.get("@context") == "https://schema.org" else ["the context is another"]
    nodes = rest["@graph"] if rest.keys() == {"@graph"} else [rest]
    return found + [text for node in nodes for text in _node(node, "")]


def _node(node: dict[str, Any], at: str) -> Iterator[str]:
    kind = node.get("@type")
    if kind not in TYPES:
        yield f"{at} is of no known type: {node}"
        return
    kinds = {kind, *TYPES[kind]}
    yield from (f"{at} lacks {name}" for name in sorted(REQUIRED.get(kind, set()) - node.keys()))
    for name, value in node.items():
        if name in ("@type", "@id"):
            continue
        domains, ranges = PROPERTIES.get(name, ([], []))
        if not kinds & set(domains):
            yield f"{at}/{name} is no property of {kind}"
        values = value if isinstance(value, list) else [value]
        yield from (f"{at}/{name} is empty" for _ in range(not values))
        for one in values:
            yield from _value(one, ranges, f"{at}/{name}")


def _value(value: object, ranges: list[str], at: str) -> Iterator[str]:
    if isinstance(value, dict):
        if not set(ranges) & {value.get("@type"), *TYPES.get(str(value.get("@type")), [])}:
            yield f"{at} is no {ranges}"
        yield from _node(value, at)
    elif isinstance(value, str):
        if not any(re.fullmatch(_TEXTS[one], value) for one in ranges if one in _TEXTS):
            yield f"{at} is {value!r}, no {ranges}"
    elif isinstance(value, bool) or not isinstance(value, (int, float)) or "Number" not in ranges:
        yield f"{at} is {value!r}, no {ranges}"
