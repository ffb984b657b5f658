"""Somebody who can write to the database, drop its guards and compute every hash: what each trace of theirs is called,
by `flask db check`, and by the offline verifier of what is exported afterwards."""

import io
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from factcheck.domain.vocabulary import Role, Subject
from factcheck.ledger.checkpoint import Checkpoint
from factcheck.ledger.event import Envelope, commit
from factcheck.ledger.merkle import Frontier
from factcheck.ledger.note import Note, SigningKey
from factcheck.ledger.verify import verify
from factcheck.services import checkpoints, claims, evidence, verdicts
from factcheck.services.verdicts import Rules
from factcheck.storage import check, db, export, journal, rows, search_index
from factcheck.storage.models import Claim
from tests import databases, witnesses
from tests.callers import actor
from tests.storage.test_check import unguarded

STRANGER = SigningKey.make("127.0.0.1:8000", bytes(32))

_ENVELOPE = "seq, recorded_at, actor, type, subject_type, subject_id, claim_id, commitment"


@pytest.fixture(autouse=True)
def size(backend: str, tmp_path: Path) -> Iterator[int]:
    """A record with a signed and cosigned checkpoint, its guards dropped; gives the checkpoint's size."""
    url = databases.fresh(backend, tmp_path)
    db.connect(url)
    reviewer = actor(Role.REVIEWER, "reviewer")
    claim = claims.submit(reviewer, {"text": "The moon is made of rock", "speaker": {"name": "Somebody"}})
    claims.take(reviewer, claim)
    link = evidence.attach(reviewer, claim, {"url": "https://example.org/report", "stance": "supports"})
    verdicts.post(reviewer, claim, {"rating": "supported", "evidence": [link["id"]]}, Rules())
    checkpoints.cosign(witnesses.cosigned(witnesses.sign()), [witnesses.WITNESS.verifier()])
    claims.submit(reviewer, {"text": "The sun is made of gas"})
    assert (checked(), verified()) == ([], [])
    unguarded()
    yield int(db.query("SELECT size FROM checkpoints")[0][0])
    databases.drop(url)


def checked() -> list[str]:
    return list(check.differences())


def verified(kept: tuple[Note, ...] = ()) -> list[str]:
    """What the offline verifier says of the log as it would be exported now."""
    file = io.BytesIO(b"".join(export.lines(everything=True)))
    report = verify(file, kept=kept)
    assert report.unreadable is None
    return report.wrong


def seq_of(type_: str) -> int:
    return int(db.query("SELECT seq FROM events WHERE type = ? ORDER BY seq", (type_,))[0][0])


def envelope_of(seq: int) -> Envelope:
    return Envelope(*db.query(f"SELECT {_ENVELOPE} FROM events WHERE seq = ?", (seq,))[0])


def set_payload(seq: int, old: str, new: str) -> None:
    sql = "UPDATE payloads SET payload = REPLACE(payload, ?, ?) WHERE seq = ?"
    db.execute(sql, (old, new, seq))


def recompute(seq: int) -> None:
    """Commitment and leaf of an event, from its present payload."""
    ((salt, payload),) = db.query("SELECT salt, payload FROM payloads WHERE seq = ?", (seq,))
    db.execute("UPDATE events SET commitment = ? WHERE seq = ?", (commit(bytes.fromhex(salt), payload.encode()), seq))
    db.execute("UPDATE events SET leaf_hash = ? WHERE seq = ?", (envelope_of(seq).leaf_hash(), seq))


def regrow() -> None:
    """The tree anew, over the leaves as they are now."""
    db.execute("DELETE FROM nodes")
    tree, made = Frontier(), []
    for (leaf,) in db.query("SELECT leaf_hash FROM events ORDER BY seq"):
        made += tree.append(bytes.fromhex(leaf))
    db.execute_many("INSERT INTO nodes (position, hash) VALUES (?, ?)", list(enumerate(made, 1)))
    db.execute("UPDATE ledger_head SET seq = ?, frontier = ?", (tree.size, b"".join(tree.peaks)))


