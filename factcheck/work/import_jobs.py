"""Does the imports that editors have sent, slice by slice: how far each is stands in the transaction of its rows, so
whoever goes on, after whatever end, does each row once."""

import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import partial
from itertools import islice
from typing import Any

import structlog

from factcheck.domain.actors import Actor
from factcheck.domain.errors import DomainError
from factcheck.domain.vocabulary import Role
from factcheck.formats import mapping, shapes
from factcheck.formats.entries import Row, Unreadable
from factcheck.services import accounts, imports
from factcheck.services.imports import Progress
from factcheck.services.verdicts import Rules
from factcheck.storage import journal
from factcheck.storage.db import Unavailable
from factcheck.storage.import_jobs import Job
from factcheck.storage.snapshot_files import Missing, Store
from factcheck.work import importing
from factcheck.work.importing import Plan
from factcheck.work.tallies import Tally

SECONDS = 8.0
"""For how long a round works on an import, once it has come to where the last one ended."""
MOST_ROWS = 500_000
"""Rows of an import that are done: each round goes through all that came before, which has to be short."""

_MOST_WAITING = 500

_log = structlog.get_logger("factcheck.imports")


class _NotOurs(Exception):
    """Another worker has the import in hand."""


def round_of(store: Store, rules: Rules, seconds: float = SECONDS) -> bool:
    """Go on with the import that is next; gives whether there was one."""
    job = imports.claim()
    if job is None:
        return False
    try:
        done = _go_on(job, store, rules, seconds)
    except _NotOurs:
        return True
    except (Unreadable, DomainError, Missing) as error:
        _end(job, store, _why(error))
        return True
    except Unavailable:
        raise  # once the lease is over, somebody goes on
    except Exception:
        # Else it would stop every worker, again and again.
        _log.exception("import_failed", job=job.id)
        _end(job, store, "something went wrong here")
        return True
    if done:
        _end(job, store, None)
    else:
        imports.release(job)
    return True


def _go_on(job: Job, store: Store, rules: Rules, seconds: float) -> bool:
    """Do rows for so long; gives whether all are done. Raises Unreadable, Missing, DomainError: what came before
    stands."""
    given = mapping.read(job.options.get("map") or {}, short_for=shapes.short_for(job.shape))
    actor = _actor(job)
    labels = importing.labels(given, job.options.get("scale"))
    plan = Plan(actor, job.name, job.shape, labels, rules, job.dry_run, job.id)
    unreadable: list[Unreadable] = []
    with store.open(imports.file_of(job.id)) as file:
        rows = _until_unreadable(_up_to_most(shapes.rows(job.shape, file, given, name=job.name)), unreadable)
        deque(islice(rows, job.rows_done), maxlen=0)
        # Else a file of very many short rows would take all the time to come to where it was.
        until = time.monotonic() + seconds
        for batch in importing.batches(rows):
            importing.together(batch, partial(_do, job, plan))
            if time.monotonic() >= until:
                return False
    if unreadable:
        raise unreadable[0]
    return True


def _do(job: Job, plan: Plan, batch: list[Row]) -> None:
    # What is counted counts once the transaction stands.
    counted = replace(job)
    if plan.dry_run:
        tally = importing.take(plan, batch)
        with journal.write(plan.actor.id):
            _advance(counted, tally)
    else:
        with journal.write(plan.actor.id):
            _advance(counted, importing.take(plan, batch))
    for one in fields(job):
        setattr(job, one.name, getattr(counted, one.name))


def _advance(job: Job, tally: Tally) -> None:
    so_far = _tally_of(job)
    so_far.add(tally)
    problems = [
        (one.place.row, one.place.line, importing.safe(one.field), importing.safe(one.reason)) for one in tally.problems
    ]
    if not imports.advance(job, Progress(tally.made, tally.known, tally.bad, problems), _left_out(so_far)):
        raise _NotOurs


def _left_out(tally: Tally) -> dict[str, Any]:
    left = {importing.safe(name): count for name, count in tally.left.most_common()}
    labels = [
        {"label": importing.safe(label), "publisher": importing.safe(publisher) or None, "rows": count}
        for (label, publisher), count in tally.labels.most_common()
    ]
    return {"fields": left, "labels": labels, "waiting": sorted(map(importing.safe, tally.waiting))[:_MOST_WAITING]}


def _tally_of(job: Job) -> Tally:
    """What former slices have counted."""
    labels = {(one["label"], one["publisher"] or ""): one["rows"] for one in job.left_out.get("labels", ())}
    waiting = set(job.left_out.get("waiting", ()))
    return Tally(left=Counter(job.left_out.get("fields", {})), labels=Counter(labels), waiting=waiting)


def _actor(job: Job) -> Actor:
    """Who sent it, if they still may; raises NotPermitted."""
    account = accounts.get(job.account)
    actor = Actor(account["id"], account["name"], Role(account["role"]) if account["active"] else Role.READER)
    actor.require(Role.EDITOR, "importing")
    return actor


def _until_unreadable(rows: Iterator[Row], wrong: list[Unreadable]) -> Iterator[Row]:
    try:
        yield from rows
    except Unreadable as error:
        wrong.append(error)


def _up_to_most(rows: Iterator[Row]) -> Iterator[Row]:
    for row in rows:
        place, _ = row
        if place.row > MOST_ROWS:
            raise Unreadable(f"the file has more than {MOST_ROWS:,} rows: import it on the command line", place.line)
        yield row


def _why(error: Exception) -> str:
    if isinstance(error, Unreadable):
        return f"line {error.line}: {error.reason}" if error.line is not None else error.reason
    return error.detail if isinstance(error, DomainError) else "the file is gone"


def _end(job: Job, store: Store, error: str | None) -> None:
    imports.finish(job, store, error)
    _log.info("import_ended", job=job.id, rows=job.rows_done, made=job.made, bad=job.bad, error=error)
