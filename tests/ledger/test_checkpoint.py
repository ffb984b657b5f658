"""Checkpoints: the published example, round trips, and what is none."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlog_scales import signing, tlog

from factcheck.ledger.checkpoint import Checkpoint
from factcheck.ledger.note import BadNote, Note, SigningKey
from tests.ledger.test_note import COSIGNED

ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
CHECKPOINT = Checkpoint("example.com/behind-the-sofa", 20_852_163, base64.b64decode(ROOT))


def test_the_published_checkpoint_is_read_as_it_is_written() -> None:
    note = Note.parse(COSIGNED)
    assert Checkpoint.parse(note.text) == CHECKPOINT
    assert CHECKPOINT.text() == note.text


@given(st.integers(0, 10**19 - 1), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_as_it_was_written(size: int, root: bytes) -> None:
    checkpoint = Checkpoint("log.example", size, root)
    assert Checkpoint.parse(checkpoint.text()) == checkpoint


def test_a_checkpoint_is_signed_by_each_of_the_keys() -> None:
    keys = [SigningKey.make("example.com/behind-the-sofa", bytes([number] * 32)) for number in range(2)]
    note = CHECKPOINT.sign(*keys)
    assert note.signed_by(key.verifier() for key in keys) == [key.verifier() for key in keys]


def test_extension_lines_are_left_out() -> None:
    assert Checkpoint.parse(f"{CHECKPOINT.text()}more\nand more\n") == CHECKPOINT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "log\n3\n",
        f"log\n3\n{ROOT}",
        f"\n3\n{ROOT}\n",
        f"log\n\n{ROOT}\n",
        f"log\n03\n{ROOT}\n",
        f"log\n-3\n{ROOT}\n",
        f"log\n+3\n{ROOT}\n",
        f"log\n3.0\n{ROOT}\n",
        f"log\n 3\n{ROOT}\n",
        f"log\n٣\n{ROOT}\n",
        f"log\n{'9' * 20}\n{ROOT}\n",
        "log\n3\n!\n",
        "log\n3\né\n",
        "log\n3\nAAAA\n",
        f"log\n3\n{ROOT[:-1]}\n",
        f"log\n3\n{ROOT.replace('I=', 'J=')}\n",
        f"log\n3\n{ROOT}\n\n",
        f"log\n3\n{ROOT}\n\nmore\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        Checkpoint.parse(text)


def test_they_read_our_checkpoints_and_we_theirs() -> None:
    signer = signing.PlainEd25519Signer("example.com/behind-the-sofa", bytes(32))
    theirs = tlog.Checkpoint.make_signed(CHECKPOINT.origin, CHECKPOINT.size, CHECKPOINT.root, [signer])
    ours = CHECKPOINT.sign(SigningKey.make("example.com/behind-the-sofa", bytes(32)))
    assert theirs.serialize() == str(ours)
    assert Checkpoint.parse(Note.parse(theirs.serialize()).text) == CHECKPOINT
