"""The ledger's pure half: canonical bytes, commitments, leaves. Imports `cryptography` and the standard library alone,
so that an auditor can read and run it without the rest of the service."""
