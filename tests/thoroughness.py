"""How often tests repeat what they leave to chance: a few times usually, in full where CI is set."""

import os

IN_FULL = "CI" in os.environ


def times(in_full: int, usually: int) -> int:
    return in_full if IN_FULL else usually
