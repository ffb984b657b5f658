"""What the desk shows of claims, proposals, links and differences."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from factcheck.desk.telling import dates, words
from factcheck.desk.telling.source import STATES
from factcheck.desk.telling.words import chip, headed, safe_link, said, short, source_name
from factcheck.domain.differences import Differences
from factcheck.domain.vocabulary import CitationKind, CorrectionType, FlagReason, LinkState, RelationKind, Stance
from factcheck.formats.wording import status_words

Json = dict[str, Any]

FLAGS = {
    FlagReason.QUOTE_MISSING: "A quote is no longer on its page",
    FlagReason.PAGE_CHANGED: "A page that the verdict rests on has changed",
}
_BASES = {
    "near_identical": "For the most part the same text",
    "canonical": "The page names another one as the original",
    "link": "The page links to it",
    "credit": "The page credits it",
}
_LONGEST = 600
_MOST_PLACES = 10
_MARKUP = 300
"""Bytes that the elements of an item take, about."""

CORRECTIONS = {
    CorrectionType.MINOR: "Minor: spelling or wording; the rating stands",
    CorrectionType.FACTUAL: "Factual: something that the verdict said was wrong; the rating stands",
    CorrectionType.RATING_CHANGE: "A new rating",
    CorrectionType.VOID: "Void: the verdict should not have been given",
}
CITATIONS = {
    CitationKind.QUOTES: "Quotes it",
    CitationKind.REPUBLISHES: "Republishes it",
    CitationKind.BASED_ON: "Is based on it",
}
RELATIONS = {
    RelationKind.SAME_EVENT: "Speaks of the same event as",
    RelationKind.NARROWER: "Says less than",
    RelationKind.CONTRADICTS: "Contradicts",
    RelationKind.CONFIRMS: "Confirms",
    RelationKind.LATER_VERSION: "Is a later version of",
    RelationKind.DISTINCT: "Looks like it, and is not the same as",
}
_INCOMING = {
    RelationKind.SAME_EVENT: "Speaks of the same event as",
    RelationKind.NARROWER: "Says more than",
    RelationKind.CONTRADICTS: "Is contradicted by",
    RelationKind.CONFIRMS: "Is confirmed by",
    RelationKind.LATER_VERSION: "Has a later version,",
    RelationKind.DISTINCT: "Looks like it, and is not the same as",
}


def fitting(items: Sequence[Json], room: int) -> tuple[list[Json], int]:
    """The first of these whose texts a page has room for, in bytes, but one at least; and how many are left out."""
    count = words.fitting(items, room, most=len(items), markup=_MARKUP)
    return list(items[:count]), len(items) - count


def counted_to(count: int, most: int) -> str:
    return str(count) if count < most else f"{most - 1}+"


def row(document: Json) -> Json:
    """A claim in a list."""
    speaker = document["speaker"]
    return {
        "id": document["id"],
        "text": short(document["text"], 300),
        "lang": document["language"],
        "chip": chip(document["status"]),
        "speaker": speaker["name"] if speaker else "",
        "claim_date": document["claim_date"],
        "taken_by": document["taken_by"]["name"] if document["taken_by"] else "",
        "flags": [flag(one) for one in document["needs_review"]],
        "updated_at": document["updated_at"],
    }


def flag(one: Json) -> Json:
    return {"id": one["id"], "words": FLAGS[FlagReason(one["reason"])], "created_at": one["created_at"]}


def proposal(verdict: Json) -> Json:
    """A proposal in a list."""
    return {
        "id": verdict["id"],
        "chip": chip(verdict["rating"]),
        "label": verdict["label"] or "",
        "created_at": verdict["created_at"],
    }


def suggestion(one: Json, sources: Mapping[str, Json]) -> Json:
    """A suggestion in a list, and whether it can be accepted without naming an origin."""
    source, origin = sources[one["source"]], sources.get(one["origin"] or "")
    named = short(source_name(origin) if origin else one["url"], 120) or ""
    return {
        "id": one["id"],
        "source": {"id": source["id"], "name": short(source_name(source), 120)},
        "origin": named,
        "kind": said(one["kind"]),
        "basis": _BASES.get(one["basis"], headed(one["basis"])),
        "detail": short(one["detail"], 200) or "",
        "score": f"{one['score']:.0%} of the shorter text" if one["score"] is not None else "",
        "whole": bool(named),
    }


def verdict(one: Json, links: Mapping[str, Json]) -> Json:
    """A verdict, published or not, with the links that it rests on."""
    return {
        "id": one["id"],
        "chip": chip(one["rating"]),
        "label": one["label"] if one["label"] and one["label"] != status_words(one["rating"]) else "",
        "words": one["label"] or status_words(one["rating"]),
        "reviewer": one["reviewer"],
        "final": one["final"],
        "state": one["state"],
        "approvals": one["approvals"],
        "at": one["published_at"] or one["created_at"],
        "justification": short(one["justification"], 2000) or "",
        "valid_from": one["valid_from"],
        "valid_until": one["valid_until"],
        "override_reason": short(one["override_reason"], 1000) or "",
        "rests_on": [short(source_name(links[link]["source"]), 80) for link in one["evidence"] if link in links][:20],
        "corrections": len(one["corrections"]),
    }


def facts(document: Json) -> list[tuple[str, str]]:
    """What is known of a claim beside its words."""
    relayed, source = document["relayed_by"], document["source"]
    elsewhere = [source_name(one["source"]) for one in document["appearances"] if not one["first"]]
    replies = document["replies"]
    held = {
        "Words as spoken": short(document["quote"], _LONGEST),
        "Role": " · ".join(filter(None, [document["speaker_role"], document["speaker_affiliation"]])),
        "Relayed by": relayed["name"] if relayed else None,
        "Of events on": dates.told(document["event_date"]),
        "Place": document["place"],
        "First seen in": short(source_name(source), 200) if source else None,
        "Also seen in": short("; ".join(elsewhere[:_MOST_PLACES]), _LONGEST),
        "Answer of the speaker": short(replies[-1]["text"], _LONGEST) if replies else None,
        "Topics": short(", ".join(document["topics"]), 300),
        "Context": short(document["context"], _LONGEST),
    }
    return [(name, value) for name, value in held.items() if value]


def relations(found: Sequence[Json], others: Mapping[str, Json]) -> list[Json]:
    """How a claim bears on others."""
    return [
        {
            "words": (RELATIONS if one["direction"] == "outgoing" else _INCOMING)[RelationKind(one["kind"])],
            "claim": row(others[one["claim"]]),
            "note": short(one["note"], 300) or "",
        }
        for one in found
        if one["claim"] in others
    ]


def matches(found: Sequence[Json], documents: Mapping[str, Json]) -> list[Json]:
    """Earlier claims that may say the same, and what they say otherwise."""
    return [
        {**row(documents[one["claim"]]), "score": f"{one['score']:.0%}", "differs": _differs(one["why"].differs)}
        for one in found
        if one["claim"] in documents
    ]


def _differs(differs: Differences) -> list[str]:
    """What an earlier claim says otherwise, in words."""
    pairs = [*differs.numbers, *differs.dates, *differs.opposites]
    found = [f"there “{pair.claim}”, here “{pair.asked}”" for pair in pairs[:5]]
    return [*found, "one of the two denies it"] if differs.negation else found


def link_choices(links: Iterable[Json], chosen: Sequence[str]) -> list[Json]:
    """Links that a verdict can rest on: the chosen ones first, then the newest."""
    newest = sorted(links, key=lambda link: str(link["attached_at"]), reverse=True)
    return [_link_choice(link) for link in sorted(newest, key=lambda link: link["id"] not in chosen)]


def _link_choice(link: Json) -> Json:
    quoted, publisher = link["quote"], link["source"]["publisher"]
    return {
        "id": link["id"],
        "name": short(source_name(link["source"]), 120),
        "stance": words.STANCES[Stance(link["stance"])].lower(),
        "publisher": short(publisher["name"], 60) if publisher else "",
        "quoted": short(quoted["exact"], 80) if quoted else "",
    }


def source(one: Json) -> Json:
    """A source's own data, and how it stands as an origin."""
    marked = {True: "yes", False: "no", None: "unknown"}[one["is_origin"]]
    by = one["origin_marked_by"]
    return {
        "id": one["id"],
        "name": short(source_name(one), 300),
        "href": safe_link(one["url"]),
        "publisher": one["publisher"]["name"] if one["publisher"] else "",
        "published_at": one["published_at"],
        "kind": headed(one["kind"]),
        "link_state": STATES[LinkState(one["link_state"])],
        "link_reason": said(one["link_reason"]) if one["link_reason"] else "",
        "checked_at": one["checked_at"],
        "marked": marked,
        "marked_by": by["name"] if by else "",
        "marked_at": one["origin_marked_at"],
    }


def citation(one: Json, sources: Mapping[str, Json]) -> Json:
    """What a source relies on."""
    origin = sources[one["origin"]]
    return {
        "kind": headed(one["kind"]),
        "id": origin["id"],
        "name": short(source_name(origin), 200),
        "reason": short(one["reason"], 300) or "",
        "created_at": one["created_at"],
    }


def hunks(found: Sequence[Json]) -> list[Json]:
    """Places in which a page has changed."""
    return [
        {side: [short(line, 400) or "" for line in hunk[side][:20]] for side in ("removed", "added")} for hunk in found
    ]


def choices(scales: Iterable[Json]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a verdict can say, by scale: the value of each choice and its words."""
    return [(scale["title"], [(choice(scale["slug"], one["label"]), _choice(one)) for one in scale["labels"]])
            for scale in scales]  # fmt: skip


def choice(scale: str | None, label: str | None) -> str:
    """The value of a choice; a slug has no colon."""
    return f"{scale}:{label}" if scale and label else ""


def _choice(label: Json) -> str:
    meant = status_words(label["rating"])
    return str(label["label"]) if label["label"] == meant else f"{label['label']} ({meant.lower()})"