def swap(one: int, other: int) -> None:
    """The contents of two events, which keep their numbers."""
    columns = "recorded_at, actor, type, subject_type, subject_id, claim_id, commitment, leaf_hash"
    assignments = ", ".join(f"{column} = ?" for column in columns.split(", "))
    found = {seq: db.query(f"SELECT {columns} FROM events WHERE seq = ?", (seq,))[0] for seq in (one, other)}
    payloads = {
        seq: db.query("SELECT salt, payload, item FROM payloads WHERE seq = ?", (seq,))[0] for seq in (one, other)
    }
    for seq, source in ((one, other), (other, one)):
        db.execute(f"UPDATE events SET {assignments} WHERE seq = ?", (*found[source], seq))
        db.execute("UPDATE payloads SET salt = ?, payload = ?, item = ? WHERE seq = ?", (*payloads[source], seq))


def drop(seq: int) -> None:
    for table in ("payloads", "events"):
        db.execute(f"DELETE FROM {table} WHERE seq = ?", (seq,))


def insert(seq: int) -> None:
    """A copy of an event behind the newest."""
    new = journal.size() + 1
    columns = "recorded_at, actor, type, subject_type, subject_id, claim_id, commitment, leaf_hash"
    db.execute(f"INSERT INTO events (seq, {columns}) SELECT ?, {columns} FROM events WHERE seq = ?", (new, seq))
    columns = "salt, payload, item"
    db.execute(f"INSERT INTO payloads (seq, {columns}) SELECT ?, {columns} FROM payloads WHERE seq = ?", (new, seq))


# Events


def test_a_changed_payload_is_named() -> None:
    seq = seq_of("claim.submitted")
    set_payload(seq, "made of rock", "made of milk")
    assert checked()[0] == verified()[0] == f"event {seq}: the payload does not give its commitment"


def test_a_replaced_salt_is_named() -> None:
    seq = seq_of("claim.taken")
    db.execute("UPDATE payloads SET salt = ? WHERE seq = ?", ("00" * 16, seq))
    assert checked()[0] == verified()[0] == f"event {seq}: the payload does not give its commitment"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("recorded_at", "2999-01-01T00:00:00.000000Z"),
        ("actor", "system"),
        ("type", "claim.released"),
        ("claim_id", None),
    ],
)
def test_a_changed_envelope_is_named(column: str, value: str | None) -> None:
    seq = seq_of("claim.taken")
    db.execute(f"UPDATE events SET {column} = ? WHERE seq = ?", (value, seq))
    assert checked()[0] == verified()[0] == f"event {seq}: the envelope does not give its leaf hash"


def test_a_dropped_event_is_named() -> None:
    seq = seq_of("claim.taken")
    drop(seq)
    assert checked()[0] == verified()[0] == f"event {seq + 1} follows event {seq - 1}"


def test_two_swapped_events_are_named() -> None:
    seq = seq_of("claim.taken")
    swap(seq, seq - 1)
    assert checked()[0] == verified()[0] == f"event {seq - 1}: the envelope does not give its leaf hash"


def test_an_inserted_event_is_named() -> None:
    newest = journal.size()
    insert(seq_of("claim.taken"))
    said = f"event {newest + 1}: the envelope does not give its leaf hash"
    assert checked()[0] == said
    assert said in verified()


def test_a_payload_that_was_nulled_is_named() -> None:
    seq = seq_of("claim.taken")
    db.execute("UPDATE payloads SET salt = '', payload = '' WHERE seq = ?", (seq,))
    assert checked()[0] == f"event {seq}: the payload does not give its commitment"
    assert verified()[0] == f"event {seq}: its payload is missing, and nothing says why"


# The tree


def test_an_inner_node_that_was_changed_is_named() -> None:
    db.execute("UPDATE nodes SET hash = ? WHERE position = 3", (bytes(32),))
    assert checked() == ["inner node 3 of the tree, over event 4, is another one"]


def test_an_inner_node_that_is_gone_or_new_is_named() -> None:
    newest = int(db.query("SELECT MAX(position) FROM nodes")[0][0])
    db.execute("INSERT INTO nodes (position, hash) VALUES (?, ?)", (newest + 1, bytes(32)))
    assert checked() == [f"the tree has more inner nodes than the {newest} that the events give"]
    db.execute("DELETE FROM nodes WHERE position >= ?", (newest,))
    assert checked()[0].startswith(f"inner node {newest} of the tree, over event ")


