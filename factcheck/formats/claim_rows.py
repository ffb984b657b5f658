"""Claims in lines of JSON and in tables, to entries of an import: what our export writes, and tables by hand."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any

from factcheck.domain.vocabulary import VerdictState
from factcheck.formats import incoming
from factcheck.formats.entries import BadRow, Entry, Json, Judgement, Place, Row

COLUMNS = (
    "text", "quote", "kind", "speaker", "speaker_role", "speaker_affiliation", "relayed_by", "claim_date",
    "event_date", "place", "language", "topics", "context", "source", "appearances", "evidence", "verdict",
    "replies", "relations", "id", "merged_into", "merged_from",
)  # fmt: skip
"""What is read of a row; a dot leads into an object (`speaker.name`). What else the export has is worked out."""

_WORKED_OUT = frozenset(
    {
        "url", "status", "workflow", "corroboration", "needs_review", "taken_by", "correction_count", "created_at",
        "created_by", "updated_at", "seq", "verdicts",
    }
)  # fmt: skip
_CLAIM = (
    "text", "quote", "kind", "speaker_role", "speaker_affiliation", "claim_date", "event_date", "place", "language",
    "topics", "context",
)  # fmt: skip
# What the export says of things that the record finds or makes by what they are called.
_FOUND = {
    "speaker": {"id"},
    "source": {"id", "is_origin", "origin_marked_by", "origin_marked_at"},
    "publisher": {"id"},
}
_VERDICT = (
    "rating", "label", "scale", "justification", "evidence", "review_url", "valid_from", "valid_until", "final",
    "override_reason",
)  # fmt: skip
_VERDICT_WORKED_OUT = frozenset(
    {
        "id", "claim", "reviewer", "scale_version", "value", "state", "approvals", "supersedes", "published_at",
        "created_at", "updated_at", "seq",
    }
)  # fmt: skip
_LISTS = frozenset({"appearances", "evidence", "replies", "relations", "merged_from"})
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Columns = Mapping[str, str]
"""Our column by the file's."""


def of_lines(file: IO[bytes], columns: Columns) -> Iterator[Row]:
    """Raises Unreadable, as the other two do."""
    return _entries(incoming.json_lines(file), columns, lambda row: row)


def of_objects(file: IO[bytes], columns: Columns) -> Iterator[Row]:
    return _entries(incoming.json_objects(file), columns, lambda row: row)


def of_table(file: IO[bytes], columns: Columns) -> Iterator[Row]:
    return _entries(incoming.table(file), columns, _from_cells)


def _entries(
    found: Iterable[tuple[Place, Json | BadRow]], columns: Columns, opened: Callable[[Json], Json]
) -> Iterator[Row]:
    for place, row in found:
        try:
            yield place, row if isinstance(row, BadRow) else entry(opened(_renamed(row, columns)))
        except BadRow as error:
            yield place, error


def entry(row: Json) -> Entry:
    """A row as an entry; raises BadRow."""
    left = [name for name in row if name not in COLUMNS and name not in _WORKED_OUT and not _empty(row[name])]
    lists = {name: _list(row.get(name), name) for name in _LISTS}
    claim = {
        **{name: row.get(name) for name in _CLAIM},
        "speaker": _reference(row.get("speaker"), "speaker"),
        "relayed_by": _reference(row.get("relayed_by"), "speaker"),
        "source": _reference(row.get("source"), "source"),
    }
    left += _verdicts_of_others(row)
    evidence, ids, archives = _evidence(lists["evidence"])
    return Entry(
        claim={name: value for name, value in claim.items() if value is not None},
        identity=_identity(row.get("id")),
        appearances=_appearances(lists["appearances"]),
        evidence=evidence,
        archives=archives,
        judgement=_judgement(row.get("verdict"), ids, left),
        replies=[_reply(one) for one in lists["replies"]],
        relations=_relations(row, lists["relations"], lists["merged_from"]),
        left=left,
    )


