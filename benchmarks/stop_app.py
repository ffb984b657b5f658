"""The small app that stops.py serves: quick, slow and endless answers, and the ways to end the endless ones.

Of factcheck it takes the worker alone: what is measured is the server, not the service.
"""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from types import FrameType

from flask import Flask, Response, request
from gunicorn.workers.gthread import ThreadWorker

from factcheck.server.worker import DrainingWorker

SLOW_SECONDS = 0.3
HEARTBEAT_SECONDS = 1.0
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


class StreamEndingWorker(ThreadWorker):
    """gthread that tells the streams of a SIGTERM, then stops as gthread does."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        stopping.set()
        super().handle_exit(sig, frame)


class StreamDrainingWorker(DrainingWorker):
    """The service's own worker, which ends the streams once its listening socket is closed.

    Not before: two hundred threads that wake at once would hold that up.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if not self.alive:
            stopping.set()
