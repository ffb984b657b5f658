"""When links are due and what looking at them found: rows that are updated in place, beside the ledger.

A link is claimed by a lease, so that of several workers one looks at it, and so that one which dies gives it back.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from factcheck import clock
from factcheck.domain import urls
from factcheck.domain.links import Judgement, Link, Look
from factcheck.domain.vocabulary import LinkState
from factcheck.storage import db

_UNREAD = """
    EXISTS (
        SELECT 1 FROM evidence v WHERE v.source = link_checks.source AND NOT v.retracted
        AND (v.snapshot IS NULL OR v.quote_state = 'unchecked'))"""
_KNOWN = f"""
    CASE WHEN NOT {_UNREAD}
    THEN (SELECT sha256 FROM snapshots s WHERE s.source = link_checks.source ORDER BY s.id DESC LIMIT 1) END"""  # noqa: S608

_FRESH = """
    due_at = excluded.due_at, leased_until = NULL, checked_at = NULL, reason = NULL, status = NULL, final_url = NULL,
    moved_to = NULL, failures = 0, failing_since = NULL, failed_at = NULL, throttled = 0"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A link that is ours to look at until `leased_until`.

    `known` is the SHA-256 of the body from which there is nothing more to learn, where there is one.
    """

    source: str
    url: str
    host: str
    leased_until: str
    known: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What readers are told of the last look at a link."""

    checked_at: str | None
    reason: str | None
    moved_to: str | None


def follow(after: int, until: int, now: str) -> None:
    """Make links due whose sources came, got another URL or were attached to a claim with the events after one, up to
    another."""
    changed = db.query(
        """
        SELECT DISTINCT s.id, s.url FROM events e JOIN sources s ON s.id = e.subject_id
        WHERE e.seq > ? AND e.seq <= ? AND e.type IN ('source.added', 'source.amended')""",
        (after, until),
    )
    for source, url in changed:
        _follow_source(source, url, now)
    db.execute(
        """
        UPDATE link_checks SET due_at = ? WHERE due_at > ? AND source IN (
            SELECT v.source FROM events e JOIN evidence v ON v.id = e.subject_id
            WHERE e.seq > ? AND e.seq <= ? AND e.type = 'evidence.attached')""",
        (now, now, after, until),
    )


def _follow_source(source: str, url: str | None, now: str) -> None:
    host = urls.host(url) if url else ""
    if url is None or urls.is_reserved(host):
        forget(source)
        return
    db.execute(
        f"""
        INSERT INTO link_checks (source, url, host, due_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (source) DO UPDATE SET url = excluded.url, host = excluded.host, {_FRESH}
        WHERE link_checks.url <> excluded.url""",  # noqa: S608
        (source, url, host, now),
    )


def forget(source: str) -> None:
    """Know nothing of a source's link any more."""
    db.execute("DELETE FROM link_checks WHERE source = ?", (source,))


def ask(source: str, url: str, now: str) -> None:
    """Make a link due now."""
    _follow_source(source, url, now)
    db.execute("UPDATE link_checks SET due_at = ? WHERE source = ? AND due_at > ?", (now, source, now))


# The links that are due, spread over hosts. Marks: now three times, most of a host, most of all.
DUE = """
    SELECT source, host FROM (
        SELECT source, host, due_at, ROW_NUMBER() OVER (PARTITION BY host ORDER BY due_at, source) AS place
        FROM link_checks WHERE due_at <= ? AND (leased_until IS NULL OR leased_until <= ?)
        AND host NOT IN (SELECT host FROM link_checks WHERE leased_until > ?)
    ) waiting WHERE place <= ? ORDER BY place, due_at, source LIMIT ?"""


def due(now: str, limit: int, per_host: int) -> list[tuple[str, str]]:
    """Sources whose links are due, with their hosts; none of a host that a worker is at, and so many of one.

    The first of each host come before the second of any; of these the longest due.
    """
    return [(source, host) for source, host in db.query(DUE, (now, now, now, per_host, limit))]


def lease(wanted: Sequence[tuple[str, str]], now: str, until: str) -> list[Claimed]:
    """Claim those of these links that are due still; none of a host that a worker has come to since. The longest due
    come first."""
    busy = {host for (host,) in db.query("SELECT DISTINCT host FROM link_checks WHERE leased_until > ?", (now,))}
    ids = [source for source, host in wanted if host not in busy]
    rows = db.query(
        f"""
        SELECT source, url, host, {_KNOWN} FROM link_checks WHERE source IN ({db.marks(ids)})
        AND due_at <= ? AND (leased_until IS NULL OR leased_until <= ?) ORDER BY due_at, source""",  # noqa: S608
        (*ids, now, now),
    )
    claimed = [Claimed(source, url, host, until, known) for source, url, host, known in rows]
    _set_lease(claimed, until)
    return claimed


