"""Imports that wait, run or are over: rows in place, beside the ledger, claimed by leases."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from factcheck.storage import db

_COLUMNS = (
    "id", "created_at", "account", "name", "shape", "options", "size", "sha256", "dry_run", "state", "rows_done",
    "made", "known", "bad", "left_out", "error", "leased_until", "finished_at",
)  # fmt: skip
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM import_jobs"  # noqa: S608
_JSON = ("options", "left_out")


@dataclass(slots=True)
class Job:
    """An import; `options` is what the editor said of the file, `left_out` what has no place, each as JSON."""

    id: str
    created_at: str
    account: str
    name: str
    shape: str
    options: dict[str, Any]
    size: int
    sha256: str
    dry_run: bool
    state: str
    rows_done: int
    made: int
    known: int
    bad: int
    left_out: dict[str, Any]
    error: str | None
    leased_until: str | None
    finished_at: str | None


def add(job: Job) -> None:
    values = [_stored(name, getattr(job, name)) for name in _COLUMNS]
    db.execute(f"INSERT INTO import_jobs ({', '.join(_COLUMNS)}) VALUES ({db.marks(_COLUMNS)})", values)  # noqa: S608


def get(job_id: str) -> Job | None:
    return next(iter(_jobs(f"{_SELECT} WHERE id = ?", [job_id])), None)


def newest_first(after: str | None, limit: int) -> list[Job]:
    """Up to `limit` jobs, by falling id, from below the id `after`."""
    condition, params = ("id < ?", [after]) if after is not None else ("1 = 1", [])
    return _jobs(f"{_SELECT} WHERE {condition} ORDER BY id DESC LIMIT ?", [*params, limit])


def next_open(now: str) -> Job | None:
    """The oldest that is not over, and that nobody has in hand."""
    condition = "finished_at IS NULL AND (leased_until IS NULL OR leased_until < ?)"
    return next(iter(_jobs(f"{_SELECT} WHERE {condition} ORDER BY id LIMIT 1", [now])), None)


def waiting() -> int:
    row = db.first("SELECT COUNT(*) FROM import_jobs WHERE finished_at IS NULL")
    return int(row[0]) if row else 0


def set_fields(job_id: str, values: Mapping[str, Any]) -> None:
    assignments = ", ".join(f"{name} = ?" for name in values)
    params = [_stored(name, value) for name, value in values.items()]
    db.execute(f"UPDATE import_jobs SET {assignments} WHERE id = ?", [*params, job_id])  # noqa: S608


def add_problems(job_id: str, problems: Collection[tuple[int, int | None, str, str]], most: int) -> None:
    """Keep what was wrong with rows (number, line, field, reason), as long as there are not so many already."""
    row = db.first("SELECT COUNT(*) FROM import_problems WHERE job = ?", (job_id,))
    known = int(row[0]) if row else 0
    kept = list(problems)[: max(most - known, 0)]
    if kept:
        db.execute_many(
            "INSERT INTO import_problems (job, number, row_number, line, field, reason) VALUES (?, ?, ?, ?, ?, ?)",
            [(job_id, known + place, *one) for place, one in enumerate(kept)],
        )


def problems(job_id: str) -> list[tuple[int, int | None, str, str]]:
    sql = "SELECT row_number, line, field, reason FROM import_problems WHERE job = ? ORDER BY number"
    return [(row[0], row[1], row[2], row[3]) for row in db.query(sql, (job_id,))]


def forget(before: str) -> None:
    """Remove jobs that were over before a time; what they brought in is the record's."""
    old = "SELECT id FROM import_jobs WHERE finished_at < ?"
    db.execute(f"DELETE FROM import_problems WHERE job IN ({old})", (before,))  # noqa: S608
    db.execute("DELETE FROM import_jobs WHERE finished_at < ?", (before,))


def _jobs(sql: str, params: list[Any]) -> list[Job]:
    return [
        Job(*(_loaded(name, value) for name, value in zip(_COLUMNS, row, strict=True))) for row in db.query(sql, params)
    ]


def _loaded(name: str, value: Any) -> Any:
    if name in _JSON:
        return orjson.loads(value)
    return bool(value) if name == "dry_run" else value


def _stored(name: str, value: Any) -> Any:
    return orjson.dumps(value).decode() if name in _JSON else value
