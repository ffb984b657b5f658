"""Events on their way to webhooks, against real receivers on loopback."""

import threading
import time
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook
from standardwebhooks.exceptions import WebhookVerificationError

from factcheck import clock
from factcheck.domain.actors import SERVICE
from factcheck.domain.errors import Conflict, NotFound
from factcheck.domain.versions import Precondition
from factcheck.domain.vocabulary import Role
from factcheck.network.connecting import policy_for
from factcheck.network.fetching import Fetcher, Limits
from factcheck.services import changes, claims, deliveries, redactions, speakers, verdicts, webhooks
from factcheck.services.verdicts import Rules
from factcheck.services.webhooks import House
from factcheck.storage import db, journal
from factcheck.storage import webhooks as queues
from factcheck.storage.snapshot_files import Store
from factcheck.work.delivering import Deliveries, Tempo
from tests.callers import actor
from tests.inboxes import TAKEN, inbox
from tests.sites import Answer, Reply, raw, redirect

pytestmark = pytest.mark.usefixtures("database")

LIMITS = Limits(connect=10.0, total=10.0)
TEMPO = Tempo(idle=0.01, delays=[timedelta(milliseconds=20)] * 3, limits=LIMITS)
OUT = Fetcher("factcheck/test", policy_for(["127.0.0.0/8"]), LIMITS)
HASTY = replace(OUT, limits=Limits(connect=10.0, total=0.5))
ANY = Precondition(None)
LATER = Tempo(idle=0.01, delays=[timedelta(hours=1)] * 3, limits=LIMITS)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "data", [ip_network("127.0.0.0/8")])


def add(house: House, url: str, *types: str) -> dict[str, Any]:
    return webhooks.add(SERVICE, {"url": url, "types": list(types)}, house)


def happen(*names: str) -> list[int]:
    """Events, one for each name; gives their numbers."""
    return [speakers.add(SERVICE, {"name": name, "kind": "person"})["seq"] for name in names]


def settle(house: House, tempo: Tempo = TEMPO, out: Fetcher = OUT, seconds: float = 20.0) -> None:
    """Send until there is nothing to send now."""
    sending = Deliveries(out, house.directory, tempo)
    until = time.monotonic() + seconds
    try:
        while sending.step() or sending.busy or _is_due():
            assert time.monotonic() < until
    finally:
        sending.close()


def _is_due() -> bool:
    """Whether a webhook that is active will be sent to within a second."""
    soon = db.query(
        "SELECT q.due_at FROM webhook_queues q JOIN webhooks w ON w.id = q.webhook WHERE w.active AND q.passed < ?",
        (journal.size(),),
    )
    limit = clock.timestamp(clock.now() + timedelta(seconds=1))
    return any(due_at < limit for (due_at,) in soon)


def only(webhook: str) -> dict[str, Any]:
    [found] = webhooks.sent(webhook, None, 10, ())
    return found


def test_an_event_comes_signed_as_changes_show_it_to_anyone(house: House) -> None:
    with inbox() as box:
        secret = add(house, box.url)["secret"]
        [seq] = happen("Ada")
        settle(house)
    [message] = box.verified(secret)
    [(_, item)] = changes.page(changes.view(None, {}, see_withheld=False), seq - 1, 10).events
    assert box.bodies[0].endswith(b'"data":' + item + b"}")
    assert (message["type"], message["timestamp"]) == ("speaker.added", message["data"]["recorded_at"])
    assert box.headers[0]["Content-Type"] == "application/json"
    assert "webhook-signature" in box.headers[0]


def test_a_signature_holds_for_no_other_body_and_no_other_secret(house: House) -> None:
    with inbox() as box:
        secret, other = add(house, box.url)["secret"], add(house, "https://example.org/", "scale.*")["secret"]
        happen("Ada")
        settle(house)
    headers, body = dict(box.headers[-1]), box.bodies[-1]
    assert Webhook(secret).verify(body, headers)["type"] == "speaker.added"
    for key, said in ((secret, body.replace(b"Ada", b"Eve")), (other, body)):
        with pytest.raises(WebhookVerificationError):
            Webhook(key).verify(said, headers)


def test_what_is_not_public_comes_masked(house: House) -> None:
    with inbox() as box:
        add(house, box.url)
        actor(Role.READER, "Ada")
        settle(house)
    assert [message["type"] for message in box.messages] == ["account.added"]
    assert [message["data"]["payload"] for message in box.messages] == [None]
    assert b"Ada" not in b"".join(box.bodies)


