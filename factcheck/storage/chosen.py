"""The one name by which everything asks the database, and which one it stands for in this thread."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import peewee


class _Here(threading.local):
    other: peewee.Database | None = None


class Chosen(peewee.DatabaseProxy):
    """The main database, but in a thread that has said for a while that it reads another one."""

    # All that may be set, as peewee's proxies go by this list.
    __slots__ = ("_callbacks", "_here", "main")

    _callbacks: list[Callable[[Any], None]]

    def __init__(self) -> None:
        self._here = _Here()
        super().__init__()

    def initialize(self, obj: Any) -> None:
        """Make this the main database, for all threads."""
        self.main: Any = obj
        for callback in self._callbacks:
            callback(obj)

    @property
    def obj(self) -> Any:
        other = self._here.other
        return self.main if other is None else other

    def __getattr__(self, attr: str) -> Any:
        # Looked at some ten times a request: peewee's own way would choose twice each time.
        return getattr(self.obj, attr)

    @property
    def is_main(self) -> bool:
        """Whether this thread asks the main one."""
        return self._here.other is None

    @contextmanager
    def reading(self, other: peewee.Database) -> Iterator[None]:
        """Whatever this thread asks inside, it asks another database of the same tables."""
        self._here.other = other
        try:
            yield
        finally:
            self._here.other = None
