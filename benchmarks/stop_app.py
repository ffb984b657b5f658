"""The small app that stops.py serves: quick, slow and endless answers, and the ways to end the endless ones.

It knows nothing of factcheck: what is measured is the server, not the service.
"""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from types import FrameType
from typing import Any

from flask import Flask, Response, request
from gunicorn.workers.gthread import ThreadWorker

SLOW_SECONDS = 0.3
HEARTBEAT_SECONDS = 1.0
LINGER_SECONDS = 0.5
HEAD_START_SECONDS = 0.2

stopping = threading.Event()
"""Set once this process was told to stop; every stream looks at it between two heartbeats."""

app = Flask(__name__)
_begun = os.open(os.environ.get("STOP_APP_BEGUN", os.devnull), os.O_WRONLY | os.O_APPEND)


@app.before_request
def note_begun() -> None:
    """Append the request's number to the file of begun requests (one short write is atomic)."""
    number = request.headers.get("X-Number")
    if number is not None:
        os.write(_begun, f"{number}\n".encode())


@app.get("/quick")
def quick() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/slow")
def slow() -> dict[str, str]:
    time.sleep(SLOW_SECONDS)
    return {"status": "ok"}


@app.get("/stream")
def stream() -> Response:
    return Response(_heartbeats(), mimetype="text/event-stream")


def _heartbeats() -> Iterator[str]:
    yield ": open\n\n"
    while not stopping.wait(HEARTBEAT_SECONDS):
        yield ": heartbeat\n\n"


def watched() -> Flask:
    """Application factory for granian: the app, with its streams ending on SIGTERM.

    Granian installs its own SIGTERM handler after it has loaded the app, so a handler of ours would be
    replaced. The wake-up descriptor is written to whichever handler is installed; a thread reads it.
    """
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(reader, writer), daemon=True).start()
    return app


def _watch(reader: socket.socket, _writer: socket.socket) -> None:
    """Set `stopping` when SIGTERM's number arrives; holds the writer so that it stays open.

    The short wait lets the server close its listening socket first: two hundred threads that wake at once
    hold it up, and who connects meanwhile is reset.
    """
    while signal.SIGTERM not in reader.recv(64):
        pass
    time.sleep(HEAD_START_SECONDS)
    stopping.set()


class StreamEndingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gthread that tells the streams of a SIGTERM, then stops as gthread does."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        stopping.set()
        super().handle_exit(sig, frame)


class DrainingWorker(ThreadWorker):  # type: ignore[misc]
    """gthread that ends streams on SIGTERM, and has two manners that gthread (gunicorn 27.0) lacks.

    It leaves no connection in the kernel's queue when it stops accepting. Plain gthread keeps its listening
    socket open until the last answer is out, without accepting: whoever connects meanwhile is queued by the
    kernel and reset at the end. Here the queue is emptied and the socket closed at once, so that a later client
    is refused and knows that nothing was begun. Streams are told only then, for two hundred threads that wake
    at once would hold this up.

    And it waits for the client to close in the thread that answered. Plain gthread waits in the thread that
    accepts, up to two seconds for each client that asked for `Connection: close` and then does not close.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if not self.alive:
            for listener in self.sockets:
                self._empty(listener)
                listener.close()
            stopping.set()

    def _empty(self, listener: Any) -> None:
        while True:
            before = self.nr_conns
            self.accept(listener)  # swallows EAGAIN
            if self.nr_conns == before:
                return

    def handle(self, conn: Any) -> Any:
        keep = super().handle(conn)
        if not keep:
            with suppress(OSError):
                _see_off(conn.sock)
        return keep


def _see_off(connection: socket.socket) -> None:
    """End our side, read what the client still sends, and end its side too: a later close cannot wait."""
    connection.shutdown(socket.SHUT_WR)
    deadline = time.monotonic() + LINGER_SECONDS
    with suppress(TimeoutError):
        while (left := deadline - time.monotonic()) > 0:
            connection.settimeout(left)
            if not connection.recv(4096):
                return
    connection.shutdown(socket.SHUT_RDWR)
