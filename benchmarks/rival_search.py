"""What a search is measured against: SQLite's FTS5 or PostgreSQL's tsvector, over texts and titles, as they come."""

import re

from factcheck.storage import db

_SQLITE = (
    "CREATE VIRTUAL TABLE rival USING fts5(claim UNINDEXED, text, title, tokenize='porter unicode61')",
    "INSERT INTO rival SELECT c.id, c.text, s.title FROM claims c JOIN sources s ON s.id = c.source",
)
_POSTGRESQL = (
    """
    CREATE TABLE rival AS SELECT c.id AS claim,
        setweight(to_tsvector('english', c.text), 'A') || setweight(to_tsvector('english', s.title), 'B') AS words
    FROM claims c JOIN sources s ON s.id = c.source""",
    "CREATE INDEX rival_words ON rival USING gin (words)",
    "ANALYZE rival",
)


def fill() -> None:
    for statement in _POSTGRESQL if db.is_postgresql() else _SQLITE:
        db.execute(statement)


def claims(text: str, limit: int) -> list[str]:
    """The claims that have all words of a query, the best first."""
    if db.is_postgresql():
        sql = """
            SELECT claim FROM rival, to_tsquery('english', ?) AS asked
            WHERE words @@ asked ORDER BY ts_rank(words, asked) DESC LIMIT ?"""
        return [claim for (claim,) in db.query(sql, (_for_postgresql(text), limit))]
    sql = "SELECT claim FROM rival WHERE rival MATCH ? ORDER BY rank LIMIT ?"
    return [claim for (claim,) in db.query(sql, (_for_sqlite(text), limit))]


def _for_sqlite(text: str) -> str:
    if text.startswith('"'):
        return text
    parts = re.findall(r"(-?)([\w'.-]+)(\*?)", text)
    return " ".join(f'{"NOT " if unwanted else ""}"{word}"{star}' for unwanted, word, star in parts)


def _for_postgresql(text: str) -> str:
    if text.startswith('"'):
        return " <-> ".join("'" + word.replace("'", "''") + "'" for word in text.strip('"').split())
    parts = re.findall(r"(-?)([\w'.-]+)(\*?)", text)
    # Two quotation marks are one.
    quoted = [(unwanted, word.replace("'", "''"), star) for unwanted, word, star in parts]
    return " & ".join(f"{'!' if unwanted else ''}'{word}'{':*' if star else ''}" for unwanted, word, star in quoted)
