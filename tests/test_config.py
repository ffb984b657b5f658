"""Settings from the environment: what is taken, and which line names what is not."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from factcheck import config


def test_networks_to_fetch_from_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTCHECK_FETCH_ALLOW", "10.0.0.0/8, fd00::/8 192.168.1.7")
    wanted = ("10.0.0.0/8", "fd00::/8", "192.168.1.7/32")
    assert config.load().fetch_allow == tuple(ip_network(one) for one in wanted)


def test_none_are_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTCHECK_FETCH_ALLOW", "")
    assert config.load().fetch_allow == ()


@pytest.mark.parametrize("value", ["intranet", "10.0.0.1/8", "10.0.0.0/33", "64:ff9b::/96", "10.0.0.0/8;fd00::/8"])
def test_what_is_no_network_or_hides_others_is_named(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTCHECK_FETCH_ALLOW", value)
    with pytest.raises(config.WrongSettings, match=r"^FACTCHECK_FETCH_ALLOW: must be networks"):
        config.load()


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("", ""),
        ("https://archive.example.org/save/", "https://archive.example.org/save"),
        ("http://[::1]:8080/save", "http://[::1]:8080/save"),
    ],
)
def test_an_archive_is_read_without_the_slash_at_its_end(value: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTCHECK_ARCHIVE_URL", value)
    assert config.load().archive_url == url


@pytest.mark.parametrize(
    "value",
    [
        "archive.example.org", "ftp://archive.example.org/", "https://", "https://archive.example.org/save?url=",
        "https://archive.example.org/#save", "https://a:b@archive.example.org/", "https://[::1/", "https://a:0/",
        "https://archive.example.org:99999/", "https://archive.example.org/sa ve", "https://ärchiv.example.org/",
    ],
)  # fmt: skip
def test_what_is_no_archive_is_named(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTCHECK_ARCHIVE_URL", value)
    with pytest.raises(config.WrongSettings, match=r"^FACTCHECK_ARCHIVE_URL: must be such as"):
        config.load()


@pytest.mark.parametrize("value", ["LOW key:\nsecret", " LOW key:secret", "LOW  key:secret", "LÖW key:secret"])
def test_what_is_no_header_is_named_and_not_shown(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTCHECK_ARCHIVE_AUTHORIZATION", value)
    with pytest.raises(config.WrongSettings, match=r"^FACTCHECK_ARCHIVE_AUTHORIZATION: must be") as caught:
        config.load()
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "many", str(1024**3 + 1)])
def test_what_is_no_size_of_the_store_is_named(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTCHECK_SNAPSHOT_MIB", value)
    with pytest.raises(config.WrongSettings, match=r"^FACTCHECK_SNAPSHOT_MIB: "):
        config.load()


@pytest.mark.parametrize(
    "value",
    [
        "", "postgresql://reader:p%2Fss@db.example.org:5433/name?sslmode=verify-full", "postgresql:///name?host=/run/pg",
        "postgresql://reader@[2001:db8::1],other:5432/name",
    ],
)  # fmt: skip
def test_a_replica_is_named_by_a_url(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTCHECK_DATABASE_URL", "postgresql://main.example.org/name")
    monkeypatch.setenv("FACTCHECK_REPLICA_URL", value)
    found = config.load()
    assert found.replica_url == value
    assert "p%2Fss" not in repr(found)


@pytest.mark.parametrize(
    "value",
    [
        "replica", "sqlite:///secret.db", "mysql://reader:secret@host/name", "postgresql://host",
        # What libpq would take a part of for a port or a host, and then name.
        "postgresql://reader:se/secret@host/name", "postgresql://reader:1/secret@host/name",
        "postgresql://reader:p@secret@host/name", "postgresql://reader:secret?@host/name",
        "postgresql://reader:%secret@host/name", "postgresql://reader:sëcret@host/name",
        "postgresql://reader:secret@host/name\n",
    ],
)  # fmt: skip
def test_what_is_no_replica_is_named_and_not_shown(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTCHECK_DATABASE_URL", "postgresql://main.example.org/name")
    monkeypatch.setenv("FACTCHECK_REPLICA_URL", value)
    with pytest.raises(config.WrongSettings, match=r"^FACTCHECK_REPLICA_URL: must be postgresql://") as caught:
        config.load()
    assert "secret" not in str(caught.value)


def test_a_file_has_no_replica(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTCHECK_DATABASE_URL", "sqlite:///record.db")
    monkeypatch.setenv("FACTCHECK_REPLICA_URL", "postgresql://reader:secret@host/name")
    with pytest.raises(config.WrongSettings, match=r"^FACTCHECK_REPLICA_URL: needs FACTCHECK_DATABASE_URL") as caught:
        config.load()
    assert "secret" not in str(caught.value)


def test_an_encoder_is_a_folder_with_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTCHECK_ENCODER", str(tmp_path))
    with pytest.raises(config.WrongSettings, match=r"^FACTCHECK_ENCODER: must be a folder with a model"):
        config.load()
    (tmp_path / "modules.json").touch()
    with pytest.raises(config.WrongSettings, match=r"^FACTCHECK_ENCODER: needs the package sentence-transformers"):
        config.load()
