"""The kinds of value that the contract speaks of, each refusing what the record cannot hold."""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, ClassVar

from marshmallow import ValidationError, fields, validate

from factcheck.domain import dates, urls
from factcheck.domain.scales import SLUG

# Control characters, and the two overrides that make text read as something else than it says.
_FORBIDDEN = "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202d\\u202e"
_LINE_FORBIDDEN = "\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202d\\u202e"

_SURROGATE = re.compile("[\ud800-\udfff]")

# BCP 47 (RFC 5646) as far as the shape goes: language, script, region, variants, extensions, private use.
_LANGUAGE = (
    r"[a-zA-Z]{2,8}(-[a-zA-Z]{4})?(-([a-zA-Z]{2}|[0-9]{3}))?"
    r"(-([a-zA-Z0-9]{5,8}|[0-9][a-zA-Z0-9]{3}))*(-[a-wy-zA-WY-Z0-9](-[a-zA-Z0-9]{2,8})+)*(-x(-[a-zA-Z0-9]{1,8})+)?"
)


class Text(fields.String):
    """Text of 1 to `longest` characters that is not blank; on one line unless `lines`."""

    def __init__(self, *, longest: int, lines: bool = False, **options: Any) -> None:
        forbidden = _FORBIDDEN if lines else _LINE_FORBIDDEN
        pattern = f"^[^{forbidden}]*[^\\s{forbidden}][^{forbidden}]*$"
        metadata = _described(options, pattern=pattern)
        super().__init__(validate=validate.Length(1, longest), metadata=metadata, **options)
        self._longest = longest
        self._forbidden = re.compile(f"[{forbidden}]")

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if len(text) > self._longest:
            return text  # the length's own message follows
        _refuse_surrogates(text)
        found = self._forbidden.search(text)
        if found:
            raise ValidationError(f"holds the character U+{ord(found[0]):04X}, which is not taken here.")
        if not text.strip():
            raise ValidationError("must not be blank.")
        return text


class Word(fields.String):
    """One of the words of a closed vocabulary."""

    def __init__(self, vocabulary: type[StrEnum], **options: Any) -> None:
        words = [str(word) for word in vocabulary]
        super().__init__(validate=validate.OneOf(words), **options)


class Flag(fields.Boolean):
    """true or false, and nothing that only looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class Number(fields.Float):
    """A number of a size that JSON and the ledger keep exactly, if it is whole (RFC 8785, section 3.2.2.3)."""

    def __init__(self, least: int = -(2**53) + 1, most: int = 2**53 - 1, **options: Any) -> None:
        super().__init__(validate=validate.Range(least, most), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.make_error("invalid", input=value)
        return value


class Whole(fields.Integer):
    """A whole number between two others, which it may be."""

    def __init__(self, least: int, most: int, **options: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(least, most), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        # In JSON 7.0 is a way to write 7.
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        return super()._deserialize(whole, attr, data, **kwargs)


class Seq(Whole):
    """The number of an event; they count from 1."""

    def __init__(self, **options: Any) -> None:
        super().__init__(1, 2**53 - 1, **options)


class _Checked(fields.String):
    """Text that a rule of the domain accepts, kept as given; the rule raises ValueError in words for people."""

    longest: ClassVar[int]
    rule: ClassVar[Callable[[str], object]]

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=validate.Length(1, self.longest), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if len(text) > self.longest:
            return text  # the length's own message follows
        _refuse_surrogates(text)
        try:
            type(self).rule(text)
        except ValueError as error:
            raise ValidationError(f"{error}.") from None
        return text


class EdtfDate(_Checked):
    """A date in EDTF level 1."""

    longest = dates.MAX_LENGTH
    rule = dates.bounds

    def __init__(self, **options: Any) -> None:
        metadata = _described(options, format="edtf", examples=["2024-10-23", "2024-10-01/2024-10-20"])
        super().__init__(metadata=metadata, **options)


class HttpUrl(_Checked):
    """An http(s) URL without credentials."""

    longest = urls.MAX_LENGTH
    rule = urls.canonical

    def __init__(self, **options: Any) -> None:
        super().__init__(
            metadata=_described(options, format="iri", pattern="^[hH][tT][tT][pP][sS]?://[^/?#]"), **options
        )


class Language(fields.String):
    """A BCP 47 language tag."""

    def __init__(self, **options: Any) -> None:
        metadata = _described(options, pattern=f"^{_LANGUAGE}$", examples=["en", "uk", "zh-Hant"])
        checks = [validate.Length(2, 35), validate.Regexp(re.compile(f"{_LANGUAGE}\\Z", re.ASCII))]
        super().__init__(validate=checks, metadata=metadata, **options)


class Slug(fields.String):
    """A short name in lower-case letters, digits and hyphens."""

    def __init__(self, **options: Any) -> None:
        checks = [validate.Length(1, 64), validate.Regexp(re.compile(f"{SLUG}\\Z", re.ASCII))]
        super().__init__(validate=checks, metadata=_described(options, pattern=f"^{SLUG}$"), **options)


class EventType(fields.String):
    """What an event says happened, such as claim.submitted."""

    def __init__(self, **options: Any) -> None:
        checks = validate.Regexp(re.compile(r"[a-z_]{1,50}\.[a-z_]{1,50}\Z", re.ASCII))
        super().__init__(
            validate=checks, metadata=_described(options, pattern=r"^[a-z_]{1,50}\.[a-z_]{1,50}$"), **options
        )


class WikidataId(fields.String):
    """The id of a Wikidata item."""

    def __init__(self, **options: Any) -> None:
        checks = validate.Regexp(re.compile(r"Q[1-9][0-9]{0,11}\Z", re.ASCII))
        metadata = _described(options, pattern="^Q[1-9][0-9]{0,11}$")
        super().__init__(validate=checks, metadata=metadata, **options)


class Id(fields.String):
    """The id of something in the record."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata=_described(options, format="uuid"), **options)

    _SHAPE = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not self._SHAPE.fullmatch(text):
            raise ValidationError("is no id (a UUID).")
        return text.lower()


