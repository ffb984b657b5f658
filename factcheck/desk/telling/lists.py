"""Claims and corrections as lists show them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from factcheck.desk.telling import words
from factcheck.desk.telling.dates import told
from factcheck.desk.telling.words import address, chip, counted, headed, said, short
from factcheck.domain.vocabulary import Status
from factcheck.formats.wording import status_words, verdict_words

Json = dict[str, Any]

_LONGEST = 320
_FIELDS = {"text": "", "quote": "In their words", "speaker": "Speaker", "relayed_by": "Relayed by"}


def claim(document: Json) -> Json:
    """A claim in a list."""
    verdict = document["verdict"]
    label = verdict_words(verdict) if verdict else ""
    return {
        "id": document["id"],
        "text": short(document["text"], _LONGEST),
        "language": document["language"],
        "chip": chip(document["status"]),
        "label": "" if label == status_words(document["status"]) else label,
        "speaker": document["speaker"],
        "claim_date": document["claim_date"],
        "updated_at": document["updated_at"],
        "found": [],
    }


def found(document: Json, highlights: Iterable[Json]) -> Json:
    """The same where words were searched for: with the passages in which they stand, but for the claim's own text."""
    passages = [
        {
            "field": _FIELDS.get(one["field"], headed(one["field"])),
            "parts": _parts(one["fragment"], one["marks"]),
        }
        for one in highlights
        if one["field"] != "text"
    ]
    return {**claim(document), "found": passages[:3]}


def _parts(fragment: str, marks: Sequence[Sequence[int]]) -> list[Json]:
    """A passage in pieces, each marked or not."""
    pieces, last = [], 0
    for begin, end in marks:
        pieces += [{"text": fragment[last:begin], "marked": False}, {"text": fragment[begin:end], "marked": True}]
        last = end
    return [piece for piece in (*pieces, {"text": fragment[last:], "marked": False}) if piece["text"]]


def correction(one: Json, claims: Mapping[str, Json]) -> Json:
    """A correction, with its claim as it is now."""
    before, after = one["rating"]["before"], one["rating"]["after"]
    document = claims[one["claim"]]
    return {
        "kind": headed(one["type"]),
        "at": one["created_at"],
        "reviewer": one["reviewer"]["name"],
        "reason": short(one["reason"], 1200),
        "before": chip(before) if before != after else None,
        "after": chip(after) if after and before != after else None,
        "taken_back": after is None,
        "changes": [
            {"name": headed(name), "before": _value(change["before"]), "after": _value(change["after"])}
            for name, change in one["changes"].items()
            if name in ("justification", "label", "valid_from", "valid_until", "review_url")
        ],
        "claim": {
            "id": one["claim"],
            "text": short(document["text"], _LONGEST),
            "language": document["language"],
            "verdict": one["verdict"],
        },
    }


def _value(value: Any) -> str:
    return str(short(str(value), 600)) if value else ""


def office(one: Json) -> Json:
    """An office that somebody spoke in: its words, and of when and of how many claims that is known."""
    dated = told(one["first"])
    if one["last"] != one["first"]:
        dated = f"{dated} until {told(one['last'])}"
    known = [counted(one["claims"], "claim"), *([dated] if dated else [])]
    return {"words": words.office(one["role"], one["affiliation"]), "known": ", ".join(known)}


def tally(counts: Mapping[str, int], *, speaker: str | None = None) -> Json:
    """Claims by status, the most first, of all speakers or one; shares from ten claims on, below which they would say
    more than is known."""
    total = sum(counts.values())
    ordered = sorted(((count, status) for status, count in counts.items() if count), reverse=True)
    return {
        "total": total,
        "rows": [
            {
                "href": address("/search", status=status, speaker=speaker),
                "chip": chip(status),
                "count": f"{count:,}",
                "share": f"{100 * count / total:.0f}%" if total >= FEWEST else "",
            }
            for count, status in ordered
        ],
        "few": 0 < total < FEWEST,
    }


FEWEST = 10
"""Claims from which on shares are shown."""


def statuses() -> list[Json]:
    """Every status, for a form."""
    return [{"value": status.value, "words": status_words(status)} for status in Status]


def options(values: Iterable[str]) -> list[Json]:
    """Words of a vocabulary, for a form."""
    return [{"value": str(value), "words": said(str(value)).capitalize()} for value in values]
