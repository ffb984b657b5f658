"""A worked event: bytes in, hashes out. The hashes were computed apart from this code, with SHA-256 alone.

They must never change: whoever holds an exported ledger computes the same.
"""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import factcheck
from factcheck.ledger.canonical import canonical
from factcheck.ledger.event import SALT_BYTES, Envelope, commit

SALT = bytes.fromhex("000102030405060708090a0b0c0d0e0f")
PAYLOAD = {"set": {"topics": ["moon"], "text": "The moon is made of rock"}, "reason": "Größe"}
PAYLOAD_BYTES = '{"reason":"Größe","set":{"text":"The moon is made of rock","topics":["moon"]}}'.encode()
COMMITMENT = "6b27b69e86c7ef91c2b74f0f2dc050de4b797d51b9b36e932c03406e1c02ad2b"

ENVELOPE = Envelope(
    seq=7,
    recorded_at="2024-10-24T12:00:00.000000Z",
    actor="system",
    type="claim.submitted",
    subject_type="claim",
    subject_id="0192b0c0-0000-7000-8000-000000000001",
    claim_id="0192b0c0-0000-7000-8000-000000000001",
    commitment=COMMITMENT,
)
LEAF_HASH = "67a456448674abee1aaf9d63df04a76fbd710acaa3003640b6eafa362395836f"

WITHOUT_CLAIM = Envelope(
    seq=8,
    recorded_at="2024-10-24T12:00:00.000000Z",
    actor="0192b0c0-0000-7000-8000-00000000000a",
    type="publisher.added",
    subject_type="publisher",
    subject_id="0192b0c0-0000-7000-8000-000000000002",
    claim_id=None,
    commitment=COMMITMENT,
)
LEAF_HASH_WITHOUT_CLAIM = "319b0c39c9c5d642e441d8e17974d9fa7df167dd0d84a43ede312a83b7c1ae0a"


def test_a_payload_has_these_bytes() -> None:
    assert canonical(PAYLOAD) == PAYLOAD_BYTES


def test_a_commitment_is_the_hash_of_salt_and_payload() -> None:
    assert commit(SALT, PAYLOAD_BYTES) == COMMITMENT


def test_a_leaf_is_the_prefixed_hash_of_the_canonical_envelope() -> None:
    assert ENVELOPE.leaf_hash() == LEAF_HASH


def test_an_event_of_no_single_claim_says_so_in_its_leaf() -> None:
    assert WITHOUT_CLAIM.leaf_hash() == LEAF_HASH_WITHOUT_CLAIM


def test_an_envelope_has_the_commitment_and_not_the_payload() -> None:
    shown = ENVELOPE.as_json()
    assert set(shown) == {"seq", "recorded_at", "actor", "type", "subject", "claim_id", "commitment"}


@pytest.mark.parametrize(
    "changed",
    [
        {"seq": 8},
        {"recorded_at": "2024-10-24T12:00:00.000001Z"},
        {"actor": "somebody"},
        {"type": "claim.amended"},
        {"subject_type": "source"},
        {"subject_id": "0192b0c0-0000-7000-8000-000000000002"},
        {"claim_id": None},
        {"commitment": COMMITMENT.replace("6b", "6c")},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_whatever_changes_in_an_envelope_changes_its_leaf(changed: dict[str, object]) -> None:
    assert replace(ENVELOPE, **changed).leaf_hash() != LEAF_HASH  # type: ignore[arg-type]


def test_the_same_payload_under_another_salt_has_another_commitment() -> None:
    assert commit(bytes(SALT_BYTES), PAYLOAD_BYTES) != COMMITMENT


_CRYPTOGRAPHY = ["_cffi_backend", "_openssl", "cryptography"]
_ALONE = """
import sys
sys.path.insert(0, sys.argv[1])
before = set(sys.modules)
from importlib import import_module
from pathlib import Path
for file in Path(sys.argv[1], "factcheck", "ledger").glob("*.py"):
    import_module("factcheck.ledger" if file.stem == "__init__" else f"factcheck.ledger.{file.stem}")
ours = {name for name in sys.modules if name.split(".")[0] == "factcheck"}
foreign = {name.split(".")[0] for name in set(sys.modules) - before - ours} - sys.stdlib_module_names
print(sorted(foreign), sorted(name for name in ours if not name.startswith("factcheck.ledger")))
"""


def test_the_ledger_runs_with_cryptography_and_the_standard_library_alone() -> None:
    root = Path(factcheck.__file__).parents[1]
    # -I: neither the environment nor this folder adds anything.
    done = subprocess.run(
        [sys.executable, "-I", "-c", _ALONE, str(root)], capture_output=True, text=True, check=False, timeout=30
    )
    assert (done.stdout.strip(), done.stderr) == (f"{_CRYPTOGRAPHY} ['factcheck']", "")
