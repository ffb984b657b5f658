"""A search as SQL: what must hold of a claim, and in which order claims are looked at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factcheck.domain.search_queries import Query
from factcheck.storage import db
from factcheck.storage.claims import CONDITIONS, Filters, narrowing

FEW = 2000
"""Claims that are all looked at, whatever their order."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group by the numbers of its terms: of each part those that the record has."""

    parts: tuple[tuple[int, ...], ...]
    need: int
    prefix: str

    def numbers(self) -> list[int]:
        return sorted({number for part in self.parts for number in part})


Condition = tuple[str, list[object]]
"""SQL that must hold of a row s of search_claims, with its parameters."""


@dataclass(frozen=True, slots=True)
class Also:
    """What must hold besides filters: `narrowed` of a row d of documents, by which a search can be led where few claims
    have it; `others` of a row s of search_claims."""

    narrowed: tuple[Condition, ...] = ()
    others: tuple[Condition, ...] = ()


NOTHING = Also()


@dataclass(frozen=True, slots=True)
class Search:
    """A query as the index has it; `rarity` is each wanted group's share in scores, in thousandths. `having` are the
    wanted groups as conditions, `narrowed` what must hold of a claim's row d of documents, `others` what else."""

    wanted: tuple[Group, ...]
    counts: tuple[int, ...]
    rarity: tuple[int, ...]
    numbers: tuple[int, ...]
    having: list[Condition]
    narrowed: list[Condition]
    others: list[Condition]

    def alone(self) -> bool:
        """Whether a posting says all that a score takes."""
        return len(self.wanted) == len(self.wanted[0].parts) == 1

    def leading(self) -> int:
        """Which group is the rarest."""
        return min(range(len(self.counts)), key=lambda one: (self.counts[one], one))


def statements(search: Search, most: int, depth: int) -> Iterator[tuple[str, list[object]]]:
    """What gives the claims to be ranked, each with what the leading group says about it, where that leads, and with
    its terms, where it takes more than that to rank it. Of a common group `depth` postings are looked through."""
    leading, filtering = search.leading(), search.narrowed
    if search.counts[leading] > FEW and filtering and _are_few(filtering):
        rest, params = conjunction([*search.having, *search.others, *filtering])
        yield _NARROWED.format(rest=rest), params
        return
    group = search.wanted[leading]
    # A claim that is found by a group of one part has it.
    having = [one for place, one in enumerate(search.having) if place != leading or len(group.parts) > 1]
    joined: list[Condition] = [("d.claim = s.claim", [])] if filtering else []
    rest, params = conjunction([*joined, *having, *search.others, *filtering])
    numbers = _leading_numbers(group)
    names = {"terms": "''" if search.alone() else "s.terms", "rest": rest, "joined": _DOCUMENTS if filtering else ""}
    if search.counts[leading] <= FEW:
        yield _ALL.format(numbers=db.marks(numbers), **names), [*numbers, *params]
    else:
        each = -(-depth // len(numbers))
        for number in numbers:
            yield _HEAVIEST.format(**names), [number, each, *params, most]


# CROSS: SQLite keeps to the order in which the tables stand, and reads no further than it must.
_DOCUMENTS = "CROSS JOIN documents d"
_ALL = """
    SELECT s.claim, p.weight, {terms} FROM (
        SELECT doc, MAX(weight) AS weight FROM search_postings WHERE term IN ({numbers}) GROUP BY doc) AS p
    CROSS JOIN search_claims s {joined} WHERE s.doc = p.doc AND {rest}"""
_NARROWED = """
    SELECT s.claim, -1, s.terms FROM documents d CROSS JOIN search_claims s
    WHERE d.merged_into IS NULL AND s.claim = d.claim AND {rest}"""
_HEAVIEST = """
    SELECT s.claim, p.weight, {terms} FROM (
        SELECT doc, weight FROM search_postings WHERE term = ? ORDER BY weight DESC, doc DESC LIMIT ?) AS p
    CROSS JOIN search_claims s {joined} WHERE s.doc = p.doc AND {rest} ORDER BY p.weight DESC, p.doc DESC LIMIT ?"""


def conjunction(conditions: Sequence[Condition]) -> tuple[str, list[object]]:
    """All of these conditions as one, with their parameters."""
    return " AND ".join([sql for sql, _ in conditions]) or "1 = 1", [one for _, params in conditions for one in params]


def _leading_numbers(group: Group) -> list[int]:
    """The terms of which a claim that has the group has one at least."""
    parts = group.parts[: len(group.parts) - group.need + 1]
    return sorted({number for part in parts for number in part})


def _are_few(narrowed: Sequence[Condition]) -> bool:
    rest, params = conjunction(narrowed)
    sql = f"""
        SELECT COUNT(*) FROM (SELECT 1 FROM documents d WHERE d.merged_into IS NULL AND {rest} LIMIT ?) AS narrowed"""  # noqa: S608
    [(count,)] = db.query(sql, (*params, FEW + 1))
    return int(count) <= FEW


def other_conditions(query: Query, unwanted: Sequence[Group]) -> list[Condition]:
    place = _place()
    found: list[Condition] = [(f"{place}(s.words, ?) > 0", [phrase]) for phrase in query.phrases]
    found += [(f"{place}(s.words, ?) = 0", [phrase]) for phrase in query.unwanted_phrases]
    found += [(f"NOT ({sql})", params) for sql, params in map(has, unwanted)]
    return found


def narrowed(filters: Filters) -> list[Condition]:
    """The filters, as conditions on a row d of documents."""
    return [(CONDITIONS[name].format(db.marks(values)), values) for name, values in narrowing(filters)]


def has(group: Group) -> Condition:
    place = _place()
    if group.prefix:
        return f"{place}(s.words, ?) > 0", [f" {group.prefix}"]
    parts = [" OR ".join([f"{place}(s.terms, ?) > 0"] * len(part)) for part in group.parts if part]
    params: list[object] = [f" {number}=" for part in group.parts for number in part]
    if len(parts) < group.need:
        return "1 = 0", []
    if group.need == 1:
        return f"({' OR '.join(parts)})", params
    return f"({' + '.join(f'CASE WHEN {part} THEN 1 ELSE 0 END' for part in parts)}) >= {group.need}", params


def _place() -> str:
    """What gives the place of a text in another, or 0."""
    return "strpos" if db.is_postgresql() else "instr"
