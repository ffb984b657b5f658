"""Where the words of a query stand in a claim: fragments of its texts, with marks as offsets. Pure.

No markup is put into the text, so that what somebody wrote stays text.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from factcheck.domain import words
from factcheck.domain.search_entries import Field
from factcheck.domain.search_queries import Query

_WIDTH = 240
"""Characters of a fragment, about."""

_BEFORE = 60
"""Characters before the first mark."""

_MOST = 3
"""Fragments of one field: of a claim with many sources or verdicts."""

Json = dict[str, Any]
Marks = list[tuple[int, int]]


class Sought(NamedTuple):
    """What is marked: the wanted terms, and the beginnings of words."""

    terms: frozenset[str]
    prefixes: tuple[str, ...]


def sought(query: Query) -> Sought:
    terms = frozenset(term for group in query.wanted for part in group.parts for term in part)
    return Sought(terms, tuple(group.prefix for group in query.wanted if group.prefix))


def highlights(document: Json, wanted: Sought) -> list[Json]:
    """The fragments of a claim's document in which words of a query stand: `field`, `fragment`, and `marks`, the
    first and last-but-one code point of each word in the fragment."""
    found: list[Json] = []
    counts: dict[Field, int] = {}
    for field, text in _texts(document):
        if counts.get(field, 0) < _MOST and (marks := _marks(text, wanted)):
            counts[field] = counts.get(field, 0) + 1
            found.append({"field": field, **_fragment(text, marks)})
    return found


def _texts(document: Json) -> Iterator[tuple[Field, str]]:
    for field in (Field.TEXT, Field.QUOTE, Field.CONTEXT):
        if document[field]:
            yield field, document[field]
    for field in (Field.SPEAKER, Field.RELAYED_BY):
        if document[field]:
            yield field, document[field]["name"]
    for title in _titles(document):
        yield Field.SOURCE, title
    for verdict in document["verdicts"]:
        if verdict["justification"]:
            yield Field.VERDICT, verdict["justification"]


def _titles(document: Json) -> Iterable[str]:
    """Each once: a source can be where a claim was made and evidence too."""
    sources = [document["source"], *(part["source"] for part in (*document["appearances"], *document["evidence"]))]
    titles = {source["id"]: source["title"] for source in sources if source}
    return [title for title in titles.values() if title]


def _marks(text: str, wanted: Sought) -> Marks:
    marks: Marks = []
    for token in words.tokens(text):
        if token.kind == "run":
            marks += _run_marks(token, wanted)
        elif _matches(token, wanted):
            marks.append((token.start, token.end))
    return marks


def _matches(token: words.Token, wanted: Sought) -> bool:
    forms = words.forms(token.text, token.kind, words.QUERY_LANGUAGES)
    return not wanted.terms.isdisjoint(forms) or forms[0].startswith(wanted.prefixes or ("\0",))


def _run_marks(token: words.Token, wanted: Sought) -> Marks:
    """The characters of a run that stand in a wanted pair, joined where they touch."""
    marks: Marks = []
    text = token.text
    for place in range(len(text)):
        pair = text[place : place + 2]
        width = 2 if len(pair) == 2 and pair in wanted.terms else int(text[place] in wanted.prefixes)
        if not width:
            continue
        start, end = token.start + place, token.start + place + width
        if marks and marks[-1][1] >= start:
            start, _ = marks.pop()
        marks.append((start, end))
    return marks


def _fragment(text: str, marks: Marks) -> Json:
    """Some text around the first mark, cut at spaces where there are any near."""
    start = _cut(text, max(0, marks[0][0] - _BEFORE)) if len(text) > _WIDTH else 0
    start = min(start, marks[0][0])
    end = max(_cut(text, start + _WIDTH), marks[0][1]) if len(text) > start + _WIDTH else len(text)
    inside = [[one - start, other - start] for one, other in marks if other <= end]
    return {"fragment": text[start:end], "marks": inside}


def _cut(text: str, place: int) -> int:
    """The place, or the beginning of a word shortly after it."""
    if place == 0:
        return 0
    space = text.find(" ", place, place + 20)
    return place if space < 0 else space + 1
