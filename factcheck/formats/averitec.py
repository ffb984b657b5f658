"""AVeriTeC's JSON (Schlichtkrull, Guo, Vlachos 2023) to entries of an import: claims with questions and answers.

A page that answers is evidence, for neither side, as the file does not say for which; questions and answers are its
note. Those without a page go to the claim's context.
"""

import re
from collections.abc import Iterator
from typing import IO, Any

from factcheck.domain import urls
from factcheck.domain.vocabulary import Rating, SpeakerKind, Stance
from factcheck.formats import incoming
from factcheck.formats import schema_org as given
from factcheck.formats.entries import BadRow, Entry, Json, Judgement, Row

LABELS = {
    "Supported": Rating.SUPPORTED,
    "Refuted": Rating.REFUTED,
    "Not Enough Evidence": Rating.NOT_ENOUGH_EVIDENCE,
    "Conflicting Evidence/Cherrypicking": Rating.CONFLICTING_EVIDENCE,
}
"""What the file's labels mean."""

NAMES = {
    "text": "claim",
    "speaker": "speaker",
    "relayed_by": "reporting_source",
    "claim_date": "claim_date",
    "place": "location_ISO_code",
    "source": "original_claim_url",
    "evidence": "questions.answers",
    "context": "questions",
    "verdict.label": "label",
    "verdict.rating": "label",
    "verdict.justification": "justification",
    "verdict.review_url": "fact_checking_article",
}

_READ = {
    "claim", "label", "justification", "claim_date", "speaker", "original_claim_url", "cached_original_claim_url",
    "fact_checking_article", "reporting_source", "location_ISO_code", "questions",
}  # fmt: skip
_READ_OF_ANSWERS = {
    "answer", "answer_type", "source_url", "cached_source_url", "source_medium", "boolean_explanation",
}  # fmt: skip
_DATE = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})", re.ASCII)
_COPY = re.compile(r"https?://web\.archive\.org/web/\d{1,14}(?:[a-z]{2}_)?/(https?:/.+)", re.IGNORECASE)
_EXTRACTIVE = "Extractive"
_MOST_ANSWERS = 1000


def of_objects(file: IO[bytes]) -> Iterator[Row]:
    """Raises Unreadable."""
    for place, row in incoming.json_objects(file):
        try:
            yield place, row if isinstance(row, BadRow) else entry(row)
        except BadRow as error:
            yield place, error


def entry(row: Json) -> Entry:
    """A claim of the file as an entry; raises BadRow."""
    left = [name for name, value in row.items() if name not in _READ and value not in (None, "", [], {})]
    archives: list[tuple[str, str]] = []
    evidence, context = _answers(row.get("questions"), archives, left)
    source = _page(row.get("original_claim_url"), row.get("cached_original_claim_url"), archives)
    speaker, reported_by = _said(row, "speaker"), _said(row, "reporting_source")
    claim = {
        "text": row.get("claim"),
        "speaker": {"name": speaker} if speaker else None,
        "relayed_by": {"name": reported_by, "kind": str(SpeakerKind.ORGANISATION)} if reported_by else None,
        "claim_date": _date(_said(row, "claim_date")),
        "place": _said(row, "location_ISO_code"),
        "context": "\n\n".join(context) or None,
        "source": {"url": source} if source else None,
    }
    return Entry(
        claim={name: value for name, value in claim.items() if value is not None},
        evidence=evidence,
        archives=archives,
        judgement=_judgement(row),
        left=left,
        names=NAMES,
    )


def _judgement(row: Json) -> Judgement | None:
    label = _said(row, "label")
    if label is None:
        return None
    data = {"justification": _said(row, "justification"), "review_url": _said(row, "fact_checking_article")}
    rating = LABELS.get(label) if isinstance(label, str) else None
    return Judgement(
        {name: value for name, value in data.items() if value is not None}, label, str(rating) if rating else None
    )


def _answers(questions: Any, archives: list[tuple[str, str]], left: list[str]) -> tuple[list[Json], list[str]]:
    """A link for each page that answers, and the answers that have none."""
    links: dict[str, Json] = {}
    alone = list[str]()
    for question, answer in _pairs(questions):
        left += [
            f"questions.answers.{name}" for name, value in answer.items()
            if name not in _READ_OF_ANSWERS and value not in (None, "", [], {})
        ]  # fmt: skip
        page = _page(answer.get("source_url"), answer.get("cached_source_url"), archives)
        told = _told(question, answer, named=page is not None)
        if page is None:
            alone.append(told)
            continue
        link = links.setdefault(urls.canonical(page), {"source": {"url": page}, "stance": str(Stance.MENTIONS)})
        link["note"] = f"{link['note']}\n\n{told}" if "note" in link else told
        if answer.get("answer_type") == _EXTRACTIVE and "quote" not in link and _said(answer, "answer"):
            link["quote"] = {"exact": _said(answer, "answer")}
    return list(links.values()), alone


def _pairs(questions: Any) -> Iterator[tuple[Json, Json]]:
    if not isinstance(questions or [], list):
        raise BadRow("is no list", "questions")
    count = 0
    for position, question in enumerate(questions or []):
        answers = question.get("answers") if isinstance(question, dict) else None
        if not isinstance(answers, list) or not all(isinstance(one, dict) for one in answers):
            raise BadRow("is no question with its answers", f"questions.{position}")
        for answer in answers or [{}]:
            count += 1
            if count > _MOST_ANSWERS:
                raise BadRow(f"has more than {_MOST_ANSWERS:,} answers", "questions")
            yield question, answer


def _told(question: Json, answer: Json, *, named: bool) -> str:
    """A question and its answer in words; `named`: the page is, so that the answer need not say where it is from."""
    how = [one for name in ("answer_type", "source_medium") if (one := _words(answer, name))]
    if not named and (source := _words(answer, "source_url")):
        how.append(f"from {source}")
    manner = f" ({', '.join(how)})" if how else ""
    lines = [
        f"Question: {_words(question, 'question') or '-'}",
        f"Answer{manner}: {_words(answer, 'answer') or '-'}",
        _words(answer, "boolean_explanation"),
    ]
    return "\n".join(line for line in lines if line)


def _words(thing: Json, name: str) -> str | None:
    """A text that goes into another one; raises BadRow for what is none."""
    said = _said(thing, name)
    if said is not None and not isinstance(said, str):
        raise BadRow("is no text", f"questions.answers.{name}")
    return said


def _page(address: Any, copy: Any, archives: list[tuple[str, str]]) -> str | None:
    """The page that an address names, which may be that of a copy; None where it names none."""
    said = _url(address) or _url(copy)
    if said is None:
        return None
    original = _COPY.fullmatch(said)
    page = _url(re.sub(r"^(https?:/)/?", r"\1/", original[1])) if original else said
    if page is None:
        page = said
    for one in (said, _url(copy)):
        if one and urls.canonical(one) != urls.canonical(page) and (page, one) not in archives:
            archives.append((page, one))
    return page


def _url(value: Any) -> str | None:
    """An address as the record takes it; some lack what they begin with."""
    said = value.strip() if isinstance(value, str) else ""
    for one in (said, f"https://{said}"):
        if ("." in said or "://" in said) and given.is_url(one):
            return one
    return None


def _date(value: Any) -> Any:
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else value


def _said(thing: Json, name: str) -> Any:
    """A text without space around it; what is no text stays, for the schema to refuse."""
    value = thing.get(name)
    if isinstance(value, str):
        # Line ends of other systems.
        value = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    return value or None
