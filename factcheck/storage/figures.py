"""What the numbers of the record are counted from, of the present and as of a moment.

The present is counted by indexes alone. The past takes what has not changed since from the tables, where a row's
`seq` is its newest event, and folds only the entities that have.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from factcheck.domain.entities import Entity
from factcheck.domain.stats import ClaimCounts, Figures, month_of
from factcheck.domain.vocabulary import Subject, VerdictState
from factcheck.storage import db, history, rows
from factcheck.storage.models import ENTITIES, Correction
from factcheck.storage.revisions import STANDING

# An id is never empty; asked like this, SQLite takes the index.
_MERGED = "SELECT id FROM claims WHERE merged_into > ''"
_COUNTS = {
    "status": "SELECT status, COUNT(*) FROM documents WHERE merged_into IS NULL GROUP BY status",
    "kind": "SELECT kind, COUNT(*) FROM documents WHERE merged_into IS NULL GROUP BY kind",
    "speaker": """
        SELECT speaker, COUNT(*) FROM documents WHERE merged_into IS NULL AND speaker IS NOT NULL GROUP BY speaker""",
    "topic": f"SELECT topic, COUNT(*) FROM claim_topics WHERE claim NOT IN ({_MERGED}) GROUP BY topic",  # noqa: S608
}
_DAYS = "SELECT claimed_low, COUNT(*) FROM documents WHERE merged_into IS NULL GROUP BY claimed_low"
# All links, off one index, and those that do not stand: both together cost a third of counting those that do.
_LINKS = """
    SELECT s.link_state, SUM(e.links) FROM (SELECT source, COUNT(*) AS links FROM evidence GROUP BY source) e
    JOIN sources s ON s.id = e.source GROUP BY s.link_state"""
_FALLEN = f"""
    SELECT s.link_state, COUNT(*) FROM evidence e JOIN sources s ON s.id = e.source
    WHERE e.retracted OR e.claim IN ({_MERGED}) GROUP BY s.link_state"""  # noqa: S608
_RATINGS = f"""
    SELECT claim, reviewer, rating FROM verdicts
    WHERE state = '{VerdictState.PUBLISHED}' AND claim NOT IN ({_MERGED})"""  # noqa: S608
_CLAIMS_THEN = f"""
    SELECT r.claim, r.merged_into, r.status, r.kind, r.speaker, r.claimed_low, r.topics
    FROM revisions r WHERE {STANDING}"""  # noqa: S608
_MADE_BY_THEN = "created_at <= (SELECT recorded_at FROM events WHERE seq = ?)"


def now() -> Figures:
    """The present figures; in a snapshot, so that they are of one moment."""
    counts: dict[str, Counter[str]] = {name: Counter(dict(db.query(sql))) for name, sql in _COUNTS.items()}
    month = _months()
    # PostgreSQL's sums are decimals.
    links = Counter({state: int(count) for state, count in db.query(_LINKS)})
    links.subtract(dict(db.query(_FALLEN)))
    corrections = rows.where(Correction, "1 = 1", [])
    verdicts = rows.by_ids(ENTITIES[Subject.VERDICT], (one["verdict"] for one in corrections))
    ratings = [(claim, reviewer, rating) for claim, reviewer, rating in db.query(_RATINGS)]
    return Figures(ClaimCounts(**counts, month=month), links, ratings, _corrected(verdicts, corrections))


def standing() -> tuple[Counter[str], Counter[str | None]]:
    """How many claims have each status, and how many are of each month, None for those of no known one."""
    return Counter(dict(db.query(_COUNTS["status"]))), _months()


def as_of(seq: int) -> Figures:
    """The figures after event `seq`."""
    claims, merged = _claims(seq)
    sources = dict(_then(Subject.SOURCE, ("id", "link_state"), seq))
    links = Counter(
        sources[source]
        for claim, source, retracted in _then(Subject.EVIDENCE, ("claim", "source", "retracted"), seq)
        if not retracted and claim not in merged
    )
    ratings = [
        (claim, reviewer, rating)
        for claim, reviewer, rating, state in _then(Subject.VERDICT, ("claim", "reviewer", "rating", "state"), seq)
        if state == VerdictState.PUBLISHED and claim not in merged
    ]
    made = db.query(f"SELECT id FROM corrections WHERE {_MADE_BY_THEN}", (seq,))  # noqa: S608
    corrections = history.entities_as_of([one for (one,) in made], seq).entities[Subject.CORRECTION].values()
    verdicts = history.entities_as_of({one["verdict"] for one in corrections}, seq).entities[Subject.VERDICT]
    return Figures(claims, links, ratings, _corrected(verdicts, corrections))


def _months() -> Counter[str | None]:
    month: Counter[str | None] = Counter()
    for day, count in db.query(_DAYS):
        month[month_of(day)] += count
    return month


def _claims(seq: int) -> tuple[ClaimCounts, set[str]]:
    """The counts, and the claims that were merged into others by then."""
    counts, merged = ClaimCounts(), set()
    for claim, merged_into, status, kind, speaker, day, topics in db.stream(_CLAIMS_THEN, (seq, seq)):
        if merged_into is not None:
            merged.add(claim)
            continue
        counts.status[status] += 1
        counts.kind[kind] += 1
        counts.month[month_of(day)] += 1
        counts.topic.update(topics.split("\n")[1:-1])
        if speaker is not None:
            counts.speaker[speaker] += 1
    return counts, merged


def _then(subject: Subject, columns: tuple[str, ...], seq: int) -> Iterator[tuple[Any, ...]]:
    """These columns of all entities of a kind after an event."""
    table = ENTITIES[subject]._meta.table_name
    yield from db.stream(f"SELECT {', '.join(columns)} FROM {table} WHERE seq <= ?", (seq,))  # noqa: S608
    changed = db.query(
        f"SELECT id FROM {table} WHERE seq > ? AND {_MADE_BY_THEN}",  # noqa: S608
        (seq, seq),
    )
    state = history.entities_as_of([one for (one,) in changed], seq)
    for entity in state.entities[subject].values():
        yield tuple(entity[name] for name in columns)


def _corrected(verdicts: Mapping[str, Entity], corrections: Iterable[Entity]) -> list[tuple[Entity, list[Entity]]]:
    found: dict[str, list[Entity]] = defaultdict(list)
    for correction in corrections:
        found[correction["verdict"]].append(correction)
    return [(verdicts[verdict], some) for verdict, some in found.items()]
