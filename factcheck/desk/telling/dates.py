"""Dates of claims (EDTF level 1) and times of the record as people read them."""

import re
from calendar import month_name
from datetime import datetime

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?([?~%]?)", re.ASCII)
_SEASONS = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}
_DOUBTS = {"": "{}", "~": "about {}", "?": "{}, not certain", "%": "about {}, not certain"}


def told(date: str | None) -> str | None:
    """ "23 October 2024", "about 24 October 2024", "1 to 20 October 2024"; what is rarer, as it is written."""
    if date is None:
        return None
    first, slash, last = date.partition("/")
    if not slash:
        return _one(date)
    if last in ("", ".."):
        return f"since {_one(first)}" if last else f"from {_one(first)}, the end is not known"
    if first in ("", ".."):
        return f"until {_one(last)}" if first else f"until {_one(last)}, the beginning is not known"
    return f"{_one(first)} to {_one(last)}"


def moment(time: str) -> str:
    """ "25 November 2026, 23:45 UTC" of a time as the record writes it."""
    at = datetime.fromisoformat(time)
    return f"{at.day} {month_name[at.month]} {at.year}, {at:%H:%M} UTC"


def day(time: str) -> str:
    """The day of such a time."""
    at = datetime.fromisoformat(time)
    return f"{at.day} {month_name[at.month]} {at.year}"


def month(name: str) -> str:
    """ "October 2024" of `2024-10`."""
    return _one(name)


def _one(date: str) -> str:
    found = _DATE.fullmatch(date)
    if found is None:
        return date
    year, part, day_of, doubt = found.groups()
    if part is None:
        return _DOUBTS[doubt].format(year)
    if int(part) in _SEASONS:
        return _DOUBTS[doubt].format(f"{_SEASONS[int(part)]} {year}")
    named = f"{month_name[int(part)]} {year}"
    return _DOUBTS[doubt].format(f"{int(day_of)} {named}" if day_of else named)
