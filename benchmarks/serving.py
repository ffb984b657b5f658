"""Servers to measure, each under gunicorn on a free port of this machine, and wrk to ask them."""

import itertools
import os
import re
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS = 16

_SCRIPT = Path(__file__).with_name("requests.lua")
_UNLIMITED = "1000000000/minute"


@dataclass(frozen=True)
class Settings:
    """How every server of one comparison is run, beside factcheck/server/config.py; `threads` are per worker."""

    workers: int = 2
    threads: int = 4


@dataclass(frozen=True)
class Server:
    """One that answers; `pid` is its main process."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def workers(self) -> list[int]:
        """The ids of the processes that answer."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(child) for child in children.split()]


@dataclass(frozen=True)
class Rate:
    """What wrk saw: answers a second, and latencies in milliseconds; and the workers' processor time an answer
    in microseconds, which others at work on the machine disturb less than the rate."""

    per_second: float
    p50: float
    p99: float
    answers: int
    processor: float


@dataclass(frozen=True)
class Request:
    """One that wrk may send."""

    path: str
    headers: Mapping[str, str]
    method: str = "GET"
    body: str = ""

    def line(self) -> str:
        """As requests.lua reads it."""
        headers = (f"{name}={value}" for name, value in self.headers.items())
        return "\t".join([self.method, self.path, self.body, *headers])


@contextmanager
def service(url: str, folder: Path, settings: Settings) -> Iterator[Server]:
    """The service with everything on: the limit high, the log in a file, metrics of all processes together."""
    environment = {"FACTCHECK_DATABASE_URL": url, "FACTCHECK_RATE_LIMIT": _UNLIMITED}
    with serve("wsgi:application", environment, "/healthz", folder / "service.log", settings) as server:
        yield server


@contextmanager
def serve(
    application: str, environment: Mapping[str, str], probe: str, log: Path, settings: Settings
) -> Iterator[Server]:
    """A WSGI application under gunicorn, up once it answers `probe`, and ended at the end."""
    port = _free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "--config", "python:factcheck.server.config", "--bind", f"{HOST}:{port}"),
        *("--workers", str(settings.workers), "--threads", str(settings.threads), "--log-level", "error", application),
    ]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        _wait_until_up(f"http://{HOST}:{port}{probe}", process, log)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(15)
        # What did not end by itself must not outlive the comparison.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def ask(server: Server, requests: Path, seconds: float) -> Rate:
    """Send random ones of a file of requests over 16 connections; raises ValueError for an error among the answers."""
    command = [
        *("wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "--latency", "-s", str(_SCRIPT), server.url),
        *("--", str(requests), str(secrets.randbelow(2**31))),
    ]
    before = _processor_seconds(server)
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    used = _processor_seconds(server) - before
    if "Non-2xx" in output or "Socket errors" in output:
        raise ValueError(output)
    answers = int(_found(r"(\d+) requests in", output))
    return Rate(
        float(_found(r"Requests/sec:\s+([\d.]+)", output)),
        _milliseconds(_found(r"\n\s+50%\s+(\S+)", output)),
        _milliseconds(_found(r"\n\s+99%\s+(\S+)", output)),
        answers,
        used / answers * 1e6,
    )


def write_requests(path: Path, requests: Iterable[Request]) -> Path:
    path.write_text("".join(f"{request.line()}\n" for request in requests))
    return path


def rounds(
    servers: Mapping[str, Server], asked: Mapping[str, Path], count: int, seconds: float
) -> list[dict[str, Rate]]:
    """Ask each server in turn, `count` times, with the order turned each time: what disturbs one disturbs all."""
    names, found = list(servers), []
    for number in range(count):
        order = [*names[number % len(names) :], *names[: number % len(names)]]
        found.append({name: ask(servers[name], asked[name], seconds) for name in order})
    return found


def ratio(found: Sequence[Mapping[str, Rate]], of: str, to: str) -> float:
    """The median of one server's rate by another's of the same round."""
    return statistics.median(one[of].per_second / one[to].per_second for one in found)


def processor_ratio(found: Sequence[Mapping[str, Rate]], of: str, to: str) -> float:
    """The same of the answers that a second of processor time gives."""
    return statistics.median(one[to].processor / one[of].processor for one in found)


def median(found: Sequence[Mapping[str, Rate]], name: str) -> Rate:
    seen = [one[name] for one in found]
    return Rate(
        statistics.median(rate.per_second for rate in seen),
        statistics.median(rate.p50 for rate in seen),
        statistics.median(rate.p99 for rate in seen),
        sum(rate.answers for rate in seen),
        statistics.median(rate.processor for rate in seen),
    )


def _processor_seconds(server: Server) -> float:
    """What the server's workers have used so far, in user and in system time."""
    ticks = 0
    for pid in server.workers():
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in itertools.repeat(None, 600):
        with suppress(OSError), urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"the server did not come up:\n{log.read_text()[-2000:]}")


def _found(pattern: str, output: str) -> str:
    match = re.search(pattern, output)
    if match is None:
        raise ValueError(output)
    return match[1]


def _milliseconds(text: str) -> float:
    for unit, factor in (("us", 0.001), ("ms", 1.0), ("s", 1000.0), ("m", 60_000.0)):
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * factor
    raise ValueError(text)
