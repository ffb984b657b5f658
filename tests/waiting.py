"""Waiting for what comes soon."""

import time
from collections.abc import Callable
from typing import Any


def wait_for(what: Callable[[], Any], seconds: float = 30.0, every: float = 0.1) -> None:
    """Until it is so; fails after some seconds."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, f"it has not come to that in {seconds:.0f} seconds"
        time.sleep(every)
