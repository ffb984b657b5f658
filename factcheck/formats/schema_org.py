"""Reading schema.org's values as they are found: texts where objects are meant, lists where one is meant, entities and
tags in texts, numbers in texts, dates in many spellings."""

import html
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from factcheck.domain import dates, urls
from factcheck.formats.entries import BadRow, Json

Index = Mapping[str, Json]
"""The things of a document by their `@id`."""

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,15})?")
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?=$|[T\s])")
_NAMED_MONTH = ("%d %B %Y", "%B %d, %Y", "%d %b %Y", "%b %d, %Y", "%B %d %Y")
_NOTHING = frozenset({"", "null", "none", "undefined", "n/a", "-", "invalid date", "nan", "0000-00-00", "unknown"})
_WIKIDATA = re.compile(r"https?://(?:www\.)?wikidata\.org/(?:wiki|entity)/(Q[1-9]\d{0,11})/?$", re.ASCII)


def things(value: Any, type_: str) -> Iterator[Json]:
    """Every object of a type in a JSON value, at any depth, in order; not those within one that was found."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += reversed(one)
        elif isinstance(one, dict):
            if type_ in types(one):
                yield one
            else:
                waiting += reversed(list(one.values()))


def types(thing: Json) -> list[str]:
    """The types of a thing, without what comes before their names."""
    return [re.split(r"[/:#]", one)[-1] for one in listed(thing.get("@type")) if isinstance(one, str)]


def index(value: Any) -> dict[str, Json]:
    """The things of a document that say more than their `@id`, by it; of several the one that says most."""
    found: dict[str, Json] = {}
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            identity = one.get("@id")
            if isinstance(identity, str) and len(one) > max(1, len(found.get(identity, {}))):
                found[identity] = one
            waiting += one.values()
    return found


def listed(value: Any) -> list[Any]:
    """The values of a property: none, one or several."""
    if isinstance(value, dict) and set(value) <= {"@list", "@set"} and value:
        value = next(iter(value.values()))
    if isinstance(value, list):
        return [inner for one in value for inner in (one if isinstance(one, list) else [one]) if inner is not None]
    return [] if value is None else [value]


def objects(value: Any, known: Index) -> list[Json]:
    """The values of a property as things: one that only refers is looked up, a text is what its name is."""
    found = []
    for one in listed(value):
        if isinstance(one, dict):
            identity = one.get("@id")
            whole = known.get(identity, one) if isinstance(identity, str) and len(one) <= 2 else one
            found.append(whole)
        elif isinstance(one, str) and text(one):
            found.append({"name": one})
    return found


def text(value: Any) -> str | None:
    """A text without entities, tags and needless space; of several the first, of an object its value or name.

    None for what is none, or only says that there is none.
    """
    for one in listed(value):
        plain = _plain(one)
        if isinstance(plain, (str, int, float)) and not isinstance(plain, bool):
            said = _clean(str(plain))
            if said.lower() not in _NOTHING:
                return said
    return None


def _plain(one: Any) -> Any:
    """What stands for a value in an object."""
    if not isinstance(one, dict):
        return one
    return next((one[name] for name in ("@value", "name", "text") if isinstance(one.get(name), str)), None)


def number(value: Any) -> float | None:
    """A number, also as text: "1.0", "4,5"; None for anything else."""
    for one in listed(value):
        spelt = isinstance(one, str) and _NUMBER.fullmatch(one.strip())
        found = float(one.strip().replace(",", ".")) if spelt else one
        if isinstance(found, (int, float)) and not isinstance(found, bool) and abs(found) < 2**53:
            return float(found)
    return None


def date(value: Any, field: str) -> str | None:
    """A date as EDTF, None where there is none; raises BadRow for what is no date that we can tell."""
    given = text(value)
    if given is None:
        return None
    for reading in (_as_written, _day, _named_day, _mailed):
        found = reading(given)
        if found is not None:
            return found
    raise BadRow(f"{given[:50]!r} is no date that can be told", field)


def url(value: Any) -> str | None:
    """The first value, or its `url` or `@id`, that is a URL which the record takes; None where there is none."""
    for one in listed(value):
        named = [*listed(one.get("url")), *listed(one.get("@id"))] if isinstance(one, dict) else [one]
        for address in named:
            if isinstance(address, str) and is_url(found := html.unescape(address).strip()):
                return found
    return None


def is_url(given: str) -> bool:
    try:
        urls.canonical(given)
    except ValueError:
        return False
    return "://" in given


def wikidata_id(thing: Json) -> str | None:
    for one in [*listed(thing.get("sameAs")), thing.get("@id")]:
        found = _WIKIDATA.match(one) if isinstance(one, str) else None
        if found:
            return found[1]
    return None


def _clean(given: str) -> str:
    # Content management systems escape twice.
    said = html.unescape(html.unescape(given))
    return " ".join(_TAG.sub(" ", said).split())


def _as_written(given: str) -> str | None:
    try:
        dates.bounds(given)
    except ValueError:
        return None
    return given


def _day(given: str) -> str | None:
    found = _DAY.match(given)
    return _as_written(f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}") if found else None


def _named_day(given: str) -> str | None:
    for form in _NAMED_MONTH:
        try:
            return datetime.strptime(given[:40], form).replace(tzinfo=UTC).strftime("%Y-%m-%d").rjust(10, "0")
        except ValueError:
            continue
    return None


def _mailed(given: str) -> str | None:
    """As in e-mails (RFC 5322): Tue, 03 Nov 2020 10:00:00 +0000."""
    try:
        return parsedate_to_datetime(given[:60]).strftime("%Y-%m-%d").rjust(10, "0")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
