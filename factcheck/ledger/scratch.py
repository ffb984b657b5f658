"""A temporary database for what a verifier must hold side by side, so that memory stays flat. No part of the record."""

import sqlite3

Failed = sqlite3.Error
"""What it raises, when the disk is full for one."""


def table(statement: str) -> sqlite3.Connection:
    """A database with the one table that the statement makes, in a file that goes when it is closed."""
    database = sqlite3.connect("")
    # Nothing in it is worth a way back.
    database.execute("PRAGMA journal_mode = OFF")
    database.execute(statement)
    return database
