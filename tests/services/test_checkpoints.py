"""Checkpoints: signed once for each size, never of two histories, by keys that can change in the open."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from factcheck.domain.actors import SERVICE
from factcheck.domain.errors import Invalid, NotFound, UnknownReference
from factcheck.ledger.checkpoint import Checkpoint
from factcheck.ledger.merkle import verify_consistency
from factcheck.ledger.note import Algorithm, Note, Signature, SigningKey, VerifierKey
from factcheck.services import checkpoints, claims
from factcheck.services.checkpoints import ForkedLog
from factcheck.storage import db, journal, key_files, tree
from factcheck.storage.key_files import UnusableKey
from tests import databases
from tests.witnesses import TIME, WITNESS, cosigned, newest

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """The data directory of the database, whose key has signed nothing so far."""
    path = tmp_path / "data"
    shutil.copytree(databases.data_dir(), path, ignore=shutil.ignore_patterns("*.signed"))
    return path


def something_happens() -> None:
    claims.submit(SERVICE, {"text": "The moon is made of rock"})


def test_before_the_first_there_is_none() -> None:
    with pytest.raises(NotFound):
        checkpoints.newest()


def test_a_checkpoint_is_the_signed_root_over_all_events(directory: Path) -> None:
    something_happens()
    checkpoints.sign(directory)
    note = newest()
    assert note.signed_by([checkpoints.active_key()]) == [checkpoints.active_key()]
    signed = Checkpoint.parse(note.text)
    assert (signed.size, signed.root) == (journal.size(), tree.root(journal.size()))
    assert signed.origin == checkpoints.active_key().name


def test_where_nothing_came_nothing_is_signed(directory: Path) -> None:
    assert checkpoints.sign(directory) is not None
    assert checkpoints.sign(directory) is None


def test_each_checkpoint_is_how_the_next_one_began(directory: Path) -> None:
    for _ in range(5):
        something_happens()
        checkpoints.sign(directory)
    found = [Checkpoint.parse(Note.parse(one["note"]).text) for one in checkpoints.page(None, 50)][::-1]
    assert len(found) == 5
    for before, after in pairwise(found):
        path = tree.consistency(before.size, after.size)
        verify_consistency(before.size, after.size, path, before.root, after.root)


def test_signers_and_writers_at_once_give_one_checkpoint_a_size(directory: Path) -> None:
    def work(number: int) -> None:
        try:
            for _ in range(6):
                if number % 2:
                    something_happens()
                else:
                    checkpoints.sign(directory)
        finally:
            db.database.close()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work, number) for number in range(4)]:
            done.result()
    for one in checkpoints.page(None, 50):
        assert bytes.fromhex(one["root_hash"]) == tree.root(one["size"])


def test_a_ledger_that_was_put_back_is_not_signed_over(directory: Path) -> None:
    checkpoints.sign(directory)
    key, kept = checkpoints.active_key(), newest()
    longer = Checkpoint(key.name, journal.size() + 1, bytes(32)).sign(key_files.read(directory, key))
    key_files.remember(directory, key, longer)
    something_happens()
    with pytest.raises(ForkedLog):
        checkpoints.sign(directory)
    assert newest() == kept


def test_without_the_secret_key_nothing_is_signed(tmp_path: Path) -> None:
    with pytest.raises(UnusableKey, match="No such file"):
        checkpoints.sign(tmp_path)


def test_a_key_file_that_holds_another_key_signs_nothing(directory: Path) -> None:
    path = directory / f"log-{checkpoints.active_key().id}.key"
    path.write_text(f"{SigningKey.make('another.example.org', bytes(32))}\n")
    with pytest.raises(UnusableKey, match="another key"):
        checkpoints.sign(directory)
    path.write_text("PRIVATE+KEY+half-of-a-secret")
    with pytest.raises(UnusableKey) as error:
        checkpoints.sign(directory)
    assert "half-of-a-secret" not in str(error.value)


def test_secret_keys_are_for_their_owner_alone(directory: Path) -> None:
    checkpoints.rotate(directory)
    assert {path.stat().st_mode & 0o777 for path in directory.glob("log-*.key")} == {0o600}


def test_a_key_is_made_once(tmp_path: Path) -> None:
    before = journal.size()
    checkpoints.ensure_key(tmp_path / "elsewhere", "log.example.org")
    assert journal.size() == before
    assert not (tmp_path / "elsewhere").exists()


def test_after_a_rotation_the_old_key_vouches_for_the_new(directory: Path) -> None:
    something_happens()
    checkpoints.sign(directory)
    old = checkpoints.active_key()
    new = checkpoints.rotate(directory)
    assert (checkpoints.active_key(), new.name) == (new, old.name)
    covering = newest()
    assert covering.signed_by([old]) == [old]
    assert covering.signed_by([new]) == [new]
    # The announcement is among the events that both have signed.
    assert checkpoints.keys(None, 1)[0]["seq"] <= Checkpoint.parse(covering.text).size
    something_happens()
    checkpoints.sign(directory)
    assert newest().signed_by([old, new]) == [new]
    assert [VerifierKey.parse(one["key"]) for one in checkpoints.keys(None, 10)] == [new, old]


def test_a_rotation_takes_a_key_that_was_put_there(directory: Path) -> None:
    checkpoints.sign(directory)
    given = SigningKey.make(checkpoints.active_key().name, bytes(range(32)))
    key_files.keep(directory, given)
    assert checkpoints.rotate(directory) == given.verifier()


def test_a_rotation_goes_on_without_the_old_key(directory: Path) -> None:
    checkpoints.sign(directory)
    old = checkpoints.active_key()
    (directory / f"log-{old.id}.key").unlink()
    new = checkpoints.rotate(directory)
    assert newest().signed_by([old, new]) == [new]


@pytest.fixture
def note(directory: Path) -> Note:
    """A checkpoint that waits for a witness."""
    something_happens()
    checkpoints.sign(directory)
    return newest()


def test_a_known_witness_is_served_with_the_checkpoint(note: Note) -> None:
    made = checkpoints.cosign(cosigned(note), [WITNESS.verifier()])
    assert [one["witness"] for one in made["cosignatures"]] == [WITNESS.name]
    assert newest().signed_by([WITNESS.verifier()]) == [WITNESS.verifier()]
    assert made == checkpoints.newest()


def test_of_two_cosignatures_by_one_witness_the_later_counts(note: Note) -> None:
    for time in (TIME + 60, TIME - 60):
        checkpoints.cosign(cosigned(note, time=time), [WITNESS.verifier()])
    (one,) = checkpoints.newest()["cosignatures"]
    assert one["cosigned_at"] == "2023-11-14T22:14:20.000000Z"


def test_what_no_known_witness_has_signed_is_refused(note: Note) -> None:
    given = cosigned(note)
    stranger = SigningKey.make("stranger.example.org", bytes(32), Algorithm.COSIGNATURE).verifier()
    with pytest.raises(Invalid, match="no witness"):
        checkpoints.cosign(given, [stranger])
    with pytest.raises(Invalid, match="no witness"):
        checkpoints.cosign(given, [])
    assert checkpoints.newest()["cosignatures"] == []


def test_a_cosignature_that_does_not_hold_is_refused(note: Note) -> None:
    good = WITNESS.sign(note.text, time=TIME)
    forged = Signature(good.name, good.key_id, good.raw[:-1] + bytes([good.raw[-1] ^ 1]))
    with pytest.raises(Invalid, match="does not hold"):
        checkpoints.cosign(str(Note(note.text, (forged,))), [WITNESS.verifier()])


def test_a_cosignature_from_the_future_is_refused(note: Note) -> None:
    with pytest.raises(Invalid, match="has not come"):
        checkpoints.cosign(cosigned(note, time=2**40), [WITNESS.verifier()])


def test_a_checkpoint_that_this_log_has_not_signed_is_refused(note: Note) -> None:
    given = Checkpoint.parse(note.text)
    for other in (
        Checkpoint(given.origin, given.size, bytes(32)),
        Checkpoint(given.origin, given.size + 1, given.root),
        Checkpoint("other.example.org", given.size, given.root),
    ):
        with pytest.raises(UnknownReference):
            checkpoints.cosign(cosigned(Note(other.text(), ())), [WITNESS.verifier()])


@pytest.mark.parametrize("given", ["", "x", "x\n\n", "a\n1\nb\n\n— x y\n", "log\n1\nAAAA\n\n— w AAAAAAAA\n"])
def test_what_is_no_checkpoint_is_refused(given: str) -> None:
    with pytest.raises(Invalid):
        checkpoints.cosign(given, [WITNESS.verifier()])
