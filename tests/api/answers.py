"""What tests expect of answers: problems that name the field, and lists that are read to their end."""

from collections.abc import Iterable

from werkzeug.test import TestResponse

from tests.callers import Caller, Json


def problem(answer: TestResponse, status: int, pointer: str | None = None) -> Json:
    """A refusal's problem details, once it is sure that all members are there, and the pointer where one is due."""
    said = f"{answer.status} {answer.get_data(as_text=True)[:2000]}"
    assert answer.status_code == status, said
    assert answer.content_type == "application/problem+json", said
    body: Json = answer.get_json(force=True)
    assert body.keys() >= {"type", "title", "status", "detail", "instance"}, said
    assert (body["status"], body["instance"]) == (status, answer.headers["X-Request-Id"])
    if pointer is not None:
        assert pointer in [error["pointer"] for error in body.get("errors", ())], said
    return body


def everything(caller: Caller, path: str) -> list[Json]:
    """The items of a list on all its pages."""
    found: list[Json] = []
    following: str | None = path
    while following is not None:
        page = caller.read(following)
        found += page["items"]
        following = page["next"]
    return found


def each(items: Iterable[Json], name: str) -> list[object]:
    """One member of each item."""
    return [item[name] for item in items]