def release(claimed: Iterable[Claimed]) -> None:
    """Give links back that were not looked at."""
    for one in claimed:
        sql = "UPDATE link_checks SET leased_until = NULL WHERE source = ? AND leased_until = ?"
        db.execute(sql, (one.source, one.leased_until))


def _set_lease(claimed: Collection[Claimed], until: str) -> None:
    ids = [one.source for one in claimed]
    db.execute(f"UPDATE link_checks SET leased_until = ? WHERE source IN ({db.marks(ids)})", (until, *ids))  # noqa: S608


def held(claimed: Claimed, state: LinkState) -> Link | None:
    """Where a claimed link stands; None once it is another's, or another link."""
    row = db.first(
        """
        SELECT failures, failing_since, failed_at, throttled FROM link_checks
        WHERE source = ? AND leased_until = ? AND url = ?""",
        (claimed.source, claimed.leased_until, claimed.url),
    )
    if row is None:
        return None
    failures, failing_since, failed_at, throttled = row
    return Link(state, failures, _moment(failing_since), _moment(failed_at), throttled)


def finish(claimed: Claimed, look: Look, judged: Judgement, now: str) -> None:
    """Keep what a look found, and give the link back."""
    link = judged.link
    values: dict[str, Any] = {
        "due_at": clock.timestamp(judged.due_at),
        "leased_until": None,
        "checked_at": now,
        "reason": judged.reason,
        "status": look.status,
        "final_url": look.final_url,
        "moved_to": judged.moved_to,
        "failures": link.failures,
        "failing_since": _text(link.failing_since),
        "failed_at": _text(link.failed_at),
        "throttled": link.throttled,
    }
    assignments = ", ".join(f"{name} = ?" for name in values)
    db.execute(f"UPDATE link_checks SET {assignments} WHERE source = ?", (*values.values(), claimed.source))  # noqa: S608
    db.execute(
        """
        INSERT INTO link_outcomes (outcome, looks) VALUES (?, 1)
        ON CONFLICT (outcome) DO UPDATE SET looks = link_outcomes.looks + 1""",
        (str(judged.reason or LinkState.ALIVE),),
    )


def ask_if_unread(source: str, now: str) -> None:
    """Make a link due now whose page has something to tell to evidence."""
    db.execute(f"UPDATE link_checks SET due_at = ? WHERE source = ? AND {_UNREAD}", (now, source))  # noqa: S608


def found(sources: Collection[tuple[str, str | None]]) -> dict[str, Found]:
    """What the last looks found, by source; `sources` are ids with the URLs that they have now."""
    wanted = dict(sources)
    ids = sorted(wanted)
    sql = f"SELECT source, url, checked_at, reason, moved_to FROM link_checks WHERE source IN ({db.marks(ids)})"  # noqa: S608
    return {
        source: Found(checked_at, reason, moved_to)
        for source, url, checked_at, reason, moved_to in db.query(sql, ids)
        if wanted[source] == url
    }


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many links are due and nobody's, how many workers have in hand, and sources with a URL by their state."""

    due: int
    leased: int
    states: dict[str, int]


def backlog(now: str) -> Backlog:
    sql = "SELECT COUNT(*) FROM link_checks WHERE due_at <= ? AND (leased_until IS NULL OR leased_until <= ?)"
    [(waiting,)] = db.query(sql, (now, now))
    [(leased,)] = db.query("SELECT COUNT(*) FROM link_checks WHERE leased_until > ?", (now,))
    counted: dict[str, int] = dict(
        db.query("SELECT link_state, COUNT(*) FROM sources WHERE url IS NOT NULL GROUP BY link_state")
    )
    return Backlog(waiting, leased, {state.value: counted.get(state.value, 0) for state in LinkState})


def outcomes() -> dict[str, int]:
    """How many looks had which outcome, ever."""
    return dict(db.query("SELECT outcome, looks FROM link_outcomes ORDER BY outcome"))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _text(moment: datetime | None) -> str | None:
    return clock.timestamp(moment) if moment else None
