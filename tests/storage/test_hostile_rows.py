"""Every column of every table that `flask db check` compares, with whatever somebody who can write to the database puts
there: the check says which row it is, and does not fall over it."""

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, cycle, islice, zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest

from factcheck.domain.actors import SERVICE
from factcheck.domain.vocabulary import Role, Subject
from factcheck.services import checkpoints, claims, evidence, sources, verdicts
from factcheck.services.verdicts import Rules
from factcheck.storage import catalogue, check, db, journal
from factcheck.storage.catalogue import Kind
from factcheck.storage.models import ENTITIES, SECRET_COLUMNS
from tests import databases, witnesses
from tests.backups import a_record
from tests.callers import actor
from tests.storage.test_check import unguarded
from tests.thoroughness import times

Row = dict[str, Any]


class Change(NamedTuple):
    """What somebody puts into a column of one row."""

    table: str
    column: str
    value: Any


_NOT_UTF_8 = "CAST(x'ff41' AS TEXT)"

# SQLite takes anything for anything; what is no SQL here is bound.
_ANYTHING = [2**60, -1, -0.5, math.inf, "no JSON {", "[9007199254740993]", "NaN", "\x1b[31m\n", b"\x00\xff", None]
_BY_KIND: dict[Kind, list[Any]] = {
    Kind.TEXT: ["no JSON {", "[9007199254740993]", "NaN", "\x1b[31m\n", "", None],
    Kind.INTEGER: [2**60, -1, 0, None],
    Kind.BOOLEAN: [True, False, None],
    Kind.BYTES: [b"", b"\x00\xff", None],
}

_NO_PART_OF_THE_RECORD = {
    *((model._meta.table_name, name) for model in ENTITIES.values() for name in SECRET_COLUMNS),
    # There is one row, and another number for it cannot be.
    ("ledger_head", "id"),
    ("checkpoints", "signed_at"),
    # What tells whether a claim's entry has to be made again.
    ("search_claims", "seq"),
    ("search_claims", "digest"),
}

_NAMED: dict[str, Callable[[Row], str]] = {
    "events": lambda row: f"event {row['seq']}",
    "payloads": lambda row: f"event {row['seq']}",
    "redactions": lambda row: f"event {row['seq']}",
    "withheld": lambda row: row["subject_id"],
    "ledger_head": lambda row: "the ledger's head",
    "nodes": lambda row: "inner node",
    "checkpoints": lambda row: "checkpoint ",
    "cosignatures": lambda row: "cosignature",
    "documents": lambda row: row["claim"],
    "revisions": lambda row: row["claim"],
    "claim_topics": lambda row: row["claim"],
    "reviews": lambda row: row["claim"],
    "search_claims": lambda row: row["claim"],
    "search_postings": lambda row: "the search index",
    "search_terms": lambda row: "search index",
}
"""What the check says of a row of each table."""


@pytest.fixture(autouse=True)
def record(backend: str, tmp_path: Path) -> Iterator[None]:
    """A record with something of every kind, whose guards and conditions somebody has dropped."""
    url = databases.fresh(backend, tmp_path)
    db.connect(url)
    a_record(tmp_path / "files")
    _the_rest()
    assert list(check.differences()) == []
    if db.is_postgresql():
        yield
    else:
        unguarded()
        db.query("PRAGMA foreign_keys = 0")
        db.query("PRAGMA writable_schema = 1")
        db.execute("UPDATE sqlite_master SET sql = REPLACE(sql, 'NOT NULL', '') WHERE type = 'table'")
        db.query("PRAGMA writable_schema = RESET")
        yield
    databases.drop(url)


def _the_rest() -> None:
    """What `a_record` does not have."""
    reviewer, other = actor(Role.REVIEWER, "a second"), actor(Role.REVIEWER, "a third")
    claim = claims.submit(reviewer, {"text": "The moon is made of rock", "topics": ["moon"], "source": {"title": "T"}})
    link = evidence.attach(reviewer, claim, {"url": "https://example.org/report", "stance": "supports"})
    source = link["source"]["id"]
    verdicts.post(other, claim, {"rating": "refuted"}, Rules(approvals=1))
    sources.cite(reviewer, source, {"origin": {"title": "A briefing"}, "kind": "quotes", "reason": "It says so"})
    [page, *_], [verdict, *_] = db.query("SELECT id FROM snapshots"), db.query("SELECT id FROM verdicts")
    seen = {"source": source, "evidence": link["id"], "before": page[0], "after": page[0]}
    with journal.write(SERVICE.id) as tx:
        of: Any = {"claim": claim}
        tx.create(
            "claim.flagged", Subject.FLAG, {**of, **seen, "reason": "changed", "resolved": False, "note": None}, **of
        )
        tx.create("reply.added", Subject.REPLY, {**of, "text": "It is not", "source": None}, **of)
        tx.create("claim.related", Subject.RELATION, {**of, "other": claim, "kind": "narrower", "note": None}, **of)
        corrected = {**of, "verdict": verdict[0], "type": "typo", "reason": "It was misspelt", "changes": {}}
        tx.create("verdict.corrected", Subject.CORRECTION, corrected, **of)
        offered = {"source": source, "kind": "quotes", "basis": "text", "score": 0.25, "state": "open"}
        tx.create("citation.suggested", Subject.SUGGESTION, offered)
        tx.create("publisher.added", Subject.PUBLISHER, {"name": "Somebody", "url": None, "owner": None})
    checkpoints.cosign(witnesses.cosigned(witnesses.sign()), [witnesses.WITNESS.verifier()])
    claims.submit(SERVICE, {"text": "The sun is made of gas"})


