"""gunicorn's settings; the address comes from `flask serve`.

An operator's own go into GUNICORN_CMD_ARGS, and FORWARDED_ALLOW_IPS names the proxies that gunicorn believes.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

_METRICS_DIR = "PROMETHEUS_MULTIPROC_DIR"

worker_class = "factcheck.server.worker.DrainingWorker"
# More of either do not serve more (docs/performance.md).
workers = 2
threads = 4
# The service is loaded once and its workers forked from it: they begin at once, share what they do not change, and a
# wrong setting ends the start. It has no connection and no thread by then, which would not outlive a fork.
preload_app = True
# Answers in flight have this long, so whoever stops the service should wait a little longer.
graceful_timeout = 20
keepalive = 5
# Heartbeats are written to memory: on a slow disk a worker would look dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn makes unnamed files there
# It would be a file next to the service, which a read-only file system has no room for.
control_socket_disable = True
# The service writes one line a request itself.
accesslog = None

# Where workers keep their metrics: a fresh directory, or those of dead processes count on. Named before the service is
# loaded, which looks at the name.
os.environ[_METRICS_DIR] = tempfile.mkdtemp(prefix="factcheck-metrics-")


def child_exit(_server: Any, worker: Any) -> None:
    """Drop a dead worker's gauges; its counters stay, for they were true."""
    # Read here, for the library looks at the directory's name when it is imported.
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(_server: Any) -> None:
    shutil.rmtree(os.environ[_METRICS_DIR], ignore_errors=True)
