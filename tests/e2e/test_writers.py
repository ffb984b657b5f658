"""Many writers at once, over HTTP, in several processes: each answered verdict is in the record, once."""

from pathlib import Path

from benchmarks import writers
from benchmarks.serving import Settings
from factcheck.storage import db


def test_no_verdict_is_lost_or_doubled(database: str, tmp_path: Path) -> None:
    outcome = writers.run(database, tmp_path, clients=12, seconds=4, settings=Settings(workers=4, threads=2))
    db.connect(database)
    assert set(outcome.statuses) == {201}, (tmp_path / "service.log").read_text()[-2000:]
    assert outcome.statuses[201] > 20
    assert outcome.problems == []
