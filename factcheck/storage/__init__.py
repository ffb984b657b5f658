"""Rows, events and stored documents, on SQLite and PostgreSQL. Knows no HTTP and no roles."""
