"""How much of a minimal server's read rate is left with everything on: tokens, limits, logs, metrics, headers.

    python -m benchmarks.load --url sqlite:////tmp/record.db
    python -m benchmarks.reads --database /tmp/record.db

Four are asked in turn, with the same server and worker settings, on the same file: a bare WSGI function and a
minimal Flask app that send the same stored bytes (rivals.py), and the service, without and with a token.
Ratios are what counts; the machine decides the rest. Needs wrk.
"""

import argparse
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks import serving
from benchmarks.reader import TARGETS, read_requests, token_for
from benchmarks.serving import Rate, Request, Server, Settings

BARE, MINIMAL, ANYONE, TOKEN = "bare WSGI", "minimal Flask", "service", "service, token"
HEADING = """\
| read | answers/s | by minimal Flask | with a token | by bare WSGI | the same of processor time | target | |
|---|---|---|---|---|---|---|---|"""


def measure(database: Path, settings: Settings, count: int, seconds: float) -> None:
    """Print the table."""
    url = f"sqlite:///{database}"
    token = token_for(url)
    reads = read_requests(url)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = _servers(stack, database, folder, settings)
        print(HEADING)
        for name, requests in reads.items():
            asked = {server: _file(folder, server, requests, token) for server in servers}
            for server in servers:
                serving.ask(servers[server], asked[server], 1)  # warms caches and connections
            found = serving.rounds(servers, asked, count, seconds)
            print(_line(name, found), flush=True)


def _line(name: str, found: list[dict[str, Rate]]) -> str:
    pairs = ((ANYONE, MINIMAL), (TOKEN, MINIMAL), (ANYONE, BARE))
    ratios = [serving.ratio(found, *pair) for pair in pairs]
    processor = ", ".join(f"{serving.processor_ratio(found, *pair):.2f}" for pair in pairs)
    cells = [name, f"{serving.median(found, ANYONE).per_second:.0f}", *(f"{ratio:.2f}" for ratio in ratios), processor]
    said = "met" if ratios[0] >= TARGETS[name] else "missed"
    return f"| {' | '.join(cells)} | {TARGETS[name]:.2f} | {said} |"


def _servers(stack: ExitStack, database: Path, folder: Path, settings: Settings) -> dict[str, Server]:
    environment = {"RIVAL_DATABASE": str(database)}
    servers = {
        name: stack.enter_context(
            serving.serve(f"benchmarks.rivals:{target}", environment, "/v1/claims", folder / f"{target}.log", settings)
        )
        for name, target in ((BARE, "bare"), (MINIMAL, "minimal"))
    }
    # One service asked in two ways: a second one would only share the cores.
    ours = stack.enter_context(serving.service(f"sqlite:///{database}", folder, settings))
    return {**servers, ANYONE: ours, TOKEN: ours}


def _file(folder: Path, server: str, requests: list[Request], token: str) -> Path:
    given = {"Authorization": f"Bearer {token}"} if server == TOKEN else {}
    changed = (Request(one.path, {**one.headers, **given}) for one in requests)
    return serving.write_requests(folder / f"{server}.txt", changed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", type=Path, required=True, help="a SQLite file that load.py has filled")
    parser.add_argument("--threads", type=int, default=4, help="of each of the two workers")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    options = parser.parse_args()
    measure(options.database.resolve(), Settings(threads=options.threads), options.rounds, options.seconds)


if __name__ == "__main__":
    main()
