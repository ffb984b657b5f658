"""A claim's history as people read it: every event, with what stood before and what stands since."""

from collections.abc import Iterable, Mapping
from typing import Any

from factcheck.desk.telling.words import fitting, headed, said, short, source_name
from factcheck.ledger.event import SYSTEM

Json = dict[str, Any]

_LONGEST, _LONGEST_NAME = 240, 120
_MOST_CHANGES = 14
_ROOM = 14_000
"""Bytes that the events may take."""
_EVENTS = {
    "claim.submitted": "The claim was put into the record",
    "claim.amended": "The claim was changed",
    "claim.taken": "A reviewer took it up",
    "claim.released": "A reviewer put it down",
    "claim.merged": "The claim was merged into another",
    "claim.absorbed": "Another claim was merged into this one",
    "appearance.added": "A source in which it was said was added",
    "appearance.moved": "A source in which it was said came from a merged claim",
    "evidence.attached": "Evidence was attached",
    "evidence.retracted": "Evidence was taken back",
    "evidence.moved": "Evidence came from a merged claim",
    "evidence.pinned": "What a page said was kept",
    "evidence.checked": "A quote was looked for on its page",
    "verdict.proposed": "A verdict was proposed",
    "verdict.approved": "A proposed verdict was approved",
    "verdict.rejected": "A proposed verdict was turned down",
    "verdict.published": "A verdict was published",
    "verdict.superseded": "A verdict was replaced by a newer one",
    "verdict.corrected": "A verdict was corrected",
    "verdict.voided": "A verdict was taken back",
    "correction.published": "A correction was published",
    "relation.added": "A relation to another claim was recorded",
    "relation.received": "A relation from another claim was recorded",
    "reply.added": "The speaker’s answer was added",
    "payload.redacted": "Words were erased, as the law asks",
    "flag.raised": "A page it rests on was found changed",
    "flag.renewed": "A page it rests on was found changed again",
    "flag.resolved": "A changed page was looked at",
    "flag.moved": "A changed page came from a merged claim",
}
_CORRECTIONS = ("correction.published", "verdict.corrected", "verdict.voided")
# What a reader has no use for beside the sentence: ids of the thing's own, numbers of versions, empty beginnings.
_SILENT = {"claim", "absorbed", "verdict", "approvals", "scale_version", "value", "published_at", "retracted", "state",
           "supersedes", "snapshot", "before", "after", "evidence_id"}  # fmt: skip


def told(events: Iterable[Json], document: Json, nodes: Iterable[Json] = ()) -> list[Json]:
    """Events as a history has them, oldest first, as many as a page has room for; `nodes` are sources that the page
    knows beside the document's."""
    names = _names(document, nodes)
    shown = [_event(event, names) for event in events]
    return shown[: fitting(shown, _ROOM)]


def _event(event: Json, names: Mapping[str, str]) -> Json:
    correction = event["type"] in _CORRECTIONS
    changes = _changes(event, names)[:_MOST_CHANGES]
    return {
        "seq": event["seq"],
        "at": event["recorded_at"],
        "words": _EVENTS.get(event["type"], headed(event["type"].replace(".", " "))),
        "kind": "correction" if correction else event["type"].partition(".")[0],
        "correction": correction,
        "heading": "What changed" if any(one["before"] for one in changes) else "What it says",
        "by": "this service" if event["actor"] == SYSTEM else names.get(event["actor"], ""),
        "changes": changes,
        "reason": short((event["payload"] or {}).get("reason"), _LONGEST) or "",
        "withheld": event["payload"] is None and "redacted" not in event,
        "redacted": _redacted(event),
    }


def _redacted(event: Json) -> str:
    redacted = event.get("redacted")
    return f"{redacted['reason']} ({redacted['authority']})" if redacted else ""


def _changes(event: Json, names: Mapping[str, str]) -> list[Json]:
    """What changed, in words; of something new only what it says."""
    changes = event["changes"] or {}
    if event["type"] == "correction.published":
        # The verdict's own event, beside it, has the same before and after.
        changes = {name: change for name, change in changes.items() if name in ("reason", "type")}
    found = []
    for name, change in changes.items():
        before, after = _value(change["before"], names), _value(change["after"], names)
        if name not in _SILENT and before != after:
            found.append({"name": headed(name), "before": before, "after": after})
    return found


def _value(value: Any, names: Mapping[str, str]) -> str:
    """A field's value in words: things by their names, and what is long cut short."""
    if value is None or value in ([], "", False):
        return ""
    if value is True:
        return "yes"
    if isinstance(value, list):
        return str(short(", ".join(_value(one, names) for one in value), _LONGEST))
    if isinstance(value, dict):
        return str(short(" … ".join(str(one) for one in value.values() if one), _LONGEST))
    text = str(value)
    if text in names:
        return str(short(names[text], _LONGEST_NAME))
    return said(text) if text.islower() and "_" in text and " " not in text else str(short(text, _LONGEST))


def _names(document: Json, nodes: Iterable[Json]) -> dict[str, str]:
    """What the page calls the things that events name by their ids."""
    links, verdicts = document["evidence"], document["verdicts"]
    sources = [document["source"], *(one["source"] for one in (*document["appearances"], *links, *document["replies"]))]
    marked = [node.get("origin_marked_by") for node in nodes]
    accounts = [document["taken_by"], *(one["attached_by"] for one in links), *(one["reviewer"] for one in verdicts)]
    named = [document["speaker"], document["relayed_by"], *accounts, *marked]
    return {
        **{source["id"]: source_name(source) for source in (*sources, *nodes) if source},
        **{link["id"]: source_name(link["source"]) for link in links},
        **{one["id"]: one["name"] for one in named if one},
    }
