"""Reads cost one or two indexed queries, whatever a claim holds."""

import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest

from factcheck.domain.actors import SERVICE
from factcheck.domain.vocabulary import Role
from factcheck.services import claims, evidence, sources, verdicts
from factcheck.services.verdicts import Rules
from factcheck.storage import db, history, journal, link_checks, past_claims
from factcheck.storage.claims import SORTS, Filters, Position, statement
from factcheck.storage.views import gather
from tests.callers import Caller, Callers, actor

MANY = 50

Plan = Callable[..., list[str]]

READS = {
    "a claim": "/v1/claims/{claim}",
    "its status": "/v1/claims/{claim}/status",
    "statuses": "/v1/statuses?id={claim}&id={other}",
    "the list": "/v1/claims",
    "the list by a filter": "/v1/claims?status=unreviewed&status=supported&topic=moon",
    "the history": "/v1/claims/{claim}/history?limit=200",
}


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that the database is given inside."""
    given: list[str] = []

    def hook(event: Any) -> None:
        given.append(event.sql)

    hooks = db.database.obj.query_hooks
    hooks.append(hook)
    try:
        yield given
    finally:
        hooks.remove(hook)


def with_evidence(number: int, prefix: str) -> str:
    reviewer = actor(name=f"reviewer of {prefix}")
    claim = claims.submit(reviewer, {"text": "The moon is made of rock", "topics": ["moon"]})
    items = [{"url": f"https://{prefix}.example/{place}", "stance": "supports"} for place in range(number)]
    evidence.attach_all(reviewer, claim, items)
    return claim


def with_verdicts(number: int, prefix: str, rules: Rules) -> str:
    submitter = actor(name=f"submitter of {prefix}")
    claim = claims.submit(submitter, {"text": "The moon is made of rock", "topics": ["moon"]})
    for place in range(number):
        verdicts.post(actor(name=f"reviewer {place} of {prefix}"), claim, {"rating": "supported"}, rules)
    return claim


def with_published(number: int, prefix: str) -> str:
    return with_verdicts(number, prefix, Rules())


def with_proposed(number: int, prefix: str) -> str:
    return with_verdicts(number, prefix, Rules(approvals=1))


def queries(caller: Caller, path: str) -> int:
    caller.read(path)  # what a process reads once and keeps is not the request's cost
    with counted() as given:
        caller.read(path)
    return len(given)


@pytest.mark.parametrize("filled", [with_evidence, with_published, with_proposed])
def test_a_public_read_is_one_or_two_queries_whatever_the_claim_holds(
    callers: Callers, filled: Callable[[int, str], str]
) -> None:
    small, large = filled(1, "small"), filled(MANY, "large")
    for what, path in READS.items():
        few = queries(callers.anyone, path.format(claim=small, other=large))
        many = queries(callers.anyone, path.format(claim=large, other=small))
        assert few == many, what
        assert many <= 2, what


def test_a_later_page_of_the_list_costs_no_more_than_the_first(callers: Callers) -> None:
    reviewer = actor()
    for number in range(6):
        claims.submit(reviewer, {"text": f"Claim {number}"})
    following = callers.anyone.read("/v1/claims?limit=2")["next"]
    claims.submit(reviewer, {"text": "One more, since the list began"})
    assert queries(callers.anyone, following) <= 2


def test_a_document_is_gathered_in_as_many_queries_for_much_as_for_little(database: str) -> None:  # noqa: ARG001
    reviewer = actor()
    small, large = with_evidence(1, "small"), with_evidence(MANY, "large")
    costs = []
    for claim in (small, large):
        with counted() as given:
            claims.take(reviewer, claim)
        costs.append(len(given))
    assert costs[0] == costs[1]


def with_chain(length: int, prefix: str) -> str:
    """A claim with a link to the first of so many sources that each rely on the next."""
    reviewer = actor(name=f"reviewer of {prefix}")
    ids = [sources.add(reviewer, {"title": f"{prefix} {place}"})["id"] for place in range(length)]
    for one, other in pairwise(ids):
        sources.cite(reviewer, one, {"origin": {"id": other}, "kind": "quotes"})
    claim = claims.submit(reviewer, {"text": "The moon is made of rock"})
    evidence.attach(reviewer, claim, {"source": {"id": ids[0]}, "stance": "supports"})
    return claim


@pytest.mark.usefixtures("database")
def test_a_long_chain_of_citations_is_read_in_as_many_queries_as_a_short_one() -> None:
    costs = []
    for length in (4, 20):
        claim = with_chain(length, f"chain of {length}")
        with counted() as given:
            now = gather([claim])[claim]
            then = history.view_as_of(claim, journal.size())
        assert then is not None
        assert len(now.sources) == len(then.sources) == length
        costs.append(len(given))
    assert costs[0] == costs[1]


ONE_FILTER: dict[str, Filters] = {
    "none": Filters(),
    "status": Filters(status=["supported"]),
    "several statuses": Filters(status=["supported", "refuted"]),
    "kind": Filters(kind=["opinion"]),
    "speaker": Filters(speaker=["0192b0c0-0000-7000-8000-000000000001"]),
    "source": Filters(source=["0192b0c0-0000-7000-8000-000000000001"]),
    "publisher": Filters(publisher=["0192b0c0-0000-7000-8000-000000000001"]),
    "topic": Filters(topic=["moon"]),
    "several topics": Filters(topic=["moon", "rock"]),
    "language": Filters(language=["en"]),
    "reviewer": Filters(reviewer=["0192b0c0-0000-7000-8000-000000000001"]),
    "claimed_from": Filters(claimed_from=20240101),
    "claimed_to": Filters(claimed_to=20241231),
    "claimed between": Filters(claimed_from=20240101, claimed_to=20241231),
    "updated_since": Filters(updated_since="2024-10-24T00:00:00.000000Z"),
}


@pytest.fixture
def plan(database: str, backend: str) -> Plan:  # noqa: ARG001
    """How the database goes about a page of claims."""
    somebody = actor()
    for number in range(3):
        claims.submit(somebody, {"text": f"Claim {number}", "topics": ["moon"], "claim_date": "2024"})
    if backend == "postgresql":
        # With so few rows a scan would be right; what matters is whether there is another way.
        db.execute("SET enable_seqscan = off")
        db.execute("SET enable_sort = off")

    def explain(filters: Filters, sort: str, after: Position | None, as_of: int | None = None) -> list[str]:
        if as_of is None:
            sql, params = statement(filters, sort, after, 50)
        else:
            sql, params = past_claims.statement(filters, sort, after, 50, as_of)
        if backend == "postgresql":
            return [line for (line,) in db.query(f"EXPLAIN {sql}", params)]
        return [row[3] for row in db.query(f"EXPLAIN QUERY PLAN {sql}", params)]

    return explain


def _scans(steps: list[str]) -> list[str]:
    """The steps that read a whole table of claims or of what belongs to them."""
    whole = [step for step in steps if "Seq Scan on" in step]
    # SQLite: SCAN without an index; a scan of a list that the query itself made is none of a table.
    of_tables = [step for step in steps if step.startswith("SCAN") and not step.startswith("SCAN (")]
    return whole + [step for step in of_tables if "INDEX" not in step]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("position", ["first page", "later page", "later page after a change"])
def test_every_filter_and_sort_uses_an_index(plan: Plan, sort: str, position: str) -> None:
    head = journal.size() - (position == "later page after a change")
    value = "2024-10-24T00:00:00.000000Z" if sort == "-created" else 2
    after = None if position == "first page" else Position(value, "0192b0c0-0000-7000-8000-000000000001", head)
    for name, filters in ONE_FILTER.items():
        steps = plan(filters, sort, after)
        assert _scans(steps) == [], (name, steps)
        assert any("index" in step.lower() for step in steps), (name, steps)


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("position", ["first page", "later page"])
def test_every_filter_and_sort_as_of_a_moment_uses_an_index(plan: Plan, sort: str, position: str) -> None:
    seq = journal.size() - 1
    value = "2024-10-24T00:00:00.000000Z" if sort == "-created" else 2
    after = None if position == "first page" else Position(value, "0192b0c0-0000-7000-8000-000000000001", seq)
    for name, filters in ONE_FILTER.items():
        steps = plan(filters, sort, after, as_of=seq)
        assert _scans(steps) == [], (name, steps)
        assert any("index" in step.lower() for step in steps), (name, steps)


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("as_of", [None, 3])
def test_a_sort_is_read_off_its_index_and_not_worked_out(plan: Plan, sort: str, as_of: int | None) -> None:
    steps = plan(Filters(), sort, None, as_of)
    assert not any("TEMP B-TREE" in step or "Sort" in step for step in steps), steps


# PostgreSQL's planner goes by what the tables hold, and here that is nothing; SQLite's goes by the query alone.
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_selective_filter_as_of_a_moment_is_looked_up_too(plan: Plan) -> None:
    indexes = {"speaker": "revisions_speaker", "source": "appearances_source", "reviewer": "verdicts_reviewer"}
    for name, index in indexes.items():
        steps = " ".join(plan(ONE_FILTER[name], "-updated", None, as_of=3))
        assert index in steps, (name, steps)


def test_a_page_as_of_a_moment_is_folded_at_once(callers: Callers) -> None:
    for number in range(6):
        with_evidence(3, f"number-{number}")
    seq = journal.size()
    costs = [queries(callers.anyone, f"/v1/claims?as_of={seq}&limit={limit}") for limit in (1, 6)]
    assert costs[0] == costs[1]


def test_two_filters_at_once_use_an_index_too(plan: Plan) -> None:
    names = ("status", "kind", "speaker", "source", "topic", "language", "reviewer")
    for one, other in itertools.combinations(names, 2):
        filters = Filters(**{name: getattr(ONE_FILTER[name], name) for name in (one, other)})
        steps = plan(filters, "-updated", None)
        assert _scans(steps) == [], (one, other, steps)


def test_a_selective_filter_is_looked_up_and_not_walked_past(
    plan: Plan,
) -> None:
    for name in ("status", "kind", "speaker", "language", "source", "publisher", "topic", "reviewer"):
        steps = " ".join(plan(ONE_FILTER[name], "-updated", None))
        assert "SEARCH" in steps or "Index Cond" in steps, (name, steps)


@pytest.mark.parametrize("caller", [Role.READER, Role.REVIEWER])
def test_who_asks_costs_one_query_more(callers: Callers, caller: Role) -> None:
    claim = with_evidence(1, "small")
    path = f"/v1/claims/{claim}"
    assert queries(callers.named("asking", caller), path) == queries(callers.anyone, path) + 1


def test_the_links_that_are_due_are_looked_up(database: str, backend: str) -> None:  # noqa: ARG001
    now = "2024-10-24T00:00:00.000000Z"
    values = (now, now, now, 10, 500)
    if backend == "postgresql":
        db.execute("SET enable_seqscan = off")
        steps = [line for (line,) in db.query(f"EXPLAIN {link_checks.DUE}", values)]
    else:
        steps = [row[3] for row in db.query(f"EXPLAIN QUERY PLAN {link_checks.DUE}", values)]
    for index in ("link_checks_due", "link_checks_leased"):
        assert any(index in step for step in steps), steps
    assert not any("Seq Scan" in step or step == "SCAN link_checks" for step in steps), steps


@pytest.mark.usefixtures("database")
def test_a_source_is_found_by_the_longest_title_that_no_database_can_compress() -> None:
    chance = random.Random(1)  # noqa: S311 - no secret
    title = "".join(chr(chance.randint(0x20000, 0x2A6D0)) for _ in range(1000))
    somebody = actor()
    for one in (title, title, f"{title[:-1]}x"):
        claims.submit(somebody, {"text": "a", "source": {"title": one}})
    assert sorted(source["title"] for source in sources.page(None, 10, None)) == sorted([f"{title[:-1]}x", title])


def test_a_title_is_looked_up_in_its_index(database: str, backend: str) -> None:  # noqa: ARG001
    with journal.write(SERVICE.id):
        for number in range(300):
            sources.add(SERVICE, {"title": f"Book {number}"})
    if backend == "postgresql":
        # Whether it has looked at a small table is chance, and then any index would do.
        db.execute("ANALYZE sources")
        db.execute("SET enable_seqscan = off")
    with counted() as statements:
        claims.submit(actor(), {"text": "a", "source": {"title": "Book"}})
    (asked,) = [sql for sql in statements if sql.startswith("SELECT") and "url IS NULL" in sql]
    explain = "EXPLAIN" if backend == "postgresql" else "EXPLAIN QUERY PLAN"
    steps = db.database.execute_sql(f"{explain} {asked}", ("Book", "")).fetchall()
    assert "sources_title" in str(steps)
