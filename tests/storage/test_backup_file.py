"""What a backup may be that somebody has damaged, or made to do harm; and which keys are in one. The engine makes no
difference to that."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from factcheck.domain.actors import SERVICE
from factcheck.services import checkpoints, claims
from factcheck.storage import backup, check, db, key_files
from factcheck.storage.backup_file import FIRST, LAST
from factcheck.storage.restore import Refused
from factcheck.storage.snapshot_files import Store
from tests import databases
from tests.backups import a_record, empty, files, made, members, packed, places, restored, rows_of, with_rows


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data directory of the record."""
    return tmp_path / "data"


@pytest.fixture
def content(database: str, data: Path) -> bytes:
    """A backup with something of most kinds, without keys."""
    assert database
    a_record(data)
    return made(data)


def spoilt(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The file in every state that a restore must not take, each with what it is told."""
    parts = members(content)
    first = orjson.loads(parts[FIRST])
    yield "not a backup", b"PK\3\4 something else altogether"
    yield "too early", b""
    for share in (0.02, 0.5, 0.97):
        yield "too early|bytes", content[: int(len(content) * share)]
    yield "too early", content[:-1]
    raw = gzip.decompress(content)
    yield "not those that were written", gzip.compress(raw.replace(b"3,000 soldiers", b"9,000 soldiers"))
    yield "not a backup|follows", content + b"x"
    for place in (11, len(content) // 3, len(content) // 2, len(content) - 3):
        yield "damaged", content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :]
    yield "does not begin", packed({FIRST: b'{"format": "of something else"}', LAST: b"{}"})
    yield "does not begin", packed({name: part for name, part in parts.items() if name != FIRST})
    yield "another form", packed({**parts, FIRST: orjson.dumps({**first, "version": 2})})
    later = {**first, "migrations": [*first["migrations"], "9999_later"]}
    yield "newer release", packed({**parts, FIRST: orjson.dumps(later)})
    yield "than it says", packed({**parts, FIRST: orjson.dumps({**first, "ledger": {"size": 1, "root_hash": "00"}})})
    yield "other tables", packed({**parts, FIRST: orjson.dumps({**first, "tables": {"claims; --": ["id"]}})})
    yield "cannot be read", packed({**parts, FIRST: orjson.dumps({**first, "migrations": [1]})})
    yield "cannot be read", packed({**parts, FIRST: b"[" * 100_000})
    yield "all that it should", packed({name: part for name, part in parts.items() if "/claim_topics/" not in name})
    yield "no table", packed({**parts, "rows/sessions/00000001.jsonl": b"[]\n"})


def spoilt_rows(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Files that are whole, with rows that are not."""
    parts = members(content)
    claims, speakers = rows_of(parts, "claims"), rows_of(parts, "speakers")
    for row in ([], [1] * len(claims[0]), {"id": 1}, [["x"], *claims[0][1:]], [2**63, *claims[0][1:]]):
        yield "no row of claims", packed(with_rows(parts, "claims", [row, *claims[1:]]))
    yield "within a line", packed({**parts, "rows/claims/00000001.jsonl": b'["half'})
    yield "do not fit", packed(with_rows(parts, "speakers", [], -len(speakers)))
    yield "do not fit", packed(with_rows(parts, "claims", [*claims, claims[0]], 1))
    topics = rows_of(parts, "claim_topics")
    yield "its own ledger", packed(with_rows(parts, "claim_topics", [["cheese", topics[0][1]]]))
    events = rows_of(parts, "events")
    yield "its own ledger", packed(with_rows(parts, "events", [*events[:-1], [*events[-1][:-1], "0" * 64]]))
    head = rows_of(parts, "ledger_head")
    yield "no ledger", packed(with_rows(parts, "ledger_head", [], -1))
    seq = orjson.loads(parts[FIRST])["tables"]["speakers"].index("seq")
    far = [[*row[:seq], 2**60, *row[seq + 1 :]] for row in speakers]
    yield "seq is 1152921504606846976 in the tables", packed(with_rows(parts, "speakers", far))
    again = [[name, "0" if name == "revisions_format" else value] for name, value in rows_of(parts, "meta")]
    kind = orjson.loads(parts[FIRST])["tables"]["events"].index("subject_type")
    strange = [*events[:-1], [*events[-1][:kind], "cheese", *events[-1][kind + 1 :]]]
    yield "rows cannot be read", packed(with_rows(with_rows(parts, "meta", again), "events", strange))
    yield "another root", packed(with_rows(parts, "ledger_head", [[head[0][0], head[0][1], head[0][2], ""]]))


def test_what_is_damaged_or_not_for_this_release_leaves_nothing(content: bytes, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    with empty("sqlite", tmp_path):
        for told, file in [*spoilt(content), *spoilt_rows(content)]:
            with pytest.raises(Refused, match=told):
                restored(file, elsewhere)
            assert db.database.get_tables() == []
        assert files(elsewhere) == {}
        assert not list(tmp_path.glob("*.restoring"))
        restored(content, elsewhere)


AWAY = [
    "../escaped", "/srv/escaped", "snapshots/../../escaped", "snapshots/..", "keys/../escaped", "keys/try-me.token",
    "snapshots/aa/escaped", "imports/escaped", f"snapshots/{'0' * 64}.warc.gz", "escaped", "rows", "rows/claims/..",
    f"imports/{'0' * 36}.upload",
]  # fmt: skip


def test_no_file_leaves_its_directory_or_comes_unasked(content: bytes, tmp_path: Path) -> None:
    parts, elsewhere = members(content), tmp_path / "elsewhere" / "data"
    said = orjson.loads(parts.pop(LAST))
    end = orjson.dumps({**said, "files": said["files"] + 1})
    with empty("sqlite", tmp_path / "elsewhere"):
        for name in AWAY:
            with pytest.raises(Refused):
                restored(packed({**parts, name: b"x", LAST: end}), elsewhere)
            assert db.database.get_tables() == []
    assert [name for name in files(tmp_path) if "escaped" in name or "try-me" in name] == []
    assert files(elsewhere) == {}


def test_a_link_in_the_file_is_refused(content: bytes, data: Path, tmp_path: Path) -> None:
    raw = bytearray(gzip.decompress(content))
    # The type of the first member: a symbolic link.
    raw[156:157] = b"2"
    raw[148:156] = b" " * 8
    raw[148:156] = b"%06o\0 " % sum(raw[:512])
    with empty("sqlite", tmp_path), pytest.raises(Refused, match="no backup has"):
        restored(gzip.compress(raw), data)


def test_a_name_that_leads_away_names_no_file(tmp_path: Path) -> None:
    victim = tmp_path / "victim.txt.gz"
    victim.write_text("stays")
    Store(tmp_path / "snapshots").remove([f"{tmp_path}/victim.txt.gz", "../victim.txt.gz", "../../victim.txt.gz"])
    assert victim.exists()


def test_a_row_without_an_end_is_not_held(
    content: bytes, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = members(content)
    monkeypatch.setattr("factcheck.storage.backup_file.LONGEST_LINE", 1_000_000)
    endless = packed({**parts, "rows/claims/00000001.jsonl": b"[" + b" " * 3_000_000})
    with empty("sqlite", tmp_path), pytest.raises(Refused, match="line without an end"):
        restored(endless, data)


def test_texts_that_are_not_what_they_are_called_are_not_kept(content: bytes, tmp_path: Path) -> None:
    parts, elsewhere = members(content), tmp_path / "elsewhere"
    (text,) = [name for name in parts if name.endswith(".txt.gz")]
    for bad in (gzip.compress(b"another text"), b"no gzip", parts[text][:-9], gzip.compress(bytes(65 * 1024 * 1024))):
        with empty("sqlite", tmp_path):
            assert restored(packed({**parts, text: bad}), elsewhere).missing == 1
            assert len(db.query("SELECT name FROM kept_files")) == 1
            assert [name for name in files(elsewhere) if name.endswith(".txt.gz")] == []


@pytest.mark.usefixtures("content")
def test_a_page_that_was_not_there_any_more_is_not_said_to_be_kept(data: Path, tmp_path: Path) -> None:
    for path in data.rglob("*.warc.gz"):
        path.unlink()
    with (tmp_path / "file").open("wb") as file:
        done = backup.write(file, places(data))
    assert [name.endswith(".warc.gz") for name in done.missing] == [True]
    with empty("sqlite", tmp_path):
        assert restored((tmp_path / "file").read_bytes(), tmp_path / "elsewhere").missing == 1
        assert [name[-7:] for (name,) in db.query("SELECT name FROM kept_files")] == [".txt.gz"]


@pytest.mark.usefixtures("content")
def test_keys_are_in_it_only_where_that_was_said(tmp_path: Path) -> None:
    usual = databases.data_dir()
    assert [name for name in members(made(usual)) if name.startswith("keys/")] == []
    with_keys, elsewhere = made(usual, with_keys=True), tmp_path / "elsewhere"
    with empty("sqlite", tmp_path):
        restored(with_keys, elsewhere)
        checkpoints.require_usable(elsewhere)
        claims.submit(SERVICE, {"text": "Something newer"})
        assert checkpoints.sign(elsewhere) is not None
    key = checkpoints.active_key()
    newest = key_files.newest_signed(elsewhere, key)
    assert {path.stat().st_mode & 0o777 for path in elsewhere.glob("log-*")} == {0o600}
    with empty("sqlite", tmp_path):
        restored(with_keys, elsewhere)
        # What the key has signed since is not forgotten.
        assert key_files.newest_signed(elsewhere, key) == newest
        with pytest.raises(checkpoints.ForkedLog):
            checkpoints.require_usable(elsewhere)


@pytest.mark.usefixtures("content")
def test_copies_of_keys_under_other_names_are_no_part_of_it(data: Path, tmp_path: Path) -> None:
    for name in ("log-0123abcd copy.key", "log-old.key", "log-é.key"):
        (data / name).write_text("a copy")
    with_keys = made(data, with_keys=True)
    assert [name for name in members(with_keys) if name.startswith("keys/log-")] == []
    with empty("sqlite", tmp_path):
        restored(with_keys, tmp_path / "elsewhere")


@pytest.mark.usefixtures("content")
def test_a_key_takes_no_others_place(data: Path, tmp_path: Path) -> None:
    content, elsewhere = made(data, with_keys=True), tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "sealing.key").write_text("another one")
    with empty("sqlite", tmp_path):
        with pytest.raises(Refused, match="another key"):
            restored(content, elsewhere)
        assert db.database.get_tables() == []
    assert (elsewhere / "sealing.key").read_text() == "another one"


def test_what_differs_from_its_ledger_can_be_had_all_the_same(content: bytes, tmp_path: Path) -> None:
    parts = members(content)
    topics = rows_of(parts, "claim_topics")
    differs = packed(with_rows(parts, "claim_topics", [["cheese", topics[0][1]]]))
    with empty("sqlite", tmp_path):
        restored(differs, tmp_path / "elsewhere", unchecked=True)
        assert len(list(check.differences())) == 2
