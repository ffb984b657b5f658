"""A round of the worker's tasks."""

from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from factcheck.config import Settings
from factcheck.domain.actors import SERVICE
from factcheck.services import checkpoints, sources
from factcheck.work.watching import Pace
from factcheck.worker import Worker
from tests.sites import Reply, site

pytestmark = pytest.mark.usefixtures("database")


def test_a_round_that_did_something_is_followed_at_once_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise OSError

    # What goes wrong with one task keeps none of the others from being done.
    monkeypatch.setattr(checkpoints, "sign", broken)
    allowed = Settings(data_dir=tmp_path, fetch_allow=(ip_network("127.0.0.0/8"),))
    with site({"/page": Reply()}) as here, Worker(allowed, Pace(pause=0.05)) as worker:
        sources.add(SERVICE, {"url": f"{here.url}/page"})
        assert [worker.round() for _ in range(3)] == [True, False, False]
