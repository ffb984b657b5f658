"""Rows that somebody has tampered with: what reading them may raise, and what a column may hold instead of its own."""

UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What values of no kind that was meant may raise in whatever takes them for such."""


def as_bytes(value: object) -> bytes:
    """The bytes of a column; none where SQLite was given something else to keep there."""
    return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else b""