def test_a_proposal_comes_masked_and_open_once_its_verdict_is_published(house: House) -> None:
    rules = Rules(approvals=1)
    claim = claims.submit(actor(), {"text": "The moon is made of rock"})
    with inbox() as box:
        webhook = add(house, box.url, "verdict.proposed")["id"]
        data = {"rating": "supported", "justification": "It was seen."}
        verdict = verdicts.post(actor(name="one"), claim, data, rules)
        settle(house)
        verdicts.approve(actor(Role.EDITOR, "another"), verdict["id"], rules)
        webhooks.resend(SERVICE, webhook, only(webhook)["id"])
        settle(house)
    assert [b"It was seen." in body for body in box.bodies] == [False, True]
    assert [message["type"] for message in box.messages] == ["verdict.proposed"] * 2


def test_a_webhook_is_told_of_what_comes_after_it_in_order(house: House) -> None:
    happen("before")
    with inbox() as box:
        add(house, box.url)
        seqs = happen("one", "two", "three")
        settle(house)
        settle(house)
    assert box.seqs == seqs


def test_only_the_types_that_are_asked_for_come(house: House) -> None:
    with inbox() as box, inbox() as other:
        add(house, box.url, "source.*", "account.added")
        add(house, other.url, "verdict.*")
        actor(Role.READER, "Ada")
        happen("Ada")
        settle(house)
    assert [message["type"] for message in box.messages] == ["account.added"]
    assert other.bodies == []
    # What is not wanted is passed, and not looked through again.
    assert webhooks.backlog().behind == 0


FAILURES: list[tuple[Answer, int | None, str]] = [
    (Reply(b"", 500), 500, "status 500"),
    (Reply(b"", 404), 404, "status 404"),
    (redirect("/in"), 302, "status 302"),
    (raw(b""), None, "bad_response"),
    (raw(b"", pause=5.0), None, "timeout"),
]


@pytest.mark.parametrize(("answer", "status", "error"), FAILURES)
def test_what_is_not_taken_is_sent_again_under_the_same_id(
    house: House, answer: Answer, status: int | None, error: str
) -> None:
    with inbox(answer, TAKEN) as box:
        webhook = add(house, box.url)["id"]
        seqs = happen("one", "two")
        settle(house, LATER, HASTY if error == "timeout" else OUT)
        waiting = only(webhook)
        assert (waiting["state"], waiting["response_status"], waiting["error"]) == ("waiting", status, error)
        assert waiting["next_attempt_at"] > waiting["last_attempt_at"]
        webhooks.resend(SERVICE, webhook, waiting["id"])
        settle(house)
    # The second waits for the first.
    assert box.seqs == [seqs[0], *seqs]
    assert box.ids[0] == box.ids[1] == waiting["id"] != box.ids[2]
    _, done = webhooks.sent(webhook, None, 10, ())
    assert (done["state"], done["attempts"], done["error"], done["next_attempt_at"]) == ("delivered", 2, None, None)


def test_an_answer_of_any_length_is_an_answer(house: House) -> None:
    with inbox(Reply(bytes(20_000_000), 200)) as box:
        webhook = add(house, box.url)["id"]
        happen("one")
        settle(house)
    assert only(webhook)["state"] == "delivered"


def test_a_receiver_that_stays_away_pauses_its_webhook_which_goes_on_from_there(house: House) -> None:
    with inbox(*[Reply(b"", 503)] * 4, TAKEN) as box:
        webhook = add(house, box.url)["id"]
        seqs = happen("one", "two")
        settle(house)
        shown = webhooks.get(webhook)
        assert (shown["active"], only(webhook)["attempts"]) == (False, 4)
        assert shown["paused_at"] is not None
        assert "4 attempts" in shown["paused_reason"]
        assert "status 503" in shown["paused_reason"]
        assert only(webhook)["next_attempt_at"] is None
        seqs += happen("three")
        settle(house)
        assert len(box.seqs) == 4
        with pytest.raises(Conflict):
            webhooks.resend(SERVICE, webhook, only(webhook)["id"])
        assert webhooks.amend(SERVICE, webhook, {"active": True}, ANY, house)["paused_reason"] is None
        settle(house)
    told = [message for message in box.messages if not message["type"].startswith("webhook.")]
    assert [message["data"]["seq"] for message in told] == [seqs[0]] * 4 + seqs
    # What was told meanwhile, of its own pause too, comes as well.
    assert box.seqs[-1] == journal.size()


