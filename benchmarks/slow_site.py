"""A site of many hosts that has an article at any path, after a while: every address of 127.0.0.0/8 is a host of it.

    python -m benchmarks.slow_site --seconds 0.2

Prints its port; once its standard input has ended, what it saw of each host's manners: one line of JSON.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field

_NO_RULES = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_WORDS = (
    "bridge", "harbour", "council", "report", "figure", "minister", "soldier", "vehicle", "winter", "station",
    "market", "paper", "river", "school", "letter", "number", "answer", "morning", "border", "factory",
)  # fmt: skip
_PARAGRAPHS, _SENTENCES = 8, 3


def article(path: str) -> bytes:
    """A page of some 6 kB with navigation and eight paragraphs, other words for each path and the same each time."""
    chance = random.Random(path)
    paragraphs = "".join(f"<p>{' '.join(_sentence(chance) for _ in range(_SENTENCES))}</p>" for _ in range(_PARAGRAPHS))
    links = "".join(f"<li><a href='/{word}'>{word}</a></li>" for word in _WORDS)
    title = _sentence(chance)
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head><body><nav><ul>{links}</ul></nav>"
        f"<article><h1>{title}</h1>{paragraphs}</article><footer>The paper</footer></body></html>"
    ).encode()


def _sentence(chance: random.Random) -> str:
    return f"The {' '.join(chance.choices(_WORDS, k=16))} of {chance.randint(1, 99_999):,} {chance.choice(_WORDS)}."


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
        writer.write(_answer(head))
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


def _answer(head: bytes) -> bytes:
    path = head.split(b" ", 2)[1].decode("ascii", "replace")
    if path == "/robots.txt":
        return _NO_RULES
    body = article(path)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
    return head + body


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
