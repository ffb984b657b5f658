"""Does a WSGI server stop cleanly on SIGTERM, under load and with event streams open? And how fast is it?

    python benchmarks/stops.py --server granian --threads 256 --stops 50 --streams 200
    python benchmarks/stops.py --throughput            # both servers, asked in turn; needs wrk

A stop is clean when the main process exits with 0 within EXIT_LIMIT and leaves no process of its group behind.

Every request is made on a connection of its own (`Connection: close`), or with --keep-alive on the thread's
connection for as long as the server keeps it. A request is LOST when its connection was established and no
complete 200 came back: a reset, an empty or a cut answer, a time-out. A refused connection is not lost, for the
client knows that nothing was begun. Lost requests are told apart by where they were lost:

    begun    the app had begun on it: its effect may have happened, the client cannot know
    queued   asked for before the signal, yet the app never saw it (it waited in the kernel or in the server)
    late     connected after the signal, while the listening socket was still open, and the app never saw it
    reused   sent after the signal on a connection that was kept alive, and the app never saw it

Streams are endless and not counted as lost; `tidy` counts those that ended with the last chunk of HTTP/1.1 rather
than in the middle (a browser's EventSource reconnects after either).
"""

import argparse
import http.client
import itertools
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

HOST = "127.0.0.1"
HERE = Path(__file__).resolve().parent
LOAD_SECONDS = 1.0
LOAD_THREADS = 16
PAUSE_SECONDS = 0.01  # between two requests of a thread: a bounded load, not a flood
EXIT_LIMIT = 15.0  # seconds after which a stop is a hang, and the group is killed
ANSWER_LIMIT = 20.0
APPS = {
    "granian": {"none": "stop_app:app", "flag": "stop_app:watched"},
    "gunicorn": {"none": "gthread", "flag": "stop_app.StreamEndingWorker", "drain": "stop_app.StreamDrainingWorker"},
}
"""How streams are ended: not at all; by a flag that SIGTERM sets; by that, and the service's own worker."""
KINDS = ("begun", "queued", "late", "reused")


def command(server: str, port: int, threads: int, ending: str, kill_timeout: int) -> list[str]:
    """The server's command line; `threads` is per worker, `kill_timeout` in seconds (0: granian waits)."""
    target = APPS[server][ending]
    if server == "granian":
        kill = ["--workers-kill-timeout", str(kill_timeout)] if kill_timeout else []
        return [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)),
            *("--workers", "2", "--blocking-threads", str(threads), "--respawn-failed-workers", *kill),
            *(["--factory"] if ending == "flag" else []),
            target,
        ]
    return [
        *(sys.executable, "-m", "gunicorn", "--bind", f"{HOST}:{port}", "--worker-class", target),
        *("--workers", "2", "--threads", str(threads), "--graceful-timeout", str(kill_timeout)),
        *("--no-control-socket", "stop_app:app"),
    ]