def test_a_receiver_that_is_gone_pauses_its_webhook_at_once(house: House) -> None:
    with inbox(Reply(b"", 410)) as box:
        webhook = add(house, box.url)["id"]
        happen("one")
        settle(house)
    assert len(box.bodies) == 1
    assert "410" in webhooks.get(webhook)["paused_reason"]


def test_a_slow_receiver_holds_up_nobody_else(house: House) -> None:
    enough = threading.Event()

    def dawdle(_: object) -> None:
        enough.wait(10)

    with inbox(dawdle) as slow, inbox() as box:
        late, webhook = (add(house, one.url, "speaker.*")["id"] for one in (slow, box))
        seqs = happen(*map(str, range(10)))
        sending = Deliveries(OUT, house.directory, LATER)
        while len(webhooks.sent(webhook, None, 20, ())) < len(seqs):
            sending.step()
        # The other is at its first still.
        assert (len(slow.bodies), webhooks.sent(late, None, 20, ())) == (1, [])
        enough.set()
        sending.close()
    assert box.seqs == seqs


def test_both_secrets_sign_while_they_overlap(house: House) -> None:
    with inbox() as box:
        made = add(house, box.url, "speaker.*")
        again = webhooks.rotate(SERVICE, made["id"], 1, house)
        happen("one")
        settle(house)
        assert box.verified(made["secret"]) == box.verified(again["secret"]) != []
        third = webhooks.rotate(SERVICE, made["id"], 0, house)
        assert third["former_secret_until"] is None
        box.headers.clear()
        box.bodies.clear()
        happen("two")
        settle(house)
    assert box.verified(third["secret"]) != []
    with pytest.raises(WebhookVerificationError):
        box.verified(again["secret"])


def test_a_delivery_can_be_sent_again_and_fails_for_itself_alone(house: House) -> None:
    with inbox(TAKEN, Reply(b"", 500), TAKEN) as box:
        webhook = add(house, box.url)["id"]
        [seq] = happen("one")
        settle(house)
        delivery = only(webhook)["id"]
        for state in ("failed", "delivered"):
            assert webhooks.resend(SERVICE, webhook, delivery)["state"] == "waiting"
            settle(house)
            assert only(webhook)["state"] == state
        seqs = happen("two")
        settle(house)
    assert box.seqs == [seq, seq, seq, *seqs]
    assert len(set(box.ids[:3])) == 1


def test_a_redaction_reaches_what_waits_and_what_is_sent_again(house: House) -> None:
    with inbox(Reply(b"", 500), TAKEN) as box:
        webhook = add(house, box.url)["id"]
        [seq] = happen("Somebody with a name")
        settle(house, LATER)
        redactions.redact(SERVICE, seq, "asked for", "a court", Store(house.directory))
        webhooks.resend(SERVICE, webhook, only(webhook)["id"])
        settle(house)
    assert b"Somebody with a name" in box.bodies[0]
    assert b"Somebody with a name" not in box.bodies[1]
    assert box.messages[1]["data"]["redacted"]["reason"] == "asked for"


def test_a_webhook_that_moves_or_wants_other_types_begins_anew(house: House) -> None:
    with inbox(Reply(b"", 500)) as box, inbox() as other:
        webhook = add(house, box.url)["id"]
        seqs = happen("one")
        settle(house, LATER)
        webhooks.amend(SERVICE, webhook, {"url": other.url, "types": ["speaker.*"]}, ANY, house)
        settle(house, LATER)
    assert (box.seqs, other.seqs) == (seqs, seqs)
    assert only(webhook)["attempts"] == 1


def test_one_that_was_removed_is_told_no_more(house: House) -> None:
    with inbox() as box:
        webhook = add(house, box.url)["id"]
        happen("one")
        webhooks.remove(SERVICE, webhook, ANY)
        settle(house)
    assert box.bodies == []
    with pytest.raises(NotFound):
        webhooks.get(webhook)
    assert db.query("SELECT * FROM webhook_queues") == db.query("SELECT * FROM deliveries") == []


