"""A source as its page shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from factcheck.desk.telling.words import headed, safe_link, said, short, source_name
from factcheck.domain.vocabulary import CitationKind, LinkState

Json = dict[str, Any]

STATES = {
    LinkState.UNCHECKED: "Not checked yet",
    LinkState.ALIVE: "Works",
    LinkState.FAILING: "Has failed lately",
    LinkState.DEAD: "Dead",
    LinkState.BLOCKED: "Refuses to be checked",
}
_WELL = {LinkState.ALIVE: "well", LinkState.DEAD: "ill", LinkState.FAILING: "ill"}
_CITES = {
    CitationKind.QUOTES: "quotes",
    CitationKind.REPUBLISHES: "republishes",
    CitationKind.BASED_ON: "is based on",
}


def told(source: Json) -> Json:
    return {
        **source,
        "name": short(source_name(source), 400),
        "href": safe_link(source["url"]),
        "archive_url": safe_link(source["archive_url"]),
        "moved_to": safe_link(source["moved_to"]),
        "state": state({"state": source["link_state"], "at": source["checked_at"]}),
        "why": said(source["link_reason"]) if source["link_reason"] else "",
        "origin": _origin(source),
        "kind": said(source["kind"]),
    }


def state(one: Json) -> Json:
    """A state of a link, and when that was found; None where nobody looked."""
    found = LinkState(one["state"])
    return {"words": STATES[found], "well": _WELL.get(found, "unknown"), "at": one["at"]}


def states(found: Sequence[Json]) -> list[Json]:
    """How a link has stood; nothing where nobody has looked yet."""
    return [] if all(one["state"] == LinkState.UNCHECKED for one in found) else [state(one) for one in found]


def _origin(source: Json) -> str:
    by = source["origin_marked_by"]
    who = f", says {by['name']}" if by else ""
    if source["is_origin"] is None:
        return "Nobody has said whether it is an origin"
    return f"An origin: it relies on no other source{who}" if source["is_origin"] else f"Not an origin{who}"


def by_kind(citations: Sequence[Json], known: Mapping[str, Json]) -> list[Json]:
    """What a source relies on, by the way in which it does."""
    found = [
        {"words": words, "sources": [citation(one, known[one["origin"]]) for one in citations if one["kind"] == kind]}
        for kind, words in _CITES.items()
    ]
    return [one for one in found if one["sources"]]


def citation(one: Json, other: Json) -> Json:
    return {
        "id": other["id"],
        "name": short(source_name(other), 200),
        "publisher": other["publisher"]["name"] if other["publisher"] else "",
        "reason": short(one["reason"], 400) or "",
    }


def suggestion(one: Json) -> Json:
    return {"words": short(one["detail"], 400) or headed(one["basis"]), "kind": _CITES[CitationKind(one["kind"])]}


def snapshots(found: Sequence[Json], *, signed_in: bool) -> list[Json]:
    """What was read, newest first; where the text differs from the one read before it, what changed is linked to."""
    shown = []
    for place, one in enumerate(found):
        before = next((old for old in found[place + 1 :] if old["text_sha256"]), None)
        changed = bool(before and one["text_sha256"] and before["text_sha256"] != one["text_sha256"])
        diff = f"/desk/snapshots/{before['id']}/diff?with={one['id']}" if before and changed and signed_in else None
        shown.append(
            {
                "at": one["fetched_at"],
                "status": one["http_status"],
                "size": _size(one["size"]),
                "hash": (one["sha256"] or "")[:16],
                "copies": [link for link in map(safe_link, one["archive_urls"]) if link],
                "changed": changed,
                "diff": diff,
            }
        )
    return shown


def _size(size: int | None) -> str:
    if size is None:
        return ""
    return f"{size / 1000:,.0f} kB" if size >= 1000 else f"{size} bytes"
