"""Rows of imports held against the schemas of the API, and their labels against what they are said to mean."""

from typing import Any

from factcheck.domain.labels import Labels, UnknownLabel
from factcheck.formats import schema_org
from factcheck.formats.entries import BadRow, Entry, Json, Judgement
from factcheck.work.tallies import Tally
from schemas.claims import AppearanceIn, ClaimIn, ReplyIn
from schemas.evidence import EvidenceIn
from schemas.problems import checked as check
from schemas.verdicts import VerdictIn

MOST_FIELDS = 10
"""Fields of a row whose faults are told."""

MOST_PARTS = 1000
"""Links, appearances, replies or relations that a row may have: those who write wait until all are in."""

_LONGEST_LABEL = 500

_CLAIM, _APPEARANCE, _LINK, _VERDICT, _REPLY = ClaimIn(), AppearanceIn(), EvidenceIn(), VerdictIn(), ReplyIn()


class Refused(Exception):
    """The schemas do not take a row; `fields` are pairs of pointer and reason."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        super().__init__(fields)
        self.fields = fields


def checked(labels: Labels, entry: Entry, tally: Tally) -> Entry:
    """The entry with its bodies as services take them; raises Refused, and BadRow for a label that nobody knows."""
    _require_few(entry)
    wrong: list[tuple[str, str]] = []

    def loaded_as(schema: Any, data: Any, at: str) -> Json:
        loaded, problems = check(schema, data)
        wrong.extend((f"{at}{pointer}", said) for pointer, said in problems)
        return loaded

    judgement = _rated(labels, entry.judgement, tally)
    found = Entry(
        claim=loaded_as(_CLAIM, entry.claim, ""),
        appearances=[loaded_as(_APPEARANCE, one, f"/appearances/{n}") for n, one in enumerate(entry.appearances)],
        evidence=[loaded_as(_LINK, one, f"/evidence/{n}") for n, one in enumerate(entry.evidence)],
        judgement=judgement and Judgement(
            loaded_as(_VERDICT, judgement.data, "/verdict"), None, rests_on=judgement.rests_on
        ),
        replies=[loaded_as(_REPLY, one, f"/replies/{n}") for n, one in enumerate(entry.replies)],
        archives=entry.archives,
    )  # fmt: skip
    for _, copy in entry.archives:
        if not schema_org.is_url(copy):
            wrong.append(("evidence.archive_url", "is no URL that the record takes"))
    if wrong:
        raise Refused(wrong[:MOST_FIELDS])
    return found


def _require_few(entry: Entry) -> None:
    """Raises BadRow."""
    for name, parts in (
        ("appearances", entry.appearances), ("evidence", entry.evidence), ("evidence", entry.archives),
        ("replies", entry.replies), ("relations", entry.relations),
    ):  # fmt: skip
        if len(parts) > MOST_PARTS:
            raise BadRow(f"has more than {MOST_PARTS:,} entries", name)


def _rated(labels: Labels, judgement: Judgement | None, tally: Tally) -> Judgement | None:
    """A verdict with the rating that its label means; raises BadRow where nobody has said so."""
    if judgement is None:
        return None
    data = {**judgement.data, "rating": judgement.rating, "label": judgement.label}
    if judgement.rating is None and isinstance(judgement.label, str):
        try:
            meaning = labels.meaning(judgement.label, judgement.publisher, judgement.numbers)
        except UnknownLabel as error:
            tally.labels[judgement.label[:_LONGEST_LABEL], (judgement.publisher or "")[:_LONGEST_LABEL]] += 1
            raise BadRow(str(error), "verdict.label") from None
        data["rating"] = meaning.rating
        if meaning.scale and "scale" not in data:
            data |= {"scale": meaning.scale, "label": meaning.label}
    given = {name: value for name, value in data.items() if value is not None}
    return Judgement(given, judgement.label, rests_on=judgement.rests_on)
