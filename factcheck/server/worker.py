"""gunicorn's thread worker, so that a stop loses nobody's request (docs/performance.md has the numbers).

It overrides methods of gunicorn 27; benchmarks/stops.py tells whether a newer one still stops cleanly.
"""

import select
import socket
import time
from contextlib import suppress
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

_LINGER_SECONDS = 0.5


class DrainingWorker(ThreadWorker):
    """gthread with two manners that it lacks."""

    def set_accept_enabled(self, enabled: bool) -> None:
        """At a stop, take in whoever has connected, then close the listening socket at once.

        Plain gthread keeps it open, without accepting, until the last answer is out: whoever connects meanwhile
        is queued by the kernel and reset at the end. A closed one refuses, so a client knows that nothing began.
        """
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        # It can be called twice, when the signal comes while the worker is full.
        while self.sockets:
            listener = self.sockets.pop()
            waiting = select.poll()
            waiting.register(listener, select.POLLIN)
            while waiting.poll(0):
                self.accept(listener)
            listener.close()

    def handle(self, conn: Any) -> Any:
        """See a client off in the thread that answered it.

        Plain gthread waits in the thread that accepts, up to two seconds for each client that asked for
        `Connection: close` and then does not close.
        """
        keep = super().handle(conn)
        if not keep:
            with suppress(OSError):
                _see_off(conn.sock)
        return keep


def _see_off(connection: socket.socket) -> None:
    """End our side, read what the client still sends, and end its side too: a later close cannot wait."""
    connection.shutdown(socket.SHUT_WR)
    deadline = time.monotonic() + _LINGER_SECONDS
    with suppress(TimeoutError):
        while (left := deadline - time.monotonic()) > 0:
            connection.settimeout(left)
            if not connection.recv(4096):
                return
    connection.shutdown(socket.SHUT_RDWR)