class Moment(fields.String):
    """A time in RFC 3339 with its offset; kept in UTC with six decimals."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata=_described(options, format="date-time"), **options)

    _SHAPE = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        return moment(super()._deserialize(value, attr, data, **kwargs))


class AsOf(fields.String):
    """A point of the ledger: a seq, given as an int, or an RFC 3339 time, given as text in UTC."""

    def __init__(self, **options: Any) -> None:
        metadata = _described(options, anyOf=[{"pattern": "^[0-9]{1,15}$"}, {"format": "date-time"}])
        super().__init__(metadata=metadata, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else moment(text)


def moment(text: str) -> str:
    """An RFC 3339 time as the record writes it: UTC, six decimals, `Z`. Raises ValidationError."""
    if not Moment._SHAPE.fullmatch(text):
        raise ValidationError("is no RFC 3339 time with an offset, such as 2024-10-23T12:00:00Z.")
    try:
        parsed = datetime.datetime.fromisoformat(text.upper()).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        raise ValidationError("is no time that there is.") from None
    return parsed.strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


class Some(fields.List[Any]):
    """A list of `least` to `most`, counted before each is looked at."""

    def __init__(self, item: Any, *, most: int, least: int | None = None, unique: bool = False, **options: Any) -> None:
        checks: list[Any] = [validate.Length(least, most), *([distinct] if unique else [])]
        metadata = _described(options, **({"uniqueItems": True} if unique else {}))
        super().__init__(item, validate=checks, metadata=metadata, **options)
        self._most = most

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if isinstance(value, list) and len(value) > self._most:
            raise ValidationError(f"has more than {self._most} items.")
        return super()._deserialize(value, attr, data, **kwargs)


def distinct(values: Iterable[Any]) -> None:
    """A validator: no value twice."""
    seen: list[Any] = []
    for value in values:
        if value in seen:
            raise ValidationError(f"has {value!r} twice.")
        seen.append(value)


def _refuse_surrogates(text: str) -> None:
    if _SURROGATE.search(text):
        raise ValidationError("holds half of a surrogate pair, which is no character.")


def _described(options: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """What the OpenAPI document says of a field: of its kind, and what the schema adds."""
    return {**metadata, **options.pop("metadata", {})}
