"""The ledger over HTTP: what an auditor can fetch, and that it proves what it says."""

from collections.abc import Callable
from typing import Any

import pytest

from factcheck.ledger.canonical import canonical
from factcheck.ledger.checkpoint import Checkpoint
from factcheck.ledger.event import Envelope, commit
from factcheck.ledger.merkle import verify_consistency, verify_inclusion
from factcheck.ledger.note import Note, VerifierKey
from tests.api.answers import each, everything, problem
from tests.callers import Caller, Callers, Json
from tests.witnesses import WITNESS, cosigned, sign

TEXT = "text/plain; charset=utf-8"


@pytest.fixture
def signed(callers: Callers) -> Callers:
    """A record with a few events, all of them under a checkpoint."""
    for number in range(5):
        callers.reviewer.claim(f"Claim {number}")
    sign()
    return callers


def newest(caller: Caller) -> Note:
    return Note.parse(caller.get("/v1/log/checkpoint").get_data(as_text=True))


def hashes(path: list[str]) -> list[bytes]:
    return [bytes.fromhex(one) for one in path]


def envelope(item: Json) -> Envelope:
    about: dict[str, Any] = item["subject"]
    names = ("seq", "recorded_at", "actor", "type", "claim_id", "commitment")
    return Envelope(subject_type=about["type"], subject_id=about["id"], **{name: item[name] for name in names})


def test_before_the_first_checkpoint_there_is_none(callers: Callers) -> None:
    problem(callers.anyone.get("/v1/log/checkpoint"), 404)
    problem(callers.anyone.get("/v1/log/proof/inclusion?seq=1"), 404)
    assert callers.anyone.read("/v1/log/checkpoints") == {"items": [], "next": None}


def test_the_checkpoint_is_a_note_that_the_key_has_signed(signed: Callers) -> None:
    answer, key = signed.anyone.get("/v1/log/checkpoint"), signed.anyone.get("/v1/log/key")
    assert (answer.content_type, key.content_type) == (TEXT, TEXT)
    verifier = VerifierKey.parse(key.get_data(as_text=True))
    assert newest(signed.anyone).signed_by([verifier]) == [verifier]
    assert signed.anyone.get("/v1/log/checkpoint", If_None_Match=answer.headers["ETag"]).status_code == 304


def test_keys_name_the_event_that_announced_them(signed: Callers) -> None:
    (key,) = everything(signed.anyone, "/v1/log/keys")
    (event,) = signed.anyone.read(f"/v1/log/entries?from={key['seq']}&limit=1")["items"]
    assert event["payload"] == {"set": {"vkey": key["key"]}}


def test_checkpoints_are_listed_newest_first_page_by_page(signed: Callers) -> None:
    for number in range(3):
        signed.reviewer.claim(f"Another claim {number}")
        sign()
    sizes = each(everything(signed.anyone, "/v1/log/checkpoints?limit=2"), "size")
    assert len(sizes) == 4
    assert sizes == sorted(sizes, reverse=True)  # type: ignore[type-var]


def test_every_entry_is_proved_by_its_path_to_the_checkpoint(signed: Callers) -> None:
    checkpoint = Checkpoint.parse(newest(signed.anyone).text)
    items = everything(signed.anyone, "/v1/log/entries?limit=7")
    assert each(items, "seq") == list(range(1, checkpoint.size + 1))
    for item in items:
        assert envelope(item).leaf_hash() == item["leaf_hash"]
        if item["payload"] is not None:
            assert commit(bytes.fromhex(item["salt"]), canonical(item["payload"])) == item["commitment"]
        proof = signed.anyone.read(f"/v1/log/proof/inclusion?seq={item['seq']}")
        assert (proof["size"], proof["leaf_hash"]) == (checkpoint.size, item["leaf_hash"])
        leaf, index = bytes.fromhex(item["leaf_hash"]), item["seq"] - 1
        verify_inclusion(leaf, index, checkpoint.size, hashes(proof["path"]), checkpoint.root)


