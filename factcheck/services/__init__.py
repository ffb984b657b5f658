"""The rules of each write, and the reads that are more than a row. The only place that opens a write.

Services take data that a schema has validated; what only the record itself can know is checked here,
inside the transaction, before anything changes.
"""
