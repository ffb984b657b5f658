"""What an importer says of a file: which of our columns its columns are, and which ratings its labels mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from factcheck.domain.errors import Invalid
from factcheck.domain.labels import fold, fold_all
from factcheck.domain.vocabulary import Rating
from factcheck.formats.entries import Json

MAX_ENTRIES = 5000
"""Columns and labels that a mapping may have."""

_COLUMNS, _LABELS = "columns", "labels"


@dataclass(frozen=True, slots=True)
class Given:
    """Our column by the file's; ratings by folded label, of everyone and by folded publisher."""

    columns: Mapping[str, str] = field(default_factory=dict)
    everyone: Mapping[str, str] = field(default_factory=dict)
    publishers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read(given: Any, *, short_for: str) -> Given:
    """A mapping from its JSON: {"columns": {theirs: ours}, "labels": {label: rating, publisher: {label: rating}}}.

    An object without these two members is what stands in the one that it is `short_for`. Raises Invalid.
    """
    if not isinstance(given, dict):
        raise Invalid("a mapping is an object", pointer="")
    whole = given.keys() <= {_COLUMNS, _LABELS} and all(isinstance(inner, dict) for inner in given.values())
    parts: Json = given if whole else {short_for: given}
    if sum(len(part) for part in parts.values()) > MAX_ENTRIES:
        raise Invalid(f"a mapping has at most {MAX_ENTRIES} entries", pointer="")
    at = {name: f"/{name}" if whole else "" for name in (_COLUMNS, _LABELS)}
    labels = parts.get(_LABELS, {})
    everyone = {label: rating for label, rating in labels.items() if not isinstance(rating, dict)}
    return Given(
        _columns(parts.get(_COLUMNS, {}), at[_COLUMNS]),
        _ratings(everyone, at[_LABELS]),
        {
            fold(publisher): _ratings(inner, f"{at[_LABELS]}/{_token(publisher)}")
            for publisher, inner in labels.items()
            if isinstance(inner, dict)
        },
    )


def _columns(columns: Json, at: str) -> Json:
    for theirs, ours in columns.items():
        if not isinstance(ours, str):
            said = "the name of a column is a text; an empty one leaves it out"
            raise Invalid(said, pointer=f"{at}/{_token(theirs)}")
    return columns


def _ratings(labels: Json, at: str) -> dict[str, str]:
    for label, rating in labels.items():
        if rating not in list(Rating):
            words = ", ".join(Rating)
            raise Invalid(f"a label means one of {words}", pointer=f"{at}/{_token(label)}")
    return fold_all(labels)


def _token(name: str) -> str:
    return name.encode("utf-8", "replace").decode().replace("~", "~0").replace("/", "~1")
