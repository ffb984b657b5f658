"""The record in numbers: pure counting over what `storage.figures` gathers, of the present or of a moment."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from factcheck.domain.agreement import agreement
from factcheck.domain.corrections import correction_documents
from factcheck.domain.entities import Entity
from factcheck.domain.vocabulary import ClaimKind, CorrectionType, LinkState, Rating, Status

Json = dict[str, Any]

MOST = 50
"""Topics, speakers and reviewers that are listed, those with the most first."""
MOST_MONTHS = 240
"""Months that are listed, the newest first."""


@dataclass(frozen=True, slots=True)
class ClaimCounts:
    """Claims by what they are, without those that were merged into others; months as `month_of` gives them."""

    status: Counter[str] = field(default_factory=Counter)
    kind: Counter[str] = field(default_factory=Counter)
    topic: Counter[str] = field(default_factory=Counter)
    speaker: Counter[str] = field(default_factory=Counter)
    month: Counter[str | None] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the numbers are made of.

    `links` counts standing evidence by the state of its source, `ratings` are published verdicts as (claim,
    reviewer, rating), `corrected` verdicts with all their corrections. Claims that were merged into others are
    left out of all but the last.
    """

    claims: ClaimCounts
    links: Counter[str]
    ratings: Iterable[tuple[str, str, str]]
    corrected: Sequence[tuple[Entity, Sequence[Entity]]]


def month_of(day: int) -> str | None:
    """The month of a day number (`domain.dates.Bounds`); None where it is not in the years 0 to 9999."""
    year, month = day // 10_000, day // 100 % 100
    return f"{year:04}-{month:02}" if 0 <= year <= 9999 else None


def listed_speakers(figures: Figures) -> list[str]:
    """The ids of the speakers whose names the answer shows."""
    return [speaker for speaker, _ in _most(figures.claims.speaker)]


def corrected_reviewers(figures: Figures) -> set[str]:
    """The ids of the accounts whose names it shows."""
    return {verdict["reviewer"] for verdict, _ in figures.corrected}


def stats_document(figures: Figures, seq: int, speakers: Mapping[str, Entity], accounts: Mapping[str, Entity]) -> Json:
    """The answer of `GET /v1/stats`, so after event `seq`."""
    return {
        "seq": seq,
        "claims": _claims(figures.claims, speakers),
        "agreement": asdict(agreement(figures.ratings)),
        "links": _words(LinkState, figures.links),
        "corrections": _corrections(figures.corrected, accounts),
    }


def _claims(counts: ClaimCounts, speakers: Mapping[str, Entity]) -> Json:
    months = sorted((month for month in counts.month if month is not None), reverse=True)[:MOST_MONTHS]
    return {
        "total": counts.status.total(),
        "by_status": _words(Status, counts.status),
        "by_kind": _words(ClaimKind, counts.kind),
        "by_topic": [{"topic": topic, "claims": count} for topic, count in _most(counts.topic)],
        "by_speaker": [
            {"speaker": {name: speakers[one][name] for name in ("id", "name", "kind")}, "claims": count}
            for one, count in _most(counts.speaker)
        ],
        "by_month": [{"month": month, "claims": counts.month[month]} for month in months],
        "undated": counts.month[None],
    }


def _corrections(corrected: Sequence[tuple[Entity, Sequence[Entity]]], accounts: Mapping[str, Entity]) -> Json:
    types, reviewers, ratings = Counter[str](), Counter[str](), Counter[str]()
    for verdict, corrections in corrected:
        for correction in correction_documents(verdict, None, corrections):
            types[correction["type"]] += 1
            reviewers[verdict["reviewer"]] += 1
            ratings[correction["rating"]["before"]] += 1
    return {
        "total": types.total(),
        "by_type": _words(CorrectionType, types),
        "by_reviewer": [
            {"reviewer": {"id": one, "name": accounts[one]["name"]}, "corrections": count}
            for one, count in _most(reviewers)
        ],
        "by_rating": _words(Rating, ratings),
    }


def _words(vocabulary: type[StrEnum], counts: Counter[str]) -> dict[str, int]:
    return {word.value: counts[word.value] for word in vocabulary}


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    """The largest counts; of equal ones those that sort first."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST]
