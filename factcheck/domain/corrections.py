"""Corrections as readers get them: whose verdict, what its rating was before and after, which evidence came and went.

All of it follows from what is stored; a correction keeps the fields that it changed and nothing else.
"""

from collections.abc import Collection
from typing import Any

from factcheck.domain.entities import Entity
from factcheck.domain.vocabulary import CorrectionType

Json = dict[str, Any]


def correction_documents(verdict: Entity, reviewer: Json | None, corrections: Collection[Entity]) -> list[Json]:
    """All corrections of one verdict, oldest first; `verdict` is as they left it, `reviewer` its author."""
    found = []
    rating = verdict["rating"]
    for correction in sorted(corrections, key=lambda one: int(one["seq"]), reverse=True):
        # Only what a correction changed is stored with it; what it left as it was, the next one shows.
        before = correction["changes"].get("rating", {"before": rating})["before"]
        after = None if correction["type"] == CorrectionType.VOID else rating
        found.append(_document(correction, reviewer, {"before": before, "after": after}))
        rating = before
    return found[::-1]


def _document(correction: Entity, reviewer: Json | None, rating: Json) -> Json:
    fields = ("id", "claim", "verdict", "type", "reason", "changes", "created_at", "created_by")
    return {
        **{name: correction[name] for name in fields},
        "reviewer": reviewer,
        "rating": rating,
        "evidence": _evidence(correction),
    }


def _evidence(correction: Entity) -> Json:
    """The links that the verdict rests on since then, and those that it rested on before, by id."""
    changed = correction["changes"].get("evidence", {"before": [], "after": []})
    return {
        "added": [link for link in changed["after"] if link not in changed["before"]],
        "removed": [link for link in changed["before"] if link not in changed["after"]],
    }
