"""A round of the worker's tasks."""

from pathlib import Path
from typing import Any

import pytest

from factcheck.config import Settings
from factcheck.domain.actors import SERVICE
from factcheck.services import checkpoints, sources
from factcheck.watching import Pace, Watch
from factcheck.worker import run_round
from tests.sites import Reply, site
from tests.test_watching import OUT

pytestmark = pytest.mark.usefixtures("database")


def test_a_round_that_did_something_is_followed_at_once_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise OSError

    # What goes wrong with one task keeps none of the others from being done.
    monkeypatch.setattr(checkpoints, "sign", broken)
    with site({"/page": Reply()}) as here, Watch(OUT, Pace(pause=0.05)) as watch:
        sources.add(SERVICE, {"url": f"{here.url}/page"})
        assert [run_round(Settings(data_dir=tmp_path), watch) for _ in range(2)] == [True, False]
