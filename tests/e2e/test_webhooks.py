"""`flask worker` and its webhooks: receivers that fail, workers that are killed, and nothing lost."""

import random
import time
from ipaddress import ip_network
from pathlib import Path

from factcheck.domain.actors import SERVICE
from factcheck.services import speakers, webhooks
from factcheck.services.webhooks import House
from factcheck.storage import db, journal
from tests.e2e.test_links import LONG_AGO, forking, record, working
from tests.e2e.test_serving import flask
from tests.inboxes import TAKEN, Inbox
from tests.sites import Answer, Reply, raw, site
from tests.thoroughness import times
from tests.waiting import wait_for

__all__ = ["record"]  # the fixture

KILLS, A_TIME, RECEIVERS = times(25, 8), 40, 2
# Seconds that each step of a worker lasts, about.
LONGEST = {"begin": 0.01, "deliver": 0.01, "keep": 0.005}
FAILURES = (Reply(b"", 500), Reply(b"", 429), raw(b"", pause=0.4), raw(b"HTTP/1.1 2"), raw(b""))


class Moody(Inbox):
    """A receiver that takes most, is slow at some and fails at others, until it is `well`."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.well = False
        self.refused = 0
        self._chance = chance

    def answer(self) -> Answer:
        mood = 1.0 if self.well else self._chance.random()
        if mood < 0.02:
            time.sleep(0.05)
        elif mood < 0.12:
            self.refused += 1
            return self._chance.choice(FAILURES)
        return TAKEN


def left_by_the_killed() -> int:
    """How many webhooks a dead worker had in hand; they are anybody's now, as if the time of its leases were over."""
    [(count,)] = db.query("SELECT COUNT(*) FROM webhook_queues WHERE leased_until > ?", (LONG_AGO,))
    db.execute("UPDATE webhook_queues SET leased_until = ? WHERE leased_until IS NOT NULL", (LONG_AGO,))
    return int(count)


def happen(number: int) -> None:
    with journal.write(SERVICE.id):
        for place in range(A_TIME):
            speakers.add(SERVICE, {"name": f"Speaker {number}.{place}", "kind": "person"})


def test_whoever_fails_and_dies_every_receiver_gets_every_event_in_order(record: Path) -> None:
    chance = random.Random(KILLS)  # noqa: S311 - the same moments in every run
    house = House(record / "data", [ip_network("127.0.0.0/8")])
    boxes = [Moody(chance) for _ in range(RECEIVERS)]
    left = []
    with site({f"POST /{number}": box for number, box in enumerate(boxes)}) as here:
        made = [
            webhooks.add(SERVICE, {"url": f"{here.url}/{number}", "types": ["speaker.*"]}, house)
            for number in range(RECEIVERS)
        ]
        first = journal.size() + 1
        with forking(record) as kill:
            for number in range(KILLS):
                happen(number)
                step = chance.choice(list(LONGEST))
                kill(step, chance.randint(1, 80 if step == "deliver" else 4), chance.uniform(0, LONGEST[step]))
                left.append(left_by_the_killed())
        for box in boxes:
            box.well = True
        with working(record) as worker:
            wait_for(lambda: webhooks.backlog().behind == 0)
            worker.terminate()
            assert worker.wait(10) == 0
    # The kills fell while something was on its way, and the failures hit.
    assert sum(count > 0 for count in left) > KILLS // 2
    assert all(box.refused for box in boxes)
    events = list(range(first, first + KILLS * A_TIME))
    for box, webhook in zip(boxes, made, strict=True):
        assert list(dict.fromkeys(box.seqs)) == events
        assert len(set(box.ids)) == len(events)
        box.verified(webhook["secret"])
        states = {(one["state"], one["error"]) for one in webhooks.sent(webhook["id"], None, 2000, ())}
        assert states == {("delivered", None)}


def test_the_status_says_how_far_behind_webhooks_are(record: Path) -> None:
    webhooks.add(SERVICE, {"url": "https://hooks.example.org/", "types": []}, House(record / "data"))
    happen(1)
    assert (
        f"webhooks: 1 active, 0 paused; {A_TIME} events to go through\n" in flask(record, "worker", "--status").stdout
    )
