"""A witness at work: `flask witness` follows the log of a started server, and is not to be fooled."""

import shutil
import subprocess
from pathlib import Path

from factcheck.domain.actors import SERVICE
from factcheck.domain.vocabulary import Role
from factcheck.ledger.note import Note, VerifierKey
from factcheck.services import accounts, checkpoints
from factcheck.storage import db
from tests.e2e.test_serving import HOST, TOKEN, Server, flask, serving


def look(folder: Path, server: Server, *options: str) -> subprocess.CompletedProcess[str]:
    where = ("--directory", str(folder / "witnessed"))
    return flask(folder, "witness", f"http://{HOST}:{server.port}", *where, *options)


def happens(folder: Path, name: str) -> None:
    """An event, and a checkpoint over it, made beside the server: to start commands would take most of the time."""
    db.connect(f"sqlite:///{folder}/factcheck.db")
    accounts.add(SERVICE, {"name": name, "role": Role.READER})
    checkpoints.sign(folder / "data")
    db.database.close()


def test_a_witness_says_that_the_log_has_grown_and_keeps_what_it_saw(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        happens(tmp_path, "one")
        first = look(tmp_path, server)
        happens(tmp_path, "two")
        second, third = look(tmp_path, server), look(tmp_path, server)
    assert [one.returncode for one in (first, second, third)] == [0, 0, 0]
    assert "seen for the first time" in first.stdout
    assert "grown from" in second.stdout
    assert "as it was" in third.stdout
    kept = sorted((tmp_path / "witnessed").glob("*.checkpoint"))
    assert len(kept) == 2
    (key,) = [VerifierKey.parse(line) for line in (tmp_path / "witnessed" / "keys").read_text().splitlines()]
    assert all(Note.parse(path.read_text()).signed_by([key]) for path in kept)


def test_a_history_that_was_rewritten_under_the_same_key_is_told(tmp_path: Path) -> None:
    with serving(tmp_path):
        happens(tmp_path, "one")
    before = tmp_path / "before.db"
    shutil.copy(tmp_path / "factcheck.db", before)
    with serving(tmp_path) as server:
        happens(tmp_path, "two")
        assert look(tmp_path, server).returncode == 0
    for path in tmp_path.glob("factcheck.db*"):
        path.unlink()
    shutil.copy(before, tmp_path / "factcheck.db")
    # Whoever rewrites the database can as well remove what reminds the key of what it has signed.
    for path in (tmp_path / "data").glob("*.signed"):
        path.unlink()
    with serving(tmp_path) as server:
        happens(tmp_path, "another two")
        told = look(tmp_path, server)
        happens(tmp_path, "three")
        told_again = look(tmp_path, server)
    for one in (told, told_again):
        assert one.returncode == 1
        assert "DO NOT TRUST THIS LOG" in one.stderr


def test_a_log_under_a_key_that_nobody_trusts_is_told(tmp_path: Path) -> None:
    stranger = "stranger.example.org+3f4bb7d4+AaUoYTjLgJN0uYCs6tb8jXpW0nLl4hWbJ0c0u1m8G1hQ"
    with serving(tmp_path) as server:
        happens(tmp_path, "one")
        unusable = look(tmp_path, server, "--key", stranger)
        assert look(tmp_path, server).returncode == 0
        assert flask(tmp_path, "log-keys", "rotate").returncode == 0
        during = look(tmp_path, server)
        happens(tmp_path, "two")
        after = look(tmp_path, server)
        new = flask(tmp_path, "log-keys", "list").stdout.splitlines()[0].split()[-1]
        told = look(tmp_path, server, "--key", new)
    assert unusable.returncode == 2
    # The checkpoint of the rotation has the old key's signature too.
    assert during.returncode == 0
    assert (after.returncode, "none of the keys that are trusted" in after.stderr) == (1, True)
    assert told.returncode == 0


def test_a_log_that_does_not_answer_is_not_called_untrue(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        pass
    done = look(tmp_path, server)
    assert (done.returncode, "could not look" in done.stderr) == (2, True)


def test_a_witness_hands_its_cosignature_in(tmp_path: Path) -> None:
    secret, token = tmp_path / "witness.key", tmp_path / "witness.token"
    public = flask(tmp_path, "witness-key", "witness.example.org/w1", str(secret)).stdout.strip()
    token.write_text(TOKEN)
    assert secret.stat().st_mode & 0o777 == 0o600
    settings = {"FACTCHECK_WITNESS_KEYS": public, "FACTCHECK_ADMIN_TOKEN": TOKEN}
    with serving(tmp_path, **settings) as server:
        assert flask(tmp_path, "checkpoint", **settings).returncode == 0
        done = look(tmp_path, server, "--sign", str(secret), "--token-file", str(token))
        _, page = server.ask("GET", "/v1/log/checkpoints")
    assert done.returncode == 0, done.stderr
    (cosignature,) = page["items"][0]["cosignatures"]
    assert cosignature["key"] == public
    assert Note.parse(page["items"][0]["note"]).signed_by([VerifierKey.parse(public)])
