"""Mappings on disk: as those in memory are, however much is put into them, and gone with who made them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from factcheck.domain.projections import Keep
from factcheck.storage import shelves


@pytest.fixture
def keep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Keep]:
    """Mappings of which but a few small values stay in memory."""
    monkeypatch.setattr(shelves, "_RECENT", 3)
    monkeypatch.setattr(shelves, "_LONGEST", 100)
    monkeypatch.setattr(shelves, "_BATCH", 4)
    with shelves.shelves(tmp_path) as made:
        yield made


def test_what_was_put_in_last_comes_back(keep: Keep) -> None:
    shelf, same = keep("claim"), dict[str, Any]()
    for number in range(100):
        key, value = str(number * 7 % 20), {"number": number, "text": "x" * (number % 3 * 60), "none": [None, True]}
        shelf[key] = same[key] = value
        seen = str(number * 3 % 25)
        assert (shelf.get(seen), seen in shelf) == (same.get(seen), seen in same)
    assert (dict(shelf), len(shelf)) == (same, len(same))


def test_kinds_are_apart(keep: Keep) -> None:
    one, other = keep("claim"), keep("source")
    one["a"] = {"kind": "claim"}
    assert ("a" in one, "a" in other) == (True, False)


def test_keys_come_sorted_while_others_are_set(keep: Keep) -> None:
    shelf, seen = keep("claim"), []
    for key in ("", *"fbdzyxw"):
        shelf[key] = {}
    for key in shelf:
        seen.append(key)
        shelf["~"] = {"set": "meanwhile"}
    assert seen == ["", *"bdfwxyz", "~"]


@pytest.mark.parametrize("key", [None, 5, b"x", ["x"], "\udcff"])
def test_what_is_no_text_is_not_there_and_cannot_be_put_in(keep: Keep, key: Any) -> None:
    shelf = keep("claim")
    shelf["5"] = {}
    assert (shelf.get(key), key in shelf) == (None, False)
    with pytest.raises(KeyError):
        shelf[key]
    with pytest.raises((TypeError, ValueError)):
        shelf[key] = {}


def test_the_file_has_no_name(tmp_path: Path) -> None:
    with shelves.shelves(tmp_path) as keep:
        keep("claim")["a"] = {"text": "b"}
        assert list(tmp_path.iterdir()) == []


def test_where_the_folder_is_not_there_yet_another_is_used(tmp_path: Path) -> None:
    with shelves.shelves(tmp_path / "none") as keep:
        keep("claim")["a"] = {}
