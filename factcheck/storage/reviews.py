"""Which reviews go out, by page, site, day and language: kept in step with documents, and narrowed by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from factcheck.domain import reviews
from factcheck.storage import db
from factcheck.storage.search_statements import Also, Condition

FORMAT = 1
"""Raised whenever the rows change their meaning, so that an upgrade makes them again."""

Row = tuple[str, str, str, str, str, str]
"""page, verdict, claim, site, dated, language ("" of none)."""

_PUT = """
    INSERT INTO reviews (page, verdict, claim, site, dated, language) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (page, verdict) DO UPDATE SET
        claim = excluded.claim, dated = excluded.dated, language = excluded.language
    WHERE reviews.claim <> excluded.claim OR reviews.dated <> excluded.dated
        OR reviews.language <> excluded.language"""
_FEW = 2000
"""Reviews whose claims are looked up one by one sooner than a search is led by its words."""

_BATCH = 200
# After every id and digest there can be.
_LAST = "g"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Reviews are narrowed to these sites (None: any), to these languages' tags (None: any), and to those that are of
    this RFC 3339 time or of a later one ("": of any)."""

    sites: Sequence[str] | None = None
    languages: Sequence[str] | None = None
    since: str = ""

    def takes(self, review: reviews.Review) -> bool:
        """Whether a review of a claim in one of the languages is wanted."""
        return (self.sites is None or review.site in self.sites) and review.dated >= self.since


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: its last review."""

    dated: str
    verdict: str


def rows_of(document: dict[str, Any]) -> list[Row]:
    """What stands here of a claim's document."""
    claim, language = document["id"], document["language"] or ""
    return [(one.page, one.verdict["id"], claim, one.site, one.dated, language) for one in reviews.reviews(document)]


def store(claim: str, rows: Sequence[Row]) -> None:
    """Have these rows, and no others, for a claim. What is as it was is not written."""
    sql = "DELETE FROM reviews WHERE claim = ?"
    if rows:
        sql += f" AND (page, verdict) NOT IN (VALUES {', '.join(['(?, ?)'] * len(rows))})"
    db.execute(sql, [claim, *(value for row in rows for value in row[:2])])
    for row in rows:
        db.execute(_PUT, row)


def fill(pages: Iterable[Sequence[tuple[str, bytes]]]) -> None:
    """Make the whole table again from the documents of claims that have reviews."""
    db.execute("DELETE FROM reviews")
    for page in pages:
        rows = [row for _, body in page for row in rows_of(orjson.loads(body))]
        if rows:
            db.execute_many(_PUT, rows)


def stored(claims: Sequence[str]) -> dict[str, set[Row]]:
    """The rows of these claims, by claim."""
    found: dict[str, set[Row]] = {}
    sql = f"SELECT page, verdict, claim, site, dated, language FROM reviews WHERE claim IN ({db.marks(claims)})"  # noqa: S608
    for row in db.query(sql, claims):
        found.setdefault(row[2], set()).add(row)
    return found


def languages() -> list[str]:
    """The tags that claims are marked with, each found by one look into the index."""
    sql = """
        WITH RECURSIVE tags (tag) AS (
            SELECT MIN(language) FROM documents WHERE merged_into IS NULL
            UNION ALL
            SELECT (SELECT MIN(d.language) FROM documents d WHERE d.merged_into IS NULL AND d.language > tags.tag)
            FROM tags WHERE tags.tag IS NOT NULL)
        SELECT tag FROM tags WHERE tag IS NOT NULL"""
    return [tag for (tag,) in db.query(sql)]


def narrowing(wanted: Wanted) -> Also:
    """What makes a search find claims that have such reviews, and lets it be led by them where they are few."""
    where, params = _where(wanted)
    sql = f"SELECT COUNT(*) FROM (SELECT 1 FROM reviews r WHERE {where} LIMIT ?) AS counted"  # noqa: S608
    [(count,)] = db.query(sql, [*params, _FEW + 1])
    if count <= _FEW:
        return Also(narrowed=((f"d.claim IN (SELECT r.claim FROM reviews r WHERE {where})", params),))  # noqa: S608
    return Also(others=((f"EXISTS (SELECT 1 FROM reviews r WHERE r.claim = s.claim AND {where})", params),))  # noqa: S608


