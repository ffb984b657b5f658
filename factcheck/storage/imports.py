"""Which step or row of a load has been done, and what it made, kept in the transaction that does it."""

from factcheck.storage import db


def find(key: str) -> str | None:
    """The id of what was made under a key; None where nothing was."""
    row = db.first("SELECT subject_id FROM imports WHERE key = ?", (key,))
    return str(row[0]) if row else None


def find_row(key: str) -> tuple[str, str] | None:
    """As `find`, with the digest of the row that it was made from ("" where none was kept)."""
    row = db.first("SELECT subject_id, digest FROM imports WHERE key = ?", (key,))
    return (str(row[0]), str(row[1] or "")) if row else None


def keep(key: str, subject_id: str, digest: str | None = None) -> None:
    """Keep a key; called inside the write's transaction, so that neither stands without the other."""
    db.execute("INSERT INTO imports (key, subject_id, digest) VALUES (?, ?, ?)", (key, subject_id, digest))
