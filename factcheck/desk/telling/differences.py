"""What was changed under a form, side by side."""

from collections.abc import Sequence
from typing import Any

from factcheck.desk.telling import dates
from factcheck.desk.telling.reviewing import FLAGS
from factcheck.desk.telling.words import headed, short
from factcheck.domain.claim_changes import Change
from factcheck.domain.vocabulary import FlagReason
from factcheck.formats.wording import status_words

Json = dict[str, Any]

_PARTS = {
    "text": "The claim", "quote": "The words as spoken", "kind": "Kind", "speaker_role": "Role of the speaker",
    "speaker_affiliation": "Affiliation", "claim_date": "Said on", "event_date": "Of events on", "place": "Place",
    "language": "Language", "topics": "Topics", "context": "Context", "merged_into": "Merged into",
    "speaker": "Speaker", "relayed_by": "Relayed by", "taken_by": "Worked on by", "source": "First seen in",
    "evidence": "Link", "verdicts": "Verdict", "needs_review": "To look at again", "relations": "Relation",
    "replies": "Reply", "appearances": "Also appears in",
}  # fmt: skip
_LONGEST = 600


def differences(found: Sequence[Change]) -> list[Json]:
    """What was changed under a form: what it is, as it was, as it is."""
    return [
        {
            "what": _PARTS.get(one.name, headed(one.name)),
            "before": _side(one, one.before),
            "after": _side(one, one.after),
        }
        for one in found
    ]


def _side(change: Change, value: Any) -> list[str]:
    """One side of a change, in lines; none where there was none."""
    if value is None:
        return []
    if isinstance(value, str):
        return [short(value, _LONGEST) or ""]
    if isinstance(value, list):
        return [", ".join(str(one) for one in value)] if value else []
    return [line for line in _ROWS.get(change.name, _plain)(value) if line]


def _plain(value: Json) -> list[str]:
    return [short(str(one), _LONGEST) or "" for one in value.values() if one]


def _link(value: Json) -> list[str]:
    quote = f"“{short(value['quote'], 200)}”" if value["quote"] else ""
    return [f"{headed(value['stance'])}: {value['source']}", quote, short(value["note"], 200) or ""]


def _verdict(value: Json) -> list[str]:
    label = f" ({value['label']})" if value["label"] else ""
    ruling = ", a ruling" if value["final"] else ""
    first = f"{status_words(value['rating'])}{label}, by {value['reviewer']}{ruling}, {value['state']}"
    held = [
        f"{name} {dates.told(value[key])}"
        for name, key in (("from", "valid_from"), ("until", "valid_until"))
        if value[key]
    ]
    return [first, short(value["justification"], _LONGEST) or "", " ".join(held)]


def _flag(value: Json) -> list[str]:
    return [FLAGS[FlagReason(value["reason"])]]


def _relation(value: Json) -> list[str]:
    return [f"{headed(value['kind'])} ({value['direction']}): claim {value['claim']}", short(value["note"], 200) or ""]


_ROWS = {"evidence": _link, "verdicts": _verdict, "needs_review": _flag, "relations": _relation}