def _renamed(row: Json, columns: Columns) -> Json:
    """The row under our columns; a column that stands under our name already keeps it."""
    found: Json = {}
    for name, value in row.items():
        ours = columns.get(name, name)
        if ours == "":
            continue  # a mapping to nothing leaves it out
        head, dot, inner = ours.partition(".")
        if not dot or name == ours:
            found[ours] = value
        elif not _empty(value):
            into = found.setdefault(head, {})
            if isinstance(into, dict):
                into[inner] = value
    return found


def _from_cells(row: Json) -> Json:
    """A row of texts as the object that it spells: dotted names lead into objects, lists and objects are JSON."""
    found: Json = {}
    for name, cell in row.items():
        head, dot, inner = name.partition(".")
        value = _cell(name, cell)
        if not dot or head not in ("speaker", "relayed_by", "source", "verdict"):
            found[name] = {**found.get(name, {}), **value} if isinstance(value, dict) else value
        else:
            into = found.setdefault(head, {})
            if isinstance(into, dict):
                into[inner] = value
    source, verdict = found.get("source"), found.get("verdict")
    if isinstance(source, dict) and isinstance(source.get("publisher"), str):
        source["publisher"] = {"name": source["publisher"]}
    if isinstance(verdict, dict):
        # The table has every verdict beside the one that decides, which alone is spread over columns.
        whole: Json = next((one for one in _list(found.get("verdicts"), "verdicts") if _same(one, verdict)), {})
        found["verdict"] = {**whole, **verdict}
    return found


