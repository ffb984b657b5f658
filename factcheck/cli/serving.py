"""flask serve, flask worker: the long-running processes."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import click
from flask.cli import with_appcontext

from factcheck.cli import seeding
from factcheck.cli.preparing import prepare
from factcheck.domain.actors import SERVICE
from factcheck.domain.errors import DomainError
from factcheck.domain.vocabulary import Role
from factcheck.encoding import encoder
from factcheck.services import accounts, checkpoints, copies, imports, links, matching, snapshots, suggestions, webhooks
from factcheck.storage import db, upgrade
from factcheck.storage.key_files import UnusableKey
from factcheck.web.context import settings
from factcheck.worker import Worker

HEARTBEAT = Path(tempfile.gettempdir()) / "factcheck-worker.alive"
"""Touched by the worker in every round, for health checks."""

_IDLE_SECONDS = 10
_LAST_PORT = 65535
_TRY_ME = "try-me"
_MIB = 1024 * 1024
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to


@click.command("serve")
@click.option("--seed", is_flag=True, help="Load seeds/ first, and print a reviewer's token to try.")
@click.option("--worker", "with_worker", is_flag=True, help="Run `flask worker` beside the server.")
@with_appcontext
def serve(seed: bool, with_worker: bool) -> None:
    """Bring the database up to date and serve on HOST and PORT under gunicorn."""
    host, port = os.environ.get("HOST") or "127.0.0.1", _port()
    _require_free(host, port)
    _prepare()
    try:
        token = _seeded() if seed else None
    except (DomainError, seeding.WrongSeed) as error:
        raise click.ClickException(str(error)) from None
    _say_where(f"http://{_bracketed('127.0.0.1' if host in _EVERYWHERE else host)}:{port}", token)
    db.database.close()
    if with_worker:
        subprocess.Popen([sys.executable, "-m", "factcheck.server.companion"])
    # exec: the server gets this process's id, and so the signals, and none of what preparing has left in memory.
    server = [sys.executable, "-m", "gunicorn", "--config", "python:factcheck.server.config"]
    os.execv(sys.executable, [*server, "--bind", f"{_bracketed(host)}:{port}", "wsgi:application"])  # noqa: S606


@click.command("worker")
@click.option("--status", is_flag=True, help="Print what there is to do, and end.")
@with_appcontext
def worker(status: bool) -> None:
    """Do what is due until told to stop: sign checkpoints, look at links, read pages, tell webhooks.

    Any number may run.
    """
    if status:
        _say_status()
        return
    # Before the signal is an exception: raised while numpy is loaded, it comes out as another one.
    encoder()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        _prepare()
        with Worker(settings()) as working:
            while True:
                HEARTBEAT.touch()
                if not working.round():
                    time.sleep(_IDLE_SECONDS)
    HEARTBEAT.unlink(missing_ok=True)


def _say_status() -> None:
    if upgrade.pending():
        raise click.ClickException("the database has no such shape yet: flask db upgrade")
    todo = links.backlog()
    click.echo(f"links: {todo.due} due, {todo.leased} being looked at")
    click.echo("by state: " + ", ".join(f"{count} {state}" for state, count in todo.states.items()))
    kept = snapshots.space()
    click.echo(f"snapshots: {kept.files} files, {kept.size / _MIB:.1f} of {settings().snapshot_mib} MiB")
    click.echo(f"claims: {matching.backlog()} to encode")
    click.echo(f"imports: {imports.backlog()} to do")
    click.echo(f"pages: {suggestions.backlog()} to compare, {copies.backlog()} copies to ask for")
    told = webhooks.backlog()
    click.echo(f"webhooks: {told.active} active, {told.paused} paused; {told.behind} events to go through")
    signed, size = checkpoints.covered()
    click.echo(f"checkpoint: {signed} of {size} events")


def _prepare() -> None:
    try:
        prepare()
    except (DomainError, UnusableKey) as error:
        raise click.ClickException(str(error)) from None


def _port() -> int:
    value = os.environ.get("PORT") or "8000"
    if not (value.isascii() and value.isdecimal() and 1 <= int(value) <= _LAST_PORT):
        raise click.ClickException(f"PORT: must be a whole number from 1 to {_LAST_PORT}")
    return int(value)


def _require_free(host: str, port: int) -> None:
    """Say at once that an address is taken; gunicorn would try again for seconds."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise click.ClickException(f"HOST, PORT: {host}, {port}: {error.strerror}") from None


def _seeded() -> str | None:
    """Load the seeds; gives the token to try."""
    loaded = seeding.load()
    if loaded:
        click.echo(f"{loaded} seeds loaded")
    return _token_to_try()


def _token_to_try() -> str | None:
    """The token of a reviewer's account for trying things out, made once; None if the account was switched off."""
    path = settings().data_dir / f"{_TRY_ME}.token"
    kept = path.read_text().strip() if path.exists() else ""
    found = accounts.authenticate(kept) if kept else None
    if found and found.name == _TRY_ME:
        return kept
    known = accounts.by_name(_TRY_ME)
    account = accounts.get(known.id) if known else accounts.add(SERVICE, {"name": _TRY_ME, "role": Role.REVIEWER})
    if not account["active"]:
        return None
    token: str = accounts.add_token(SERVICE, account["id"], {"label": "flask serve"})["token"]
    _keep_secret(path, token)
    return token


def _keep_secret(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)  # one that was there before can be wider
    path.write_text(f"{text}\n")


def _say_where(url: str, token: str | None) -> None:
    # What anyone may read, or with closed reads, what needs no token.
    path = "/v1/claims?limit=3" if token or settings().public_reads else "/healthz"
    sign = f"-H 'Authorization: Bearer {token}' " if token else ""
    click.echo(f"factcheck serves {url}; read about it at {url}/docs")
    if token:
        click.echo(f"a reviewer's token to try: {token}")
    click.echo(f"curl {sign}'{url}{path}'")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
