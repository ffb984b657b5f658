"""Fixtures: a fresh database on each engine, and the service over it.

What reaches the database through services, and whole processes, are tried on SQLite; on PostgreSQL too with `--both`,
and where CI is set. What is about SQL itself is tried on both always.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from flask import Flask

from factcheck.app import create_app
from factcheck.config import Settings
from factcheck.storage import check, db
from tests import databases
from tests.callers import Callers
from tests.thoroughness import IN_FULL, times

hypothesis.settings.register_profile("ours", max_examples=times(100, 20))
hypothesis.settings.load_profile("ours")

_ABOVE_SQL = ("api", "cli", "desk", "e2e", "formats", "services", "web", "work")


def pytest_addoption(parser: pytest.Parser) -> None:
    help_text = "also try on PostgreSQL what is tried through services, over HTTP and on the command line"
    parser.addoption("--both", action="store_true", default=IN_FULL, help=help_text)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("both"):
        return
    left_out = [item for item in items if _once_is_enough(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


def _once_is_enough(item: pytest.Item) -> bool:
    room = item.path.relative_to(Path(__file__).parent).parts[0]
    parameters = getattr(item, "callspec", None)
    return room in _ABOVE_SQL and parameters is not None and parameters.params.get("backend") == "postgresql"


@pytest.fixture(params=databases.BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Each test that touches a database runs on both engines."""
    name: str = request.param
    return name


@pytest.fixture
def database(backend: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database, connected; tables and ledger agree when the test ends."""
    url = databases.fresh(backend, tmp_path)
    db.connect(url)
    yield url
    assert list(check.differences()) == []
    databases.drop(url)


@cache
def _app(settings: Settings) -> Flask:
    # The application holds no database of its own, so one serves all tests of the same settings.
    return create_app(settings)


@pytest.fixture
def callers_with(database: str) -> Callable[..., Callers]:
    """Makes the service with other settings than the usual ones, over the test's database."""

    def make(**settings: object) -> Callers:
        usual = Settings(log_level="CRITICAL", rate_limit="", data_dir=databases.data_dir())
        app = _app(replace(usual, **settings))  # type: ignore[arg-type]
        db.connect(database)
        return Callers(app)

    return make


@pytest.fixture
def callers(callers_with: Callable[..., Callers]) -> Callers:
    """The service with its usual settings, and somebody of each role."""
    return callers_with()
