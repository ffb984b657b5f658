"""How long does a change take to reach everyone who follows, and what do they cost?

    python -m benchmarks.stream --backend sqlite        # 200 clients, 100 changes, seven a second

The time is from the sending of a write to the arrival of its event, for each client and each change. Beside it: a small
read's time with nobody and with everybody following, the processes' own memory in both cases, and how long a stop takes
while all follow.
"""

import argparse
import http.client
import os
import re
import selectors
import signal
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from benchmarks import databases, serving
from benchmarks.memory import memory
from benchmarks.reader import token_for
from benchmarks.serving import HOST, Server, Settings

READS = 300
_ID = re.compile(rb"^id: (\d+)\ndata:", re.MULTILINE)


@dataclass
class Listener:
    """So many streams, read by one thread; `heard` has when each of them was told an event, by its number."""

    port: int
    count: int
    heard: dict[int, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        for _ in range(self.count):
            stream = socket.create_connection((HOST, self.port))
            stream.sendall(b"GET /v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
            self._selector.register(stream, selectors.EVENT_READ)
        threading.Thread(target=self._listen).start()

    def _listen(self) -> None:
        """Until all have ended."""
        while self._selector.get_map():
            for key, _ in self._selector.select(1.0):
                self._read(key.fileobj)  # type: ignore[arg-type]

    def _read(self, stream: socket.socket) -> None:
        data = stream.recv(256 * 1024)
        now = time.perf_counter()
        # A number that is cut in two would be missing in the count below, which the benchmark then says.
        for found in _ID.findall(data):
            self.heard.setdefault(int(found), []).append(now)
        if not data:
            self._selector.unregister(stream)
            stream.close()


def run(backend: str, clients: int, changes: int, per_second: float) -> None:
    """Print one line of the table."""
    with databases.empty(backend) as (url,), tempfile.TemporaryDirectory() as name:
        token = token_for(url)
        with serving.service(url, Path(name), Settings()) as server:
            _reads(server)
            alone, before = _reads(server), _own(server)
            listener = Listener(server.port, clients)
            time.sleep(2)
            sent = _write(server, token, changes, per_second)
            time.sleep(2)
            told = [when - sent[seq] for seq in sent for when in listener.heard.get(seq, [])]
            together, after = _reads(server), _own(server)
            stopped = _stop(server)
    missing = clients * changes - len(told)
    cells = [f"{_milliseconds(told, share):.0f}" for share in (50, 99)]
    print(f"| {backend} | {' | '.join(cells)} | {max(told) * 1000:.0f} | {missing} | {before:.1f} / {after:.1f} "
          f"| {alone:.1f} / {together:.1f} | {stopped:.2f} |")  # fmt: skip


def _write(server: Server, token: str, changes: int, per_second: float) -> dict[int, float]:
    """Post so many claims; gives when each was sent, by the number of its event."""
    connection, sent = http.client.HTTPConnection(HOST, server.port, timeout=30), {}
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for number in range(changes):
        began = time.perf_counter()
        connection.request("POST", "/v1/claims", orjson.dumps({"text": f"Claim {number}"}), headers)
        sent[orjson.loads(connection.getresponse().read())["seq"]] = began
        time.sleep(max(0.0, 1 / per_second - (time.perf_counter() - began)))
    connection.close()
    return sent


def _reads(server: Server) -> float:
    """The median milliseconds of a small read."""
    connection, taken = http.client.HTTPConnection(HOST, server.port, timeout=30), []
    for _ in range(READS):
        began = time.perf_counter()
        connection.request("GET", "/v1/scales/plain")
        connection.getresponse().read()
        taken.append(time.perf_counter() - began)
    connection.close()
    return statistics.median(taken) * 1000


def _own(server: Server) -> float:
    """The megabytes that the processes alone hold, of the one that holds the most."""
    return max(memory(pid)["RssAnon"] for pid in server.workers())


def _stop(server: Server) -> float:
    """Seconds from SIGTERM to the main process until its workers have gone."""
    began, workers = time.perf_counter(), server.workers()
    os.kill(server.pid, signal.SIGTERM)
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        time.sleep(0.01)
    return time.perf_counter() - began


def _milliseconds(seconds: Sequence[float], share: int) -> float:
    return statistics.quantiles(seconds, n=100)[share - 1] * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", choices=databases.BACKENDS, default="sqlite")
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--changes", type=int, default=100)
    parser.add_argument("--per-second", type=float, default=7)
    options = parser.parse_args()
    print("| database | p50 ms | p99 ms | worst ms | not told | own MB without / with | a read, ms | stop s |\n"
          "|---|---|---|---|---|---|---|---|")  # fmt: skip
    run(options.backend, options.clients, options.changes, options.per_second)


if __name__ == "__main__":
    main()
