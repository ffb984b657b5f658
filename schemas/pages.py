"""What pages for people are asked with."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from factcheck.domain.search_queries import LONGEST
from schemas.paging import AsOfQuery, listing
from schemas.search import SearchQuery
from schemas.verdicts import CorrectionQuery

_MOST = 2**53 - 1


class PartQuery(AsOfQuery):
    """A part of what a claim has much of: links from a place on, events after a number."""

    after = fields.Integer(validate=validate.Range(0, _MOST), load_default=0)


class _Form(Schema):
    """Asked by a form, which sends what was left blank too."""

    @pre_load
    def without_blanks(self, data: Mapping[str, Any], **kwargs: Any) -> dict[str, Any]:
        given = {name: _filled(data[name]) for name in data}
        return {name: value for name, value in given.items() if value}


class SearchForm(_Form, listing(SearchQuery)):  # type: ignore[misc]  # made when it is asked for
    """Words, filters, or both; without words, the newest."""

    q = fields.String(validate=validate.Length(1, LONGEST))


class CorrectionForm(_Form, listing(CorrectionQuery)):  # type: ignore[misc]  # made when it is asked for
    """Filters of the list of corrections."""


class BeforeQuery(Schema):
    """A list by numbers, newest first, from below one."""

    before = fields.Integer(validate=validate.Range(1, _MOST))


def _filled(value: Any) -> Any:
    if isinstance(value, list):
        return [one for one in value if _filled(one)]
    return value.strip() if isinstance(value, str) else value