@dataclass
class Load:
    """What the load threads saw. `lost` has each lost request's number and its kind if the app never saw it."""

    port: int
    keep_alive: bool
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    signalled: bool = False
    answered: int = 0
    lost: dict[int, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> None:
        """Ask until refused, every fourth time for the slow route."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=ANSWER_LIMIT)
        for number in self.numbers:
            kind = "queued" if not self.signalled else "late" if connection.sock is None else "reused"
            if connection.sock is None:
                try:
                    connection.connect()
                except OSError:
                    return
            answered = self._ask(connection, number)
            with self.lock:
                self.answered += answered
                if not answered:
                    self.lost[number] = kind
            time.sleep(PAUSE_SECONDS)

    def _ask(self, connection: http.client.HTTPConnection, number: int) -> bool:
        headers = {"X-Number": str(number)} | ({} if self.keep_alive else {"Connection": "close"})
        try:
            connection.request("GET", "/slow" if number % 4 == 0 else "/quick", headers=headers)
            response = connection.getresponse()
            return response.status == 200 and response.read().endswith(b"}\n")
        except (OSError, http.client.HTTPException):
            connection.close()
            return False


@dataclass(frozen=True)
class Stop:
    """One stop: `seconds` from SIGTERM to the main process's exit; its `code`, None when it hung."""

    code: int | None
    seconds: float
    leftover: bool
    answered: int
    lost: Counter[str]
    streams: int
    tidy: int


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def start(arguments: list[str], begun: Path = Path(os.devnull)) -> subprocess.Popen[bytes]:
    """The server in a process group of its own, so that whatever it leaves behind can be found."""
    environment = os.environ | {"STOP_APP_BEGUN": str(begun), "PYTHONPATH": f"{HERE}:{HERE.parent}"}
    quiet = subprocess.DEVNULL
    return subprocess.Popen(arguments, env=environment, cwd=HERE, stdout=quiet, stderr=quiet, start_new_session=True)


def wait_until_up(port: int) -> None:
    for _ in range(400):
        with suppress(OSError), urllib.request.urlopen(f"http://{HOST}:{port}/quick", timeout=5):
            return
        time.sleep(0.05)
    raise TimeoutError("the server did not come up")


def open_streams(port: int, count: int) -> list[socket.socket]:
    """Sockets on which the first event arrived (within five seconds); the others are closed."""
    waiting = [socket.create_connection((HOST, port)) for _ in range(count)]
    for stream in waiting:
        stream.sendall(b"GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
    deadline = time.monotonic() + 5
    served = []
    for stream in waiting:
        stream.settimeout(max(deadline - time.monotonic(), 0.001))
        received = b""
        with suppress(OSError):
            while b": open" not in received and (part := stream.recv(4096)):
                received += part
        if b": open" in received:
            served.append(stream)
        else:
            stream.close()
    return served


def ended_tidily(stream: socket.socket) -> bool:
    """Read a stream to its end, as a browser would, and close it."""
    received = b""
    stream.settimeout(ANSWER_LIMIT)
    with suppress(OSError):
        while part := stream.recv(4096):
            received += part
    stream.close()
    return received.endswith(b"0\r\n\r\n")


def group_lives(group: int) -> bool:
    """Whether a process of the group still runs a second after the main one exited."""
    for _ in range(20):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.05)
    return True


def stop_once(arguments: list[str], load: Load, streams: int, begun: Path) -> Stop:
    """Start, load, SIGTERM, and wait; whatever is left of the group is killed."""
    begun.write_bytes(b"")
    server = start(arguments, begun)
    code: int | None = None
    try:
        wait_until_up(load.port)
        opened = open_streams(load.port, streams)
        endings = ThreadPoolExecutor(max(len(opened), 1)).map(ended_tidily, opened)
        threads = [threading.Thread(target=load.run) for _ in range(LOAD_THREADS)]
        for thread in threads:
            thread.start()
        time.sleep(LOAD_SECONDS + random.uniform(0, 0.4))  # a phase, not a secret
        signalled = time.monotonic()
        load.signalled = True
        server.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            code = server.wait(EXIT_LIMIT)
        seconds = time.monotonic() - signalled
        leftover = group_lives(server.pid)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    for thread in threads:
        thread.join()
    seen = {int(line) for line in begun.read_text().split()}
    lost = Counter("begun" if number in seen else kind for number, kind in load.lost.items())
    return Stop(code, seconds, leftover, load.answered, lost, len(opened), sum(endings))


HEADING = f"""\
| configuration | clean | lost: {" | ".join(KINDS)} | answered | stop s, median / max | streams / tidy |
|---|---|---|---|---|---|---|---|---|"""


def report(name: str, stops: list[Stop]) -> str:
    """One line of the table."""
    seconds = [stop.seconds for stop in stops]
    lost = sum((stop.lost for stop in stops), Counter[str]())
    cells = [
        f"{name} | {sum(stop.code == 0 and not stop.leftover for stop in stops)} of {len(stops)}",
        *(str(lost[kind]) for kind in KINDS),
        str(sum(stop.answered for stop in stops)),
        f"{statistics.median(seconds):.2f} / {max(seconds):.2f}",
        f"{sum(stop.streams for stop in stops)} / {sum(stop.tidy for stop in stops)}",
    ]
    return f"| {' | '.join(cells)} |"


def requests_per_second(port: int) -> float:
    arguments = ["wrk", "-t2", "-c16", "-d5s", f"http://{HOST}:{port}/quick"]
    output = subprocess.run(arguments, check=True, capture_output=True, text=True).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", output)
    if found is None or "Non-2xx" in output:
        raise ValueError(output)
    return float(found[1])


def throughput(threads: int, rounds: int = 3) -> None:
    """Both servers up at once, asked in turn; prints each one's rates and the ratio of their medians."""
    ports = {server: free_port() for server in APPS}
    started = [start(command(server, port, threads, [*APPS[server]][-1], 5)) for server, port in ports.items()]
    rates: dict[str, list[float]] = {server: [] for server in APPS}
    try:
        for port in ports.values():
            wait_until_up(port)
        for server in [*APPS] * rounds:
            rates[server].append(requests_per_second(ports[server]))
    finally:
        for process in started:
            process.terminate()
            process.wait(EXIT_LIMIT)
    print(f"{threads} threads, requests/s: {rates}")
    ratio = statistics.median(rates["granian"]) / statistics.median(rates["gunicorn"])
    print(f"granian / gunicorn: {ratio:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", choices=[*APPS], default="gunicorn")
    parser.add_argument("--threads", type=int, default=256, help="of each of the two workers")
    parser.add_argument("--ending", choices=["none", "flag", "drain"], default="flag", help="drain: gunicorn only")
    parser.add_argument("--kill-timeout", type=int, default=5, help="seconds that workers have to stop")
    parser.add_argument("--stops", type=int, default=50)
    parser.add_argument("--streams", type=int, default=0)
    parser.add_argument("--keep-alive", action="store_true", help="ask on kept connections")
    parser.add_argument("--throughput", action="store_true", help="compare both servers' speed instead")
    options = parser.parse_args()
    if options.throughput:
        throughput(options.threads)
        return
    if options.ending not in APPS[options.server]:
        parser.error(f"{options.server} has no {options.ending}")
    stops = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.stops):
            load = Load(free_port(), options.keep_alive)
            arguments = command(options.server, load.port, options.threads, options.ending, options.kill_timeout)
            stops.append(stop_once(arguments, load, options.streams, Path(folder) / "begun"))
    told = {name: value for name, value in vars(options).items() if name not in ("stops", "throughput")}
    print(HEADING, report(", ".join(f"{name} {value}" for name, value in told.items()), stops), sep="\n")


if __name__ == "__main__":
    main()
