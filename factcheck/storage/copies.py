"""Which snapshots an archive is to be asked about, and when: rows in place, beside the ledger, claimed by leases."""

from collections.abc import Iterable
from dataclasses import dataclass

from factcheck.domain.copies import CopyKind, Tries
from factcheck.storage import db


@dataclass(frozen=True, slots=True)
class Wanted:
    """A copy of what a snapshot holds, ours to ask for until `leased_until`; `job` and `copy_url` as the archive has
    told so far."""

    snapshot: str
    kind: CopyKind
    url: str
    fetched_at: str
    sha256: str
    text_sha256: str | None
    tries: Tries
    job: str | None
    copy_url: str | None
    leased_until: str


def follow(after: int, until: int, now: str) -> None:
    """Ask for copies of the snapshots that were taken and are the newest, and look for those of the pages that died,
    with the events after one number, up to another."""
    _ask(CopyKind.SAVE, _TAKEN, after, until, now)
    _ask(CopyKind.FIND, _DIED, after, until, now)


_TAKEN = """
    SELECT s.id FROM events e JOIN snapshots s ON s.id = e.subject_id
    JOIN sources o ON o.id = s.source AND o.url IS NOT NULL
    WHERE e.seq > ? AND e.seq <= ? AND e.type = 'snapshot.taken' AND s.sha256 IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM snapshots newer WHERE newer.source = s.source AND newer.id > s.id)"""
_DIED = """
    SELECT MAX(s.id) FROM events e
    JOIN sources o ON o.id = e.subject_id AND o.link_state = 'dead' AND o.archive_url IS NULL AND o.url IS NOT NULL
    JOIN snapshots s ON s.source = o.id AND s.sha256 IS NOT NULL
    WHERE e.seq > ? AND e.seq <= ? AND e.type = 'source.checked' GROUP BY o.id"""


def _ask(kind: CopyKind, found: str, after: int, until: int, now: str) -> None:
    for (snapshot,) in db.query(found, (after, until)):
        db.execute(
            """
            INSERT INTO copy_requests (snapshot, kind, due_at) VALUES (?, ?, ?) ON CONFLICT (snapshot) DO UPDATE
            SET kind = excluded.kind, due_at = excluded.due_at, attempts = 0, polls = 0, job = NULL, copy_url = NULL,
                leased_until = NULL""",
            (snapshot, kind, now),
        )


def is_due(now: str) -> bool:
    """Whether there is anything to claim."""
    sql = "SELECT 1 FROM copy_requests WHERE due_at <= ? AND (leased_until IS NULL OR leased_until <= ?) LIMIT 1"
    return db.first(sql, (now, now)) is not None


def lease(now: str, until: str, limit: int) -> list[Wanted]:
    """Claim requests that are due and nobody's, the longest due first."""
    rows = db.query(
        """
        SELECT c.snapshot, c.kind, o.url, s.fetched_at, s.sha256, s.text_sha256, c.attempts, c.polls, c.job, c.copy_url
        FROM copy_requests c JOIN snapshots s ON s.id = c.snapshot JOIN sources o ON o.id = s.source
        WHERE c.due_at <= ? AND (c.leased_until IS NULL OR c.leased_until <= ?)
        AND o.url IS NOT NULL AND s.sha256 IS NOT NULL ORDER BY c.due_at, c.snapshot LIMIT ?""",
        (now, now, limit),
    )
    ids = [row[0] for row in rows]
    db.execute(f"UPDATE copy_requests SET leased_until = ? WHERE snapshot IN ({db.marks(ids)})", (until, *ids))  # noqa: S608
    found = []
    for snapshot, kind, url, fetched_at, sha256, text_sha256, attempts, polls, job, copy_url in rows:
        tries = Tries(attempts, polls)
        found.append(
            Wanted(snapshot, CopyKind(kind), url, fetched_at, sha256, text_sha256, tries, job, copy_url, until)
        )
    return found


def release(wanted: Iterable[Wanted]) -> None:
    """Give back what was not asked."""
    for one in wanted:
        sql = "UPDATE copy_requests SET leased_until = NULL WHERE snapshot = ? AND leased_until = ?"
        db.execute(sql, (one.snapshot, one.leased_until))


def held(wanted: Wanted) -> bool:
    """Whether it is ours still."""
    sql = "SELECT 1 FROM copy_requests WHERE snapshot = ? AND leased_until = ?"
    return db.first(sql, (wanted.snapshot, wanted.leased_until)) is not None


def ask_again(wanted: Wanted, tries: Tries, due_at: str, job: str | None, copy_url: str | None) -> None:
    db.execute(
        """
        UPDATE copy_requests SET leased_until = NULL, attempts = ?, polls = ?, due_at = ?, job = ?, copy_url = ?
        WHERE snapshot = ?""",
        (tries.attempts, tries.polls, due_at, job, copy_url, wanted.snapshot),
    )


def forget(snapshot: str) -> None:
    """Ask no more about a snapshot."""
    db.execute("DELETE FROM copy_requests WHERE snapshot = ?", (snapshot,))


def forget_source(source: str) -> None:
    """Ask no more about any snapshot of a source."""
    db.execute("DELETE FROM copy_requests WHERE snapshot IN (SELECT id FROM snapshots WHERE source = ?)", (source,))


def count(outcome: str) -> None:
    db.execute(
        """
        INSERT INTO copy_outcomes (outcome, requests) VALUES (?, 1)
        ON CONFLICT (outcome) DO UPDATE SET requests = copy_outcomes.requests + 1""",
        (outcome,),
    )


def outcomes() -> dict[str, int]:
    """How many requests came to what, ever."""
    return dict(db.query("SELECT outcome, requests FROM copy_outcomes ORDER BY outcome"))


def waiting() -> int:
    """How many requests there are."""
    [(found,)] = db.query("SELECT COUNT(*) FROM copy_requests")
    return int(found)