def test_a_checkpoint_is_proved_to_be_how_the_next_one_began(signed: Callers) -> None:
    before = Checkpoint.parse(newest(signed.anyone).text)
    signed.reviewer.claim("One more")
    sign()
    after = Checkpoint.parse(newest(signed.anyone).text)
    proof = signed.anyone.read(f"/v1/log/proof/consistency?first={before.size}&second={after.size}")
    assert proof == signed.anyone.read(f"/v1/log/proof/consistency?first={before.size}")
    verify_consistency(before.size, after.size, hashes(proof["path"]), before.root, after.root)


def test_of_a_proposed_verdict_the_public_sees_envelope_and_commitment(
    callers_with: Callable[..., Callers],
) -> None:
    callers = callers_with(approvals=1)
    claim = callers.reviewer.claim()
    verdict = callers.reviewer.made(f"/v1/claims/{claim}/verdicts", {"rating": "supported"})
    path = f"/v1/log/entries?from={verdict['seq']}&limit=1"
    (shown,), (whole,) = callers.anyone.read(path)["items"], callers.reviewer.read(path)["items"]
    assert (shown["payload"], shown["salt"], shown["changes"]) == (None, None, None)
    assert whole["payload"]["set"]["rating"] == "supported"
    assert envelope(shown).leaf_hash() == shown["leaf_hash"] == whole["leaf_hash"]


def test_what_is_said_of_accounts_and_tokens_is_for_administrators(callers: Callers) -> None:
    callers.reviewer.claim()
    for caller, may in ((callers.anyone, False), (callers.editor, False), (callers.admin, True)):
        items = everything(caller, "/v1/log/entries")
        about = [item for item in items if item["subject"]["type"] in ("account", "token")]
        assert about
        assert all((item["payload"] is not None) == may for item in about)
        assert all(envelope(item).leaf_hash() == item["leaf_hash"] for item in about)


@pytest.mark.parametrize(
    ("query", "status", "pointer"),
    [
        ("inclusion", 422, "/seq"),
        ("inclusion?seq=0", 422, "/seq"),
        ("inclusion?seq=x", 422, "/seq"),
        ("inclusion?seq=3&size=2", 422, "/seq"),
        ("inclusion?seq=1&size=0", 422, "/size"),
        ("inclusion?seq=1&size=1000000", 400, None),
        ("inclusion?seq=1000000", 422, "/seq"),
        ("inclusion?seq=99999999999999999999", 422, "/seq"),
        ("consistency", 422, "/first"),
        ("consistency?first=-1", 422, "/first"),
        ("consistency?first=3&second=2", 422, "/first"),
        ("consistency?first=1&second=1000000", 400, None),
        ("consistency?first=1&third=2", 422, "/third"),
    ],
)
def test_a_proof_that_cannot_be_says_why(signed: Callers, query: str, status: int, pointer: str | None) -> None:
    problem(signed.anyone.get(f"/v1/log/proof/{query}"), status, pointer)


def test_entries_begin_where_they_are_asked_to(signed: Callers) -> None:
    assert each(signed.anyone.read("/v1/log/entries?from=4&limit=3")["items"], "seq") == [4, 5, 6]
    assert signed.anyone.read("/v1/log/entries?from=1000000") == {"items": [], "next": None}
    problem(signed.anyone.get("/v1/log/entries?from=0"), 422, "/from")


def test_a_witness_hands_its_cosignature_in(callers_with: Callable[..., Callers]) -> None:
    callers = callers_with(witness_keys=(WITNESS.verifier(),))
    callers.reviewer.claim()
    made = callers.reader.made("/v1/log/cosignatures", {"checkpoint": cosigned(sign())})
    assert made["cosignatures"] == [
        {"witness": WITNESS.name, "key": str(WITNESS.verifier()), "cosigned_at": "2023-11-14T22:13:20.000000Z"}
    ]
    assert newest(callers.anyone).signed_by([WITNESS.verifier()]) == [WITNESS.verifier()]


def test_a_cosignature_of_nobody_known_is_refused(signed: Callers) -> None:
    given = cosigned(newest(signed.anyone))
    problem(signed.reader.post("/v1/log/cosignatures", {"checkpoint": given}), 422, "/checkpoint")
