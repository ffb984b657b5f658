"""The offline verifier: a log that is as it was holds, and each way to tamper with one is named with its event."""

import io
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.ledger import export
from factcheck.ledger.checkpoint import Checkpoint
from factcheck.ledger.export import LONGEST_LINE, Event
from factcheck.ledger.note import Note, VerifierKey
from factcheck.ledger.report import MOST_SHOWN, Report
from factcheck.ledger.verify import main, verify
from tests.ledger.logs import (
    KEY,
    NEXT_KEY,
    ORIGIN,
    STRANGER,
    WITNESS,
    Json,
    Log,
    a_log,
    event_at,
    file_of,
    recomputed,
)
from tests.thoroughness import times

EVENTS = 14
ROOT = Path(export.__file__).parents[2]


@pytest.fixture
def lines() -> list[Json]:
    return a_log().exported()


def report_of(lines: list[Json], kept: tuple[Note, ...] = (), keys: list[VerifierKey] | None = None) -> Report:
    return verify(file_of(lines), kept=kept, keys=keys)


def wrong(lines: list[Json], kept: tuple[Note, ...] = (), keys: list[VerifierKey] | None = None) -> list[str]:
    """What the verifier finds, in its order."""
    report = report_of(lines, kept, keys)
    assert report.unreadable is None
    assert report.exit_code == (1 if report.wrong else 0)
    return report.wrong


def place_of(lines: list[Json], member: str, number: int = 0) -> int:
    return [place for place, line in enumerate(lines) if member in line][number]


def stored(lines: list[Json], entity_id: str) -> Json:
    found: Json = next(line["entity"] for line in lines if "state" in line and line["entity"]["id"] == entity_id)
    return found


# What holds


def test_a_log_as_it_was_written_holds(lines: list[Json]) -> None:
    report = report_of(lines)
    assert list(report.lines())[-1] == "everything holds"
    assert (report.exit_code, report.events, report.payloads, report.checkpoints) == (0, EVENTS, 11, 2)
    assert report.signed_size == 12
    assert (report.entities, report.entities_hidden) == (7, 1)


def test_a_log_without_events_or_keys_holds() -> None:
    assert wrong(Log().exported()) == []


def test_the_report_says_what_was_withheld_erased_and_not_signed_for(lines: list[Json]) -> None:
    told = "\n".join(report_of(lines).lines())
    assert "withheld: 2 payloads (1 verdict.approved, 1 verdict.proposed)" in told
    assert "erased: 1 payload" in told
    assert "signed: up to event 12 by 2 checkpoints, and the 2 events after it by nobody" in told
    assert "cosigned by witness.example/w1: 2 checkpoints" in told
    assert f"key that the log itself names: compare it with what you know: {KEY.verifier()}" in told


def test_a_log_without_a_checkpoint_says_that_nobody_signed() -> None:
    log = Log()
    log.add("claim.submitted", "claim", "c1", {"text": "A"})
    assert "signed: nothing, there is no checkpoint" in report_of(log.exported()).lines()


def test_a_kept_checkpoint_agrees_with_the_log_that_grew_from_it() -> None:
    log = a_log()
    kept = log.checkpoint()
    log.add("claim.amended", "claim", "c1", {"place": "Milan"})
    assert wrong(log.exported(), (kept,), [NEXT_KEY.verifier()])[1:] == []


def test_cosignatures_by_witnesses_that_nobody_named_are_counted_and_not_checked(lines: list[Json]) -> None:
    del lines[place_of(lines, "witness")]
    report = report_of(lines)
    assert (report.exit_code, report.unknown_signatures, report.cosignatures.total()) == (0, 2, 0)


# Events that were tampered with


def changed_payload(lines: list[Json]) -> None:
    lines[event_at(lines, 5)]["payload"]["set"]["place"] = "Milan"


def changed_reason(lines: list[Json]) -> None:
    lines[event_at(lines, 5)]["payload"]["reason"] = "Another"


def replaced_salt(lines: list[Json]) -> None:
    lines[event_at(lines, 5)]["salt"] = "00" * 16


def written_salt_otherwise(lines: list[Json]) -> None:
    lines[event_at(lines, 11)]["salt"] = lines[event_at(lines, 11)]["salt"].upper()


