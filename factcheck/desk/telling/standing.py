"""How a claim's status came about, in a sentence or two."""

from collections import Counter
from typing import Any

from factcheck.desk.telling.words import counted, listed
from factcheck.domain.vocabulary import Status, VerdictState
from factcheck.formats.wording import status_words

Json = dict[str, Any]


def sentences(document: Json) -> list[str]:
    """What the status rests on: who agrees, who differs, and who decided."""
    published = [verdict for verdict in document["verdicts"] if verdict["state"] == VerdictState.PUBLISHED]
    if not published:
        return [_without(document)]
    ratings = Counter(verdict["rating"] for verdict in published)
    deciding = document["verdict"]
    rulings = [verdict for verdict in published if verdict["final"]]
    if deciding is None and len(rulings) > 1:
        return [f"{len(rulings)} editors have ruled, and they differ: {_split(Counter(r['rating'] for r in rulings))}."]
    if deciding is None:
        return [f"{counted(len(published), 'reviewer')} differ: {_split(ratings)}. No editor has ruled yet."]
    return [_decided(published, deciding, bool(rulings)), *_since(document)]


def _without(document: Json) -> str:
    if document["status"] == Status.IN_REVIEW:
        return "Reviewers are at work on it. Nobody has published a verdict yet."
    if document["status"] == Status.VOID:
        return "The verdict on it was taken back, and no other one stands."
    return "Nobody has reviewed it yet."


def _decided(published: list[Json], deciding: Json, ruled: bool) -> str:
    others = [verdict for verdict in published if verdict["rating"] != deciding["rating"]]
    if ruled:
        if not others:
            return "An editor has ruled."
        return (
            f"An editor has ruled. {counted(len(others), 'reviewer')} had found otherwise: {_split(_ratings(others))}."
        )
    if len(published) == 1:
        return "One reviewer has published a verdict."
    return f"All {len(published)} reviewers agree." if len(published) > 2 else "Both reviewers agree."


def _since(document: Json) -> list[str]:
    number = document["correction_count"]
    if not number:
        return []
    return [
        "It was corrected once since, as told below." if number == 1 else f"{number} corrections since are told below."
    ]


def _ratings(verdicts: list[Json]) -> Counter[str]:
    return Counter(verdict["rating"] for verdict in verdicts)


def _split(ratings: Counter[str]) -> str:
    return listed([f"{count} for “{status_words(rating)}”" for rating, count in ratings.most_common()])
