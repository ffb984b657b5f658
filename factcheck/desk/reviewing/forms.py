"""Forms: what was typed, as the schemas of the API take it; and what is wrong, at the field that it is wrong with.

A field is named as the JSON pointer of what it gives, with dots: `speaker.name` is `/speaker/name`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar

from flask import request

from factcheck.desk.telling.words import headed
from factcheck.domain.errors import DomainError, NotFound, PreconditionFailed
from factcheck.web.parsing import Refused

Json = dict[str, Any]
Made = TypeVar("Made")

SEQ = "seq"
"""The field that says which version of the claim a form was made from."""

_LONGEST_SEQ = 15

_IN_WORDS = {
    "Missing data for required field.": "This cannot be empty.",
    "Field may not be null.": "This cannot be empty.",
}
"""What the schemas say of a body of JSON, where people would say it otherwise."""
_CALLED = {
    "text": "The claim", "quote": "The words as spoken", "speaker.name": "Name", "relayed_by.name": "Relayed by",
    "claim_date": "Said on", "event_date": "Of events on", "source.url": "Address of the page",
    "source.title": "Title", "source.publisher.name": "Publisher", "source.published_at": "Published on",
    "choice": "Verdict", "type": "Kind of correction", "reason": "Why", "justification": "Reasons",
    "evidence": "Links that it rests on", "review_url": "Address of your article", "valid_from": "Holds from",
    "valid_until": "Holds until", "override_reason": "Why it stands on fewer origins", "quote.exact": "The words",
    "quote.prefix": "Just before them", "quote.suffix": "Just after them", "claim": "The other claim",
    "into": "The claim that stays", "kind": "Kind", "origin.url": "Address of what it relies on",
    "origin.title": "Title of what it relies on", "is_origin": "Origin", "token": "Token", "answer": "The answer",
}  # fmt: skip
"""What people call a field, where that is not its name."""


@dataclass(slots=True)
class Form:
    """What stands in a form's fields, and what is wrong with it: by field, and as a whole under ""."""

    values: dict[str, str] = field(default_factory=dict)
    many: dict[str, list[str]] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)
    typed: bool = False
    """Whether somebody has sent it; else it holds what it begins with."""
    conflict: bool = False
    """Whether the claim was changed under it."""

    @property
    def status(self) -> int:
        if self.conflict:
            return HTTPStatus.PRECONDITION_FAILED
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.faults else HTTPStatus.OK

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    def chosen(self, name: str) -> list[str]:
        return self.many.get(name, [])

    def summary(self) -> list[tuple[str, str, str]]:
        """Each fault with the field that it is of, by its name and as people call it."""
        return [(name, _called(name), said) for name, faults in self.faults.items() for said in faults]

    def given(self, *names: str) -> Json:
        """The fields that hold something, nested as their names say."""
        found: Json = {}
        for name in names:
            text = self.values.get(name)
            if text:
                *path, last = name.split(".")
                place = found
                for part in path:
                    place = place.setdefault(part, {})
                place[last] = text
        return found

    def fault(self, name: str, said: str) -> None:
        said = _IN_WORDS.get(said, said)
        if said not in self.faults.setdefault(name, []):
            self.faults[name].append(said)

    def tell_conflict(self) -> None:
        """Say so, where what the form is about was changed under it."""
        if self.conflict:
            self.fault("", "Somebody has changed this meanwhile; it is shown as it is now. Send it again.")


def sent(*names: str, many: Iterable[str] = ()) -> Form:
    """What came with a form in these fields, without white space around it and with plain ends of lines."""
    values = {name: plain(request.form.get(name, "")) for name in names}
    return Form(values, {name: [plain(one) for one in request.form.getlist(name)] for name in many}, typed=True)


def attempt(form: Form, do: Callable[[], Made], *, named: Mapping[str, str] | None = None) -> Made | None:
    """What comes of a form; None where it is refused, and then the form says why.

    `named` are fields that stand for others: `{"/rating": "choice"}`. Raises NotFound for what the path names.
    """
    try:
        return do()
    except Refused as refused:
        for pointer, said in refused.faults:
            form.fault(_field(form, pointer, named or {}), _sentence(said))
    except NotFound:
        raise
    except PreconditionFailed:
        form.conflict = True
    except DomainError as error:
        form.fault(_field(form, error.pointer or "", named or {}), _sentence(error.detail))
        for group in _groups(error):
            form.fault("", _sentence(group))
    return None


def seq(form: Form) -> int:
    """The version that a form was made from; 0, which is before all, where it does not say."""
    given = form.value(SEQ)
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= _LONGEST_SEQ else 0


def words(text: str) -> list[str]:
    """The parts of a field that holds several, with commas between them."""
    return list(dict.fromkeys(one for one in (part.strip() for part in text.split(",")) if one))


def _field(form: Form, pointer: str, named: Mapping[str, str]) -> str:
    """The field that a pointer means: the nearest above it that the form has."""
    while pointer:
        name = named.get(pointer, pointer[1:].replace("/", "."))
        if name in form.values or name in form.many:
            return name
        pointer = pointer.rpartition("/")[0]
    return named.get("", "")


def _called(name: str) -> str:
    return _CALLED.get(name) or headed(name.rpartition(".")[2]) if name else ""


def _groups(error: DomainError) -> Sequence[str]:
    """Why links do not count, where that is what an error is about."""
    groups: Any = error.extra.get("groups", ())
    return [group["detail"] for group in groups]


def _sentence(said: str) -> str:
    said = said.strip()
    return f"{said[:1].upper()}{said[1:]}" + ("" if said.endswith((".", "?", "!")) else ".")


def plain(text: str) -> str:
    """A text as a form gives it back that was filled with it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