@contextmanager
def tampered(changes: Iterable[Change]) -> Iterator[list[tuple[Change, Row]]]:
    """Some columns set, for a while; gives each with its row as it was, but for what cannot be so or is so already."""
    with db.database.atomic() as transaction:
        if db.is_postgresql():
            db.execute("SET LOCAL session_replication_role = replica")
        picked = [(change, _picked(change.table)) for change in changes]
        yield [(change, row) for change, row in picked if _set(*change, row)]
        transaction.rollback()


def _picked(table: str) -> Row:
    columns = list(catalogue.tables([table])[0].columns)
    rows = db.query(f"SELECT {catalogue.quoted(columns)} FROM {table}")
    # Where there are many, one that no other is read by, as an erased event is by what erased it.
    return dict(zip(columns, rows[len(rows) // 4], strict=True))


def _set(table: str, column: str, value: Any, row: Row) -> bool:
    key = " AND ".join(f'"{name}" IS NOT DISTINCT FROM ?' for name in row)
    mark = value if value == _NOT_UTF_8 else "?"
    try:
        with db.savepoint():
            if db.is_postgresql() and value is None:
                db.execute(f'ALTER TABLE {table} ALTER COLUMN "{column}" DROP NOT NULL')
            params = [] if mark != "?" else [value]
            db.execute(f'UPDATE {table} SET "{column}" = {mark} WHERE {key}', [*params, *row.values()])
    except db.FAILURES:
        return False
    return value != row[column] or type(value) is not type(row[column])


def hostile(kind: Kind) -> list[Any]:
    return _BY_KIND[kind] if db.is_postgresql() else [*_ANYTHING, _NOT_UTF_8]


def changes(table: catalogue.Table) -> Iterator[Change]:
    """Every value for every column, or usually one for each, another one for the next."""
    for number, (column, kind) in enumerate(table.columns.items()):
        values = hostile(kind)
        if (table.name, column) not in _NO_PART_OF_THE_RECORD:
            for value in islice(cycle(values), number, number + times(len(values), 1)):
                yield Change(table.name, column, value)


def unnamed(some: Iterable[Change], is_named: Callable[[Change, Row, list[str]], bool]) -> Iterator[str]:
    """Which of these changes, all made at once, are not told as they should be, with what is told first instead."""
    with tampered(some) as made:
        said = list(check.differences_within()) if made else []
        for change, row in made:
            if not is_named(change, row, said):
                yield f"{change}: {said[:2]}"


def test_a_row_of_an_entity_with_something_else_in_a_column_is_named() -> None:
    kinds = {str(model._meta.table_name): subject for subject, model in ENTITIES.items()}

    def is_named(change: Change, row: Row, said: list[str]) -> bool:
        about = [line for line in said if line.startswith(f"{kinds[change.table]} {row['id']}")]
        told = f": {change.column} is " if change.column != "id" else "stands in the ledger and not in the tables"
        return any(told in line for line in about)

    for at_once in zip_longest(*map(changes, catalogue.tables(kinds))):
        assert list(unnamed(filter(None, at_once), is_named)) == []


def test_a_row_of_the_ledger_and_of_what_is_made_of_it_with_something_else_in_a_column_is_named() -> None:
    for change in chain.from_iterable(map(changes, catalogue.tables(_NAMED))):
        assert list(unnamed([change], lambda one, row, said: _NAMED[one.table](row) in "\n".join(said))) == []


def test_an_event_that_sets_something_else_is_named() -> None:
    values: list[Any] = [
        None,
        5,
        True,
        "",
        "x",
        [],
        {},
        ["x"],
        {"x": "x"},
        [[]],
        2**60,
        1e300,
        _nested(300),
        _nested(5000),
    ]
    payloads = db.query("SELECT seq, payload FROM payloads WHERE payload <> '' ORDER BY seq")
    for number, (seq, payload) in enumerate(payloads):
        names = list(orjson.loads(payload)["set"])
        for value in islice(cycle(values), number, number + times(len(values), 2)):
            written = value if isinstance(value, _Written) else orjson.dumps(value).decode()
            said = ", ".join(f'"{name}": {written}' for name in names)
            for changed in (f'{{"set": {{{said}}}}}', f'{{"set": {written}}}', written):
                with tampered([]):
                    db.execute("UPDATE payloads SET payload = ? WHERE seq = ?", (changed, seq))
                    found = list(check.differences_within())
                if found != ["a redacting event cannot be read, so nothing was compared"]:
                    assert f"event {seq}: the payload does not give its commitment" in found, changed[:100]


class _Written(str):
    """What is JSON already."""


def _nested(depth: int) -> _Written:
    return _Written("[" * depth + "]" * depth)


def test_publishers_that_own_one_another_are_told() -> None:
    [(seq, publisher)] = db.query("SELECT seq, subject_id FROM events WHERE type = 'publisher.added'")
    with tampered([]):
        sources = db.query("SELECT seq, payload FROM payloads WHERE payload LIKE '%canonical_url%'")
        for source, payload in sources:
            said = orjson.loads(payload)
            said["set"]["publisher"] = publisher
            db.execute("UPDATE payloads SET payload = ? WHERE seq = ?", (orjson.dumps(said).decode(), source))
        owning = orjson.dumps({"set": {"name": "Somebody", "url": None, "owner": publisher}}).decode()
        db.execute("UPDATE payloads SET payload = ? WHERE seq = ?", (owning, seq))
        assert any("would own itself" in line for line in check.differences_within())
