"""Secrets, signatures and delays of webhooks."""

import base64
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from factcheck.domain.event_types import EVENT_TYPES, SELECTORS, selected
from factcheck.domain.vocabulary import FetchFailure, Subject
from factcheck.domain.webhooks import DELAYS, Answer, headers, message, message_id, next_at, secret_text

NOW = datetime(2024, 10, 24, tzinfo=UTC)
FAILED = Answer(500)
PACKAGE = Path(__file__).parents[2] / "factcheck"


def test_each_key_signs_as_the_specification_says() -> None:
    keys, body = (bytes(range(32)), bytes(32)), message("claim.submitted", "2024-10-24T00:00:00Z", '{"a":"ü"}'.encode())
    made = headers(keys, "msg_1", int(NOW.timestamp()), body)
    wanted = [Webhook(secret_text(key)).sign("msg_1", NOW, body.decode()) for key in keys]
    assert made["webhook-signature"].split(" ") == wanted


def test_a_known_message_gives_its_known_signature() -> None:
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = headers([key], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_message_has_one_id_at_each_webhook() -> None:
    assert message_id("a", "1") == message_id("a", "1")
    assert len({message_id("a", "1"), message_id("a", "2"), message_id("b", "1")}) == 3
    assert "." not in message_id("a", "1")


def test_delays_grow_to_a_day_and_then_it_is_given_up() -> None:
    waits, attempts, chance = [], 0, 0.0
    while (due := next_at(FAILED, attempts + 1, NOW, chance)) is not None:
        waits.append(due - NOW)
        attempts += 1
    assert waits == sorted(waits) == list(DELAYS)
    assert timedelta(hours=24) <= sum(waits, timedelta()) <= timedelta(hours=26)


def test_a_delay_is_stretched_by_chance_and_never_shortened() -> None:
    for chance in (0.0, 0.5, 0.999):
        due = next_at(FAILED, 1, NOW, chance)
        assert due is not None
        assert DELAYS[0] <= due - NOW <= DELAYS[0] * 1.1


@pytest.mark.parametrize(("asked", "wait"), [(60, 60), (1, 5), (10**6, 3 * 3600)])
def test_a_receiver_may_ask_for_some_more_time(asked: int, wait: int) -> None:
    answer = Answer(429, retry_after=timedelta(seconds=asked))
    assert next_at(answer, 1, NOW, 0.0) == NOW + timedelta(seconds=wait)


def test_one_that_is_gone_is_given_up_at_once() -> None:
    assert next_at(Answer(410), 1, NOW, 0.0) is None


@pytest.mark.parametrize(
    ("answer", "taken", "error", "outcome"),
    [
        (Answer(200), True, None, "delivered"),
        (Answer(299), True, None, "delivered"),
        (Answer(304), False, "status 304", "status_3xx"),
        (Answer(503), False, "status 503", "status_5xx"),
        (Answer(failure=FetchFailure.DNS), False, "dns", "dns"),
        (Answer(), False, "secret_unreadable", "secret_unreadable"),
    ],
)
def test_what_an_answer_means(answer: Answer, taken: bool, error: str | None, outcome: str) -> None:
    assert (answer.taken, answer.error, answer.outcome) == (taken, error, outcome)


def test_every_type_that_services_append_is_known() -> None:
    subjects = "|".join(Subject) + "|payload"
    said = {
        found
        for folder in ("services", "domain", "storage")
        for path in (PACKAGE / folder).glob("*.py")
        if path.name != "event_types.py"
        for found in re.findall(rf'"((?:{subjects})\.[a-z_]+)"', path.read_text())
    }
    assert said == set(EVENT_TYPES)


def test_a_word_stands_for_all_types_that_begin_with_it() -> None:
    assert selected(["claim.*", "verdict.voided"]) == (
        "claim.absorbed", "claim.amended", "claim.merged", "claim.released", "claim.submitted", "claim.taken",
        "verdict.voided",
    )  # fmt: skip
    assert selected(SELECTORS) == EVENT_TYPES == tuple(sorted(EVENT_TYPES))
    assert selected(["claim.unknown"]) == ()