def nulled_payload(lines: list[Json]) -> None:
    lines[event_at(lines, 5)] |= {"payload": None, "salt": None}


def left_salt(lines: list[Json]) -> None:
    lines[event_at(lines, 4)]["salt"] = "00" * 16


def shown_and_withheld(lines: list[Json]) -> None:
    lines[event_at(lines, 5)]["withheld"] = True


def changed_time(lines: list[Json]) -> None:
    lines[event_at(lines, 5)]["event"]["recorded_at"] = "2026-01-01T00:00:05.000001Z"


def changed_actor(lines: list[Json]) -> None:
    lines[event_at(lines, 5)]["event"]["actor"] = "somebody else"


def changed_type(lines: list[Json]) -> None:
    lines[event_at(lines, 5)]["event"]["type"] = "claim.taken"


def changed_leaf(lines: list[Json]) -> None:
    lines[event_at(lines, 5)]["leaf_hash"] = "00" * 32


def went_back_in_time(lines: list[Json]) -> None:
    line = lines[event_at(lines, 5)]
    line["event"]["recorded_at"] = "2025-12-31T00:00:00.000000Z"
    recomputed(line)


def made_no_time(lines: list[Json]) -> None:
    line = lines[event_at(lines, 5)]
    line["event"]["recorded_at"] = "2026-01-01T00:00:05Z"
    recomputed(line)


def dropped_event(lines: list[Json]) -> None:
    del lines[event_at(lines, 5)]


def inserted_event(lines: list[Json]) -> None:
    lines.insert(event_at(lines, 5), lines[event_at(lines, 5)])


def swapped_events(lines: list[Json]) -> None:
    place = event_at(lines, 5)
    lines[place], lines[place - 1] = lines[place - 1], lines[place]


def nothing_set(lines: list[Json]) -> None:
    line = lines[event_at(lines, 5)]
    line["payload"] = {"reason": "Größe"}
    recomputed(line)


