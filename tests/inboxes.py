"""Receivers of webhooks on loopback, which check what comes as receivers do."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import orjson
from standardwebhooks import Webhook

from tests.sites import Answer, Reply, site

TAKEN = Reply(b"", 204)

Json = dict[str, Any]


@dataclass
class Inbox:
    """What came to a receiver, in this order, whatever it answered: one answer after the other, the last for ever."""

    answers: Iterable[Answer] = (TAKEN,)
    url: str = ""
    headers: list[Mapping[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        *first, last = self.answers
        self._next = itertools.chain(first, itertools.repeat(last))

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        body: bytes = handler.body  # type: ignore[attr-defined]  # as `sites` leaves it there
        # Who sends it may have died on the way.
        if len(body) == int(handler.headers["Content-Length"]):
            self.headers.append(dict(handler.headers))
            self.bodies.append(body)
            self.answer()(handler)

    def answer(self) -> Answer:
        return next(self._next)

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers in self.headers]

    @property
    def messages(self) -> list[Json]:
        return [orjson.loads(body) for body in self.bodies]

    @property
    def seqs(self) -> list[int]:
        return [message["data"]["seq"] for message in self.messages]

    def verified(self, secret: str) -> list[Json]:
        """Each message as the package gives it; raises where a signature does not hold."""
        pairs = zip(self.bodies, self.headers, strict=True)
        return [Webhook(secret).verify(body, dict(headers)) for body, headers in pairs]


@contextmanager
def inbox(*answers: Answer) -> Iterator[Inbox]:
    found = Inbox(answers or (TAKEN,))
    with site({"POST /in": found}) as here:
        found.url = f"{here.url}/in"
        yield found
