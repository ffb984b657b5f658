"""flask witness, flask witness-key: follow another instance's log, and keep what it has signed.

Runs at an auditor's, without a database. It asks the one address that its user names, which may well be an
internal one, and so does not go through the guard for links.
"""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import click

from factcheck import clock
from factcheck.ledger.checkpoint import Checkpoint
from factcheck.ledger.merkle import BadProof
from factcheck.ledger.note import Algorithm, BadNote, Note, SigningKey, VerifierKey
from factcheck.ledger.witness import cosign, require_growth, trusted
from factcheck.storage import key_files

_TIMEOUT_SECONDS = 30
_MOST_BYTES = 1024 * 1024
_KEYS, _NEWEST = "keys", "newest"
_FILE = click.Path(path_type=Path, dir_okay=False)


class NoAnswer(Exception):
    """The log could not be asked, or what it said is no answer."""


@click.command("witness")
@click.argument("url")
@click.option("--key", "keys", multiple=True, help="A verifier key of the log to trust. Else the first seen is.")
@click.option("--directory", type=click.Path(path_type=Path, file_okay=False), default="witnessed", show_default=True)
@click.option("--every", type=click.IntRange(1), help="Ask again after so many seconds, for ever. Else once.")
@click.option("--sign", "secret", type=_FILE, help="Cosign with this key, and hand the cosignature in.")
@click.option("--token-file", type=_FILE, help="A file with a token of the log's, to hand cosignatures in with.")
def witness(
    url: str, keys: tuple[str, ...], directory: Path, every: int | None, secret: Path | None, token_file: Path | None
) -> None:
    """Check that the log at URL has only grown since it was seen last, and keep its checkpoint.

    Exits with 1 where it has not, and with 2 where it could not be asked.
    """
    try:
        given = [VerifierKey.parse(key) for key in keys]
        signing = SigningKey.parse(secret.read_text()) if secret else None
        token = token_file.read_text().strip() if token_file else None
    except (BadNote, OSError) as error:
        raise click.UsageError(str(error)) from None
    log = _Log(url.rstrip("/"), token)
    while True:
        status = _look(log, directory, given, signing)
        if every is None or status == 1:
            raise SystemExit(status)
        time.sleep(every)


@click.command("witness-key")
@click.argument("name")
@click.argument("file", type=_FILE)
def make_key(name: str, file: Path) -> None:
    """Make a witness's key: the secret goes into FILE, and the verifier key, for the log's operator, is printed."""
    try:
        key = SigningKey.make(name, clock.random_bytes(32), Algorithm.COSIGNATURE)
        key_files.write(file, f"{key}\n")
    except (BadNote, OSError) as error:
        raise click.UsageError(str(error)) from None
    click.echo(key.verifier())


class _Log:
    """The log's own HTTP interface."""

    def __init__(self, url: str, token: str | None) -> None:
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            raise click.UsageError("URL begins with http:// or https://")
        self._url = url
        self._token = token

    def checkpoint(self) -> Note:
        return Note.parse(self._ask("/v1/log/checkpoint"))

    def key(self) -> VerifierKey:
        return VerifierKey.parse(self._ask("/v1/log/key"))

    def consistency(self, first: int, second: int) -> list[bytes]:
        path = _member(self._ask(f"/v1/log/proof/consistency?first={first}&second={second}"), "path")
        return [bytes.fromhex(one) for one in path]

    def hand_in(self, note: Note) -> None:
        self._ask("/v1/log/cosignatures", json.dumps({"checkpoint": str(note)}).encode())

    def _ask(self, path: str, body: bytes | None = None) -> str:
        headers = {"User-Agent": "factcheck-witness", "Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        request = urllib.request.Request(self._url + path, body, headers)  # noqa: S310 - http(s), as checked above
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310 - the same
                raw: bytes = answer.read(_MOST_BYTES)
        except urllib.error.HTTPError as error:
            raise NoAnswer(f"{path} answered {error.code}: {error.read(500).decode(errors='replace')}") from None
        except OSError as error:
            raise NoAnswer(f"{path}: {error}") from None
        return raw.decode(errors="replace")


def _member(answer: str, name: str) -> Any:
    try:
        return json.loads(answer)[name]
    except (ValueError, KeyError, TypeError):
        raise NoAnswer(f"what came back has no {name}") from None


def _look(log: _Log, directory: Path, given: list[VerifierKey], signing: SigningKey | None) -> int:
    """Ask once: the exit status, having said what was found."""
    try:
        note = log.checkpoint()
        after = trusted(note, _trusted_keys(log, directory, given))
        before = _kept(directory)
        if before is not None:
            grown = 0 < before.size < after.size
            require_growth(before, after, log.consistency(before.size, after.size) if grown else [])
        _keep(directory, after, note)
        if signing is not None:
            log.hand_in(Note(note.text, (*note.signatures, cosign(note, signing, int(time.time())))))
    except (NoAnswer, OSError) as error:
        click.echo(f"could not look: {error}", err=True)
        return 2
    except (BadNote, BadProof, ValueError) as error:
        click.echo(f"DO NOT TRUST THIS LOG: {error}", err=True)
        return 1
    click.echo(f"{after.origin}: {after.size} events, {_since(before, after)}; root {after.root.hex()}")
    return 0


def _since(before: Checkpoint | None, after: Checkpoint) -> str:
    if before is None:
        return "seen for the first time"
    if before.size == after.size:
        return "as it was when seen last"
    return f"grown from {before.size}, which it holds unchanged"


def _trusted_keys(log: _Log, directory: Path, given: list[VerifierKey]) -> list[VerifierKey]:
    """The keys of the first look and those given since; without any, the one that the log says is its own."""
    path = directory / _KEYS
    kept = [VerifierKey.parse(line) for line in path.read_text().splitlines()] if path.exists() else []
    keys = list(dict.fromkeys([*kept, *given])) or [log.key()]
    if keys != kept:
        key_files.write(path, "".join(f"{key}\n" for key in keys))
    return keys


def _kept(directory: Path) -> Checkpoint | None:
    path = directory / _NEWEST
    return Checkpoint.parse(Note.parse(path.read_text()).text) if path.exists() else None


def _keep(directory: Path, checkpoint: Checkpoint, note: Note) -> None:
    """Keep each checkpoint by its size, and say which is the newest."""
    for name in (f"{checkpoint.size}.checkpoint", _NEWEST):
        key_files.write(directory / name, str(note))