def _cell(name: str, cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    if name in _LISTS or name in ("verdicts", "source.publisher", "verdict.evidence"):
        if cell.lstrip()[:1] in ("[", "{"):
            return _json(name, cell)
        return cell if name == "source.publisher" else _urls_or_words(name, cell)
    if name == "topics":
        return _json(name, cell) if cell.lstrip().startswith("[") else _words(cell)
    if name in ("speaker", "relayed_by"):
        return _json(name, cell) if cell.lstrip().startswith("{") else {"name": cell}
    if name == "source":
        return _json(name, cell) if cell.lstrip().startswith("{") else {"url" if "://" in cell else "title": cell}
    return {"true": True, "false": False}.get(cell.lower(), cell) if name == "verdict.final" else cell


def _json(name: str, cell: str) -> Any:
    try:
        return incoming.parsed(cell.encode("utf-8", "surrogatepass"))
    except BadRow as error:
        raise BadRow(error.reason, name) from None


def _urls_or_words(name: str, cell: str) -> list[Any]:
    """Addresses with space between them, for who fills in a table by hand."""
    if name == "evidence":
        return [{"url": one, "stance": "mentions"} for one in cell.split()]
    return [{"source": {"url": one}} for one in cell.split()] if name == "appearances" else _words(cell)


def _words(cell: str) -> list[str]:
    return list(dict.fromkeys(word.strip() for word in cell.split(";") if word.strip()))


def _same(one: Any, other: Json) -> bool:
    return isinstance(one, dict) and one.get("id") is not None and one.get("id") == other.get("id")


def _list(value: Any, name: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadRow("is no list", name)
    return value


def _reference(value: Any, kind: str) -> Any:
    """A speaker, source or publisher as the API takes it: by description, or by id where that is all there is."""
    if not isinstance(value, dict) or _empty(value):
        return None if _empty(value) else value
    known = {name: inner for name, inner in value.items() if inner is not None}
    if known.keys() == {"id"}:
        return known
    found = {name: inner for name, inner in known.items() if name not in _FOUND[kind]}
    if kind == "source" and "publisher" in found:
        found["publisher"] = _reference(found["publisher"], "publisher")
    return found


def _appearances(given: list[Any]) -> list[Json]:
    """The further ones: that of `source` comes with the claim."""
    found = []
    for position, one in enumerate(given):
        if not isinstance(one, dict):
            raise BadRow("is no object", f"appearances.{position}")
        if not one.get("first"):
            found.append({"source": _reference(one.get("source"), "source")})
    return found


def _evidence(given: list[Any]) -> tuple[list[Json], list[Any], list[tuple[str, str]]]:
    """Links, their ids in the file, and public copies of their pages."""
    links, ids, archives = [], [], []
    for position, one in enumerate(given):
        if not isinstance(one, dict):
            raise BadRow("is no object", f"evidence.{position}")
        known = {name: one[name] for name in ("url", "stance", "quote", "note") if one.get(name) is not None}
        if one.get("source") is not None:
            known["source"] = _reference(one["source"], "source")
        known.setdefault("stance", "mentions")
        links.append(known)
        ids.append(one.get("id"))
        address = one.get("url") or (one["source"].get("url") if isinstance(one.get("source"), dict) else None)
        if isinstance(one.get("archive_url"), str) and isinstance(address, str):
            archives.append((address, one["archive_url"]))
    return links, ids, list(dict.fromkeys(archives))


def _judgement(verdict: Any, ids: list[Any], left: list[str]) -> Judgement | None:
    if _empty(verdict):
        return None
    if not isinstance(verdict, dict):
        raise BadRow("is no object", "verdict")
    if verdict.get("state") not in (None, VerdictState.PUBLISHED):
        left.append("verdict")
        return None
    said = {name: value for name, value in verdict.items() if value is not None}
    read = {*_VERDICT, *_VERDICT_WORKED_OUT}
    left += [f"verdict.{name}" for name, value in said.items() if name not in read and not _empty(value)]
    data = {name: said[name] for name in _VERDICT if name in said and name not in ("rating", "label", "evidence")}
    rests_on = None
    if "evidence" in said:
        rests_on = [ids.index(one) for one in _list(said["evidence"], "verdict.evidence") if one in ids]
    return Judgement(data, _text(said.get("label")), _text(said.get("rating")), rests_on=rests_on)


def _verdicts_of_others(row: Json) -> list[str]:
    """Published verdicts beside the one that decides: one account cannot stand in for several reviewers."""
    decides = row["verdict"].get("id") if isinstance(row.get("verdict"), dict) else None
    found = row["verdicts"] if isinstance(row.get("verdicts"), list) else []
    others = [
        one for one in found
        if isinstance(one, dict) and one.get("state") == VerdictState.PUBLISHED and one.get("id") != decides
    ]  # fmt: skip
    return ["verdicts (besides the one that decides)"] * len(others)


def _text(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _reply(one: Any) -> Json:
    if not isinstance(one, dict):
        raise BadRow("is no object", "replies")
    found = {name: one[name] for name in ("text",) if one.get(name) is not None}
    source = _reference(one.get("source"), "source")
    return found if source is None else {**found, "source": source}


def _relations(row: Json, relations: list[Any], absorbed: list[Any]) -> list[Json]:
    """How the claim bears on others, by their ids in the file; `merged` is what became of one of the two."""
    found = []
    for position, one in enumerate(relations):
        if not isinstance(one, dict):
            raise BadRow("is no object", f"relations.{position}")
        known = {name: one[name] for name in ("kind", "claim", "note", "direction") if one.get(name) is not None}
        found.append(known)
    if row.get("merged_into"):
        found.append({"kind": "merged", "claim": row["merged_into"], "direction": "outgoing"})
    return found + [{"kind": "merged", "claim": one, "direction": "incoming"} for one in absorbed]


def _identity(value: Any) -> str | None:
    """An id that nobody else gives: the export's. Others, such as 17, are a part of the row."""
    said = value.lower() if isinstance(value, str) else ""
    return said if _UUID.fullmatch(said) else None


def _empty(value: Any) -> bool:
    return value in (None, "", [], {}) or (isinstance(value, dict) and all(inner is None for inner in value.values()))