def newest(wanted: Wanted, after: Position | None, limit: int, offset: int = 0) -> tuple[list[str], Position | None]:
    """Up to `limit` claims by their newest review that is wanted, and where the next page begins; `sites` are given."""
    each, params = [], []
    for site in wanted.sites or ():
        sql, more = _newest_of(site, wanted, after)
        each.append(f"SELECT * FROM ({sql} ORDER BY r.dated DESC, r.verdict DESC LIMIT ?) AS of_site")  # noqa: S608
        params += [*more, offset + limit + 1]
    sql = f"{' UNION ALL '.join(each)} ORDER BY dated DESC, verdict DESC LIMIT ? OFFSET ?"
    found = db.query(sql, [*params, limit + 1, offset])
    shown = [claim for claim, _, _ in found[:limit]]
    return shown, Position(*found[limit - 1][1:]) if len(found) > limit else None


def _newest_of(site: str, wanted: Wanted, after: Position | None) -> Condition:
    """One site's stretch of the index, so that nothing is sorted but what is shown."""
    where, params = _where(replace(wanted, sites=[site]))
    again, same = _where(wanted, "o")
    if after is not None:
        where += " AND (r.dated, r.verdict) < (?, ?)"
        params += [after.dated, after.verdict]
    # A claim stands where its newest such review does.
    sql = f"""
        SELECT r.claim, r.dated, r.verdict FROM reviews r
        WHERE {where} AND NOT EXISTS (
            SELECT 1 FROM reviews o
            WHERE o.claim = r.claim AND {again} AND (o.dated, o.verdict) > (r.dated, r.verdict))"""  # noqa: S608
    return sql, [*params, *same]


def pages(sites: Sequence[str], after: str | None, limit: int, offset: int = 0) -> tuple[list[str], str | None]:
    """Up to `limit` pages of these sites, and after which the next ones come. Pages here come newest claim first."""
    each = """
        SELECT page FROM (
            SELECT DISTINCT page FROM reviews WHERE site = ? AND page < ? ORDER BY page DESC LIMIT ?) AS of_site"""
    sql = f"{' UNION '.join([each] * len(sites))} ORDER BY page DESC LIMIT ? OFFSET ?"
    params = [value for site in sites for value in (site, after or _LAST, offset + limit + 1)]
    found = [page for (page,) in db.query(sql, [*params, limit + 1, offset])]
    return found[:limit], found[limit - 1] if len(found) > limit else None


def on_pages(names: Sequence[str], most: int) -> dict[str, list[str]]:
    """Of each of these pages that there is the claims reviewed there, by their newest `most` reviews, oldest first."""
    sql = f"""
        SELECT page, claim FROM (
            SELECT page, claim, verdict, ROW_NUMBER() OVER (PARTITION BY page ORDER BY verdict DESC) AS place
            FROM reviews WHERE page IN ({db.marks(names)})) AS placed
        WHERE place <= ? ORDER BY page, verdict"""  # noqa: S608
    found: dict[str, list[str]] = {}
    for page, claim in db.query(sql, [*names, most]):
        found.setdefault(page, []).append(claim)
    return {page: list(dict.fromkeys(claims)) for page, claims in found.items()}


def _where(wanted: Wanted, row: str = "r") -> Condition:
    """What must hold of a row of reviews."""
    conditions: list[str] = []
    params: list[object] = []
    if wanted.since:
        conditions.append(f"{row}.dated >= ?")
        params.append(wanted.since)
    for name, values in (("site", wanted.sites), ("language", wanted.languages)):
        if values is not None:
            conditions.append(f"{row}.{name} IN ({db.marks(values)})")
            params += values
    return " AND ".join(conditions) or "1 = 1", params
