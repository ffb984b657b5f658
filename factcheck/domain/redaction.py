"""What is left of an event once its payload is erased: which fields stand, and what takes the place of the others."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from factcheck.domain.entities import Entity
from factcheck.domain.vocabulary import Subject

EVENT = "payload.redacted"
"""The type of the event that says so."""

REFUSED = frozenset({Subject.ACCOUNT, Subject.TOKEN, Subject.SCALE, Subject.LOG_KEY, Subject.WEBHOOK})
"""Kinds of subject whose events stay whole: who may do what, what labels mean, which keys sign, who is told."""

KEPT: Mapping[Subject, frozenset[str]] = {
    Subject.PUBLISHER: frozenset({"owner"}),
    Subject.SPEAKER: frozenset({"kind"}),
    Subject.SOURCE: frozenset({
        "kind", "publisher", "published_at", "language", "access", "is_origin", "origin_marked_by",
        "origin_marked_at", "link_state", "checked_at",
    }),
    Subject.CITATION: frozenset({"source", "origin", "kind"}),
    Subject.CLAIM: frozenset({
        "kind", "speaker", "relayed_by", "claim_date", "event_date", "language", "source", "taken_by",
        "merged_into", "absorbed",
    }),
    Subject.APPEARANCE: frozenset({"claim", "source"}),
    Subject.EVIDENCE: frozenset({"claim", "source", "stance", "quote_state", "snapshot", "retracted"}),
    Subject.VERDICT: frozenset({
        "claim", "reviewer", "rating", "scale", "scale_version", "value", "evidence", "valid_from", "valid_until",
        "final", "state", "approvals", "supersedes", "published_at",
    }),
    Subject.CORRECTION: frozenset({"claim", "verdict", "type"}),
    Subject.RELATION: frozenset({"claim", "other", "kind"}),
    Subject.REPLY: frozenset({"claim", "source"}),
    Subject.SNAPSHOT: frozenset({"source", "fetched_at", "http_status", "media_type", "size"}),
    Subject.SUGGESTION: frozenset({
        "source", "kind", "basis", "origin", "publisher", "score", "state", "citation",
    }),
    Subject.FLAG: frozenset({"claim", "reason", "source", "evidence", "before", "after", "resolved"}),
}  # fmt: skip
"""The fields that statuses, counts, lists and the graph of sources are made of. Any other one is erased."""

WORDS = "[redacted {seq}]"
"""Stands where a text must be; the number keeps names apart that must differ."""

INSTEAD: Mapping[Subject, Mapping[str, Any]] = {
    Subject.PUBLISHER: {"name": WORDS},
    Subject.SPEAKER: {"name": WORDS, "aliases": []},
    Subject.CLAIM: {"text": WORDS, "topics": []},
    Subject.VERDICT: {"override_reason": WORDS},
    Subject.CORRECTION: {"reason": WORDS},
    Subject.REPLY: {"text": WORDS},
    Subject.SNAPSHOT: {"archive_urls": []},
}
"""What takes an erased field's place where null may not, or would say that a verdict overrides nothing. Of a
correction's changes those of kept fields are left."""

TELLING = 8
"""Characters from which on a text is looked for elsewhere: shorter ones stand everywhere."""

Values = dict[str, Any]


def standing(subject: Subject, seq: int, values: Entity) -> Values:
    """What stands in place of the fields that event `seq` set."""
    return {
        name: value if name in KEPT[subject] else _left(subject, name, value, seq) for name, value in values.items()
    }


def overwriting(values: Entity, stands: Entity, now: Entity) -> Values:
    """Of what stands in place of the set `values`, the fields that hold now what is erased."""
    return {name: stands[name] for name, value in values.items() if stands[name] != value and now[name] == value}


def telling_texts(payload: Mapping[str, Any], stands: Entity) -> set[str]:
    """The erased texts by which another place that holds them can be told."""
    erased = [_gone(value, stands[name]) for name, value in payload["set"].items() if stands[name] != value]
    # What says of which file, and by which import, a row is stands in the events of all of its rows.
    beside = [
        {**value, "file": None, "format": None, "import": None} if name == "imported_from" else value
        for name, value in payload.items() if name != "set"
    ]  # fmt: skip
    return {text for text in _texts([erased, beside]) if len(text) >= TELLING}


def holds(value: object, texts: Collection[str]) -> bool:
    """Whether a JSON value has one of these texts in one of its own."""
    return any(text in found for found in _texts(value) for text in texts)


def _left(subject: Subject, name: str, value: Any, seq: int) -> Any:
    """What is left of a field that is not kept; of null there is nothing to erase."""
    if value is None:
        return None
    if (subject, name) == (Subject.CORRECTION, "changes"):
        return {field: change for field, change in value.items() if field in KEPT[Subject.VERDICT]}
    instead = INSTEAD.get(subject, {}).get(name)
    return instead.format(seq=seq) if isinstance(instead, str) else instead


def _gone(value: Any, left: Any) -> Any:
    """Of a value what is not left of it."""
    if isinstance(value, Mapping) and isinstance(left, Mapping):
        return {name: inner for name, inner in value.items() if name not in left}
    return value


def _texts(value: object) -> Iterator[str]:
    """Every text of a JSON value; the names of members are ours."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner)
