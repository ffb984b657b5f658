"""The rules of the record. Pure: no Flask, no database, no network, no clock of its own."""
