"""Imports over HTTP: a file that an editor has sent, and how far it is in the record. Operational, and no part of the
ledger, which has the rows."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from factcheck import clock
from factcheck.domain.actors import Actor
from factcheck.domain.errors import NotFound
from factcheck.domain.vocabulary import ImportState
from factcheck.storage import import_jobs, journal, rows
from factcheck.storage.import_jobs import Job
from factcheck.storage.models import Account
from factcheck.storage.snapshot_files import Store

LEASE = timedelta(minutes=1)
"""How long an import is a worker's own after each step: longer than one takes, short enough after a worker has died."""
KEPT = timedelta(days=90)
"""How long an import can be looked at after it is over."""
MOST_PROBLEMS = 1000
"""Problems of rows that are kept of an import; all are counted."""

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of further rows, and their problems (number, line, field, reason)."""

    made: int
    known: int
    bad: int
    problems: list[tuple[int, int | None, str, str]]


def post(actor: Actor, data: Mapping[str, Any], body: bytes, store: Store) -> Values:
    """Keep a file for a worker; `data` has its name, shape, options and whether it is a trial."""
    job = Job(
        id=clock.new_id(),
        created_at="",
        account=actor.id,
        name=data["name"],
        shape=data["shape"],
        options=dict(data["options"]),
        size=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        dry_run=data["dry_run"],
        state=ImportState.WAITING,
        rows_done=0, made=0, known=0, bad=0, left_out={}, error=None, leased_until=None, finished_at=None,
    )  # fmt: skip
    staged = store.stage(file_of(job.id), body)
    try:
        with journal.write(actor.id) as tx:
            job.created_at = tx.now
            # First the file: one without its row is swept, and a row without its file could not be done.
            store.place(staged)
            import_jobs.add(job)
    finally:
        store.discard(staged)
    return get(job.id)


def get(job_id: str) -> Values:
    """An import with what was wrong with its rows; raises NotFound."""
    job = import_jobs.get(job_id)
    if job is None:
        raise NotFound(f"there is no import {job_id}")
    found = [
        {"row": row, "line": line, "field": field, "reason": reason}
        for row, line, field, reason in import_jobs.problems(job_id)
    ]
    return {**_documents([job])[0], "problems": found}


def page(after: str | None, limit: int) -> list[Values]:
    """Imports, newest first, without the problems of their rows."""
    return _documents(import_jobs.newest_first(after, limit))


def claim() -> Job | None:
    """The import that is next, this worker's for `LEASE`; None where there is none."""
    now = clock.now()
    if import_jobs.next_open(clock.timestamp(now)) is None:
        return None
    with journal.alone():
        job = import_jobs.next_open(clock.timestamp(now))
        if job is not None:
            job.state, job.leased_until = ImportState.RUNNING, clock.timestamp(now + LEASE)
            import_jobs.set_fields(job.id, {"state": job.state, "leased_until": job.leased_until})
    return job


def advance(job: Job, done: Progress, left_out: Values) -> bool:
    """Record what became of the next rows, inside the write that does them. False where another worker has the import
    in hand: nothing of this may stay then."""
    if not _held(job):
        return False
    job.rows_done += done.made + done.known + done.bad
    job.made, job.known, job.bad = job.made + done.made, job.known + done.known, job.bad + done.bad
    job.left_out, job.leased_until = left_out, clock.timestamp(clock.now() + LEASE)
    names = ("rows_done", "made", "known", "bad", "left_out", "leased_until")
    import_jobs.set_fields(job.id, {name: getattr(job, name) for name in names})
    import_jobs.add_problems(job.id, done.problems, MOST_PROBLEMS)
    return True


def release(job: Job) -> None:
    """Leave an import to the next round, its own or another worker's."""
    with journal.alone():
        if _held(job):
            import_jobs.set_fields(job.id, {"leased_until": None})


def finish(job: Job, store: Store, error: str | None = None) -> None:
    """It is over; `error` says why no further row could be read."""
    with journal.alone():
        if not _held(job):
            return
        state = ImportState.DONE if error is None else ImportState.FAILED
        now = clock.timestamp(clock.now())
        import_jobs.set_fields(job.id, {"state": state, "error": error, "finished_at": now, "leased_until": None})
    store.remove([file_of(job.id)])


def sweep(store: Store) -> None:
    """Remove files that nothing waits for, and imports that were over long ago."""
    store.sweep(lambda names: store.remove([name for name in names if not _waits_for(name)]))
    with journal.alone():
        import_jobs.forget(clock.timestamp(clock.now() - KEPT))


def backlog() -> int:
    """How many imports there are that are not over."""
    return import_jobs.waiting()


def file_of(job_id: str) -> str:
    return f"{job_id}.upload"


def _waits_for(name: str) -> bool:
    job = import_jobs.get(name.partition(".")[0])
    return job is not None and job.finished_at is None


def _held(job: Job) -> bool:
    now = import_jobs.get(job.id)
    return now is not None and now.finished_at is None and now.leased_until == job.leased_until


def _unmet(job: Job) -> Values:
    count = len(job.left_out.get("waiting", ()))
    return {"relations (with claims that are not here)": count} if count else {}


def _documents(jobs: list[Job]) -> list[Values]:
    accounts = rows.by_ids(Account, (job.account for job in jobs))
    return [
        {
            "id": job.id,
            "name": job.name,
            "format": job.shape,
            "dry_run": job.dry_run,
            "scale": job.options.get("scale"),
            "map": job.options.get("map"),
            "size": job.size,
            "sha256": job.sha256,
            "state": job.state,
            "rows": job.rows_done,
            "imported": job.made,
            "known": job.known,
            "bad": job.bad,
            "left_out": {**job.left_out.get("fields", {}), **_unmet(job)},
            "unknown_labels": job.left_out.get("labels", []),
            "error": job.error,
            "created_at": job.created_at,
            "created_by": {"id": job.account, "name": accounts[job.account]["name"]},
            "finished_at": job.finished_at,
        }
        for job in jobs
    ]
