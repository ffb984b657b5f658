"""How the rows of webhooks are found."""

from pathlib import Path

import pytest

from factcheck.domain.actors import SERVICE
from factcheck.services import webhooks as service
from factcheck.services.webhooks import House
from factcheck.storage import db, deliveries, webhooks
from tests.storage.test_queries import counted

NOW = "2024-10-24T00:00:00.000000Z"


@pytest.mark.usefixtures("database")
def test_deliveries_are_looked_up_and_sorted_by_an_index(backend: str) -> None:
    with counted() as given:
        deliveries.page("x", 5, 10, ())
    asked = [(webhooks.READY, (NOW, NOW, NOW, NOW, 5, 10)), (given[0].replace("%s", "?"), ("x", 5, 10))]
    if backend == "postgresql":
        db.execute("SET enable_seqscan = off")
    for sql, params in asked:
        found = db.query(f"EXPLAIN {'' if backend == 'postgresql' else 'QUERY PLAN'} {sql}", params)
        steps = [row[0] if backend == "postgresql" else row[3] for row in found]
        of_deliveries = [step for step in steps if "deliveries" in step or " d " in f"{step} "]
        assert of_deliveries
        assert all("index" in step.lower() for step in of_deliveries), steps


@pytest.mark.usefixtures("database")
def test_a_list_of_many_webhooks_costs_as_much_as_one_of_few(tmp_path: Path) -> None:
    for _ in range(5):
        service.add(SERVICE, {"url": "https://hooks.example.org/", "types": []}, House(tmp_path))
    costs = []
    for limit in (1, 5):
        with counted() as given:
            assert len(service.page(None, limit)) == limit
        costs.append(len(given))
    assert costs == [2, 2]
