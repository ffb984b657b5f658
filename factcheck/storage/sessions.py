"""Sessions of browsers: each ends with the token that it was begun with, with its account, or by time."""

from factcheck.storage import db

_STANDING = """
    t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ?) AND a.active"""
_TOKEN = f"SELECT t.id FROM tokens t JOIN accounts a ON a.id = t.account WHERE t.digest = ? AND {_STANDING}"  # noqa: S608
_ACCOUNT = f"""
    SELECT a.id, a.name, a.role FROM sessions s JOIN tokens t ON t.id = s.token JOIN accounts a ON a.id = t.account
    WHERE s.digest = ? AND s.expires_at > ? AND {_STANDING}"""  # noqa: S608


def token_of(digest: str, now: str) -> str | None:
    """The id of the token with this digest; None where it opens nothing."""
    row = db.first(_TOKEN, (digest, now))
    return str(row[0]) if row else None


def account_of(digest: str, now: str) -> tuple[str, str, str] | None:
    """Id, name and role of the account that a session is of; None where it has ended."""
    row = db.first(_ACCOUNT, (digest, now, now))
    return (row[0], row[1], row[2]) if row else None


def keep(digest: str, token: str, now: str, expires_at: str) -> None:
    """Begin a session; called inside a transaction. Those whose time is over go."""
    db.execute("DELETE FROM sessions WHERE expires_at <= ?", (now,))
    sql = "INSERT INTO sessions (digest, token, created_at, expires_at) VALUES (?, ?, ?, ?)"
    db.execute(sql, (digest, token, now, expires_at))


def remove(digest: str) -> None:
    db.execute("DELETE FROM sessions WHERE digest = ?", (digest,))