@pytest.mark.parametrize(
    ("tamper", "finding"),
    [
        (changed_payload, "event 5: the payload does not give its commitment"),
        (changed_reason, "event 5: the payload does not give its commitment"),
        (replaced_salt, "event 5: the payload does not give its commitment"),
        (written_salt_otherwise, "event 11: the payload does not give its commitment"),
        (nulled_payload, "event 5: its payload is missing, and nothing says why"),
        (left_salt, "event 4: its salt is there without its payload"),
        (shown_and_withheld, "event 5: its payload is there, and is said not to be"),
        (changed_time, "event 5: the envelope does not give its leaf hash"),
        (changed_actor, "event 5: the envelope does not give its leaf hash"),
        (changed_type, "event 5: the envelope does not give its leaf hash"),
        (changed_leaf, "event 5: the envelope does not give its leaf hash"),
        (went_back_in_time, "event 5: it was recorded before the event that it follows"),
        (made_no_time, "event 5: its time is none of RFC 3339 in UTC with six decimals"),
        (dropped_event, "event 6 follows event 4"),
        (inserted_event, "event 5 follows event 5"),
        (swapped_events, "event 5 follows event 3"),
        (nothing_set, "event 5: its payload has no fields that it sets"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_tampered_event_is_named_first(lines: list[Json], tamper: Callable[[list[Json]], None], finding: str) -> None:
    tamper(lines)
    assert wrong(lines)[0] == finding


@pytest.mark.parametrize("tamper", [changed_payload, changed_actor, changed_time])
def test_an_attacker_who_makes_commitment_and_leaf_anew_is_caught_by_the_next_checkpoint(
    lines: list[Json], tamper: Callable[[list[Json]], None]
) -> None:
    tamper(lines)
    recomputed(lines[event_at(lines, 5)])
    assert wrong(lines)[0] == "the checkpoint after event 6: its root is not that of the events up to there"


def test_a_log_written_anew_with_other_events_is_caught_by_a_kept_checkpoint(lines: list[Json]) -> None:
    """The operator has the key, and signs another history."""
    kept = Note.parse(lines[place_of(lines, "checkpoint")]["checkpoint"])
    log = Log()
    log.add_key(KEY)
    for number in range(9):
        log.add("claim.submitted", "claim", f"c{number}", {"text": "Another history"})
    log.checkpoint()
    assert wrong(log.exported()) == []
    assert wrong(log.exported(), (kept,)) == ["event 6 or one before it is another than when you kept your checkpoint"]


def test_a_payload_called_withheld_is_counted_and_told(lines: list[Json]) -> None:
    nulled_payload(lines)
    lines[event_at(lines, 5)]["withheld"] = True
    report = report_of(lines)
    assert report.exit_code == 0
    assert "withheld: 3 payloads (1 claim.amended, 1 verdict.approved, 1 verdict.proposed)" in report.lines()
    assert "not compared, as payloads of theirs are withheld: 2 entities" in report.lines()


# Files that were cut off


def test_a_file_that_was_cut_off_says_where(lines: list[Json]) -> None:
    place = event_at(lines, 9)
    assert wrong(lines[:place]) == ["the file was cut off after event 8: its last line is missing"]


def test_a_log_cut_off_with_an_ending_that_fits_is_caught_by_the_entities(lines: list[Json]) -> None:
    cut = lines[: event_at(lines, 13)] + lines[event_at(lines, 14) + 1 :]
    cut[0]["size"] = cut[-1]["end"]["events"] = 12
    assert wrong(cut)[0] == "claim c2, as of event 11: seq is 14 in the tables, 11 in the ledger"


def test_a_log_cut_off_with_all_that_fits_is_caught_by_a_kept_checkpoint() -> None:
    log = a_log()
    short = Log()
    short.add_key(KEY)
    kept = log.checkpoint()
    assert wrong(short.exported()) == []
    assert "your checkpoint over 14 events: the log was truncated, it has 1 events" in wrong(short.exported(), (kept,))


@pytest.mark.parametrize("member", ["events", "checkpoints", "entities"])
def test_counts_that_are_not_those_of_the_lines_are_named(lines: list[Json], member: str) -> None:
    lines[-1]["end"][member] += 1
    assert wrong(lines)[0].startswith("the last line counts")


def test_a_header_with_another_size_is_named(lines: list[Json]) -> None:
    lines[0]["size"] = 15
    assert wrong(lines) == ["the first line says 15 events, the file has 14"]


def test_a_header_with_another_origin_is_named(lines: list[Json]) -> None:
    lines[0]["origin"] = "other.example"
    assert wrong(lines)[0].startswith("the first line says that the log is 'other.example'")


# Checkpoints and keys


def replaced_checkpoint(lines: list[Json], note: Note, number: int = 0) -> None:
    lines[place_of(lines, "checkpoint", number)] = {"checkpoint": str(note)}


def checkpoint_of(lines: list[Json], number: int = 0) -> Checkpoint:
    return Checkpoint.parse(Note.parse(lines[place_of(lines, "checkpoint", number)]["checkpoint"]).text)


def test_a_checkpoint_by_a_key_that_is_not_the_logs_is_named(lines: list[Json]) -> None:
    replaced_checkpoint(lines, checkpoint_of(lines).sign(STRANGER))
    assert wrong(lines) == ["the checkpoint after event 6: no key of the log has signed it"]


def test_a_checkpoint_by_a_key_that_the_ledger_only_adds_later_is_named(lines: list[Json]) -> None:
    replaced_checkpoint(lines, checkpoint_of(lines).sign(NEXT_KEY))
    assert wrong(lines) == ["the checkpoint after event 6: no key of the log has signed it"]


def test_a_key_that_no_event_adds_is_named(lines: list[Json]) -> None:
    lines.insert(1, {"key": str(STRANGER.verifier())})
    replaced_checkpoint(lines, checkpoint_of(lines).sign(STRANGER))
    assert wrong(lines)[-1] == f"the key {STRANGER.verifier()} stands in no event that adds a key"


def test_a_checkpoint_whose_text_was_changed_is_named(lines: list[Json]) -> None:
    place = place_of(lines, "checkpoint")
    found = checkpoint_of(lines)
    changed = Checkpoint(ORIGIN, found.size, bytes(32)).text()
    lines[place]["checkpoint"] = lines[place]["checkpoint"].replace(found.text(), changed)
    root, signature, _ = wrong(lines)
    assert root == "the checkpoint after event 6: its root is not that of the events up to there"
    assert signature == f"the checkpoint after event 6: the signature by {ORIGIN} does not hold"


def test_a_checkpoint_over_another_number_of_events_is_named(lines: list[Json]) -> None:
    place = place_of(lines, "checkpoint")
    lines.insert(event_at(lines, 7), lines.pop(place))
    assert wrong(lines) == ["the checkpoint after event 7: it is over 6 events, and stands after 7"]


def test_a_checkpoint_of_another_log_is_named(lines: list[Json]) -> None:
    found = checkpoint_of(lines)
    replaced_checkpoint(lines, Checkpoint("other.example", found.size, found.root).sign(KEY))
    assert wrong(lines) == ["the checkpoint after event 6: it is of another log, 'other.example'"]


@pytest.mark.parametrize("text", ["", "no note", f"{ORIGIN}\n6\nAAAA\n\n— {ORIGIN} AAAAAAAA\n"])
def test_what_is_no_checkpoint_is_named(lines: list[Json], text: str) -> None:
    lines[place_of(lines, "checkpoint")]["checkpoint"] = text
    assert wrong(lines)[0].startswith("the checkpoint after event 6: a ")


def test_a_forged_cosignature_is_named(lines: list[Json]) -> None:
    found = checkpoint_of(lines)
    line = WITNESS.sign("another text\n", time=1)
    note = Note(found.text(), (KEY.sign(found.text()), line))
    replaced_checkpoint(lines, note)
    assert wrong(lines) == ["the checkpoint after event 6: the signature by witness.example/w1 does not hold"]


def test_with_the_auditors_keys_no_other_counts(lines: list[Json]) -> None:
    assert wrong(lines, keys=[KEY.verifier(), NEXT_KEY.verifier()]) == []
    assert wrong(lines, keys=[KEY.verifier()]) == ["the checkpoint after event 12: no key that you gave has signed it"]


def test_a_kept_checkpoint_by_a_stranger_or_of_another_log_is_named(lines: list[Json]) -> None:
    found = checkpoint_of(lines)
    assert wrong(lines, (found.sign(STRANGER),)) == ["your checkpoint over 6 events: no key of the log has signed it"]
    other = Checkpoint("other.example", found.size, found.root).sign(KEY)
    assert wrong(lines, (other,)) == ["your checkpoint over 6 events: it is of another log, 'other.example'"]


# What the events add up to


def test_a_changed_entity_is_named_with_its_newest_event(lines: list[Json]) -> None:
    stored(lines, "v2")["rating"] = "refuted"
    assert wrong(lines) == ["verdict v2, as of event 6: rating is 'refuted' in the tables, 'supported' in the ledger"]


@pytest.mark.parametrize(("name", "value"), [("value", True), ("seq", 5), ("created_by", "x"), ("more", 0)])
def test_every_field_of_an_entity_is_compared(lines: list[Json], name: str, value: object) -> None:
    stored(lines, "v2")[name] = value
    assert wrong(lines)[0].startswith(f"verdict v2, as of event 6: {name} is {value!r} in the tables")


def test_one_number_can_be_written_in_two_ways(lines: list[Json]) -> None:
    stored(lines, "v2")["seq"] = 6.0
    assert wrong(lines) == []


def test_what_is_null_is_as_good_as_left_out(lines: list[Json]) -> None:
    stored(lines, "v2")["label"] = None
    del stored(lines, "c2")["place"]
    assert wrong(lines) == []


@pytest.mark.parametrize(("name", "entity_id", "newest"), [("claim", "c2", 14), ("verdict", "v2", 6)])
def test_an_entity_that_is_gone_is_named(lines: list[Json], name: str, entity_id: str, newest: int) -> None:
    lines.remove({"state": name, "entity": stored(lines, entity_id)})
    lines[-1]["end"]["entities"] -= 1
    assert wrong(lines) == [f"{name} {entity_id}, as of event {newest}: it stands in the ledger and not in the tables"]


def test_an_entity_that_no_event_made_is_named(lines: list[Json]) -> None:
    lines.insert(-1, {"state": "verdict", "entity": {"id": "v9", "rating": "refuted"}})
    lines[-1]["end"]["entities"] += 1
    assert wrong(lines) == ["verdict v9 stands in the tables and not in the ledger"]


def test_an_entity_that_stands_twice_is_named(lines: list[Json]) -> None:
    place = place_of(lines, "state", 1)
    lines.insert(place, lines[place])
    lines[-1]["end"]["entities"] += 1
    assert wrong(lines) == ["claim c2 stands twice or out of order"]


# Erased payloads


def test_an_erased_payload_that_no_event_vouches_for_is_named(lines: list[Json]) -> None:
    lines[event_at(lines, 5)] |= {"payload": None, "salt": None, "redacted": {"seq": 6}, "stands": {"place": "Turin"}}
    assert wrong(lines) == ["event 5: it is said to be erased by event 6, which does not say so"]


def test_an_erased_payload_that_another_event_vouches_for_is_named(lines: list[Json]) -> None:
    lines[event_at(lines, 5)] |= {"payload": None, "salt": None, "redacted": {"seq": 9}, "stands": {"place": "Turin"}}
    assert wrong(lines) == ["event 5: it is said to be erased by event 9, which erases something else"]


def test_an_erased_payload_that_an_earlier_event_would_vouch_for_is_named(lines: list[Json]) -> None:
    lines[event_at(lines, 7)]["redacted"]["seq"] = 3
    assert wrong(lines)[0] == "event 7: it is said to be erased by event 3, which is no later one"


def test_something_else_in_an_erased_payloads_place_is_named(lines: list[Json]) -> None:
    lines[event_at(lines, 7)]["stands"]["claim"] = "c2"
    assert wrong(lines)[0] == "event 7: something else stands in its place than event 9 says"


def test_a_payload_that_was_to_be_erased_and_is_there_is_named() -> None:
    lines, whole = a_log().exported(), Log()
    whole.add("reply.added", "reply", "r1", {"text": "A name"})
    whole.add("payload.redacted", "reply", "r1", {"text": "[erased]"}, redacts=1, stands={"text": "[erased]"})
    assert wrong(whole.exported()) == ["event 2: it erases the payload of event 1, which is not erased"]
    assert wrong(lines) == []


def test_an_erased_payload_whose_redacting_event_is_withheld_is_counted() -> None:
    log = Log()
    log.add("verdict.proposed", "verdict", "v1", {"justification": "A name"})
    by = log.redact(1, {"justification": "[erased]"}, justification="[erased]")
    log.withhold(by)
    report = report_of(log.exported())
    assert (report.exit_code, report.erased, report.erased_unread) == (0, 1, 1)


# Files that are none


def unreadable(given_: bytes) -> str:
    report = verify(io.BytesIO(given_))
    assert report.exit_code == 2
    told = list(report.lines())
    assert told[-1] == f"UNREADABLE: {report.unreadable}"
    return str(report.unreadable)


def bytes_of(lines: list[Json]) -> list[bytes]:
    return file_of(lines).read().splitlines(keepends=True)


HOSTILE = {
    "nothing": b"",
    "NUL": b"\x00",
    "no JSON": b"no JSON\n",
    "no object": b"[]\n",
    "no number": b'{"event": NaN}\n',
    "a huge number": b'{"event": ' + b"9" * 5000 + b"}\n",
    "UTF-16": '{"event": 1}\n'.encode("utf-16"),
    "no UTF-8": b'{"event": "\xff"}\n',
    "deep": b'{"event": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
    "deep objects": b'{"event": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001 + b"\n",
    "unknown": b'{"what": 1}\n',
    "a member twice": b'{"checkpoint": "a", "checkpoint": "b"}\n',
    "no members": b'{"event": {}}\n',
    "no note": b'{"checkpoint": 5}\n',
    "a key that is none": b'{"key": "x+y+z"}\n',
    "a second header": b'{"format": "factcheck-log"}\n',
    "no end": b'{"end": {"events": -1, "checkpoints": 0, "entities": true}}\n',
    "an entity without id": b'{"state": "claim", "entity": {}}\n',
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_line_that_is_none_is_named_with_its_number(lines: list[Json], what: str) -> None:
    unreadable(HOSTILE[what])
    if HOSTILE[what]:
        assert unreadable(bytes_of(lines)[0] + HOSTILE[what]).startswith("line 2: ")


def test_a_line_that_is_too_long_is_read_no_further(lines: list[Json]) -> None:
    class Endless(io.RawIOBase):
        asked = 0

        def readline(self, size: int | None = -1) -> bytes:
            assert size is not None
            assert 0 < size <= LONGEST_LINE + 1
            self.asked += 1
            return bytes_of(lines)[0] if self.asked == 1 else b"x" * size

    file = Endless()
    assert verify(file).unreadable == f"line 2: it is longer than {LONGEST_LINE} bytes"  # type: ignore[arg-type]
    assert file.asked == 2


@pytest.mark.parametrize("bad", ["\ud800", 2**60, {"\ud800": 1}, [[[]] * 3, "\udfff"]])
def test_a_payload_that_has_no_canonical_form_is_named(lines: list[Json], bad: object) -> None:
    place = event_at(lines, 5)
    lines[place]["payload"]["set"]["place"] = bad
    given_ = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    assert unreadable(given_).startswith(f"line {place + 1}: ")


@pytest.mark.parametrize("number", [899, 950, 990])
def test_a_payload_that_is_nested_too_deeply_is_named(lines: list[Json], number: int) -> None:
    place = event_at(lines, 5)
    deep: object = 1
    for _ in range(number):
        deep = [deep]
    lines[place]["payload"]["set"]["place"] = "DEEP"
    text = bytes_of(lines)
    text[place] = text[place].replace(b'"DEEP"', b"[" * number + b"1" + b"]" * number)
    assert unreadable(b"".join(text)).startswith(f"line {place + 1}: ")


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("seq", "5"), ("seq", True), ("seq", 5.0), ("seq", -1), ("seq", 2**64), ("recorded_at", None), ("actor", 1),
        ("type", []), ("subject", "claim"), ("subject", {"type": "claim"}), ("claim_id", 1), ("commitment", None),
        ("more", 1),
    ],
)  # fmt: skip
def test_a_member_of_a_wrong_type_is_named(lines: list[Json], member: str, value: object) -> None:
    place = event_at(lines, 5)
    lines[place]["event"][member] = value
    assert unreadable(b"".join(bytes_of(lines))).startswith(f"line {place + 1}: ")


@pytest.mark.parametrize(("member", "value"), [("leaf_hash", None), ("salt", 1), ("payload", []), ("withheld", 1)])
def test_a_member_of_an_events_line_of_a_wrong_type_is_named(lines: list[Json], member: str, value: object) -> None:
    place = event_at(lines, 5)
    lines[place][member] = value
    assert unreadable(b"".join(bytes_of(lines))).startswith(f"line {place + 1}: ")


def test_a_line_in_a_wrong_place_is_named(lines: list[Json]) -> None:
    lines.insert(place_of(lines, "state"), lines.pop(place_of(lines, "end")))
    assert "behind a line" in unreadable(b"".join(bytes_of(lines)))


def test_another_version_is_not_read_as_this_one(lines: list[Json]) -> None:
    lines[0]["version"] = 2
    assert unreadable(b"".join(bytes_of(lines))).startswith("line 1: it does not begin as")


@given(st.data())
@settings(max_examples=times(150, 30), deadline=None)
def test_no_flipped_byte_goes_unseen_and_none_breaks_the_verifier(data: st.DataObject) -> None:
    whole = bytearray(b"".join(bytes_of(a_log().exported())))
    # The header's time is the one thing that nothing depends on.
    place = data.draw(st.integers(whole.index(b"\n"), len(whole) - 2))
    whole[place] ^= 1 << data.draw(st.integers(0, 7))
    report = verify(io.BytesIO(bytes(whole)), keys=[KEY.verifier(), NEXT_KEY.verifier(), WITNESS.verifier()])
    # A signature whose name or key's id was changed is by somebody whom nobody named.
    assert report.exit_code in (1, 2) or report.unknown_signatures or _says_the_same(bytes(whole))


def _says_the_same(whole: bytes) -> bool:
    """A space that became another kind of white space, or the name of a field of an entity that is unknown."""
    lines, original = [json.loads(line) for line in whole.splitlines()], a_log().exported()
    return [_known(line) for line in lines] == [_known(line) for line in original]


def _known(line: Json) -> Json:
    entity = {name: value for name, value in line.get("entity", {}).items() if value is not None}
    return line | {"entity": entity}


# Size


def test_only_the_first_findings_are_shown_and_the_others_counted() -> None:
    log = Log()
    for number in range(50):
        log.add("claim.submitted", "claim", f"c{number:02}", {"text": "A"})
    lines = log.exported()
    for line in lines[1:51]:
        line["salt"] = "00" * 16
    report = report_of(lines)
    assert (len(report.wrong), report.more) == (MOST_SHOWN, 50 - MOST_SHOWN)
    assert list(report.lines())[-1] == "  and 30 more"


def test_memory_does_not_grow_with_the_number_of_events() -> None:
    assert _peak(4500) < _peak(1500) + 300_000


def _peak(count: int) -> int:
    log = Log()
    for number in range(count):
        log.add("claim.submitted", "claim", f"c{number:05}", {"text": "A" * 1000})
    file = file_of(log.exported())
    tracemalloc.start()
    try:
        assert verify(file).exit_code == 0
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_nothing_that_a_terminal_would_obey_is_told(lines: list[Json]) -> None:
    lines[0] |= {"origin": "\x1b[2J", "exported_at": "\x1b[2J"}
    lines[event_at(lines, 4)]["event"]["type"] = "\x1b[2J"
    lines.insert(-1, {"state": "\x1b", "entity": {"id": "\x1b[2J", "\x1b[2J": 1}})
    stored(lines, "c2")["\x1b[2J"] = "\x1b[2J"
    assert "\x1b" not in "".join(report_of(lines).lines())


# The command


@pytest.fixture
def files(lines: list[Json], tmp_path: Path) -> dict[str, str]:
    kept = lines[place_of(lines, "checkpoint")]["checkpoint"]
    contents = {
        "log": b"".join(bytes_of(lines)),
        "bad": b"".join(bytes_of(lines)).replace(b"Turin", b"Milan"),
        "kept": kept.encode(),
        "keys": f"{KEY.verifier()}\n{NEXT_KEY.verifier()}\n".encode(),
        "stranger": f"{STRANGER.verifier()}\n".encode(),
        "binary": bytes(range(256)),
        "empty": b"",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: str(tmp_path / name) for name in [*contents, "none"]}


@pytest.mark.parametrize(
    ("arguments", "code", "last"),
    [
        (["log"], 0, "everything holds"),
        (["log", "--checkpoint", "kept", "--key", "keys"], 0, "everything holds"),
        (["log", "--checkpoint", "kept", "--checkpoint", "kept"], 0, "everything holds"),
        (["bad"], 1, "WRONG: event 5: the payload does not"),
        (["log", "--key", "stranger"], 1, "no key that you gave"),
        (["none"], 2, "No such file"),
        (["binary"], 2, "no JSON"),
        (["empty"], 2, "UNREADABLE"),
        (["log", "--key", "empty"], 2, "there is no key in it"),
        (["log", "--key", "log"], 2, "a key is name+id+key"),
        (["log", "--key", "binary"], 2, "no UTF-8"),
        (["log", "--checkpoint", "log"], 2, "a signed note is"),
        (["log", "--checkpoint", "none"], 2, "No such file"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_the_command_ends_with_a_code_and_says_why(
    files: dict[str, str], capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, last: str
) -> None:
    assert main([files.get(argument, argument) for argument in arguments]) == code
    assert last in capsys.readouterr().out.splitlines()[-1]


def test_wrong_usage_ends_with_the_code_of_what_cannot_be_read() -> None:
    with pytest.raises(SystemExit) as raised:
        main(["--nothing"])
    assert raised.value.code == 2


def test_the_module_runs_alone_and_from_standard_input(files: dict[str, str]) -> None:
    with Path(files["log"]).open("rb") as file:
        done = subprocess.run(
            [sys.executable, "-m", "factcheck.ledger.verify", "-"],
            stdin=file, cwd=ROOT, env={"PYTHONIOENCODING": "ascii"}, capture_output=True, text=True, check=False,
            timeout=60,
        )  # fmt: skip
    assert (done.returncode, done.stdout.splitlines()[-1], done.stderr) == (0, "everything holds", "")


def test_lines_are_read_as_they_were_written(lines: list[Json]) -> None:
    read = [line for _, line in export.read(file_of(lines))]
    assert [line.as_json() for line in read] == lines
    assert sum(isinstance(line, Event) for line in read) == EVENTS
