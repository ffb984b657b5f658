"""Fixtures: a fresh database on each engine, and the service over it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from factcheck.app import create_app
from factcheck.config import Settings
from factcheck.storage import check, db
from tests import databases
from tests.callers import Callers


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
