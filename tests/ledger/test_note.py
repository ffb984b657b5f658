"""Signed notes against published examples, against an implementation by others, and against bad ones of every kind."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlog_scales import signing, tlog

from factcheck.ledger.note import MOST_SIGNATURES, Algorithm, BadNote, Note, Signature, SigningKey, VerifierKey

SECRET = bytes(range(32))
KEY = SigningKey.make("log.example/record", SECRET)
WITNESS = SigningKey.make("witness.example", bytes(32), Algorithm.COSIGNATURE)
OTHER = SigningKey.make("other.example", bytes(31) + b"\x01")
TEXT = "log.example/record\n3\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
TIME = 1_700_000_000

# From the tests of Go's golang.org/x/mod/sumdb/note.
GO_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

# The example of C2SP's tlog-cosignature.
COSIGNED = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)


def signed(*keys: SigningKey, text: str = TEXT) -> Note:
    return Note(text, tuple(key.sign(text, time=TIME) for key in keys))


# Published examples


def test_the_published_note_of_gos_checksum_database_verifies() -> None:
    key = VerifierKey.parse(GO_KEY)
    assert Note.parse(GO_NOTE).signed_by([key]) == [key]


def test_the_published_secret_makes_the_published_note() -> None:
    key = SigningKey.parse(GO_SECRET)
    text = GO_NOTE.partition("\n\n")[0] + "\n"
    assert str(key.verifier()) == GO_KEY
    assert str(key) == GO_SECRET
    assert str(Note(text, (key.sign(text),))) == GO_NOTE


def test_the_published_example_of_a_key_id_is_given() -> None:
    public = bytes.fromhex("e932791ae6e7a840a46164c904786426d5e7821dd8b29a00d61cae72afdd4da4")
    assert VerifierKey("example.com/foo", Algorithm.ED25519, public).id == "530d903a"


def test_the_published_cosigned_checkpoint_is_read_as_it_is_written() -> None:
    note = Note.parse(COSIGNED)
    log, witness = note.signatures
    assert (log.name, witness.name) == ("example.com/behind-the-sofa", "witness.example.com/w1")
    assert (len(log.raw), len(witness.raw)) == (64, 72)
    assert witness.time() == 1_679_315_147
    assert str(note) == COSIGNED


# Round trips


def test_a_note_is_read_as_it_was_written() -> None:
    note = signed(KEY, WITNESS)
    assert Note.parse(str(note)) == note
    assert note.signed_by([WITNESS.verifier(), KEY.verifier()]) == [KEY.verifier(), WITNESS.verifier()]


@given(st.text(st.characters(exclude_categories=["Cs"], min_codepoint=0x20)), st.binary(min_size=32, max_size=32))
def test_any_text_can_be_signed(line: str, secret: bytes) -> None:
    key, text = SigningKey.make("k", secret), f"{line}\n\nmore\n"
    assert Note.parse(str(signed(key, text=text))).signed_by([key.verifier()]) == [key.verifier()]


@pytest.mark.parametrize("key", [KEY, WITNESS], ids=["of a log", "of a witness"])
def test_keys_are_read_as_they_were_written(key: SigningKey) -> None:
    assert VerifierKey.parse(f"{key.verifier()}\n") == key.verifier()
    assert SigningKey.parse(f"{key}\n") == key


def test_a_cosignature_holds_for_its_time_alone() -> None:
    line = WITNESS.sign(TEXT, time=TIME)
    assert line.time() == TIME
    later = Signature(line.name, line.key_id, (TIME + 1).to_bytes(8, "big") + line.raw[8:])
    with pytest.raises(BadNote, match="does not hold"):
        WITNESS.verifier().verify(later, TEXT)


def test_a_key_of_a_log_and_one_of_a_witness_over_the_same_bytes_are_two_keys() -> None:
    log = SigningKey.make("same", SECRET).verifier()
    witness = SigningKey.make("same", SECRET, Algorithm.COSIGNATURE).verifier()
    assert log.public == witness.public
    assert log.id != witness.id


# Who has signed


def test_signatures_by_unknown_keys_are_ignored() -> None:
    note = Note(TEXT, (OTHER.sign("something else\n"), KEY.sign(TEXT)))
    assert note.signed_by([KEY.verifier()]) == [KEY.verifier()]
    assert note.signed_by([]) == []


def test_who_signs_twice_is_named_once() -> None:
    assert signed(KEY, KEY).signed_by([KEY.verifier()]) == [KEY.verifier()]


@pytest.mark.parametrize("key", [KEY, WITNESS], ids=["of a log", "of a witness"])
def test_a_signature_by_a_known_key_that_does_not_hold_is_refused(key: SigningKey) -> None:
    note = signed(key)
    for changed in (Note(TEXT.replace("3", "4"), note.signatures), _flipped(note)):
        with pytest.raises(BadNote, match=f"the signature by {key.name} does not hold"):
            changed.signed_by([key.verifier()])


def _flipped(note: Note) -> Note:
    (one,) = note.signatures
    return Note(note.text, (Signature(one.name, one.key_id, one.raw[:-1] + bytes([one.raw[-1] ^ 1])),))


def test_one_good_signature_does_not_make_up_for_a_bad_one_by_the_same_key() -> None:
    note = Note(TEXT, (KEY.sign(TEXT), KEY.sign("another text\n")))
    with pytest.raises(BadNote, match="does not hold"):
        note.signed_by([KEY.verifier()])


@pytest.mark.parametrize("length", [0, 7, 8, 71])
def test_a_cosignature_that_is_too_short_is_refused(length: int) -> None:
    line = WITNESS.sign(TEXT, time=TIME)
    note = Note(TEXT, (Signature(line.name, line.key_id, line.raw[:length]),))
    with pytest.raises(BadNote):
        note.signed_by([WITNESS.verifier()])


def test_a_cosignature_of_a_time_that_cannot_be_is_refused() -> None:
    with pytest.raises(BadNote, match="no time"):
        Signature("w", "00000000", bytes([255] * 72)).time()


def test_a_key_refuses_a_signature_by_another() -> None:
    with pytest.raises(BadNote, match="not by"):
        OTHER.verifier().verify(KEY.sign(TEXT), TEXT)


# Bad notes and keys

LINE = KEY.sign(TEXT).line()


@pytest.mark.parametrize(
    "given_",
    [
        "",
        "\n\n",
        TEXT,
        f"{TEXT}\n",
        TEXT + LINE,
        f"{TEXT}\n{LINE}".removesuffix("\n"),
        f"{TEXT}\n{LINE}\n",
        f"{TEXT}\n{LINE}".replace("\n", "\r\n"),
        f"{TEXT}\x00\n\n{LINE}",
        f"{TEXT}\tmore\n\n{LINE}",
        f"{TEXT}\ud800\n\n{LINE}",
        f"{TEXT}\n{LINE}".replace("—", "-"),
        f"{TEXT}\n{LINE}".replace("— ", "—"),
        f"{TEXT}\n— log.example/record\n",
        f"{TEXT}\n— log.example/record !\n",
        f"{TEXT}\n— log.example/record AAAA AAAA\n",
        f"{TEXT}\n— log.example/record é\n",
        f"{TEXT}\n— log.example/record AAAAAA==\n",
        f"{TEXT}\n— log+example AAAAAAAA\n",
        f"{TEXT}\n—  AAAAAAAA\n",
        f"{TEXT}\n— log\u00a0example AAAAAAAA\n",
        f"{TEXT}\n{LINE}extra\n",
        f"{TEXT}\n— log.example AAAAAAB=\n",
    ],
)
def test_what_is_no_signed_note_is_refused(given_: str) -> None:
    with pytest.raises(BadNote):
        Note.parse(given_)


def test_a_note_has_a_bounded_number_of_signatures() -> None:
    assert len(Note.parse(f"{TEXT}\n{LINE * MOST_SIGNATURES}").signatures) == MOST_SIGNATURES
    with pytest.raises(BadNote, match="at most"):
        Note.parse(f"{TEXT}\n{LINE * (MOST_SIGNATURES + 1)}")


def encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log.example",
        "log.example+00000000",
        "log.example+00000000+",
        "log.example+00000000+!",
        f"log.example+00000000+{encoded(bytes([1]) + bytes(32))}",
        f"log.example+00000000+{encoded(bytes([2]) + bytes(32))}",
        f"log.example+00000000+{encoded(bytes([1]) + bytes(31))}",
        f"a b+00000000+{encoded(bytes([1]) + bytes(32))}",
        f"+00000000+{encoded(bytes([1]) + bytes(32))}",
        str(KEY.verifier()).replace("log.example", "log.other"),
        str(KEY.verifier()).replace("+", "++", 1),
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        VerifierKey.parse(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2028b", "a\x00b"])
def test_a_name_that_notes_cannot_hold_makes_no_key(name: str) -> None:
    with pytest.raises(BadNote, match="name"):
        SigningKey.make(name, SECRET)


def test_a_secret_of_another_length_makes_no_key() -> None:
    with pytest.raises(BadNote, match="32 bytes"):
        SigningKey.make("log.example", SECRET[:-1])


def test_no_message_tells_the_secret() -> None:
    secret = str(KEY)
    wrong_id = secret.replace(KEY.verifier().id, "00000000")
    for given_ in (secret[:-1], secret[:-5], secret + "A", wrong_id, secret.removeprefix("PRIVATE"), secret + "!"):
        with pytest.raises(BadNote) as raised:
            SigningKey.parse(given_)
        assert not any(secret[-20:][start : start + 6] in str(raised.value) for start in range(14))
    assert encoded(SECRET)[:8] not in repr(KEY)


# An implementation by others


def test_they_take_our_notes() -> None:
    note = signed(KEY, WITNESS)
    theirs = tlog.Checkpoint.from_text(str(note))
    for key in (KEY, WITNESS):
        theirs.verify(signing.Vkey.from_string(str(key.verifier())))
    assert theirs.serialize() == str(note)


def test_we_take_their_notes() -> None:
    signer = signing.PlainEd25519Signer("theirs.example", SECRET)
    theirs = tlog.Checkpoint.make_signed("theirs.example", 3, bytes(32), [signer])
    key = VerifierKey.parse(signer.vkey.serialize())  # type: ignore[no-untyped-call]
    assert Note.parse(theirs.serialize()).signed_by([key]) == [key]
