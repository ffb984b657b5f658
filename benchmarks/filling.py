"""Records of many claims for searching and matching, put in as rows: through the services a million would take hours.

A corpus has a line for each claim, JSON with `text` and `title`. Where more claims are asked for than it has, they are
mixed from its sentences: the first half of one and the second half of another, so that common words stay common.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from factcheck import clock
from factcheck.domain.actors import SERVICE
from factcheck.domain.search_entries import Field, Text
from factcheck.services import claims
from factcheck.storage import db, documents, search_index

Claim = tuple[str, str]
"""Its text and the title of its source."""

_BATCH = 10_000
_COLUMNS = [name for name in documents.COLUMNS if name != "absorbed"]


def read(paths: Sequence[Path]) -> list[Claim]:
    """The claims of some files."""
    found = (orjson.loads(line) for path in paths for line in path.read_bytes().splitlines())
    return [(one["text"], one["title"]) for one in found]


def mixed(corpus: list[Claim], count: int) -> Iterator[Claim]:
    for number in range(count):
        if number < len(corpus):
            yield corpus[number]
            continue
        one, other = random.choice(corpus)[0].split(), random.choice(corpus)[0].split()
        text = " ".join([*one[: len(one) // 2], *other[len(other) // 2 :]])
        yield text, random.choice(corpus)[1]


def fill(sample: list[Claim]) -> list[str]:
    """Put claims into an empty record, so that they can be searched and matched by words; gives their ids."""
    template = claims.submit(SERVICE, {"text": "Template", "source": {"title": "Template"}})
    document = orjson.loads(claims.document(template).body)
    # For this connection's filling alone: rows in any order, and much memory.
    db.execute("SET session_replication_role = replica" if db.is_postgresql() else "PRAGMA foreign_keys = 0")
    if not db.is_postgresql():
        db.execute("PRAGMA cache_size = -1000000")
    with db.exclusive():
        for table in ("search_postings", "search_claims", "search_terms"):
            db.execute(f"DELETE FROM {table}")
        ids = [clock.new_id() for _ in sample]
        for start in range(0, len(sample), _BATCH):
            _put(ids[start : start + _BATCH], sample[start : start + _BATCH], document)
        search_index.load(
            (one, 1, [Text(Field.TEXT, text, "en"), Text(Field.SOURCE, title, "en")])
            for one, (text, title) in zip(ids, sample, strict=True)
        )
        db.execute("ANALYZE")
    db.database.close()
    return ids


def _put(ids: list[str], sample: list[Claim], document: dict[str, Any]) -> None:
    sources = [clock.new_id() for _ in ids]
    _copy(
        "sources",
        document["source"]["id"],
        ("id", "title"),
        list(zip(sources, [one[1] for one in sample], strict=True)),
    )
    texts = [one[0] for one in sample]
    _copy("claims", document["id"], ("id", "text", "source"), list(zip(ids, texts, sources, strict=True)))
    sql = f"INSERT INTO documents ({', '.join(_COLUMNS)}) VALUES ({db.marks(_COLUMNS)})"
    db.execute_many(sql, [_row(one, said, document) for one, said in zip(ids, sample, strict=True)])


def _copy(table: str, of: str, names: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Rows like that one but for some columns."""
    columns = [column.name for column in db.database.get_columns(table)]
    [like] = db.query(f"SELECT {', '.join(columns)} FROM {table} WHERE id = ?", (of,))
    usual = dict(zip(columns, like, strict=True))
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({db.marks(columns)})"
    db.execute_many(sql, [list((usual | dict(zip(names, row, strict=True))).values()) for row in rows])


def _row(claim: str, said: Claim, template: dict[str, Any]) -> list[object]:
    body = orjson.dumps({**template, "id": claim, "text": said[0]})
    own = speaker(random.randrange(1000))
    status = "refuted" if random.random() < 0.05 else "unreviewed"
    return [claim, 1, "2024-10-24T00:00:00.000000Z", status, "factual", own, "en", 0, 0, None, False, body, b"{}"]


def speaker(number: int) -> str:
    """The id of one of a thousand speakers, whom a claim may be filtered by."""
    return f"0192b0c0-0000-7000-8000-{number:012}"


def add_meanings(ids: Sequence[str], model: str, vectors: Iterator[list[bytes]]) -> None:
    """Keep vectors for claims, each with as many as it is given."""
    sql = "INSERT INTO meanings (claim, model, said, vector) VALUES (?, ?, ?, ?)"
    given = zip(ids, vectors, strict=True)
    with db.exclusive():
        while some := list(islice(given, _BATCH)):
            texts: dict[str, str] = dict(
                db.query(f"SELECT id, text FROM claims WHERE id IN ({db.marks(some)})", [one for one, _ in some])
            )
            said = {claim: hashlib.sha256(text.encode()).hexdigest() for claim, text in texts.items()}
            db.execute_many(sql, [(claim, model, said[claim], vector) for claim, several in some for vector in several])