def test_a_head_that_was_changed_is_named() -> None:
    ((peaks,),) = db.query("SELECT frontier FROM ledger_head")
    db.execute("UPDATE ledger_head SET frontier = ?", (bytes(len(peaks)),))
    assert checked() == ["the ledger's head has another root than the events give"]


def test_who_makes_commitment_and_leaf_anew_is_caught_by_the_tree(size: int) -> None:
    seq = seq_of("claim.taken")
    set_payload(seq, "taken_by", "taken_on")
    recompute(seq)
    found = checked()
    assert any(line.startswith("inner node") and "is another one" in line for line in found)
    assert f"checkpoint {size}: its root is not that of the first {size} events" in found
    assert verified()[0] == f"the checkpoint after event {size}: its root is not that of the events up to there"


def test_who_makes_the_whole_tree_anew_is_caught_by_the_checkpoint(size: int) -> None:
    """The claim's text everywhere: payload, history, row, document and search index; the key alone is not theirs."""
    kept, seq = witnesses.newest(), seq_of("claim.submitted")
    ((claim,),) = db.query("SELECT subject_id FROM events WHERE seq = ?", (seq,))
    for table, column, key in (("payloads", "item", "seq"), ("documents", "body", "claim")):
        ((stored,),) = db.query(f"SELECT {column} FROM {table} WHERE {key} = ?", (seq if key == "seq" else claim,))
        changed = bytes(stored).replace(b"made of rock", b"made of milk")
        db.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (changed, seq if key == "seq" else claim))
    set_payload(seq, "made of rock", "made of milk")
    recompute(seq)
    new = envelope_of(seq)
    ((item,),) = db.query("SELECT item FROM payloads WHERE seq = ?", (seq,))
    shown = orjson.loads(bytes(item)) | {"commitment": new.commitment, "leaf_hash": new.leaf_hash()}
    db.execute("UPDATE payloads SET item = ? WHERE seq = ?", (orjson.dumps(shown), seq))
    db.execute("UPDATE claims SET text = ? WHERE id = ?", ("The moon is made of milk", claim))
    search_index.fill()
    regrow()
    assert checked() == [f"checkpoint {size}: its root is not that of the first {size} events"]
    assert verified() == [f"the checkpoint after event {size}: its root is not that of the events up to there"]
    db.execute("DELETE FROM cosignatures")
    db.execute("DELETE FROM checkpoints")
    assert (checked(), verified()) == ([], [])
    assert verified((kept,)) == [f"event {size} or one before it is another than when you kept your checkpoint"]


# Checkpoints


def stored_note() -> Note:
    return Note.parse(db.query("SELECT note FROM checkpoints")[0][0])


def test_a_checkpoint_by_another_key_is_named(size: int) -> None:
    replaced = Checkpoint.parse(stored_note().text).sign(STRANGER)
    db.execute("UPDATE checkpoints SET note = ?", (str(replaced),))
    assert checked() == [f"checkpoint {size}: no key of the log has signed it"]
    assert verified() == [f"the checkpoint after event {size}: no key of the log has signed it"]


def test_a_checkpoints_text_that_was_changed_is_named(size: int) -> None:
    note = stored_note()
    lines = note.text.split("\n")
    changed = Note("\n".join([lines[0], lines[1], canonical_root(bytes(32)), ""]), note.signatures)
    db.execute("UPDATE checkpoints SET note = ?", (str(changed),))
    row, root, signature, cosignature = checked()
    assert row == f"checkpoint {size}: its note says something else than its row"
    assert root == f"checkpoint {size}: its root is not that of the first {size} events"
    assert "does not hold" in signature
    assert "does not hold" in cosignature


def canonical_root(root: bytes) -> str:
    return Checkpoint("", 0, root).text().split("\n")[2]


