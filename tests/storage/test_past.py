"""What was answered at every moment, asked for afterwards: lists, statuses, verdicts and numbers as of then."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from factcheck.domain import dates
from factcheck.domain.documents import claim_document
from factcheck.domain.errors import NotFound
from factcheck.services import claims, evidence, stats, verdicts
from factcheck.storage import claims as lists
from factcheck.storage import journal, past_claims, rows
from factcheck.storage.claims import SORTS, Filters, Position
from factcheck.storage.models import Account, Claim, Evidence, Publisher, Source, Speaker, Verdict
from tests.services.test_machine import Record
from tests.storage.test_history import Story

Told = dict[str, Any]


def ids(model: Any) -> list[str]:
    return [row["id"] for row in rows.where(model, "1 = 1 ORDER BY id", [])]


def narrowed() -> Iterator[tuple[str, Filters]]:
    """A list by each filter; of ids, by each that there is."""
    yield "all", Filters()
    yield "status", Filters(status=["supported", "disputed", "in_review"])
    yield "kind", Filters(kind=["factual", "opinion"])
    yield "language", Filters(language=["en"])
    for topic in ("moon", "rock", "ж", "b%_"):
        yield f"topic {topic}", Filters(topic=[topic])
    yield "topics", Filters(topic=["moon", "ж"])
    yield "from", Filters(claimed_from=dates.bounds("2024-10-23").low)
    yield "to", Filters(claimed_to=dates.bounds("2024-10-22").high)
    for name, model in (("speaker", Speaker), ("source", Source), ("publisher", Publisher), ("reviewer", Account)):
        for one in ids(model):
            yield f"{name} {one}", Filters(**{name: [one]})  # type: ignore[arg-type]


def whole_list(page: Callable[[Position | None], tuple[list[Any], Position | None]]) -> list[Any]:
    found, after = page(None)
    while after is not None:
        more, after = page(after)
        found = found + more
    return found


def present(filters: Filters, sort: str) -> list[tuple[str, bytes]]:
    read = whole_list(lambda after: lists.page(filters, sort, after, 2))
    return [(claim, bytes(body)) for claim, _, body in read]


def past(filters: Filters, sort: str, seq: int) -> list[tuple[str, bytes]]:
    read = whole_list(lambda after: past_claims.page(filters, sort, after, 2, seq))
    return [(view.claim["id"], orjson.dumps(claim_document(view))) for view in read]


def answer(read: Callable[..., Any], *asked: Any, **more: Any) -> Any:
    """What is answered; None where the thing is not there."""
    try:
        return read(*asked, **more)
    except NotFound:
        return None


def now() -> Told:
    """All that the present says, by what was asked."""
    told: Told = {"stats": stats.now()}
    for name, filters in narrowed():
        for sort in SORTS:
            told[f"{name} by {sort}"] = present(filters, sort)
    for claim in ids(Claim):
        told[f"claim {claim}"] = orjson.loads(claims.document(claim).body)
        told[f"status {claim}"] = orjson.loads(claims.status(claim).body)
        told[f"corroboration {claim}"] = claims.corroboration(claim)
        for see in (True, False):
            told[f"verdicts {claim} {see}"] = verdicts.of_claim(claim, None, 200, see_withheld=see)
    for verdict in ids(Verdict):
        told[f"verdict {verdict}"] = answer(verdicts.get, verdict, see_withheld=False)
    for link in ids(Evidence):
        told[f"evidence {link}"] = answer(evidence.get, link)
    return told


def then(seq: int) -> Told:
    """The same of what was after an event; what was not there yet is None or empty."""
    told: Told = {"stats": stats.as_of(seq)}
    for name, filters in narrowed():
        for sort in SORTS:
            told[f"{name} by {sort}"] = past(filters, sort, seq)
    for claim in ids(Claim):
        told[f"claim {claim}"] = answer(claims.as_of, claim, seq)
        told[f"status {claim}"] = answer(claims.status_as_of, claim, seq)
        told[f"corroboration {claim}"] = answer(claims.corroboration_as_of, claim, seq)
        for see in (True, False):
            found = answer(verdicts.of_claim_as_of, claim, seq, None, 200, see_withheld=see)
            told[f"verdicts {claim} {see}"] = found
    for verdict in ids(Verdict):
        told[f"verdict {verdict}"] = answer(verdicts.as_of, verdict, seq, see_withheld=False)
    for link in ids(Evidence):
        told[f"evidence {link}"] = answer(evidence.as_of, link, seq)
    return told


def differing(said: dict[int, Told]) -> list[tuple[int, str]]:
    """What is answered as of an event otherwise than it was said then; what did not exist yet was not asked for."""
    wrong = []
    for seq, told in said.items():
        found = then(seq)
        for asked in sorted(found.keys() | told.keys()):
            nothing: list[object] | None = [] if " by " in asked else None
            if found.get(asked) != told.get(asked, nothing):
                wrong.append((seq, asked))
    return wrong


class Retold(Story):
    """The story of many kinds of write, with all that the present said after each."""

    def __init__(self) -> None:
        self.said: dict[int, Told] = {}
        super().__init__()

    def after(self, *writes: Callable[[], object]) -> None:
        for write in writes:
            write()
            self.said[journal.size()] = now()


@pytest.mark.usefixtures("database")
def test_as_of_any_write_of_a_story_everything_is_as_it_was_said_then() -> None:
    said = Retold().said
    assert len(said) >= 30
    assert differing(said) == []


class Remembering(Record):
    """Writes down after each write all that the present says, and asks for all of it at the end."""

    def __init__(self, backend: str, directory: Path) -> None:
        super().__init__(backend, directory)
        self.said: dict[int, Told] = {}

    @invariant()
    def tables_documents_and_ledger_agree(self) -> None:
        """That is the other machine's; here the present is only written down."""
        self.said.setdefault(journal.size(), now())

    def redact_one_of(self, condition: str, back: int) -> None:
        super().redact_one_of(condition, back)
        # What was said before is told without what was erased: tests/storage/test_redactions.py.
        self.said.clear()

    def teardown(self) -> None:
        try:
            assert differing(self.said) == []
        finally:
            super().teardown()


@pytest.mark.parametrize(("backend", "examples"), [("sqlite", 8), ("postgresql", 2)])
@pytest.mark.timeout(300)
def test_as_of_any_moment_everything_is_as_it_was_said_then(backend: str, examples: int, tmp_path: Path) -> None:
    run_state_machine_as_test(
        lambda: Remembering(backend, tmp_path),  # type: ignore[arg-type]
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
