"""python -m factcheck.server.companion: keeps one `flask worker` running beside the server that has started this
process, for installations of one machine; ends it when that server has gone."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

_LOOK_SECONDS = 1.0
_AGAIN_SECONDS = 5.0
_STOP_SECONDS = 10.0


def main() -> None:
    server = os.getppid()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        while os.getppid() == server:
            _run_while(server)
            if os.getppid() == server:
                time.sleep(_AGAIN_SECONDS)


def _run_while(server: int) -> None:
    """Run a worker until it ends, or end it once this process has another parent than the server."""
    worker = subprocess.Popen([sys.executable, "-m", "flask", "worker"])
    try:
        while worker.poll() is None and os.getppid() == server:
            with suppress(subprocess.TimeoutExpired):
                worker.wait(_LOOK_SECONDS)
    finally:
        worker.terminate()
        with suppress(subprocess.TimeoutExpired):
            worker.wait(_STOP_SECONDS)
        worker.kill()


if __name__ == "__main__":
    main()
