"""A site of many hosts that answers any path after a while: every address of 127.0.0.0/8 is a host of it.

    python -m benchmarks.slow_site --seconds 0.2

Prints its port; once its standard input has ended, what it saw of each host's manners: one line of JSON.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field

_ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 17\r\nConnection: close\r\n\r\n<p>It is here</p>"
)


@dataclass
class Host:
    """Requests under way, the most of them at once, when the last one ended, and the least pause before one."""

    open: int = 0
    most: int = 0
    ended: float = float("-inf")
    least: float = float("inf")

    def begin(self) -> None:
        self.open += 1
        self.most = max(self.most, self.open)
        self.least = min(self.least, time.monotonic() - self.ended)

    def end(self) -> None:
        self.open -= 1
        self.ended = time.monotonic()


@dataclass
class Site:
    """Answers after so many seconds, and counts."""

    seconds: float
    hosts: "defaultdict[str, Host]" = field(default_factory=lambda: defaultdict(Host))
    pages: int = 0
    robots: int = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            writer.close()
            return
        host = self.hosts[writer.get_extra_info("sockname")[0]]
        self._count(head)
        host.begin()
        await asyncio.sleep(self.seconds)
        host.end()
        writer.write(_ANSWER)
        writer.close()

    def _count(self, head: bytes) -> None:
        if head.startswith(b"GET /robots.txt "):
            self.robots += 1
        else:
            self.pages += 1

    def seen(self) -> dict[str, float]:
        return {
            "hosts": len(self.hosts),
            "pages": self.pages,
            "robots": self.robots,
            "at_once": max((host.most for host in self.hosts.values()), default=0),
            "least_pause": min((host.least for host in self.hosts.values()), default=0.0),
        }


async def serve(site: Site) -> None:
    """Answer until standard input ends."""
    server = await asyncio.start_server(site.answer, "0.0.0.0", 0, backlog=1000)  # noqa: S104 - all of 127.0.0.0/8
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=0.2, help="before each answer")
    site = Site(parser.parse_args().seconds)
    asyncio.run(serve(site))
    print(json.dumps(site.seen()), flush=True)


if __name__ == "__main__":
    main()
