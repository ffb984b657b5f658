"""Which step of a load has been done, and what it made, kept in the transaction of the step itself."""

from factcheck.storage import db


def find(key: str) -> str | None:
    """The id of what was made under a key; None where nothing was."""
    row = db.first("SELECT subject_id FROM imports WHERE key = ?", (key,))
    return str(row[0]) if row else None


def keep(key: str, subject_id: str) -> None:
    """Keep a key; called inside the write's transaction, so that neither stands without the other."""
    db.execute("INSERT INTO imports (key, subject_id) VALUES (?, ?)", (key, subject_id))