def test_a_checkpoints_root_that_was_changed_in_its_row_is_named(size: int) -> None:
    db.execute("UPDATE checkpoints SET root_hash = ?", ("00" * 32,))
    assert checked() == [f"checkpoint {size}: its note says something else than its row"]


def test_what_is_no_checkpoint_is_named(size: int) -> None:
    db.execute("UPDATE checkpoints SET note = 'gone'")
    assert checked()[0].startswith(f"checkpoint {size}: a signed note is")
    assert verified()[0].startswith(f"the checkpoint after event {size}: a signed note is")


def test_a_checkpoint_over_events_that_are_gone_is_named(size: int) -> None:
    while journal.size() >= size:
        drop(journal.size())
        regrow()
    assert f"checkpoint {size} is over more than the {size - 1} events that there are" in checked()
    assert f"the checkpoint after event {size - 1}: it is over {size} events, and stands after {size - 1}" in verified()


def test_a_forged_cosignature_is_named(size: int) -> None:
    line = witnesses.WITNESS.sign("another text\n", time=witnesses.TIME).line()
    db.execute("UPDATE cosignatures SET line = ?", (line,))
    at = "the signature by witness.example.org/w1 does not hold"
    assert checked() == [f"checkpoint {size}: a cosignature is none: {at}"]
    assert verified() == [f"the checkpoint after event {size}: {at}"]


def test_a_cosignature_of_another_time_than_its_row_says_is_named(size: int) -> None:
    db.execute("UPDATE cosignatures SET cosigned_at = 5")
    said = "the cosignature by witness.example.org/w1 was made at another time than its row says"
    assert checked() == [f"checkpoint {size}: {said}"]


def test_a_key_that_no_event_adds_is_named() -> None:
    columns = "created_at, created_by, updated_at, seq"
    sql = f"INSERT INTO log_keys (id, {columns}, vkey) SELECT 'forged', {columns}, ? FROM log_keys"
    db.execute(sql, (str(STRANGER.verifier()),))
    assert checked() == ["log_key forged stands in the tables and not in the ledger"]
    assert "log_key forged stands in the tables and not in the ledger" in verified()
    assert f"the key {STRANGER.verifier()} stands in no event that adds a key" in verified()


# What is derived from events


def test_a_rating_flipped_in_the_tables_alone_is_named() -> None:
    ((verdict, seq),) = db.query("SELECT id, seq FROM verdicts")
    db.execute("UPDATE verdicts SET rating = 'refuted'")
    said = "rating is 'refuted' in the tables, 'supported' in the ledger"
    assert checked() == [f"verdict {verdict}: {said}"]
    assert verified() == [f"verdict {verdict}, as of event {seq}: {said}"]


# What may be erased


def erase(seq: int) -> int:
    """Erase a claim's payload as a redaction does; gives the event that says so."""
    claim = rows.require(Claim, envelope_of(seq).subject_id)
    stands = {name: value for name, value in claim.items() if name not in ("id", "created_at", "created_by")}
    stands = {name: value for name, value in stands.items() if name not in ("updated_at", "seq", "taken_by")}
    stands["text"] = "[erased]"
    with journal.write("system") as tx:
        by = tx.change(
            "payload.redacted", Subject.CLAIM, claim, {"text": "[erased]"}, reason="A court's order",
            redacts=seq, stands=stands, authority="The court",
        )  # fmt: skip
    assert by is not None
    db.execute("INSERT INTO redactions (seq, redacted_by) VALUES (?, ?)", (seq, by))
    db.execute("UPDATE payloads SET salt = '', payload = '' WHERE seq = ?", (seq,))
    return by


def test_an_erased_payload_verifies_and_is_gone() -> None:
    by = erase(seq_of("claim.submitted"))
    file = b"".join(export.lines(everything=True))
    assert b"made of rock" not in file
    report = verify(io.BytesIO(file))
    assert (report.wrong, report.erased, report.erased_unread) == ([], 1, 0)
    assert by == journal.size()


def test_an_erased_payload_of_which_the_saying_is_gone_is_named() -> None:
    seq = seq_of("claim.submitted")
    erase(seq)
    db.execute("DELETE FROM redactions")
    assert verified()[0] == f"event {seq}: its payload is missing, and nothing says why"
