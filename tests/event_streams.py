"""A client of server-sent events that does what a browser's EventSource does (WHATWG HTML, section 9.2.6)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import orjson

from tests.callers import Json


@dataclass
class EventSource:
    """Fed with bytes as they come; an event that is cut off is none."""

    last_id: str = ""
    retry: int | None = None
    types: set[str] = field(default_factory=set)
    _rest: bytes = b""

    def feed(self, data: bytes) -> Iterator[Json]:
        """The events that are whole now."""
        *blocks, self._rest = (self._rest + data).split(b"\n\n")
        for block in blocks:
            said = self._dispatch(block.decode())
            if said:
                yield orjson.loads(said)

    def again(self) -> dict[str, str]:
        """The headers to come back with."""
        self._rest = b""
        return {"Last-Event-ID": self.last_id} if self.last_id else {}

    def _dispatch(self, block: str) -> str:
        said = []
        for line in block.split("\n"):
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "id":
                self.last_id = value
            elif name == "retry":
                self.retry = int(value)
            elif name == "event":
                self.types.add(value)
            elif name == "data":
                said.append(value)
        return "\n".join(said)