def test_two_workers_do_not_send_to_one_webhook(house: House) -> None:
    add(house, "https://example.org/")
    happen("one")
    [batch] = deliveries.claim(10, house.directory)
    assert deliveries.claim(10, house.directory) == []
    db.execute("UPDATE webhook_queues SET leased_until = ?", ("2001-01-01T00:00:00.000000Z",))
    [again] = deliveries.claim(10, house.directory)
    assert again.messages == batch.messages


def test_an_attempt_that_has_just_failed_is_not_made_again_by_who_had_looked_before(house: House) -> None:
    webhook = add(house, "https://example.org/")["id"]
    happen("one")
    now = clock.timestamp(clock.now())
    [seen] = queues.ready(now, journal.size(), 10)
    queues.fail(webhook, 1, now, "2999-01-01T00:00:00.000000Z")
    assert not queues.lease(seen, now, "2999-01-01T00:00:00.000000Z")


def test_what_is_sent_again_together_is_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with inbox(TAKEN) as box:
        webhook = add(house, box.url)["id"]
        seqs = happen("one", "two", "three")
        settle(house)
        for delivery in webhooks.sent(webhook, None, 10, ()):
            webhooks.resend(SERVICE, webhook, delivery["id"])
        monkeypatch.setattr(deliveries, "_BYTES", 1)
        [batch] = deliveries.claim(10, house.directory)
        assert [message.seq for message in batch.messages] == seqs[:1]
        deliveries.record([deliveries.Over(batch, clock.timestamp(clock.now()), whole=False)])
        settle(house)
    assert sorted(box.seqs) == sorted(seqs * 2)


def test_of_two_workers_one_sends_each_event(house: House) -> None:
    with inbox() as box:
        add(house, box.url)
        workers = [Deliveries(OUT, house.directory, Tempo(idle=0.001, limits=LIMITS)) for _ in range(2)]
        for worker in workers:
            worker.start()
        seqs = happen(*map(str, range(30)))
        until = time.monotonic() + 10
        while webhooks.backlog().behind and time.monotonic() < until:
            time.sleep(0.01)
        for worker in workers:
            worker.close()
    assert box.seqs == seqs


def test_what_comes_late_changes_nothing(house: House) -> None:
    webhook = add(house, "https://example.org/")["id"]
    happen("one")
    [batch] = deliveries.claim(10, house.directory)
    db.execute("UPDATE webhook_queues SET leased_until = ?", ("2001-01-01T00:00:00.000000Z",))
    over = deliveries.record([deliveries.Over(batch, batch.leased_until, whole=True)])
    assert over == {webhook}
    assert webhooks.backlog().behind == 1


def test_private_addresses_are_not_sent_to(house: House) -> None:
    with inbox() as box:
        webhook = add(house, box.url)["id"]
        happen("one")
        sending = Deliveries(Fetcher("factcheck/test", limits=LIMITS), house.directory, LATER)
        while sending.step() or sending.busy:
            pass
        sending.close()
    assert box.bodies == []
    assert only(webhook)["error"] == "forbidden_target"


def test_without_the_key_nothing_is_sent_and_nothing_lost(house: House) -> None:
    with inbox() as box:
        made = add(house, box.url)
        (house.directory / "sealing.key").unlink()
        happen("one")
        settle(house, LATER)
        assert box.bodies == []
        assert only(made["id"])["error"] == "secret_unreadable"
        secret = webhooks.rotate(SERVICE, made["id"], 1, house)["secret"]
        webhooks.resend(SERVICE, made["id"], only(made["id"])["id"])
        settle(house)
    assert box.verified(secret)[0]["type"] == "speaker.added"


def test_the_oldest_deliveries_make_room(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factcheck.storage.deliveries.KEPT", 3)
    with inbox() as box:
        webhook = add(house, box.url)["id"]
        seqs = happen(*map(str, range(5)))
        settle(house)
    assert [one["seq"] for one in webhooks.sent(webhook, None, 10, ())] == seqs[:1:-1]


def test_a_stop_gives_back_what_was_not_begun(house: House) -> None:
    with inbox(raw(b"", pause=0.1)) as box:
        add(house, box.url)
        happen("one", "two")
        sending = Deliveries(OUT, house.directory, LATER)
        sending.start()
        while not box.bodies:
            time.sleep(0.01)
        sending.close()
    assert len(box.bodies) == 1
    assert db.query("SELECT leased_until FROM webhook_queues") == [(None,)]
