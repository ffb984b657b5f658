"""Answers that go on after their request's thread is needed again: the worker hands the client's socket over.

Knows neither gunicorn nor the service, so that both can speak of it.
"""

import socket
from collections.abc import Callable
from dataclasses import dataclass

OFFER = "factcheck.hand_over"
"""Where the WSGI environment has an `Offer`, if the answer can be handed over."""


@dataclass(frozen=True, slots=True, eq=False)
class Connection:
    """A client that has the head of its answer. Whoever holds this writes the rest and calls `over`, once."""

    socket: socket.socket
    """It does not block."""
    chunked: bool
    over: Callable[[], None]
    """Gives the connection back, to be closed."""

    def framed(self, data: bytes) -> bytes:
        """A part of the body as it is sent (RFC 9112, section 7.1)."""
        return b"%x\r\n%b\r\n" % (len(data), data) if self.chunked and data else data

    @property
    def last(self) -> bytes:
        """What tells the client that its answer is whole."""
        return b"0\r\n\r\n" if self.chunked else b""


Take = Callable[[Connection], Callable[[], None]]
"""Takes a connection, without waiting for anything; gives what asks for a quick end, when the worker stops."""

Offer = Callable[[Take], None]
"""Called in a view, whose answer must then be a 200 without a body of its own."""
