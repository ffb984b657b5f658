"""What of a claim a reviewer weighs, and what of it differs between two of its documents."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Part = tuple[str, str]
"""A field by its name and "", or a part by its list's name and its id."""

_FIELDS = (
    "text", "quote", "kind", "speaker_role", "speaker_affiliation", "claim_date", "event_date", "place", "language",
    "topics", "context", "merged_into",
)  # fmt: skip
_NAMED = ("speaker", "relayed_by", "taken_by")


@dataclass(frozen=True, slots=True)
class Change:
    """A field or part as it was and as it is; None where there is none."""

    name: str
    id: str
    before: Any
    after: Any


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What differs, fields first. The state of links, and what came of looking at them, is left out."""
    was, now = _weighed(before), _weighed(after)
    parts = [*was, *(part for part in now if part not in was)]
    return [Change(*part, was.get(part), now.get(part)) for part in parts if was.get(part) != now.get(part)]


def _weighed(document: Mapping[str, Any]) -> dict[Part, Any]:
    found: dict[Part, Any] = {(name, ""): document[name] for name in _FIELDS}
    found |= {(name, ""): document[name]["name"] if document[name] else None for name in _NAMED}
    found["source", ""] = _source(document["source"])
    for name, form in _LISTS.items():
        found |= {(name, one["id"]): form(one) for one in document[name]}
    return found


def _source(source: Json | None) -> str | None:
    return (source["title"] or source["url"] or source["id"]) if source else None


def _evidence(link: Json) -> Json:
    quote = link["quote"]["exact"] if link["quote"] else None
    return {"stance": link["stance"], "source": _source(link["source"]), "quote": quote, "note": link["note"]}


def _verdict(verdict: Json) -> Json:
    told = ("rating", "label", "justification", "evidence", "review_url", "valid_from", "valid_until", "final", "state")
    return {**{name: verdict[name] for name in told}, "reviewer": verdict["reviewer"]["name"]}


def _flag(flag: Json) -> Json:
    return {"reason": flag["reason"]}


def _relation(relation: Json) -> Json:
    return {name: relation[name] for name in ("kind", "direction", "claim", "note")}


def _reply(reply: Json) -> Json:
    return {"text": reply["text"]}


def _appearance(appearance: Json) -> Json:
    return {"source": _source(appearance["source"])}


_LISTS: Mapping[str, Callable[[Json], Json]] = {
    "evidence": _evidence,
    "verdicts": _verdict,
    "needs_review": _flag,
    "relations": _relation,
    "replies": _reply,
    "appearances": _appearance,
}
