"""Secrets that open under a key beside the database alone."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from factcheck.storage.key_files import UnusableKey
from factcheck.storage.sealing import seal, unseal


def test_what_was_sealed_opens_for_what_it_is_about_alone(tmp_path: Path) -> None:
    sealed = seal(tmp_path / "new", b"secret", "one")
    assert unseal(tmp_path / "new", sealed, "one") == b"secret"
    assert "secret" not in sealed
    with pytest.raises(UnusableKey):
        unseal(tmp_path / "new", sealed, "another")


def test_the_key_is_its_owner_s_alone(tmp_path: Path) -> None:
    seal(tmp_path, b"secret", "one")
    [key] = tmp_path.iterdir()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_of_many_who_make_the_key_at_once_one_does(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as many:
        sealed = list(many.map(lambda number: seal(tmp_path, bytes([number]), "one"), range(32)))
    assert [unseal(tmp_path, one, "one") for one in sealed] == [bytes([number]) for number in range(32)]


@pytest.mark.parametrize("text", ["", "nonsense", "ab" * 31, "00" * 32])
def test_another_key_or_none_opens_nothing(tmp_path: Path, text: str) -> None:
    sealed = seal(tmp_path, b"secret", "one")
    (tmp_path / "sealing.key").write_text(text)
    with pytest.raises(UnusableKey):
        unseal(tmp_path, sealed, "one")
    (tmp_path / "sealing.key").unlink()
    with pytest.raises(UnusableKey):
        unseal(tmp_path, sealed, "one")


@pytest.mark.parametrize("sealed", ["", "AAAA", "no base64", "é"])
def test_what_was_never_sealed_does_not_open(tmp_path: Path, sealed: str) -> None:
    seal(tmp_path, b"secret", "one")
    with pytest.raises(UnusableKey):
        unseal(tmp_path, sealed, "one")
