"""gunicorn's thread worker, so that a stop loses nobody's request (docs/performance.md has the numbers).

It overrides methods of gunicorn 27; benchmarks/stops.py tells whether a newer one still stops cleanly.
"""

import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from factcheck.server.handover import OFFER, Connection, Take

_LINGER_SECONDS = 0.5


class DrainingWorker(ThreadWorker):
    """gthread with four manners that it lacks."""

    alive: bool
    wsgi: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._here = threading.local()
        # Both by connection: who takes it once its thread is done with it; and how to end it, once it is taken.
        self._leaving: dict[Any, tuple[Take, bool]] = {}
        self._taken: dict[Any, Callable[[], None]] = {}

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
        # After that: who is sent away comes back at once, and must find the door closed.
        for end in self._taken.values():
            end()

    def is_parent_alive(self) -> Any:
        """Stop as at a signal where the main process was killed: plain gthread waits for open answers first."""
        self.alive = super().is_parent_alive() and self.alive
        return self.alive

    def handle(self, conn: Any) -> Any:
        """See a client off in the thread that answered it.

        Plain gthread waits in the thread that accepts, up to two seconds for each client that asked for
        `Connection: close` and then does not close.
        """
        keep = super().handle(conn)
        if not keep and conn not in self._leaving:
            with suppress(OSError):
                _see_off(conn.sock)
        return keep

    def load_wsgi(self) -> None:
        """Let answers leave the thread that began them, where the application asks for it."""
        super().load_wsgi()
        self.wsgi = partial(self._offer, self.wsgi)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Note whose request this thread has. HTTP/2 comes another way, and its answers stay where they are."""
        self._here.conn = conn
        try:
            return super().handle_request(req, conn)
        finally:
            self._here.conn = None

    def _offer(self, application: Any, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """The WSGI application; where it hands its answer over, the head is sent and nothing else."""
        conn = getattr(self._here, "conn", None)
        takes: list[Take] = []
        if conn and environ["REQUEST_METHOD"] == "GET" and not isinstance(conn.sock, ssl.SSLSocket):
            environ[OFFER] = takes.append
        body: Iterable[bytes] = application(environ, start_response)
        response = start_response.__self__
        if takes:
            # Taken even where the client has gone by now: who takes it has kept a place.
            self._leaving[conn] = takes[0], response.chunked
            response.force_close()
            response.send_headers()
            # Else gunicorn would send the last chunk now.
            response.chunked = False
        return body

    def finish_request(self, conn: Any, fs: Any) -> None:
        """As gthread's, in the main thread; what was handed over goes to who takes it."""
        leaving = self._leaving.pop(conn, None)
        if leaving is None:
            super().finish_request(conn, fs)
            return
        take, chunked = leaving
        conn.sock.setblocking(False)
        self._taken[conn] = take(Connection(conn.sock, chunked, partial(self.method_queue.defer, self._over, conn)))
        if not self.alive:
            self._taken[conn]()

    def _over(self, conn: Any) -> None:
        del self._taken[conn]
        self.nr_conns -= 1
        conn.close()


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
