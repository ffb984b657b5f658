"""factcheck: the record that fact-checkers work in."""

__version__ = "0.1.0"
