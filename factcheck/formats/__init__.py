"""What goes out in other people's shapes: pure functions from our documents to theirs. No HTTP, no SQL."""
